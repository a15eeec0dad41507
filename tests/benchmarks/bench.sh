#!/usr/bin/env bash
# What the wrapper costs, in one table of one interleaved run. Needs out/runc-wrap and out/probes; the last two rows also
# root and runc. BENCH_ROUNDS sets the number of rounds.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
wrapper=$root/out/runc-wrap
floor=$root/out/probes/exec-only
for needed in "$wrapper" "$floor"; do
    [[ -x $needed ]] || { echo "$needed is not built: run make build probes" >&2; exit 1; }
done

# Engines keep bundles under /run, which is a file system in memory.
scratch=$(mktemp -d "${TMPDIR:-/dev/shm}/ocihooks-bench.XXXXXX")
runc=$(command -v runc || true)
id=ocihooks-bench-$$

# An interrupted run may leave a container behind.
clean_up() {
    if [[ -d $scratch/rootfs ]]; then
        for name in bare plain supervised bare5 supervised5; do
            "$runc" delete --force "$id-$name" &>/dev/null || true
        done
    fi
    rm -rf "$scratch"
}
trap clean_up EXIT
cd "$scratch"
"${CC:-gcc}" -O2 -std=gnu11 -static -Wall -Wextra -Werror -o bench "$here/bench.c"

# settings NAME RUNTIME: writes NAME.json, which looks for rules in NAME.d.
settings() {
    mkdir -p "$scratch/$1.d"
    printf '{"runtime": "%s", "hooksDirs": ["%s"], "log": {"journald": true}}\n' "$2" "$scratch/$1.d" >"$1.json"
}

# rule NAME FILE WHEN: one rule of NAME.d.
rule() {
    printf '{"version": "1.0.0", "hook": {"path": "/bin/true", "args": ["true", "%s"]}, "when": %s, "stages": ["createRuntime"]}\n' \
        "$2" "$3" >"$1.d/$2.json"
}

# bundle NAME CONFIG: a bundle, and beside it the configuration each run starts from.
bundle() {
    mkdir -p "$1"
    cp "$2" "$1.config.json"
    cp "$2" "$1/config.json"
}

# fresh NAME: plan lines that give the bundle its first state back, the wrapper's record beside it removed.
fresh() {
    echo "fresh $scratch/$1.config.json $scratch/$1/config.json"
    echo "unlink $scratch/$1/config.json.ocihooks"
}

# A program that does nothing, unless it is told what to record where.
empty=$root/out/probes/recorder
sample=$root/tests/samples/docker-config.json
settings matching /bin/true
rule matching 1-always '{"always": true}'
rule matching 2-command '{"commands": ["^(/usr)?(/bin/)?echo$", "^/bin/sh$"]}'
rule matching 3-binds '{"hasBindMounts": true}'
rule matching 4-both '{"always": true, "commands": ["ec.o"]}'
rule matching 5-command '{"commands": ["."], "hasBindMounts": true}'
bundle matched "$sample"

settings other /bin/true
for n in 1 2 3 4 5; do
    rule other "$n" '{"commands": ["^/no/such/program$"]}'
done
bundle unmatched "$sample"

