# After a reboot, containers with a restart policy have their hooks again
# short
. ./lib.sh
if [ -z "$AFTER_REBOOT" ]; then
    record_stage createRuntime
    # One that ends when it is asked to does not hold up the shutdown.
    process=(sh -c 'trap "exit 0" TERM; while :; do sleep 1; done')
    docker run --detach --runtime=hooked --restart=always --name always "$image" "${process[@]}"
    docker run --detach --runtime=hooked --restart=unless-stopped --name unless "$image" "${process[@]}"
    docker run --detach --runtime=hooked --name never "$image" "${process[@]}"
    equal "createRuntime createRuntime createRuntime" "$(stages)"
    : >"$state/hooks.log"
    reboot_and_go_on
fi
await is_running true always
await is_running true unless
is_running false never || fail "a container without a policy stays stopped"
equal "createRuntime createRuntime" "$(stages)"
for name in always unless; do
    await journalctl --quiet --boot --grep . "CONTAINER_ID=$(docker inspect --format '{{.Id}}' "$name")" OCIHOOKS_EXIT_CODE=0
done
