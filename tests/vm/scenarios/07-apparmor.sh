# AppArmor confines a container as it does without the wrapper, and not its hooks
# short
. ./lib.sh
equal Y "$(cat /sys/module/apparmor/parameters/enabled)"
equal "docker-default (enforce)" "$(same_as_runc -- cat /proc/self/attr/current)"
# Newer suites have a profile for runc that confines nothing, "runc (unconfined)", which what it starts is in.
contains "$(same_as_runc --security-opt apparmor=unconfined -- cat /proc/self/attr/current)" unconfined
# The profile denies what the capability would allow.
denied=$(same_as_runc --cap-add=SYS_ADMIN --security-opt seccomp=unconfined -- sh -c 'mount -t tmpfs none /tmp 2>&1; echo "mount: $?"')
lacks "$denied" "mount: 0"

write_rule confined <<'EOF'
{ "version": "ocihooks/1", "when": { "always": true }, "stages": ["createRuntime"],
  "hook": { "path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; cat /proc/self/attr/current >/var/lib/vm-test/confined"] } }
EOF
docker run --rm --network=none --runtime=hooked "$image" true
contains "$(cat "$state/confined")" unconfined
