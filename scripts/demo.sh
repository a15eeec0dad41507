#!/usr/bin/env bash
# Shows a hooked container with nothing but runc and busybox: the rule, the run, what the hook did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
wrapper=$PWD/out/runc-wrap
[ "$(id -u)" = 0 ] || { echo "the demo starts a container with runc: run it as root" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{hooks.d,bundle/rootfs/bin}

cat >"$work/hook.sh" <<'HOOK'
#!/bin/sh
# A hook gets the container's state on standard input.
state=$(cat)
echo "hook ran at $1: $state" >>"$(dirname "$0")/hook.log"
HOOK
chmod +x "$work/hook.sh"

cat >"$work/hooks.d/demo.json" <<RULE
{
  "version": "1.0.0",
  "hook": { "path": "$work/hook.sh", "args": ["hook.sh", "createRuntime"], "timeout": 5 },
  "when": { "commands": ["^/bin/busybox$"] },
  "stages": ["createRuntime"]
}
RULE

cat >"$work/settings.json" <<SETTINGS
{ "runtime": "runc", "hooksDirs": ["$work/hooks.d"] }
SETTINGS

cp "$(command -v busybox)" "$work/bundle/rootfs/bin/busybox"
(cd "$work/bundle" && runc spec)
sed -i -e 's/"terminal": true/"terminal": false/' \
    -e 's|"sh"|"/bin/busybox", "echo", "hello from the container"|' "$work/bundle/config.json"

echo "--- the rule"
cat "$work/hooks.d/demo.json"
echo "--- runc-wrap run"
"$wrapper" --wrap-config "$work/settings.json" --root "$work/run" run --bundle "$work/bundle" "ocihooks-demo-$$" </dev/null
echo "--- what the hook did"
cat "$work/hook.log"
