// Arithmetic modulo q on vectors of eight words, by the 52-bit multiply-add of AVX-512 IFMA; what
// the files rk_ifma*.c share. Included inside their target attribute.
//
// ifma_low and ifma_high add the low and high 52 bits of the product of the low 52 bits of their
// factors. So a value matters modulo 2^52 only: what carries leave above is ignored by every
// product and masked away at the end.
#ifndef RK_IFMA_H
#define RK_IFMA_H

#include <immintrin.h>

#include "rk_internal.h"

#define RK_IFMA_TARGET                                                                       \
    __attribute__((target("avx2,fma,bmi2,avx512f,avx512dq,avx512bw,avx512vl,avx512ifma,avx512vbmi"))), \
        apply_to = function

#pragma clang attribute push(RK_IFMA_TARGET)

typedef __m512i vu;

RK_INLINE vu vu_set(uint64_t x) { return _mm512_set1_epi64((long long)x); }
RK_INLINE vu vu_load(const uint64_t *x) { return _mm512_load_si512(x); }
RK_INLINE void vu_store(uint64_t *x, vu v) { _mm512_store_si512(x, v); }
RK_INLINE vu vu_add(vu a, vu b) { return _mm512_add_epi64(a, b); }
RK_INLINE vu vu_sub(vu a, vu b) { return _mm512_sub_epi64(a, b); }
RK_INLINE vu vu_and(vu a, vu b) { return _mm512_and_si512(a, b); }
RK_INLINE vu vu_min(vu a, vu b) { return _mm512_min_epu64(a, b); }
RK_INLINE vu vu_zero(void) { return _mm512_setzero_si512(); }
// sum + low or high half of a b.
RK_INLINE vu ifma_low(vu sum, vu a, vu b) { return _mm512_madd52lo_epu64(sum, a, b); }
RK_INLINE vu ifma_high(vu sum, vu a, vu b) { return _mm512_madd52hi_epu64(sum, a, b); }

// x in [0, 2m) -> x mod m.
RK_INLINE vu vu_once(vu x, vu m) { return vu_min(x, vu_sub(x, m)); }

// A modulus spread over vectors.
typedef struct {
    vu q;
    vu minus;       // 2^52 - q
    vu reciprocal;  // floor(2^52 / q)
    vu mask;        // 2^52 - 1
} vmod;

RK_INLINE vmod vmod_of(const rk_modulus *m) {
    return (vmod){vu_set(m->q), vu_set(((uint64_t)1 << 52) - m->q), vu_set(m->one_shoup >> 12),
                  vu_set(((uint64_t)1 << 52) - 1)};
}

// A constant factor w in [0, q) and floor(w 2^52 / q).
typedef struct {
    vu w, shoup;
} vfactor;

RK_INLINE vfactor vfactor_of(uint64_t w, uint64_t w_shoup) {
    return (vfactor){vu_set(w), vu_set(w_shoup >> 12)};
}

// x < 2^52 (modulo 2^52) -> sum + x w mod q, the residue below q (1 + x / 2^52) < 2q; modulo 2^52.
RK_INLINE vu vu_times_add(vu sum, vu x, vfactor f, vmod m) {
    const vu quotient = ifma_high(vu_zero(), x, f.shoup);
    return ifma_low(ifma_low(sum, x, f.w), quotient, m.minus);
}

RK_INLINE vu vu_times(vu x, vfactor f, vmod m) { return vu_times_add(vu_zero(), x, f, m); }

// x < 2^52 (modulo 2^52) -> x mod q below q (1 + x / 2^52); modulo 2^52.
RK_INLINE vu vu_partly(vu x, vmod m) {
    return ifma_low(x, ifma_high(vu_zero(), x, m.reciprocal), m.minus);
}

// The residue in [0, q) of what is below 2q modulo 2^52.
RK_INLINE vu vu_finish(vu x, vmod m) { return vu_once(vu_and(x, m.mask), m.q); }

// Transposes eight rows: pairs by unpacking, then 128-bit quarters by two rounds of shuffles.
RK_INLINE void vu_transpose(vu *r) {
    vu t[8], s[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        s[i] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88);
        s[i + 1] = _mm512_shuffle_i64x2(t[i + 1], t[i + 3], 0x88);
        s[i + 2] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xdd);
        s[i + 3] = _mm512_shuffle_i64x2(t[i + 1], t[i + 3], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i64x2(s[i], s[i + 4], 0x88);
        r[i + 4] = _mm512_shuffle_i64x2(s[i], s[i + 4], 0xdd);
    }
}

#pragma clang attribute pop

#endif
