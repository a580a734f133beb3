// Memory functions for GMP that clear every block before it goes back to the allocator: limbs may be
// pieces of keys. GMP passes the size of the block along, so nothing has to be remembered.
#ifndef TACIT_CGMP_MEMORY_H
#define TACIT_CGMP_MEMORY_H

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

// Overwrites memory in a way that the optimizer must keep.
static inline void tacit_wipe(void *block, size_t bytes) {
    memset(block, 0, bytes);
    __asm__ __volatile__("" : : "r"(block) : "memory");
}

static inline void *tacit_gmp_allocate(size_t bytes) {
    void *block = malloc(bytes);
    // GMP allows no null here; its own allocator ends the process in the same case.
    if (block == NULL) abort();
    return block;
}

static inline void tacit_gmp_free(void *block, size_t bytes) {
    if (block == NULL) return;
    tacit_wipe(block, bytes);
    free(block);
}

static inline void *tacit_gmp_reallocate(void *block, size_t old_bytes, size_t new_bytes) {
    void *moved = tacit_gmp_allocate(new_bytes);
    memcpy(moved, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    tacit_gmp_free(block, old_bytes);
    return moved;
}

// Idempotent. Blocks that GMP already handed out stay valid: both sets of functions stand on malloc.
static inline void tacit_gmp_install_memory_functions(void) {
    __gmp_set_memory_functions(tacit_gmp_allocate, tacit_gmp_reallocate, tacit_gmp_free);
}

// True if GMP uses the functions above (someone else in the process may have replaced them).
static inline int tacit_gmp_clears_memory(void) {
    void (*release)(void *, size_t);
    __gmp_get_memory_functions(NULL, NULL, &release);
    return release == tacit_gmp_free;
}

// Clears the part of the stack below the caller, where GMP keeps the scratch space of operations on
// numbers of up to some thousand bits.
__attribute__((noinline)) static void tacit_wipe_stack(void) {
    unsigned char scratch[96 * 1024];
    tacit_wipe(scratch, sizeof scratch);
}

#endif
