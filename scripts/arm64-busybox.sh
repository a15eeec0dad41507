#!/usr/bin/env bash
# Fetches Debian's busybox for arm64, as out/cache/arm64/busybox: the shell of the systems in which the tests install the packages for that
# architecture. Where it cannot be had, out/cache/arm64.missing says why. Usage: arm64-busybox.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/debian-mirror.sh
mkdir -p out/cache
directory=$(realpath out/cache)/arm64
[ ! -x "$directory/busybox" ] || exit 0
rm -rf "$directory.new" "$directory.missing"

fetch() {
    own_apt "$directory.new/apt" "$(own_release)" arm64
    (cd "$directory.new" && apt-get "${own_apt_options[@]}" download -qq busybox-static)
    dpkg-deb --fsys-tarfile "$directory.new"/busybox-static_*.deb | tar -x -C "$directory.new"
    mkdir -p "$directory"
    mv "$directory.new"/bin/busybox "$directory/busybox" || mv "$directory.new"/usr/bin/busybox "$directory/busybox"
}

# Not as a condition: in one, the shell goes on after a command that fails.
set +e
(
    set -e
    fetch
) >"$directory.log" 2>&1
status=$?
set -e
rm -rf "$directory.new"
if [ "$status" != 0 ]; then
    { echo "no shell for arm64 could be fetched:"; tail -n 3 "$directory.log"; } | paste -sd ' ' >"$directory.missing"
    cat "$directory.missing" >&2
fi
