# runc checkpoint and restore: hooks run as they do without the wrapper
. ./lib.sh
criu check || impossible "criu cannot be used: $(criu check 2>&1 | tail -n 1)"
record_stage createRuntime poststop
bundle=$(mktemp -d)
remove() {
    runc-wrap delete --force frozen
    rm -rf "$bundle"
}
at_end remove
cp -a "$state/image" "$bundle/rootfs"
(cd "$bundle" && runc spec)
jq '.process.terminal = false | .process.args = ["sh", "-c", "while :; do sleep 1; done"] | .root.readonly = false' "$bundle/config.json" >"$bundle/new"
mv "$bundle/new" "$bundle/config.json"

runc-wrap create --bundle "$bundle" frozen </dev/null >/dev/null 2>&1
runc-wrap start frozen
runc-wrap checkpoint --image-path "$bundle/image" frozen
runc-wrap restore --detach --bundle "$bundle" --image-path "$bundle/image" frozen </dev/null >/dev/null 2>&1
equal running "$(runc-wrap state frozen | jq -r .status)"
runc-wrap kill frozen KILL
stopped() { [ "$(runc-wrap state frozen | jq -r .status)" = stopped ]; }
await stopped
runc-wrap delete frozen
contains "$(stages)" poststop
cat "$state/hooks.log"
