# shellcheck shell=bash
# What the scenarios have in common; each begins with it.
state=/var/lib/vm-test
image=tried:1
rules=/etc/ocihooks/hooks.d

fail() {
    printf 'expected: %s\n' "$*" >&2
    exit 1
}

# This suite cannot do it; the reason goes into the table.
impossible() {
    echo "$*"
    exit 77
}

# at_end FUNCTION: it is called when the scenario ends, however it ends, and does not change its result.
# shellcheck disable=SC2064 # the function is named now
at_end() { trap "end_with \$? $1" EXIT; }
end_with() {
    set +e
    "$2"
    exit "$1"
}

reboot_and_go_on() { exit 88; }

equal() { [ "$1" = "$2" ] || fail "\"$1\", not \"$2\""; }
contains() { grep -qF -e "$2" <<<"$1" || fail "\"$2\" in: $1"; }
lacks() { ! grep -qF -e "$2" <<<"$1" || fail "no \"$2\" in: $1"; }

# await COMMAND..: until it succeeds. The runner ends a scenario that waits for ever.
await() { until "$@" >/dev/null 2>&1; do sleep 0.2; done; }

# write_rule FILE < a rule
write_rule() {
    mkdir -p "$rules"
    cat >"$rules/$1.json"
}

# record_stage STAGE..: a rule for each, for every container. The hook of startContainer runs inside of it.
record_stage() {
    local stage hook
    for stage; do
        hook="\"/usr/local/bin/record-stage\", \"args\": [\"record-stage\", \"$stage\"]"
        [ "$stage" != startContainer ] || hook='"/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo startContainer >/started"]'
        write_rule "$stage" <<EOF
{ "version": "ocihooks/1", "when": { "always": true }, "stages": ["$stage"], "hook": { "path": $hook } }
EOF
    done
}

# The stages that hooks were run at since the scenario began, in their order.
stages() { awk '{ print $1 }' "$state/hooks.log" | paste -sd ' '; }
ran() { grep -q "^$1 " "$state/hooks.log"; }

# is_running true|false CONTAINER
is_running() { [ "$(docker inspect --format '{{.State.Running}}' "$2")" = "$1" ]; }

dockerd_is_up() { docker version >/dev/null 2>&1; }

# daemon_setting FILTER: changes Docker's settings and starts it again; restore_daemon_settings takes it back.
daemon_setting() {
    cp /etc/docker/daemon.json "$state/daemon.before"
    jq "$1" "$state/daemon.before" >/etc/docker/daemon.json
    systemctl restart docker
    await dockerd_is_up
}

restore_daemon_settings() {
    cat "$state/daemon.before" >/etc/docker/daemon.json
    systemctl restart docker
}

# same_as_runc [OPTION..] -- COMMAND..: the container's output and exit code are those under runc, and a hook ran.
same_as_runc() {
    local options=() bare hooked
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    record_stage createRuntime
    bare=$(docker run --rm --network=none --runtime=runc "${options[@]}" "$image" "$@" || echo "exit code $?")
    : >"$state/hooks.log"
    hooked=$(docker run --rm --network=none --runtime=hooked "${options[@]}" "$image" "$@" || echo "exit code $?")
    equal "$bare" "$hooked"
    equal createRuntime "$(stages)"
    echo "$hooked"
}
