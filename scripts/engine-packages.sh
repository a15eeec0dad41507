#!/usr/bin/env bash
# Unpacks container engines and runtimes of other Debian suites, for the tests that run them beside this machine's own: Docker, containerd,
# Podman, crun, runc and what they are linked with, each suite's below out/cache/engines/SUITE. The programs find their libraries there, so
# that they run from where they are: out/cache/engines/trixie/usr/bin/podman. A suite is unpacked again when this file has changed, or when
# it is gone. Where that cannot be done, out/cache/engines/SUITE.missing says why. Usage: engine-packages.sh SUITE..
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/debian-mirror.sh
mkdir -p out/cache/engines
cache=$(realpath out/cache/engines)
packages=(containerd crun runc podman conmon docker.io docker-cli)

download() {
    own_apt "$2" "$1" "$(dpkg --print-architecture)"
    apt-get "${own_apt_options[@]}" install -y -qq --download-only "${packages[@]}"
}

# A program that is told where its libraries are can be started from another Debian, and start itself again.
link() {
    local root=$1 loader program
    loader=$(find "$root" -path '*/ld-linux-*.so.*' -type f -o -path '*/ld-linux-*.so.*' -type l | head -n 1)
    [ -e "$loader" ]
    for program in "$root"/usr/bin/{containerd*,ctr,crun,podman,conmon,docker} "$root"/usr/sbin/{runc,dockerd,docker-proxy} "$root"/usr/libexec/podman/*; do
        if [ ! -f "$program" ] || [ -L "$program" ]; then continue; fi
        patchelf --print-interpreter "$program" >/dev/null 2>&1 || continue
        patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$root/usr/lib/$(uname -m)-linux-gnu" "$program"
    done
}

unpack() {
    local suite=$1 root=$cache/$1 key package status
    key=$(cat scripts/engine-packages.sh scripts/debian-mirror.sh | sha256sum)
    if [ "$(cat "$root.key" 2>/dev/null)" = "$key $root" ] && [ -d "$root" ]; then return; fi
    rm -rf "$root" "$root.missing" "$root.new"
    # Not as a condition: in one, the shell goes on after a command that fails.
    set +e
    (
        set -e
        download "$suite" "$root.new/apt"
        mkdir -p "$root.new/root"
        # Debian's directories of programs and libraries are links into /usr.
        for package in bin sbin lib lib64; do
            mkdir -p "$root.new/root/usr/$package"
            ln -s "usr/$package" "$root.new/root/$package"
        done
        for package in "$root.new"/apt/archives/*.deb; do
            dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' \
                --exclude='./usr/share/locale/*' -C "$root.new/root"
        done
        mv "$root.new/root" "$root"
        link "$root"
    ) >"$root.log" 2>&1
    status=$?
    set -e
    if [ "$status" = 0 ]; then
        echo "$key $root" >"$root.key"
    else
        { echo "the engines of $suite could not be unpacked:"; tail -n 3 "$root.log"; } | paste -sd ' ' >"$root.missing"
        cat "$root.missing" >&2
    fi
    rm -rf "$root.new"
}

for suite; do unpack "$suite" & done
wait
