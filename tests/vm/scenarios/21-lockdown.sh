# Under a lockdown for confidentiality nothing is recorded, which is said, and containers start
. ./lib.sh
lockdown=/sys/kernel/security/lockdown
if [ -z "$AFTER_REBOOT" ]; then
    [ -e "$lockdown" ] || impossible "this kernel has no lockdown"
    echo confidentiality >"$lockdown"
    output=$(hookctl seccomp record --image "$image" 2>&1) || true
    echo "$output"
    contains "$output" lockdown
    equal started "$(docker run --rm --network=none --runtime=hooked "$image" echo started)"
    await journalctl --quiet --boot -t seccomp-recorder --grep lockdown
    hookctl seccomp record --stop
    # Only a reboot ends it.
    reboot_and_go_on
fi
contains "$(cat "$lockdown")" "[none]"
