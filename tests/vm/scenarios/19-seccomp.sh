# System calls are recorded, and a profile of them is enforced, watched and tried
# short
. ./lib.sh
run() { docker run --rm --network=none --runtime=hooked "$image" sh -c "$1" 2>&1; }
# It ends with exit code 1 where there are some.
denials() { hookctl seccomp denials || [ $? = 1 ]; }
stop() {
    hookctl seccomp record --stop
    hookctl seccomp enforce "$image" --stop
}
at_end stop

hookctl seccomp record --image "$image"
run 'mkdir /made; echo recorded'
hookctl seccomp record --stop
contains "$(hookctl seccomp show "$image")" mkdir

hookctl seccomp enforce "$image"
equal recorded "$(run 'mkdir /made; echo recorded')"
contains "$(run 'ln -s a /link; echo went on')" "Operation not permitted"
hookctl seccomp enforce "$image" --stop

hookctl seccomp enforce "$image" --watch
contains "$(run 'ln -s a /link; echo went on')" "Operation not permitted"
contains "$(denials)" symlink
hookctl seccomp enforce "$image" --stop

hookctl seccomp enforce "$image" --complain
equal "went on" "$(run 'ln -s a /link; echo went on')"
contains "$(denials)" symlink
