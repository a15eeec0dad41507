# After a reboot, containers with a restart policy have their hooks again
# short
. ./lib.sh
if [ -z "$AFTER_REBOOT" ]; then
    record_stage createRuntime
    docker run --detach --runtime=hooked --restart=always --name always "$image" sleep 100000
    docker run --detach --runtime=hooked --restart=unless-stopped --name unless "$image" sleep 100000
    docker run --detach --runtime=hooked --name never "$image" sleep 100000
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
