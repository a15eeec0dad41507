#!/bin/sh
# Writes what oci-seccomp-bpf-hook needs of a kernel's headers, from the kernel's own description of its types, for a machine that has no
# headers for its kernel. Only the structures and members that the hook's program looks at are there. Usage: kernel-headers.sh DIRECTORY
set -eu
mkdir -p "$1/include/linux" "$1/include/uapi/linux" "$1/arch/x86/include/uapi" "$1/arch/x86/include/asm"
types=$(mktemp)
trap 'rm -f "$types"' EXIT
bpftool btf dump file /sys/kernel/btf/vmlinux >"$types"

# Where a structure's member begins, in bytes.
offset() {
    awk -v structure="STRUCT '$1'" -v member="'$2'" '
        index($0, structure) { found = 1; next }
        found && /^\[/ { exit }
        found && $1 == member { sub(/.*bits_offset=/, ""); print $0 / 8; exit }' "$types"
}

cat >"$1/include/linux/types.h" <<'END'
#ifndef TYPES
#define TYPES
#include </usr/include/linux/types.h>
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;
typedef __s8 s8; typedef __s16 s16; typedef __s32 s32; typedef __s64 s64;
typedef unsigned int uint32_t;
typedef unsigned long size_t, uintptr_t;
typedef _Bool bool;
typedef int pid_t;
#define NULL ((void *)0)
#define false 0
#define true 1
#endif
END
# The hook takes a mount namespace for a counter and a namespace behind it; since Linux 5.11 there is no counter.
cat >"$1/include/linux/sched.h" <<END
#ifndef SCHED
#define SCHED
#include <linux/types.h>
#include <asm/unistd_64.h>
typedef struct {} atomic_t;
struct mnt_namespace;
struct ns_common { char before[$(offset ns_common inum)]; unsigned int inum; };
struct nsproxy { char before[$(offset nsproxy mnt_ns)]; struct mnt_namespace *mnt_ns; };
struct task_struct { char before[$(offset task_struct nsproxy)]; struct nsproxy *nsproxy; };
#endif
END
for header in nsproxy pid_namespace ns_common tracepoint; do echo '#include <linux/sched.h>' >"$1/include/linux/$header.h"; done
for header in types posix_types stddef bpf_common; do echo "#include </usr/include/linux/$header.h>" >"$1/include/uapi/linux/$header.h"; done
for header in linux/bpf.h linux/log2.h uapi/linux/bpf.h uapi/linux/if_packet.h; do : >"$1/include/$header"; done
: >"$1/arch/x86/include/asm/page.h"
cp /usr/include/linux/version.h "$1/include/linux/version.h"
echo '#define CONFIG_BPF_SYSCALL 1' >"$1/include/linux/kconfig.h"
ln -s /usr/include/asm-generic "$1/include/uapi/asm-generic"
ln -s "/usr/include/$(uname -m)-linux-gnu/asm" "$1/arch/x86/include/uapi/asm"
