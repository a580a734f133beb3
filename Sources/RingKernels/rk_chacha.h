// The ChaCha20 stream of a public key, a block in each lane, and uniform residues from it; included by
// the files for vectors of eight and sixteen words, inside their target attribute, after these:
//
//     vw, VW_LANES                        a vector of words of 32 bits, and how many
//     vw_set, vw_add, vw_xor, vw_lanes    and the numbers 0, 1, ... of the lanes
//     VW_ROTATE(x, bits)                  to the left
//     vw_store_blocks(out, rows)          a row of every word becomes a block of every lane
//     vu_product(a, b)                    of the low halves of words of 64 bits
//     VU_LEFT, VU_RIGHT, vu_and, vu_or    shifts, and bits
//     vu_below(a, b)                      a bit for every lane
//
// Source: RFC 8439, sections 2.1 to 2.4.
#ifndef RK_CHACHA_H
#define RK_CHACHA_H

#include <string.h>

#include "rk_internal.h"

enum { CHACHA_BLOCKS = VW_LANES, CHACHA_WORDS = 16, CHACHA_BYTES = 64 };

// a b c d of four columns or diagonals, step by step, so that neighboring instructions are
// independent.
RK_INLINE void quarter_rounds(vw *v, const uint8_t (*q)[4]) {
#define STEP(x, y, z, bits)                                                        \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][x]] = vw_add(v[q[i][x]], v[q[i][y]]); \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][z]] = vw_xor(v[q[i][z]], v[q[i][x]]); \
    UNROLL for (int i = 0; i < 4; i++) v[q[i][z]] = VW_ROTATE(v[q[i][z]], bits);
    STEP(0, 1, 3, 16)
    STEP(2, 3, 1, 12)
    STEP(0, 1, 3, 8)
    STEP(2, 3, 1, 7)
#undef STEP
}

// As many blocks of the stream as there are lanes.
static void chacha20_lanes(uint8_t *out, const uint32_t *state) {
    static const uint8_t columns[4][4] = {
        {0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15}};
    static const uint8_t diagonals[4][4] = {
        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}};
    vw v[CHACHA_WORDS];
    UNROLL for (int i = 0; i < CHACHA_WORDS; i++) v[i] = vw_set(state[i]);
    v[12] = vw_add(v[12], vw_lanes());
    for (int round = 0; round < 10; round++) {
        quarter_rounds(v, columns);
        quarter_rounds(v, diagonals);
    }
    UNROLL for (int i = 0; i < CHACHA_WORDS; i++) v[i] = vw_add(v[i], vw_set(state[i]));
    v[12] = vw_add(v[12], vw_lanes());
    vw_store_blocks(out, v);
}

static void chacha20(uint8_t *out, const uint8_t *key, const uint32_t *nonce, uint32_t block,
                     size_t count) {
    uint32_t state[CHACHA_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(state + 4, key, 32);
    state[12] = block;
    memcpy(state + 13, nonce, 12);
    for (; count >= CHACHA_BLOCKS; count -= CHACHA_BLOCKS) {
        chacha20_lanes(out, state);
        state[12] += CHACHA_BLOCKS;
        out += CHACHA_BLOCKS * CHACHA_BYTES;
    }
    if (count > 0) {
        uint8_t rest[CHACHA_BLOCKS * CHACHA_BYTES];
        chacha20_lanes(rest, state);
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
        const vu word = vu_load(words + i), high = VU_RIGHT(word, 32);
        const vu last = vu_product(word, q_low);
        const vu t = vu_add(vu_product(high, q_low), VU_RIGHT(last, 32));
        const vu u = vu_add(vu_product(word, q_high), vu_and(t, half));
        const vu top = vu_add(vu_product(high, q_high), VU_RIGHT(t, 32));
        const vu low = vu_or(VU_LEFT(u, 32), vu_and(last, half));
        vu_store(out + i, vu_add(top, VU_RIGHT(u, 32)));
        uint32_t places = vu_below(low, threshold);
        for (; __builtin_expect(places != 0, 0); places &= places - 1) {
            rejected[count++] = (uint32_t)(i + (size_t)__builtin_ctz(places));
        }
    }
    return count;
}

#endif
