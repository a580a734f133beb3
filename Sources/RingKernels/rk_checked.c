// Every table behind checks of the ranges that ring_kernels.h states. A violated range is a mistake of
// the caller, or of a kernel where a result violates it, so it ends the program and says which it was.
#include "rk_internal.h"
#if RK_CHECKED

#include "rk_checked_ranges.h"

void rk_check_bits(const uint64_t *x, size_t n, uint32_t bits, const char *what) {
    must(bits >= 1 && bits <= 64, what);
    must(largest(x, n) <= ~(uint64_t)0 >> (64 - bits), what);
}

void rk_check_residues(const uint64_t *x, size_t n, const rk_modulus *m, const char *what) {
    must(is_modulus(m) && n % 8 == 0, what);
    must(n == 0 || largest(x, n) < m->q, what);
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
