// Debug builds only: every table behind checks of the ranges that ring_kernels.h states. A violated
// range is a mistake of the caller, so it ends the program and says which argument it was.
#include "rk_internal.h"
#if RK_CHECKED

#include <stdio.h>
#include <stdlib.h>

static void must(int holds, const char *what) {
    if (holds) return;
    (void)fprintf(stderr, "RingKernels: out of range in %s\n", what);
    abort();
}

static void residues(const uint64_t *x, size_t n, const rk_modulus *m, const char *what) {
    must((uintptr_t)x % 64 == 0, what);
    uint64_t largest = 0;
    for (size_t i = 0; i < n; i++) largest = x[i] > largest ? x[i] : largest;
    must(largest < m->q, what);
}

static void factor(uint64_t w, uint64_t w_shoup, const rk_modulus *m, const char *what) {
    must(w < m->q && w_shoup == (uint64_t)(((rk_u128)w << 64) / m->q), what);
}

static void scaled(const rk_scaled *digit, size_t target, size_t n, const char *what) {
    const rk_converter *c = digit->converter;
    must(c->source_count >= 1 && c->source_count <= RK_CONVERTER_LIMBS, what);
    must(target < c->target_count, what);
    for (size_t k = 0; k < c->source_count; k++) {
        residues(digit->residues + k * digit->stride, n, &c->sources[k], what);
    }
    for (size_t i = 0; i < n; i++) must(digit->quotients[i] <= c->source_count, what);
}

static void places(const uint32_t *index, size_t n, uint32_t mask, const char *what) {
    uint32_t largest = 0;
    for (size_t i = 0; i < n && index != NULL; i++) {
        largest = (index[i] & mask) > largest ? index[i] & mask : largest;
    }
    must(largest < n, what);
}

// The tables behind the checks, set once by the dispatcher.
static const rk_table *behind[RK_ISA_COUNT];

#define CHECKED(name) portable_##name
#define INNER behind[RK_ISA_PORTABLE]
#include "rk_checked.h"
#undef CHECKED
#undef INNER

#define CHECKED(name) avx2_##name
#define INNER behind[RK_ISA_AVX2]
#include "rk_checked.h"
#undef CHECKED
#undef INNER

#define CHECKED(name) avx512_##name
#define INNER behind[RK_ISA_AVX512]
#include "rk_checked.h"
#undef CHECKED
#undef INNER

#define CHECKED(name) ifma_##name
#define INNER behind[RK_ISA_AVX512IFMA]
#include "rk_checked.h"

const rk_table *rk_checked_table(const rk_table *table) {
    behind[table->isa] = table;
    switch (table->isa) {
        case RK_ISA_PORTABLE: return portable_table();
        case RK_ISA_AVX2: return avx2_table();
        case RK_ISA_AVX512: return avx512_table();
        default: return ifma_table();
    }
}

#endif
