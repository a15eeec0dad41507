# Once for a machine, before the first scenario: the image that the scenarios run, and the hooks.
state=/var/lib/vm-test
root=$state/image
mkdir -p "$root"/{bin,etc,proc,sys,dev,tmp,run} /etc/ocihooks
busybox=$(command -v busybox)
cp "$busybox" "$root/bin/busybox"
chroot "$root" /bin/busybox --install -s /bin
printf 'root:x:0:0:root:/:/bin/sh\n' >"$root/etc/passwd"
chmod 1777 "$root/tmp"

# A hook that notes which stage it is, and what the runtime says that the container is.
cat >/usr/local/bin/record-stage <<'EOF'
#!/bin/sh
status=$(sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p')
echo "$1 $status" >>/var/lib/vm-test/hooks.log
EOF
chmod 755 /usr/local/bin/record-stage
: >"$state/hooks.log"
chmod 666 "$state/hooks.log"

tar -C "$root" -c . >"$state/image.tar"
docker import "$state/image.tar" tried:1
docker save tried:1 >"$state/archive.tar"
ctr images import "$state/archive.tar"
podman import --quiet "$state/image.tar" tried:1
cp -a /etc/docker/daemon.json "$state/daemon.json" 2>/dev/null || true
cp -a /etc/containerd/config.toml "$state/config.toml" 2>/dev/null || true
