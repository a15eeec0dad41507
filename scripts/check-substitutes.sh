#!/usr/bin/env bash
# check-substitutes.sh LIBRARY SYMBOLS FUNCTION..
#
# Tells whether the functions of RuntimeSubstitutes took the place of the managed runtime's: LIBRARY, the runtime's, calls each by that
# name, and none of those that it defines is among SYMBOLS, those of the linked program: the linker leaves out what nothing calls.
set -euo pipefail
library=$1 symbols=$2
shift 2
called=$(nm --undefined-only --format=just-symbols "$library" | sort -u)
defined=$(nm --defined-only --extern-only --format=just-symbols "$library" | sort -u)
linked=$(nm --defined-only --format=just-symbols "$symbols" | sort -u)
[ -n "$linked" ] || { echo "$symbols has no symbols to look at" >&2; exit 1; }
has() { grep -qxF -- "$2" <<<"$1"; }
for function in "$@"; do
    problem=
    has "$called" "$function" || problem="$library does not call it"
    if has "$defined" "$function" && has "$linked" "$function"; then
        problem="it is still in the program"
    fi
    if [ -n "$problem" ]; then
        echo "$function is not substituted: $problem; read docs/decisions/runtime-start.md before you rename or remove it" >&2
        exit 1
    fi
done
