#!/usr/bin/env bash
# Prints a table of the results that scripts/vm-test.sh left in out/vm: a column for each SUITE-ARCH, rows for the versions of what is there and
# for the scenarios. Usage: vm-table.sh SUITE-ARCH..
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# row TITLE PREFIX SUITE-ARCH..: what the lines of the results that begin so say.
row() {
    local title=$1 prefix=$2 machine result
    shift 2
    printf '| %s |' "$title"
    for machine; do
        result=$(sed -n "s/^$prefix //p" "out/vm/$machine.results")
        printf ' %s |' "${result:-not run}"
    done
    echo
}

printf '| |'
for machine; do printf ' %s (%s) |' "${machine%-*}" "${machine##*-}"; done
printf '\n|---|%s\n' "$(printf -- '---|%.0s' "$@")"
for name in Linux systemd Docker containerd Podman runc crun criu; do row "$name" "= $name" "$@"; done
for file in tests/vm/scenarios/*.sh; do
    row "$(sed -n '1s/^# //p' "$file")" "$(basename "$file" .sh)" "$@"
done
