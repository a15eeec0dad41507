#!/usr/bin/env bash
# Fetches Debian's busybox for arm64, as out/cache/arm64/busybox: the shell of the systems in which the tests install the packages for that
# architecture. Where it cannot be had, out/cache/arm64.missing says why. Usage: arm64-busybox.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p out/cache
directory=$(realpath out/cache)/arm64
[ ! -x "$directory/busybox" ] || exit 0
rm -rf "$directory.new" "$directory.missing"

fetch() {
    local suite apt=$directory.new/apt
    # What apt-get knows of this machine's own Debian.
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    mkdir -p "$apt"/lists/partial "$apt"/archives/partial "$apt"/etc
    : >"$apt/status"
    # shellcheck disable=SC2016 # these are expanded by apt-get
    apt-get indextargets --format 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' "Release: $suite" | grep ' main$' | head -n 1 >"$apt/sources.list"
    local options=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::Etc::SourceList=$apt/sources.list"
        -o "Dir::Etc::SourceParts=$apt/etc" -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status"
        -o "Dir::Cache::Archives=$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1
        -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update -qq
    (cd "$directory.new" && apt-get "${options[@]}" download -qq busybox-static)
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
