# A privileged container has all that it has without the wrapper
# short
. ./lib.sh
# shellcheck disable=SC2016 # the container's shell expands it
output=$(same_as_runc --privileged -- sh -c '
    grep -E "^(Cap|Seccomp|NoNewPrivs)" /proc/self/status
    cat /proc/self/attr/current
    ls /dev')
echo "$output"
contains "$output" unconfined
