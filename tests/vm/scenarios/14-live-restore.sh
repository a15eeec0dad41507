# live-restore: containers outlive a dockerd that is killed, and end with their hooks
. ./lib.sh
at_end restore_daemon_settings
daemon_setting '."live-restore" = true'
record_stage createRuntime poststop

id=$(docker run --detach --runtime=hooked --name lasting "$image" sleep 100000)
process=$(docker inspect --format '{{.State.Pid}}' "$id")
old=$(systemctl show --property MainPID --value docker)
kill -9 "$old"
another_dockerd() { [ "$(systemctl show --property MainPID --value docker)" != "$old" ] && dockerd_is_up; }
await another_dockerd

equal "true $process" "$(docker inspect --format '{{.State.Running}} {{.State.Pid}}' "$id")"
equal in "$(docker exec "$id" echo in)"
equal createRuntime "$(stages)"
docker rm --force "$id"
await ran poststop
