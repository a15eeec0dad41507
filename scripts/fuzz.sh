#!/usr/bin/env bash
#
# Tries one reader with AFL++ for some seconds: fuzz.sh TARGET SECONDS. What AFL++ finds is kept in out/fuzz/TARGET, and the next run goes on
# from it. It fails if the reader threw, hung or killed its process, now or in an earlier run.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet=${DOTNET:-dotnet}
target=${1-} seconds=${2:?usage: fuzz.sh TARGET SECONDS}
# What the readers are made of. A reader's way through it is what AFL++ steers by.
instrumented=(HookEngine hookctl runc-wrap seccomp-recorder SeccompProfiles Tomlyn YamlDotNet)
programs=out/fuzz/bin
findings=out/fuzz/$target

"$dotnet" build tests/fuzz -c Release --nologo -v quiet
if ! "$dotnet" tests/fuzz/bin/Release/net10.0/Fuzz.dll list | grep -qxF -- "$target"; then
    echo "TARGET is \"$target\"; give one of these: $("$dotnet" tests/fuzz/bin/Release/net10.0/Fuzz.dll list | paste -sd ' ')" >&2
    exit 2
fi

# The copy is instrumented: what was built is for the unit tests, too.
rm -rf "$programs"
mkdir -p out/fuzz
cp -r tests/fuzz/bin/Release/net10.0 "$programs"
(
    cd tests/fuzz
    "$dotnet" tool restore >/dev/null
    for assembly in "${instrumented[@]}"; do
        "$dotnet" sharpfuzz "../../$programs/$assembly.dll"
    done
)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Readers that open a file get one there; AFL++ ends them with no time to remove it.
export TMPDIR=$scratch
seeds=$scratch/seeds
mkdir "$seeds"
"$dotnet" tests/fuzz/bin/Release/net10.0/Fuzz.dll seeds "$target" "$seeds"

# The program is managed, so that AFL++ finds nothing of its own in it; and it is not to change the machine's settings.
export AFL_SKIP_BIN_CHECK=1 AFL_AUTORESUME=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
afl-fuzz -i "$seeds" -o "$findings" -t 10000 -m none -V "$seconds" -- "$dotnet" "$programs/Fuzz.dll" afl "$target" >"$findings.log" 2>&1 || {
    tail -20 "$findings.log" >&2
    exit 1
}

stats=$findings/default/fuzzer_stats
echo "$target: $(sed -n 's/^execs_done *: //p' "$stats") texts tried, $(sed -n 's/^corpus_count *: //p' "$stats") kept"
found=$(find "$findings/default/crashes" "$findings/default/hangs" -type f ! -name README.txt)
if [ -n "$found" ]; then
    echo "these end it, or take it more than ten seconds:" >&2
    while read -r file; do
        echo "  $dotnet tests/fuzz/bin/Release/net10.0/Fuzz.dll read $target $file" >&2
    done <<<"$found"
    exit 1
fi
