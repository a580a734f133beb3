// The ChaCha20 stream of a public key by vectors of sixteen words, a block in each lane, and uniform
// residues from it; included by the file for AVX-512, inside its target attribute.
//
// Source: RFC 8439, sections 2.1 to 2.4.
#ifndef RK_CHACHA512_H
#define RK_CHACHA512_H

#include <string.h>

#include "rk_internal.h"

enum { CHACHA_BLOCKS = 16, CHACHA_WORDS = 16, CHACHA_BYTES = 64 };

// a b c d of four columns or diagonals, step by step, so that neighboring instructions are
// independent.
RK_INLINE void quarter_rounds(__m512i *v, const uint8_t (*q)[4]) {
#define STEP(x, y, z, bits)                                                                        \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][x]] = _mm512_add_epi32(v[q[i][x]], v[q[i][y]]);     \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][z]] = _mm512_xor_si512(v[q[i][z]], v[q[i][x]]);     \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][z]] = _mm512_rol_epi32(v[q[i][z]], bits);
    STEP(0, 1, 3, 16)
    STEP(2, 3, 1, 12)
    STEP(0, 1, 3, 8)
    STEP(2, 3, 1, 7)
#undef STEP
}

// Rows of one word of sixteen blocks become rows of sixteen words of one block.
RK_INLINE void transpose_words(__m512i *r) {
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
    UNROLL for (int i = 0; i < 16; i++) r[i] = t[i];
}

// Sixteen blocks of the stream.
static void chacha20_sixteen(uint8_t *out, const uint32_t *state) {
    static const uint8_t columns[4][4] = {{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15}};
    static const uint8_t diagonals[4][4] = {
        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}};
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i v[16];
    UNROLL for (int i = 0; i < 16; i++) v[i] = _mm512_set1_epi32((int)state[i]);
    v[12] = _mm512_add_epi32(v[12], lanes);
    for (int round = 0; round < 10; round++) {
        quarter_rounds(v, columns);
        quarter_rounds(v, diagonals);
    }
    UNROLL for (int i = 0; i < 16; i++) v[i] = _mm512_add_epi32(v[i], _mm512_set1_epi32((int)state[i]));
    v[12] = _mm512_add_epi32(v[12], lanes);
    transpose_words(v);
    UNROLL for (int i = 0; i < 16; i++) _mm512_storeu_si512(out + CHACHA_BYTES * i, v[i]);
}

static void chacha20(uint8_t *out, const uint8_t *key, const uint32_t *nonce, uint32_t block,
                     size_t count) {
    uint32_t state[CHACHA_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(state + 4, key, 32);
    state[12] = block;
    memcpy(state + 13, nonce, 12);
    for (; count >= CHACHA_BLOCKS; count -= CHACHA_BLOCKS) {
        chacha20_sixteen(out, state);
        state[12] += CHACHA_BLOCKS;
        out += CHACHA_BLOCKS * CHACHA_BYTES;
    }
    if (count > 0) {
        uint8_t rest[CHACHA_BLOCKS * CHACHA_BYTES];
        chacha20_sixteen(rest, state);
        memcpy(out, rest, count * CHACHA_BYTES);
    }
}

// With words a 2^32 + b and q = c 2^32 + d, by products of 32-bit halves.
static size_t uniform(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                      const rk_modulus *modulus) {
    const vu half = vu_set(0xffffffff), q_low = vu_set(modulus->q & 0xffffffff);
    const vu q_high = vu_set(modulus->q >> 32), threshold = vu_set(modulus->word);
    size_t count = 0;
    for (size_t i = 0; i < n; i += LANES) {
        const vu word = vu_load(words + i), high = _mm512_srli_epi64(word, 32);
        const vu last = _mm512_mul_epu32(word, q_low);
        const vu t = vu_add(_mm512_mul_epu32(high, q_low), _mm512_srli_epi64(last, 32));
        const vu u = vu_add(_mm512_mul_epu32(word, q_high), _mm512_and_si512(t, half));
        const vu top = vu_add(_mm512_mul_epu32(high, q_high), _mm512_srli_epi64(t, 32));
        const vu low = _mm512_or_si512(_mm512_slli_epi64(u, 32), _mm512_and_si512(last, half));
        vu_store(out + i, vu_add(top, _mm512_srli_epi64(u, 32)));
        uint32_t places = _mm512_cmplt_epu64_mask(low, threshold);
        for (; __builtin_expect(places != 0, 0); places &= places - 1) {
            rejected[count++] = (uint32_t)(i + (size_t)__builtin_ctz(places));
        }
    }
    return count;
}

#endif
