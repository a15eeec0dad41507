# containerd: the runtime type of its own, and the wrapper as its runc
. ./lib.sh
record_stage createRuntime createContainer startContainer poststart poststop
reference=$(ctr images list --quiet | grep tried)
ctr run --detach --runtime io.containerd.hooked.v1 "$reference" typed sleep 100000
await ran poststart
equal startContainer "$(ctr tasks exec --exec-id look typed cat /started)"
ctr tasks kill --signal SIGKILL typed
await ctr tasks delete typed
ctr containers delete typed
await ran poststop
equal "createRuntime createContainer poststart poststop" "$(stages)"

: >"$state/hooks.log"
equal yes "$(ctr run --rm --runc-binary /usr/bin/runc-wrap "$reference" plain echo yes)"
await ran poststop
