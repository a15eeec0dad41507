# Podman as root: all stages, and the runtime by its name and by its path
. ./lib.sh
record_stage createRuntime createContainer startContainer poststart poststop
podman --runtime hooked run --detach --network=none --name named "$image" sh -c 'cat /started; exec sleep 100000'
await ran poststart
equal startContainer "$(podman logs named)"
podman rm --force --time=0 named
await ran poststop
equal "createRuntime createContainer poststart poststop" "$(stages)"

: >"$state/hooks.log"
equal yes "$(podman --runtime /usr/bin/runc-wrap run --rm --network=none "$image" echo yes)"
await ran poststop
