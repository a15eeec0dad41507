# The doctor finds no problem
# short
. ./lib.sh
output=$(hookctl doctor) || fail "exit code 0: $output"
echo "$output"
contains "$output" "0 problems"
contains "$output" "a throw-away container and its hook ran"
