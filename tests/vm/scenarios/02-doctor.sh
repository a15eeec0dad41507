# The doctor finds no problem
# short
. ./lib.sh
# On a slow machine a program may take longer than the doctor waits for it.
while output=$(hookctl doctor) && code=0 || code=$?; [[ $output == *"did not end within"* ]]; do :; done
[ "$code" = 0 ] || fail "exit code 0: $output"
echo "$output"
contains "$output" "0 problems"
contains "$output" "a throw-away container and its hook ran"
