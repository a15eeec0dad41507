#!/usr/bin/env bash
# What recording system calls costs, in one table of one interleaved run: a call in containers and outside of them, and the hooks. Needs
# out/seccomp-recorder, root and runc. BENCH_ROUNDS sets the number of rounds (8). The least time of a
# call, for whatever else runs only ever adds to it; the median of the hooks.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
recorder=$root/out/seccomp-recorder
[[ -x $recorder ]] || { echo "$recorder is not built: run make build" >&2; exit 1; }
runc=$(command -v runc || true)
[[ $(id -u) -eq 0 && -n $runc ]] || { echo "no rows of recording system calls: they need root and runc"; exit 0; }

scratch=$(mktemp -d "${TMPDIR:-/dev/shm}/ocihooks-bench.XXXXXX")
id=ocihooks-bench-$$
others=(1 2 3 4 5 6 7)
options=(--state "$scratch/state" --store "$scratch/store")

clean_up() {
    for name in call hooked "${others[@]}"; do "$runc" delete --force "$id-$name" &>/dev/null || true; done
    umount "$scratch/state/bpf" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT
cd "$scratch"
mkdir -p rootfs/proc rootfs/dev rootfs/sys plain recorded waiting
"${CC:-gcc}" -O2 -std=gnu11 -static -Wall -Wextra -Werror -o rootfs/calls "$here/calls.c"
cp "$root/out/probes/caller" rootfs/caller

# bundle NAME EDIT: the bundle's configuration by a jq filter; all have a filter that allows everything.
bundle() {
    [[ -e spec.json ]] || { "$runc" spec --bundle plain && mv plain/config.json spec.json; }
    jq --arg rootfs "$scratch/rootfs" --arg recorder "$recorder" --arg options "${options[*]}" '
        .process.terminal = false | .root.path = $rootfs
        | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            syscalls: [{names: ["nfsservctl"], action: "SCMP_ACT_ERRNO", errnoRet: 38}]}
        | '"$2" spec.json >"$1/config.json"
}
bundle plain '.process.args = ["/calls"]'
# shellcheck disable=SC2016 # jq expands these
bundle recorded '.process.args = ["/calls"]
    | .hooks = {createRuntime: [{path: $recorder, args: ("seccomp-recorder start " + $options | split(" "))}],
        poststop: [{path: $recorder, args: ("seccomp-recorder stop " + $options | split(" "))}]}'
bundle waiting '.process.args = ["/caller", "34"]'

# note NAME VALUE: one value of a row.
note() { echo "$2" >>"row.$1"; }
calls() { "$runc" run --bundle "$scratch/$1" "$id-call"; }
# timed NAME COMMAND STATE: how long a hook takes, in milliseconds.
timed() {
    local begin=$EPOCHREALTIME
    "$recorder" "$2" "${options[@]}" <"$3"
    local end=$EPOCHREALTIME
    note "$1" "$(((${end/./} - ${begin/./}) / 10))"
}

for name in hooked "${others[@]}"; do
    "$runc" run --detach --bundle "$scratch/waiting" "$id-$name" </dev/null &>/dev/null
    "$runc" state "$id-$name" >"state.$name"
done
for ((round = 0; round < ${BENCH_ROUNDS:-8}; round++)); do
    note host "$(rootfs/calls)"
    note plain "$(calls plain)"
    note recorded "$(calls recorded)"
    # A start right behind the end of another waits until the kernel is done with that.
    sleep 0.2
    timed first start state.hooked
    note host-beside "$(rootfs/calls)"
    note plain-beside "$(calls plain)"
    timed join start state.1
    for name in "${others[@]:1}"; do "$recorder" start "${options[@]}" <"state.$name"; done
    note recorded-of-many "$(calls recorded)"
    timed stop stop state.1
    for name in "${others[@]:1}"; do "$recorder" stop "${options[@]}" <"state.$name"; done
    timed last stop state.hooked
done

least() { sort -g "row.$1" | head -n 1; }
median() { sort -g "row.$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
# row NAME TEXT [RATIO OTHER]: a call's row, in nanoseconds.
row() {
    awk -v text="$2" -v value="$(least "$1")" -v limit="${3:-}" -v other="${4:+$(least "${4:-host}")}" 'BEGIN {
        ratio = limit ? sprintf("%.3f (%.2f x %.1f)", value / other, limit, other) : ""
        printf "%-52s %9.1f ns  %-24s %s\n", text, value, ratio, (limit && (value > limit * other)) ? "!" : "" }'
}
hook() {
    awk -v text="$2" -v value="$(median "$1")" 'BEGIN {
        printf "%-52s %9.2f ms  %-24s %s\n", text, value / 100, "(10 ms)", (value > 1000) ? "!" : "" }'
}
row host "a system call on the host"
row host-beside "the same beside a recorded container" 1.5 host
row plain "a system call in a container"
row plain-beside "the same beside a recorded container" 1.5 plain
row recorded "the same in a recorded container" 1.8 plain
row recorded-of-many "the same in one of nine recorded containers" 1.15 recorded
hook first "start hook, the first"
hook join "start hook, the second"
hook stop "stop hook"
hook last "stop hook, the last"
