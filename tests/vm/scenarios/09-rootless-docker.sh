# Rootless Docker starts containers with the machine's rules, with nothing set up but the runtime
# short
. ./lib.sh
script=$(command -v dockerd-rootless.sh || echo /usr/share/docker.io/contrib/dockerd-rootless.sh)
[ -x "$script" ] || impossible "this suite's package of Docker has no dockerd-rootless.sh"
id -u rootless >/dev/null 2>&1 || useradd --create-home --shell /bin/bash rootless
loginctl enable-linger rootless
XDG_RUNTIME_DIR=/run/user/$(id -u rootless)
await test -S "$XDG_RUNTIME_DIR/bus"

as_user() { runuser -u rootless -- env -C / HOME=/home/rootless XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" DOCKER_HOST="unix://$XDG_RUNTIME_DIR/docker.sock" "$@"; }
as_user hookctl install docker --config-file /home/rootless/.config/docker/daemon.json
as_user systemd-run --user --unit=rootless-docker --setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$script"
stop() { as_user systemctl --user stop rootless-docker; }
at_end stop
await as_user docker version
as_user docker import - "$image" <"$state/image.tar"

record_stage createRuntime createContainer startContainer poststart poststop
as_user docker run --detach --runtime=hooked --network=none --name rootless "$image" sh -c 'cat /started; exec sleep 100000'
await ran poststart
equal startContainer "$(as_user docker logs rootless)"
as_user docker rm --force rootless
await ran poststop
equal "createRuntime createContainer poststart poststop" "$(stages)"
