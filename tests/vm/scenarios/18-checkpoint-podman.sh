# Podman's checkpoint and restore
. ./lib.sh
criu check || impossible "criu cannot be used: $(criu check 2>&1 | tail -n 1)"
record_stage createRuntime poststop
podman --runtime hooked run --detach --network=none --name frozen "$image" sh -c 'while :; do sleep 1; done'
podman --runtime hooked container checkpoint frozen || fail "Podman checkpoints it"
podman --runtime hooked container restore frozen || fail "Podman restores it"
equal true "$(podman inspect --format '{{.State.Running}}' frozen)"
podman rm --force --time=0 frozen
await ran poststop
cat "$state/hooks.log"
