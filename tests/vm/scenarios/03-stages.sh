# Hooks at all six stages run in their order, each with the state it is to see
# short
. ./lib.sh
record_stage createRuntime createContainer startContainer poststart poststop
# A precreate hook prints a configuration: this one as it came.
write_rule precreate <<'EOF'
{ "version": "ocihooks/1", "when": { "always": true }, "stages": ["precreate"],
  "hook": { "path": "/usr/local/bin/print-config" } }
EOF
printf '#!/bin/sh\necho "precreate -" >>%s/hooks.log\nexec cat\n' "$state" >/usr/local/bin/print-config
chmod 755 /usr/local/bin/print-config

id=$(docker run --detach --runtime=hooked --name stages "$image" sh -c 'cat /started; exec sleep 100000')
await ran poststart
equal startContainer "$(docker logs stages)"
contains "$(hookctl explain stages)" createRuntime
docker kill stages
await ran poststop

equal "precreate createRuntime createContainer poststart poststop" "$(stages)"
cat "$state/hooks.log"
for stage in createRuntime createContainer poststart poststop; do
    # journald stores what it was sent a little later.
    await journalctl --quiet --grep . "CONTAINER_ID=$id" "OCIHOOKS_STAGE=$stage" OCIHOOKS_EXIT_CODE=0
done
