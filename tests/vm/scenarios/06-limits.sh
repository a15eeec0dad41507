# Limits of memory, processes and processors hold
. ./lib.sh
files=(/sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max /sys/fs/cgroup/cpu.max)
output=$(same_as_runc --memory=64m --pids-limit=40 --cpus=0.5 -- cat "${files[@]}")
equal "67108864 40 50000 100000" "$(paste -sd ' ' <<<"$output")"
# A process that takes more is killed.
output=$(same_as_runc --memory=32m --memory-swap=32m -- sh -c 'exec 2>/dev/null; head -c 60m /dev/zero | tail -c 60m >/dev/null; echo "exit code $?"')
contains "$output" "exit code 137"
