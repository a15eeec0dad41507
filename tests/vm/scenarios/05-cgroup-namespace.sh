# A container's cgroup namespace is as asked for, private or the host's
. ./lib.sh
equal 0::/ "$(same_as_runc --cgroupns=private -- cat /proc/self/cgroup)"
record_stage createRuntime
host=$(docker run --rm --network=none --runtime=hooked --cgroupns=host "$image" cat /proc/self/cgroup)
contains "$host" docker
equal createRuntime "$(awk 'END { print $1 }' "$state/hooks.log")"
