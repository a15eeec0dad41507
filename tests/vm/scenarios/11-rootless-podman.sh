# Podman of a user: the machine's rules, run as that user
. ./lib.sh
id -u podman-user >/dev/null 2>&1 || useradd --create-home --shell /bin/bash podman-user
loginctl enable-linger podman-user
XDG_RUNTIME_DIR=/run/user/$(id -u podman-user)
await test -S "$XDG_RUNTIME_DIR/bus"

as_user() { runuser -u podman-user -- env -C / HOME=/home/podman-user XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" DBUS_SESSION_BUS_ADDRESS="unix:path=$XDG_RUNTIME_DIR/bus" "$@"; }
remove() { as_user podman rm --all --force; }
at_end remove
as_user podman import --quiet - "$image" <"$state/image.tar"
record_stage createRuntime createContainer startContainer poststart poststop
as_user podman --runtime /usr/bin/runc-wrap run --detach --network=none --name mine "$image" sh -c 'cat /started; exec sleep 100000'
await ran poststart
equal startContainer "$(as_user podman logs mine)"
as_user podman rm --force --time=0 mine
await ran poststop
equal "createRuntime createContainer poststart poststop" "$(stages)"
