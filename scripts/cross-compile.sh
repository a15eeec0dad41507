#!/usr/bin/env bash
# Runs a command that builds for an architecture. Debian's cross compiler looks for a linker in directories of its own and in
# COMPILER_PATH, where it must find lld and not this machine's other tools. Usage: cross-compile.sh x64|arm64 COMMAND..
set -euo pipefail
architecture=$1
shift
if [ "$architecture" = arm64 ] && [ "$(uname -m)" != aarch64 ]; then
    COMPILER_PATH=$(mktemp -d)
    export COMPILER_PATH
    trap 'rm -rf "$COMPILER_PATH"' EXIT
    ln -s "$(command -v ld.lld)" "$COMPILER_PATH/ld.lld"
fi
"$@"
