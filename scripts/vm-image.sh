#!/usr/bin/env bash
# Builds the disk that the scenarios of tests/vm start a machine from: a Debian with systemd, AppArmor, and its own kernel and engines. It is
# out/cache/vm/SUITE-ARCH/disk.img, beside its kernel and initrd; it is built again when this script has changed. Usage: vm-image.sh SUITE x64|arm64
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/debian-mirror.sh
suite=$1 architecture=${2/x64/amd64}
image=out/cache/vm/$suite-$architecture
key=$(cat scripts/vm-image.sh scripts/debian-mirror.sh | sha256sum)
[ "$(cat "$image/key" 2>/dev/null)" != "$key" ] || exit 0
packages=docker.io,podman,crun,runc,containerd,criu,apparmor,linux-image-cloud-$architecture,initramfs-tools,kmod,udev,zstd,busybox-static
packages+=,iproute2,iptables,jq,procps,systemd,systemd-sysv,dbus,dbus-user-session,rootlesskit,slirp4netns,uidmap,fuse-overlayfs,ca-certificates
# The client is a package of its own after bookworm.
[ "$suite" = bookworm ] || packages+=,docker-cli

rm -rf "$image"
mkdir -p "$image"
root=$image/root
acquire_options >"$image/acquire.conf"

# The programs of another architecture run under qemu-user, registered in a user namespace's own binfmt_misc.
emulated=()
[ "$architecture" = "$(dpkg --print-architecture)" ] || emulated=(out/probes/emulated "$(command -v qemu-aarch64-static)")
"${emulated[@]}" mmdebstrap --quiet --variant=minbase --include="$packages" --architectures="$architecture" --aptopt="$image/acquire.conf" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$root" "$(mirror)"

# What starts the scenarios. They are on a disk of their own, since this kernel has no file system that is shared with the host.
cat >"$root/etc/systemd/system/vm-test.service" <<'EOF'
[Unit]
Description=OciHooks scenarios
# Where they cannot even begin, the machine must not wait for ever.
FailureAction=poweroff

[Service]
ExecStart=/bin/sh -c 'mkdir -p /srv/vm && tar -x -f /dev/vdb -C /srv/vm && exec /srv/vm/run'
KillMode=process
EOF
mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/var/log/journal"
ln -s ../vm-test.service "$root/etc/systemd/system/multi-user.target.wants/vm-test.service"
for unit in systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
echo vm >"$root/etc/hostname"
: >"$root/etc/machine-id"
mv "$root"/boot/vmlinuz-* "$image/kernel"
mv "$root"/boot/initrd.img-* "$image/initrd"

truncate -s 6G "$image/disk.img"
mke2fs -q -t ext4 -E lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$image/disk.img"
rm -rf "$root"
echo "$key" >"$image/key"
