/* System calls that Swift cannot import (variadic, or without a libc wrapper). */
#ifndef TACIT_PLATFORM_H
#define TACIT_PLATFORM_H

#include <errno.h>
#include <stdio.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* Forbids core dumps and ptrace by other processes of the user. 0, or errno. */
static inline int tacit_forbid_dump(void) {
#if defined(__linux__)
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
#else
    return 0;
#endif
}

/* 1 when the process may be dumped, 0 when not, -1 when the system cannot say. */
static inline int tacit_is_dumpable(void) {
#if defined(__linux__)
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
#else
    return -1;
#endif
}

/* Renames within one directory descriptor and fails with EEXIST where the target exists. 0, or errno. */
static inline int tacit_rename_exclusive(int directory, const char *from, const char *to) {
#if defined(__linux__) && defined(SYS_renameat2)
    return syscall(SYS_renameat2, directory, from, directory, to, 1u) == 0 ? 0 : errno;
#elif defined(__APPLE__)
    return renameatx_np(directory, from, directory, to, 4u) == 0 ? 0 : errno;
#else
    return ENOSYS;
#endif
}

#endif
