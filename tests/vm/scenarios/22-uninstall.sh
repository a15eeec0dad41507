# Taken out of the engines and removed, it leaves them as they were
. ./lib.sh
hookctl uninstall docker
hookctl uninstall containerd
hookctl uninstall podman
equal '' "$(docker info --format '{{with .Runtimes.hooked}}there{{end}}')"
for file in /etc/docker/daemon.json /etc/containerd/config.toml; do
    if [ -e "$state/${file##*/}" ]; then
        cmp "$file" "$state/${file##*/}" || fail "$file as it was"
    else
        [ ! -e "$file" ] || fail "no $file: $(cat "$file")"
    fi
done
apt-get purge -y ocihooks
! command -v runc-wrap || fail "no runc-wrap"
[ ! -e /etc/ocihooks ] || fail "no /etc/ocihooks: $(find /etc/ocihooks)"
systemctl restart containerd docker
await dockerd_is_up
equal yes "$(docker run --rm "$image" echo yes)"
