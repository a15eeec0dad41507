#!/usr/bin/env bash
# Builds the file systems that the tests of whole systems start: a Debian with systemd and its own Docker, for each suite. A suite's is
# out/cache/SUITE.tar; it is built again when this script has changed, or when it is gone. Where one cannot be built, out/cache/SUITE.missing
# says why, and its tests are skipped. The suite "services" is this machine's own, with what the recorder of system calls is tried on
# instead of Docker. Usage: system-images.sh SUITE..
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/debian-mirror.sh
cache=out/cache
packages=docker.io,docker-compose,busybox-static,iproute2,iptables,jq,procps,systemd,systemd-sysv,dbus
services=redis-server,nginx-light,python3-minimal,libpython3-stdlib

# Without manual pages and translations of other packages, and without what only building it needs.
# shellcheck disable=SC2016 # $1 is expanded by mmdebstrap
bootstrap() {
    mmdebstrap --quiet --format=tar --variant=minbase --include="$3" --aptopt="$cache/acquire.conf" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
        "$1" "$2" "$(mirror)"
}

build() {
    local suite=$1 image=$cache/$1.tar key release=$1 include=$packages,docker-cli
    key=$(cat scripts/system-images.sh scripts/debian-mirror.sh | sha256sum)
    if [ -e "$image" ] && [ "$(cat "$image.key" 2>/dev/null)" = "$key" ]; then return; fi
    # The client is a package of its own after bookworm.
    case $suite in
        bookworm) include=$packages,ca-certificates ;;
        services) include=$services release=$(own_release) ;;
    esac
    rm -f "$image" "$cache/$suite.missing"
    if bootstrap "$release" "$image.new" "$include" 2>"$cache/$suite.log"; then
        mv "$image.new" "$image"
        echo "$key" >"$image.key"
    else
        rm -f "$image.new"
        { echo "no $suite could be built:"; grep -v '^I:' "$cache/$suite.log" | tail -n 3; } | paste -sd ' ' >"$cache/$suite.missing"
        cat "$cache/$suite.missing" >&2
    fi
}

mkdir -p "$cache"
acquire_options >"$cache/acquire.conf"
for suite; do build "$suite" & done
wait
