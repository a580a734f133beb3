// Eight blocks of ChaCha20 at a time, and uniform residues; included by the file for AVX2, inside its
// target attribute.
#ifndef RK_CHACHA256_H
#define RK_CHACHA256_H

#include "rk_internal.h"

typedef __m256i vw;
#define VW_LANES 8
// By whole bytes where that is one instruction; `bits` is a constant.
#define VW_ROTATE(x, bits)                                              \
    ((bits) == 16  ? _mm256_shuffle_epi8(x, rotate_by_bytes(2))         \
     : (bits) == 8 ? _mm256_shuffle_epi8(x, rotate_by_bytes(1))         \
                   : _mm256_or_si256(_mm256_slli_epi32(x, bits), _mm256_srli_epi32(x, 32 - (bits))))

// Byte i of a word becomes byte i + count of it.
RK_INLINE vw rotate_by_bytes(int count) {
    return count == 2 ? _mm256_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3,
                                         0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
                      : _mm256_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14, 3, 0,
                                         1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}

static inline vw vw_set(uint32_t x) { return _mm256_set1_epi32((int)x); }
static inline vw vw_add(vw a, vw b) { return _mm256_add_epi32(a, b); }
static inline vw vw_xor(vw a, vw b) { return _mm256_xor_si256(a, b); }
static inline vw vw_lanes(void) { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }

// Rows of one word of eight blocks become two rows of eight words of one block.
RK_INLINE void vw_store_blocks(uint8_t *out, vw *v) {
    UNROLL for (int part = 0; part < 2; part++) {
        vw *r = v + 8 * part, t[8];
        UNROLL for (int i = 0; i < 8; i += 2) {
            t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
            t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
        }
        UNROLL for (int i = 0; i < 8; i += 4) {
            r[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
            r[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
            r[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
            r[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
        }
        // Half j of r[4 k + i] holds words 4 k ... 4 k + 3 of block 4 j + i.
        UNROLL for (int i = 0; i < 4; i++) {
            __m256i *low = (__m256i *)(void *)(out + 64 * i + 32 * part);
            __m256i *high = (__m256i *)(void *)(out + 64 * (i + 4) + 32 * part);
            _mm256_storeu_si256(low, _mm256_permute2x128_si256(r[i], r[i + 4], 0x20));
            _mm256_storeu_si256(high, _mm256_permute2x128_si256(r[i], r[i + 4], 0x31));
        }
    }
}

#define VU_LEFT(x, bits) _mm256_slli_epi64(x, bits)
#define VU_RIGHT(x, bits) _mm256_srli_epi64(x, bits)
static inline vu vu_product(vu a, vu b) { return _mm256_mul_epu32(a, b); }
static inline vu vu_and(vu a, vu b) { return _mm256_and_si256(a, b); }
static inline vu vu_or(vu a, vu b) { return _mm256_or_si256(a, b); }
// Signed comparison of both with the top bit turned.
static inline uint32_t vu_below(vu a, vu b) {
    const vu top = vu_set((uint64_t)1 << 63);
    const vu is = _mm256_cmpgt_epi64(_mm256_xor_si256(b, top), _mm256_xor_si256(a, top));
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(is));
}

#include "rk_chacha.h"

#endif
