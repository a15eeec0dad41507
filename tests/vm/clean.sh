# After each scenario, whatever became of it.
. ./lib.sh
{
    docker ps --all --quiet | xargs -r docker rm --force
    podman rm --all --force
    rm -f "$rules"/*.json
    : >"$state/hooks.log"
} >/dev/null 2>&1
