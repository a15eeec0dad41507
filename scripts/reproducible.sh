#!/usr/bin/env bash
# Builds the packages of the same sources here and in a directory of another name, and tells whether they have the same bytes. OUT is where
# make puts what it builds for that architecture. Usage: reproducible.sh x64|arm64 OUT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
architecture=$1 out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a make that runs this one has set is not for the other.
unset MAKEFLAGS MAKELEVEL MFLAGS

# packages DIRECTORY: builds them there, and prints their digests.
packages() {
    rm -f "$1/$out"/ocihooks*
    make --no-print-directory -C "$1" deb rpm ARCH="$architecture" >&2
    (cd "$1/$out" && sha256sum ocihooks*.deb ocihooks*.rpm)
}

mkdir "$work/a-copy-elsewhere"
tar --exclude=./out --exclude=bin --exclude=obj -cf - . | tar -C "$work/a-copy-elsewhere" -xf -
packages . >"$work/here"
# The analyzers have judged the sources in the first build.
RunAnalyzers=false packages "$work/a-copy-elsewhere" >"$work/elsewhere"
if ! diff "$work/here" "$work/elsewhere"; then
    echo "the packages differ: something of the place or time of the build is in them; compare them with diffoscope" >&2
    exit 1
fi
echo "the packages have the same bytes:"
cat "$work/here"
