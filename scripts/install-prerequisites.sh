#!/usr/bin/env bash
# shellcheck disable=SC2034 # the lists are chosen from by name
#
# Installs the Debian packages that building and testing need, those that are missing and no more. The .NET SDK is not among
# them. Usage: install-prerequisites.sh build|check|demo|test|vm|fuzz [x64|arm64]
set -euo pipefail

# Commands and files, and the package that each is in. Static linking needs the C library's archive.
build=(cc:gcc ld.lld:lld objcopy:binutils "/usr/lib/$(uname -m)-linux-gnu/libc.a:libc6-dev")
if [ "${2:-}" = arm64 ] && [ "$(uname -m)" != aarch64 ]; then
    build+=(aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu /usr/aarch64-linux-gnu/lib/libc.a:libc6-dev-arm64-cross)
fi
check=("${build[@]}" jq:jq patch:patch shellcheck:shellcheck valgrind:valgrind)
demo=("${build[@]}" runc:runc busybox:busybox-static)
test=("${demo[@]}" make:make crun:crun dockerd:docker.io docker:docker.io containerd:containerd podman:podman ip:iproute2
    iptables:iptables unshare:util-linux mkfs.btrfs:btrfs-progs journalctl:systemd strace:strace jq:jq shellcheck:shellcheck setfattr:attr chattr:e2fsprogs
    python3:python3-minimal newuidmap:uidmap umoci:umoci patch:patch dpkg-scanpackages:dpkg-dev lintian:lintian rpmbuild:rpm rpmlint:rpmlint
    cpio:cpio createrepo_c:createrepo-c dnf:dnf gdb:gdb mmdebstrap:mmdebstrap patchelf:patchelf valgrind:valgrind bindfs:bindfs fusermount3:fuse3
    qemu-aarch64-static:qemu-user-static scmp_sys_resolver:seccomp bpftool:bpftool /usr/libexec/oci/hooks.d/oci-seccomp-bpf-hook:oci-seccomp-bpf-hook)
fuzz=(afl-fuzz:afl++)
vm=(mmdebstrap:mmdebstrap mke2fs:e2fsprogs dpkg-deb:dpkg qemu-img:qemu-utils)
if [ "${2:-}" = arm64 ]; then
    vm+=(qemu-system-aarch64:qemu-system-arm qemu-aarch64-static:qemu-user-static arch-test:arch-test)
else
    vm+=(qemu-system-x86_64:qemu-system-x86)
fi

declare -n wanted="${1:?usage: install-prerequisites.sh build|check|demo|test|vm|fuzz [x64|arm64]}"
missing=()
for entry in "${wanted[@]}"; do
    case $entry in
        /*) [ -e "${entry%%:*}" ] ;;
        *) command -v "${entry%%:*}" >/dev/null ;;
    esac || missing+=("${entry##*:}")
done

command -v dotnet >/dev/null || {
    echo "dotnet was not found: install the .NET SDK 10 (https://dotnet.microsoft.com/download)" >&2
    exit 1
}
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "these packages are missing: ${missing[*]}; as root: apt-get install ${missing[*]}" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# A package's daemon must not start: the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
# On a machine that has just been set up, another apt-get may be at work.
options=(-qq -o DPkg::Lock::Timeout=1800 -o Acquire::Retries=5)
apt-get "${options[@]}" update
apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