# Rules that ask who the container is, which Docker has in a file of its own, found by the root file system's place.
container=$(grep -o '"ID":"[0-9a-f]*"' "$root/tests/samples/docker-config.v2.json" | cut -d '"' -f 4)
known=run/io.containerd.runtime.v2.task/moby/$container
mkdir -p "docker/overlay2/$container/merged" "docker/containers/$container"
cp "$root/tests/samples/docker-config.v2.json" "docker/containers/$container/config.v2.json"
sed "s|\"root\":{\"path\":\"[^\"]*\"|\"root\":{\"path\":\"$scratch/docker/overlay2/$container/merged\"|" "$sample" >docker/config.json
settings known /bin/true
image=$(grep -o '"Config":{.*' "docker/containers/$container/config.v2.json" | grep -o '"Image":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
for n in 1 2 3 4 5; do
    printf '{"version": "ocihooks/1", "hook": {"path": "/bin/true", "args": ["true", "%s"]}, "when": %s, "stages": ["createRuntime"]}\n' \
        "known-$n" "{\"image\": \"$image\", \"engine\": \"docker\", \"not\": {\"labels\": {\"no.such.label\": \"*\"}}}" >"known.d/$n.json"
done
bundle "$known" docker/config.json

# Rules that are not for the container, as on a machine that has many.
for count in 0 10 100 1000; do
    settings "many$count" /bin/true
    for ((n = 1; n <= count; n++)); do
        rule "many$count" "rule$n" "{\"commands\": [\"^/no/such/program$n\$\"]}"
    done
done

# A backtracking matcher would not come back from this one.
settings hostile /bin/true
rule hostile 1 '{"annotations": {"^hostile$": "(a+)+$"}}'
long=$(printf '%0100000d' 0)
sed "s/^{/{\"annotations\":{\"hostile\":\"${long//0/a}b\"},/" "$sample" >hostile.config.json
mkdir -p hostile
cp hostile.config.json hostile/config.json

{
    echo "row bare exec of the target"
    echo "run /bin/true create --bundle $scratch/matched x"
    echo "row floor: a C program that only execs"
    echo "run $floor /bin/true create --bundle $scratch/matched x"
    echo "row state: no patch, no managed runtime"
    echo "limit 1.15 floor: a C program that only execs"
    echo "run $wrapper --wrap-config $scratch/matching.json state x"
    echo "row create: five rules match, patched"
    echo "limit 2.6 floor: a C program that only execs"
    echo "rss 6144"
    fresh matched
    echo "run $wrapper --wrap-config $scratch/matching.json create --bundle $scratch/matched x"
    echo "row create: five rules, none matches"
    fresh unmatched
    echo "run $wrapper --wrap-config $scratch/other.json create --bundle $scratch/unmatched x"
    echo "row create: (a+)+\$ against 100 KB"
    fresh hostile
    echo "run $wrapper --wrap-config $scratch/hostile.json create --bundle $scratch/hostile x"
    echo "row create: five rules that ask for the image"
    echo "limit 1.3 create: five rules match, patched"
    fresh "$known"
    echo "run $wrapper --wrap-config $scratch/known.json create --bundle $scratch/$known x"
    for count in 0 10 100 1000; do
        echo "row create: $count rules, none matches"
        if ((count == 1000)); then
            echo "over create: 0 rules, none matches"
            echo "limit 10 floor: a C program that only execs"
        fi
        fresh unmatched
        echo "run $wrapper --wrap-config $scratch/many$count.json create --bundle $scratch/unmatched x"
    done
    echo "row an empty hook, bare"
    echo "input $scratch/state.json"
    echo "run $empty"
    echo "row an empty hook, supervised"
    echo "over an empty hook, bare"
    echo "limit 2.5 floor: a C program that only execs"
    echo "rss 6144"
    echo "input $scratch/state.json"
    echo "as ocihooks-supervisor"
    echo "run $wrapper --stage=createRuntime --rule=/etc/containers/oci/hooks.d/a.json --timeout-ms=30000 --grace-ms=2000" \
        "--on-failure=abort --log-level=information --log-journald -- $empty"
} >plan

# As runc writes it.
printf '{"ociVersion":"1.0.2-dev","id":"x","status":"creating","pid":1,"bundle":"%s"}' "$scratch/matched" >state.json

# The row only means what it says if this command line patches.
"$wrapper" --wrap-config "$scratch/matching.json" create --bundle "$scratch/matched" x
[[ $(grep -o '1-always\|2-command\|3-binds\|4-both\|5-command' matched/config.json | sort -u | wc -l) -eq 5 ]] ||
    { echo "the five rules did not all match" >&2; exit 1; }
"$wrapper" --wrap-config "$scratch/known.json" create --bundle "$scratch/$known" x
[[ $(grep -o 'known-[1-5]' "$known/config.json" | sort -u | wc -l) -eq 5 ]] ||
    { echo "the five rules that ask for the image did not all match" >&2; exit 1; }

# lifecycle ROW BUNDLE ID COMMAND..: a container from create to delete, one row.
lifecycle() {
    local row=$1 bundle=$2 id=$3
    shift 3
    echo "row $row"
    echo "every 2"
    echo "await $scratch/$bundle/pid"
    fresh "$bundle"
    echo "run $* create --bundle $scratch/$bundle --pid-file $scratch/$bundle/pid $id"
    echo "run $* start $id"
    echo "run $* delete $id"
    echo "undo $* delete --force $id"
}

# hooked NAME HOOKS SUPERVISE: settings and rules for the lifecycle rows.
hooked() {
    mkdir -p "$scratch/$1.d"
    printf '{"runtime": "%s", "hooksDirs": ["%s"], "supervise": %s}\n' "$runc" "$scratch/$1.d" "$3" >"$1.json"
    for n in $(seq "$2"); do
        rule "$1" "$n" '{"always": true}'
    done
    bundle "$1" lifecycle.config.json
}

# by_hand NAME WRAPPED: a bundle whose configuration has the hooks already, as the wrapper would write them.
by_hand() {
    sed "s|\"runtime\": \"[^\"]*\"|\"runtime\": \"/bin/true\"|" "$2.json" >dry.json
    bundle "$1" lifecycle.config.json
    "$wrapper" --wrap-config "$scratch/dry.json" create --bundle "$scratch/$1" x
    cp "$1/config.json" "$1.config.json"
}

if [[ $(id -u) -eq 0 && -n $runc ]]; then
    # The container's program is static and ends at once.
    mkdir -p rootfs/proc rootfs/dev rootfs/sys spec
    cp "$empty" rootfs/done
    "$runc" spec --bundle spec
    sed -e 's/"terminal": true/"terminal": false/' -e 's|"sh"|"/done"|' \
        -e "s|\"path\": \"rootfs\"|\"path\": \"$scratch/rootfs\"|" spec/config.json >lifecycle.config.json
    # All run the same hooks: the bare ones find them in their configuration, so what is left is the wrapper's own cost.
    hooked plain 1 false
    hooked supervised 1 true
    hooked plain5 5 false
    hooked supervised5 5 true
    by_hand bare plain
    by_hand bare5 plain5
    {
        lifecycle "runc, a container with a hook" bare "$id-bare" "$runc"
        lifecycle "runc-wrap, the same" plain "$id-plain" "$wrapper" --wrap-config "$scratch/plain.json"
        echo "limit 1.08 runc, a container with a hook"
        lifecycle "runc-wrap, the hook supervised" supervised "$id-supervised" "$wrapper" --wrap-config "$scratch/supervised.json"
        lifecycle "runc, five hooks" bare5 "$id-bare5" "$runc"
        lifecycle "runc-wrap, five hooks supervised" supervised5 "$id-supervised5" \
            "$wrapper" --wrap-config "$scratch/supervised5.json"
        echo "over runc, five hooks"
        echo "limit 13 floor: a C program that only execs"
    } >>plan
else
    echo "no rows of a whole container: they need root and runc"
fi

./bench plan "${BENCH_ROUNDS:-300}"
