// Sums of products by IFMA, with low and high halves summed apart and one reduction at the end;
// included inside the target attribute of the files for key switching and base conversion.
//
// Factors are below 2^50, so a high half is below 2^48 and a low half below 2^52. A group of 15
// products has a high sum below 15 * 2^48 and a low sum below 2^56: with the carry of the low sum
// the high one stays below 2^52, a factor of the next product. Lazy digits (rk_table.raise) are
// below 2^52 modulo 2^52 and meet residues below 2^46.6: their high halves are smaller still.
#ifndef RK_IFMA_SUMS_H
#define RK_IFMA_SUMS_H

#include "rk_ifma.h"

enum { GROUP = 15 };

typedef struct {
    vu low, high;
} vsum;

RK_INLINE vsum vsum_start(vu low) { return (vsum){low, vu_zero()}; }

RK_INLINE void vsum_add(vsum *s, vu a, vu b) {
    s->low = ifma_low(s->low, a, b);
    s->high = ifma_high(s->high, a, b);
}

// A modulus and 2^52 mod q as a factor.
typedef struct {
    vmod m;
    vfactor word;
    vu twice;
} sum_modulus;

RK_INLINE sum_modulus sum_modulus_of(const rk_modulus *m) {
    const uint64_t word = ((uint64_t)1 << 52) % m->q;
    const uint64_t shoup = (uint64_t)(((rk_u128)word << 52) / m->q);
    return (sum_modulus){vmod_of(m), {vu_set(word), vu_set(shoup)}, vu_set(2 * m->q)};
}

// The sum of a group -> [0, q): below 2q from the low half and below 2q from the high one.
RK_INLINE vu vsum_reduce(vsum s, sum_modulus m) {
    const vu high = vu_add(s.high, _mm512_srli_epi64(s.low, 52));
    const vu sum = vu_times_add(vu_partly(s.low, m.m), high, m.word, m.m);
    return vu_once(vu_once(vu_and(sum, m.m.mask), m.twice), m.m.q);
}

#endif
