# A hook that hangs is ended at each stage, with the daemons that it has started
. ./lib.sh
gone() { ! pgrep -f '[s]leep 77777'; }

for stage in createRuntime createContainer poststart poststop; do
    write_rule hanging <<EOF
{ "version": "ocihooks/1", "when": { "always": true }, "stages": ["$stage"],
  "hook": { "path": "/bin/sh", "timeout": 2, "args": ["sh", "-c",
    "cat >/dev/null; setsid sleep 77777 & (setsid sh -c 'sleep 77777 & sleep 77777' &) ; sleep 77777"] } }
EOF
    id=$(docker create --runtime=hooked --network=none "$image" true)
    docker start "$id" || echo "$stage: the start failed"
    await journalctl --quiet --grep "past its timeout" "CONTAINER_ID=$id" "OCIHOOKS_STAGE=$stage"
    docker rm --force "$id"
    await gone
done
