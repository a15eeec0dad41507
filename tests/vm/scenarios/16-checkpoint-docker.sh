# docker checkpoint: a container is restored with its hooks, and recorded from there on
# short
. ./lib.sh
criu check || impossible "criu cannot be used: $(criu check 2>&1 | tail -n 1)"
end() {
    hookctl seccomp record --stop
    restore_daemon_settings
}
at_end end
daemon_setting '.experimental = true'
record_stage createRuntime poststop
hookctl seccomp record --name frozen

# mkdir is called after the restore only.
loop='touch /begun; while :; do [ ! -e /go ] || mkdir -p /went; sleep 1; done'
docker run --detach --runtime=hooked --network=none --security-opt seccomp=unconfined --name frozen "$image" sh -c "$loop"
await docker exec frozen test -e /begun
docker checkpoint create frozen first
await is_running false frozen
before=$(stages)
docker start --checkpoint first frozen || fail "docker starts it from the checkpoint"
[ "$(stages)" != "$before" ] || fail "hooks at the restore: $(stages)"
docker exec frozen touch /go
await docker exec frozen test -d /went
docker kill frozen
contains "$(hookctl seccomp show frozen)" mkdir
