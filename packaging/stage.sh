#!/usr/bin/env bash
# Puts what packages hold into DIRECTORY/main and DIRECTORY/debug. Called by build.sh of deb and rpm, which "make deb" and "make rpm" run
# with VERSION, SOURCE_DATE_EPOCH, ARCH and OUT. Usage: stage.sh DIRECTORY
set -euo pipefail
: "${VERSION:?run make deb or make rpm}" "${SOURCE_DATE_EPOCH:?}" "${ARCH:?}" "${OUT:?}"
umask 022
main=$1/main debug=$1/debug
doc=$main/usr/share/doc/ocihooks

make --no-print-directory install ARCH="$ARCH" DESTDIR="$main" PREFIX=/usr SYSCONFDIR=/etc >/dev/null
gzip -9n "$main"/usr/share/man/man*/*
install -D -m 644 README.md docs/{rules,hooks,seccomp,security,architecture,packages,third-party}.md daemon.json.example -t "$doc"
install -D -m 644 docs/decisions/*.md -t "$doc/decisions"
install -m 644 "$OUT/publish/THIRD-PARTY-NOTICES.TXT" "$doc/dotnet-third-party-notices.txt"

# Debuggers look for symbols by the program's build ID.
for program in bin/runc-wrap bin/hookctl libexec/ocihooks/seccomp-recorder; do
    id=$(readelf -n "$main/usr/$program" | sed -n 's/.*Build ID: //p')
    install -D -m 644 "$OUT/publish/${program##*/}.dbg" "$debug/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug"
done

# rpm and dpkg set back what is younger; directories and old files would differ from build to build.
find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
