// Inlines shared by the kernel files.
#ifndef RK_INTERNAL_H
#define RK_INTERNAL_H

#include "ring_kernels.h"

typedef unsigned __int128 rk_u128;

#define RK_INLINE static inline __attribute__((always_inline))
// Before a loop over registers: arrays of vectors become registers only where every index is known.
#define UNROLL _Pragma("clang loop unroll(full)")

// Tables of the kernel files; NULL entries where a file does not apply to this architecture.
const rk_table *rk_portable_table(void);
#if defined(__x86_64__)
#define RK_X86 1
const rk_table *rk_avx2_table(void);
const rk_table *rk_avx512_table(void);
const rk_table *rk_ifma_table(void);
#else
#define RK_X86 0
#endif

// In debug builds, and in any with the package's trait Checked, kernels check the ranges that the
// header states and abort where one is violated.
#ifndef RK_CHECKED
#if defined(DEBUG) && !defined(NDEBUG)
#define RK_CHECKED 1
#else
#define RK_CHECKED 0
#endif
#endif
#if RK_CHECKED
const rk_table *rk_checked_table(const rk_table *table);
// That each of n words is below 2^bits or, with a modulus, below that.
void rk_check_bits(const uint64_t *x, size_t n, uint32_t bits, const char *what);
void rk_check_residues(const uint64_t *x, size_t n, const rk_modulus *modulus, const char *what);
#endif

// Narrow moduli have room for 44 q below 2^52, which the transforms by IFMA make use of; smaller
// degrees than 64 have no squares of eight lanes. The other transforms work on doubles.
static inline int rk_is_narrow(uint64_t q, uint32_t log_degree) {
    return q < ((uint64_t)1 << 52) / 44 && log_degree >= 6;
}

// The bound of every value of their forward transforms, lazy ones included, in units of q.
enum { RK_LAZY_BOUND = 43 };

// High 64 bits of a 64 x 64-bit product.
static inline uint64_t rk_high(uint64_t a, uint64_t b) {
    return (uint64_t)(((rk_u128)a * b) >> 64);
}

// x in [0, 2m) -> x mod m, without a branch: the smaller of x and x - m as unsigned numbers.
static inline uint64_t rk_reduce_once(uint64_t x, uint64_t m) {
    uint64_t y = x - m;
    return x < y ? x : y;
}

// Shoup: any x, w in [0, q) -> x w mod q in [0, 2q).
static inline uint64_t rk_multiply_lazy(uint64_t x, uint64_t w, uint64_t w_shoup, uint64_t q) {
    return x * w - rk_high(x, w_shoup) * q;
}

// Shoup, reduced: any x, w in [0, q) -> [0, q).
static inline uint64_t rk_multiply_shoup(uint64_t x, uint64_t w, uint64_t w_shoup, uint64_t q) {
    return rk_reduce_once(rk_multiply_lazy(x, w, w_shoup, q), q);
}

// Barrett: z < 2^(2 bits) -> [0, q).
// z/q minus the quotient is below 1 (floor) + 1/2 (bits shifted out) + 2^-12, so one subtraction.
static inline uint64_t rk_reduce_product(rk_u128 z, const rk_modulus *m) {
    uint64_t quotient = rk_high((uint64_t)(z >> m->shift), m->barrett);
    return rk_reduce_once((uint64_t)z - quotient * m->q, m->q);
}

// Any 128-bit z -> [0, q).
static inline uint64_t rk_reduce_wide(rk_u128 z, const rk_modulus *m) {
    uint64_t high = rk_multiply_lazy((uint64_t)(z >> 64), m->word, m->word_shoup, m->q);
    uint64_t low = rk_multiply_lazy((uint64_t)z, 1, m->one_shoup, m->q);
    return rk_reduce_once(rk_reduce_once(high + low, 2 * m->q), m->q);
}

#endif
