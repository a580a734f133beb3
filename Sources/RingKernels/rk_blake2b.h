// BLAKE2b of eight messages at the same time, a message in each lane, compiled for each instruction
// set by the file that includes it.
//
// Source: RFC 7693, section 3.
#ifndef RK_BLAKE2B_H
#define RK_BLAKE2B_H

#include <string.h>

#include "rk_internal.h"

enum { BLAKE2B_LANES = 8, BLAKE2B_WORDS = 16 };

typedef uint64_t blake2b_row __attribute__((vector_size(8 * BLAKE2B_LANES)));

static void blake2b_load(blake2b_row *row, const uint8_t *bytes) {
    memcpy(row, bytes, sizeof *row);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int lane = 0; lane < BLAKE2B_LANES; lane++) (*row)[lane] = __builtin_bswap64((*row)[lane]);
#endif
}

#define BLAKE2B_TURN(x, bits) (((x) >> (bits)) | ((x) << (64 - (bits))))

#define BLAKE2B_MIX(a, b, c, d, x, y)                                                              \
    v[a] += v[b] + m[x];                                                                           \
    v[d] = BLAKE2B_TURN(v[d] ^ v[a], 32);                                                          \
    v[c] += v[d];                                                                                  \
    v[b] = BLAKE2B_TURN(v[b] ^ v[c], 24);                                                          \
    v[a] += v[b] + m[y];                                                                           \
    v[d] = BLAKE2B_TURN(v[d] ^ v[a], 16);                                                          \
    v[c] += v[d];                                                                                  \
    v[b] = BLAKE2B_TURN(v[b] ^ v[c], 63);

#define BLAKE2B_ROUND(a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q)                              \
    BLAKE2B_MIX(0, 4, 8, 12, a, b)                                                                 \
    BLAKE2B_MIX(1, 5, 9, 13, c, d)                                                                 \
    BLAKE2B_MIX(2, 6, 10, 14, e, f)                                                                \
    BLAKE2B_MIX(3, 7, 11, 15, g, h)                                                                \
    BLAKE2B_MIX(0, 5, 10, 15, i, j)                                                                \
    BLAKE2B_MIX(1, 6, 11, 12, k, l)                                                                \
    BLAKE2B_MIX(2, 7, 8, 13, n, o)                                                                 \
    BLAKE2B_MIX(3, 4, 9, 14, p, q)

static void blake2b_lanes(uint64_t *state, const uint8_t *bytes, size_t count, uint64_t before,
                          int is_last) {
    static const uint64_t start[8] = {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    };
    const blake2b_row zero = {0};
    blake2b_row h[8], v[16], m[BLAKE2B_WORDS];
    if (before == 0) {
        for (int i = 0; i < 8; i++) h[i] = zero + start[i];
        h[0] ^= 0x01010000 ^ 32;  // no key, 32 bytes of digest
    } else {
        memcpy(h, state, sizeof h);
    }
    for (size_t block = 0; block < count; block++, bytes += sizeof m) {
        UNROLL for (int i = 0; i < BLAKE2B_WORDS; i++) blake2b_load(&m[i], bytes + 64 * i);
        UNROLL for (int i = 0; i < 8; i++) {
            v[i] = h[i];
            v[i + 8] = zero + start[i];
        }
        v[12] ^= 128 * (before + block + 1);
        if (is_last && block + 1 == count) v[14] = ~v[14];
        BLAKE2B_ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        BLAKE2B_ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
        BLAKE2B_ROUND(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
        BLAKE2B_ROUND(7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
        BLAKE2B_ROUND(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
        BLAKE2B_ROUND(2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
        BLAKE2B_ROUND(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
        BLAKE2B_ROUND(13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
        BLAKE2B_ROUND(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
        BLAKE2B_ROUND(10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
        BLAKE2B_ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        BLAKE2B_ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
        UNROLL for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
    }
    memcpy(state, h, sizeof h);
}

#undef BLAKE2B_TURN
#undef BLAKE2B_MIX
#undef BLAKE2B_ROUND

#endif
