// Sixteen blocks of ChaCha20 at a time, and uniform residues; included by the file for AVX-512, inside
// its target attribute.
#ifndef RK_CHACHA512_H
#define RK_CHACHA512_H

#include "rk_internal.h"

typedef __m512i vw;
#define VW_LANES 16
#define VW_ROTATE(x, bits) _mm512_rol_epi32(x, bits)

static inline vw vw_set(uint32_t x) { return _mm512_set1_epi32((int)x); }
static inline vw vw_add(vw a, vw b) { return _mm512_add_epi32(a, b); }
static inline vw vw_xor(vw a, vw b) { return _mm512_xor_si512(a, b); }
static inline vw vw_lanes(void) {
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// Rows of one word of sixteen blocks become rows of sixteen words of one block.
RK_INLINE void vw_store_blocks(uint8_t *out, vw *r) {
    __m512i t[16];
    UNROLL for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    // Quarter j of r[4 k + i] holds words 4 k ... 4 k + 3 of block 4 j + i.
    UNROLL for (int i = 0; i < 4; i++) {
        const __m512i low = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        const __m512i low_odd = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        const __m512i high = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        const __m512i high_odd = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
        t[i] = _mm512_shuffle_i32x4(low, high, 0x88);
        t[i + 8] = _mm512_shuffle_i32x4(low, high, 0xdd);
        t[i + 4] = _mm512_shuffle_i32x4(low_odd, high_odd, 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(low_odd, high_odd, 0xdd);
    }
    UNROLL for (int i = 0; i < 16; i++) _mm512_storeu_si512(out + 64 * i, t[i]);
}

#define VU_LEFT(x, bits) _mm512_slli_epi64(x, bits)
#define VU_RIGHT(x, bits) _mm512_srli_epi64(x, bits)
static inline vu vu_product(vu a, vu b) { return _mm512_mul_epu32(a, b); }
static inline vu vu_and(vu a, vu b) { return _mm512_and_si512(a, b); }
static inline vu vu_or(vu a, vu b) { return _mm512_or_si512(a, b); }
static inline uint32_t vu_below(vu a, vu b) { return _mm512_cmplt_epu64_mask(a, b); }

#include "rk_chacha.h"

#endif
