# userns-remap: the container is the remapped user, its hooks run at all stages
. ./lib.sh
at_end restore_daemon_settings
daemon_setting '."userns-remap" = "default"'
docker import "$state/image.tar" "$image"

contains "$(same_as_runc -- cat /proc/self/uid_map)" "$(sed -n 's/^dockremap:\([0-9]*\):.*/\1/p' /etc/subuid)"
: >"$state/hooks.log"
record_stage createRuntime createContainer startContainer poststart poststop
docker run --detach --runtime=hooked --name remapped "$image" sh -c 'cat /started; exec sleep 100000'
await ran poststart
equal startContainer "$(docker logs remapped)"
docker rm --force remapped
await ran poststop
equal "createRuntime createContainer poststart poststop" "$(stages)"
