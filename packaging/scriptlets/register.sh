# The administrator's file: a line is what "hookctl install" is to be called with. Without it nothing is registered.
if [ -r /etc/ocihooks/register ]; then
    set -f
    while read -r line <&3 || [ -n "$line" ]; do
        case $line in
            '' | '#'*) continue ;;
        esac
        # shellcheck disable=SC2086 # words
        hookctl install $line 3<&- ||
            echo "ocihooks: 'hookctl install $line' of /etc/ocihooks/register failed; fix it, then run it by hand" >&2
    done 3</etc/ocihooks/register
    set +f
fi
