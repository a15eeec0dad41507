# Tells what still needs runc-wrap when it is about to go. Changes nothing, and never fails.
tell() {
    uninstall=$1
    shift
    for file in "$@"; do
        [ -f "$file" ] || continue
        named=$(grep -v "^[[:space:]]*[#;]" "$file" 2>/dev/null |
            grep -oE "[^\"'[:space:]=]*runc-wrap|io\.containerd\.hooked\.v1" | head -n 1)
        [ -z "$named" ] || echo "ocihooks: $file still names $named: $uninstall" >&2
    done
    return 0
}
tell "take it out by hand, or install ocihooks again and run hookctl uninstall docker first" /etc/docker/daemon.json /root/.config/docker/daemon.json \
    /home/*/.config/docker/daemon.json
tell "take it out by hand" /etc/default/docker /etc/sysconfig/docker /etc/systemd/system/docker.service \
    /etc/systemd/system/docker.service.d/*.conf /etc/nerdctl/nerdctl.toml
tell "take it out by hand, or install ocihooks again and run hookctl uninstall containerd first" /etc/containerd/*.toml /etc/containerd/conf.d/*.toml
tell "take it out by hand, or install ocihooks again and run hookctl uninstall podman first" /etc/containers/containers.conf /etc/containers/containers.conf.d/*.conf \
    /root/.config/containers/containers.conf /home/*/.config/containers/containers.conf
tell "take it out by hand, or install ocihooks again and run hookctl uninstall crio first" /etc/crio/crio.conf /etc/crio/crio.conf.d/*.conf
# Beside the configuration of a bundle that hooks were injected into.
count=0
for record in /run/containerd/io.containerd.runtime.v2.task/*/*/config.json.ocihooks \
    /var/lib/containers/storage/overlay-containers/*/userdata/config.json.ocihooks; do
    [ ! -e "$record" ] || count=$((count + 1))
done
[ "$count" = 0 ] || echo "ocihooks: containers with hooks that runc-wrap runs: $count; their poststop hooks will not run without it" >&2
