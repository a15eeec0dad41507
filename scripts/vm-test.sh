#!/usr/bin/env bash
# Runs the scenarios of tests/vm in a virtual machine for each suite, and prints a table of them. What a machine printed is in
# out/vm/SUITE-ARCH.log. $VERSION is that of the package. Usage: vm-test.sh x64|arm64 all|short|SCENARIO SUITE..
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
architecture=${1/x64/amd64} chosen=$2
shift 2
out=$PWD/out/vm
mkdir -p "$out"
# KVM is many times as fast, but there are machines that have it and on which no kernel boots under it: it has to be asked for.
accelerator=${ACCELERATOR:-tcg,thread=multi}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

scenarios() {
    local file
    for file in tests/vm/scenarios/*.sh; do
        case $chosen in
            all) ;;
            short) sed -n 2p "$file" | grep -qx '# short' || continue ;;
            # The others need what it installs.
            *) [[ $file == */01-install.sh || $file == */$chosen.sh ]] || continue ;;
        esac
        basename "$file" .sh
    done
}

# What goes into the machine.
pack() {
    local directory=out
    [ "$architecture" = amd64 ] || directory=out/$architecture
    mkdir "$work/in"
    cp -r tests/vm/. "$work/in"
    cp "$directory/ocihooks_${VERSION}_$architecture.deb" "$work/in/ocihooks.deb"
    dpkg-deb -R "$work/in/ocihooks.deb" "$work/next"
    sed -i 's/^Version: .*/Version: 9.9.9/' "$work/next/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip --build "$work/next" "$work/in/ocihooks-next.deb" >/dev/null
    scenarios >"$work/in/list"
    tar -C "$work/in" -c . >"$work/in.tar"
    # A disk ends at the end of a sector, and not before that of the archive.
    truncate -s %1M "$work/in.tar"
}

machine() {
    case $architecture in
        amd64) qemu-system-x86_64 -cpu max -accel "$accelerator" "$@" -append "console=ttyS0 $kernel_arguments" ;;
        arm64) qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on -accel "$accelerator" "$@" -append "console=ttyAMA0 $kernel_arguments" ;;
    esac
}

# boot SUITE: until the machine goes down. Its clock is this one's.
boot() {
    local image=out/cache/vm/$1-$architecture
    local kernel_arguments='root=/dev/vda rw panic=-1 quiet'
    machine -smp 2 -m 3072 -nographic -no-reboot -monitor none -nic none -serial "file:$work/console" \
        -kernel "$image/kernel" -initrd "$image/initrd" \
        -drive "file=$work/disk,if=virtio,format=qcow2,cache=unsafe,aio=threads" \
        -drive "file=$work/in.tar,if=virtio,format=raw,readonly=on" \
        -device virtio-rng-pci -device virtio-serial-pci \
        -chardev "file,id=results,path=$work/results,append=on" -device virtserialport,chardev=results,name=results \
        -chardev "file,id=log,path=$out/$1-$architecture.log,append=on" -device virtserialport,chardev=log,name=log </dev/null
    { echo "== console"; cat "$work/console"; } >>"$out/$1-$architecture.log"
}

# run SUITE: the results are in $out/SUITE-ARCH.results, a line for each scenario.
run() {
    local boots=0
    scripts/vm-image.sh "$1" "${architecture/amd64/x64}"
    rm -f "$work/disk" "$work/results" "$out/$1-$architecture".{log,results}
    : >"$work/results"
    qemu-img create -q -f qcow2 -b "$PWD/out/cache/vm/$1-$architecture/disk.img" -F raw "$work/disk"
    # Each scenario may reboot the machine once; one that goes down by itself more often is broken.
    while [ $((boots++)) -le "$(wc -l <"$work/in/list")" ] && ! grep -q '^- ' "$work/results"; do
        boot "$1"
    done
    cp "$work/results" "$out/$1-$architecture.results"
}

scripts/install-prerequisites.sh vm "${architecture/amd64/x64}"
pack
for suite; do run "$suite"; done
scripts/vm-table.sh "${@/%/-$architecture}" | tee "$out/$architecture.md"

# In the form of dotnet test, so that one reader counts both.
passed=0 failed=0 impossible=0
for suite; do
    while read -r name; do
        case $(sed -n "s/^$name //p" "$out/$suite-$architecture.results") in
            passed) passed=$((passed + 1)) ;;
            impossible*) impossible=$((impossible + 1)) ;;
            *)
                failed=$((failed + 1))
                echo "$suite-$architecture: $name failed: see out/vm/$suite-$architecture.log"
                ;;
        esac
    done <"$work/in/list"
done
[ $failed = 0 ] && verdict=Passed || verdict=Failed
echo "$verdict!  - Failed: $failed, Passed: $passed, Skipped: $impossible, Total: $((passed + failed + impossible)) - virtual machines"
[ $failed = 0 ]
