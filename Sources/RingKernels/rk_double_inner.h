// The inner product of key switching on doubles, for any LANES; included by the files for AVX2 and
// AVX-512.
#ifndef RK_DOUBLE_INNER_H
#define RK_DOUBLE_INNER_H

#include "rk_double.h"
#include "rk_portable.h"

// Products added before a reduction: 4 (2^50)^2 <= 2^102 and 4 rests with the carried q/2.
// Vectors worked on together. Places permuted at a time.
enum { INNER_GROUP = 4, INNER_VECTORS = 2, INNER_BLOCK = 256 };

// A group of `count` digits at place i of digits and keys; `low` holds the sums so far and is
// brought back to [-q/2 - 1, q/2 + 1].
static inline __attribute__((always_inline)) void inner_group(
    vd (*low)[2], const uint64_t *const *digits, const uint64_t *const *keys0,
    const uint64_t *const *keys1, size_t digit_place, size_t place, size_t count, int vectors,
    vmod m) {
    vsum sums[INNER_VECTORS][2];
    for (int v = 0; v < vectors; v++) {
        sums[v][0] = vsum_start(low[v][0]);
        sums[v][1] = vsum_start(low[v][1]);
    }
    for (size_t j = 0; j < count; j++) {
        for (int v = 0; v < vectors; v++) {
            const size_t i = (size_t)v * LANES;
            vd digit = vd_from_words(digits[j] + digit_place + i);
            vsum_add(&sums[v][0], digit, vd_from_words(keys0[j] + place + i));
            vsum_add(&sums[v][1], digit, vd_from_words(keys1[j] + place + i));
        }
    }
    for (int v = 0; v < vectors; v++) {
        low[v][0] = vsum_reduce(sums[v][0], m);
        low[v][1] = vsum_reduce(sums[v][1], m);
    }
}

// All digits at one place; with `adding` the outputs hold sums already.
static inline __attribute__((always_inline)) void inner_place(
    uint64_t *out0, uint64_t *out1, const uint64_t *const *digits, const uint64_t *const *keys0,
    const uint64_t *const *keys1, size_t digit_place, size_t place, size_t count, int adding,
    int vectors, vmod m) {
    vd low[INNER_VECTORS][2];
    for (int v = 0; v < vectors; v++) {
        low[v][0] = adding ? vd_from_words(out0 + place + v * LANES) : vd_set(0);
        low[v][1] = adding ? vd_from_words(out1 + place + v * LANES) : vd_set(0);
    }
    // Groups of counts that the compiler knows.
    for (; count > INNER_GROUP; count -= INNER_GROUP) {
        inner_group(low, digits, keys0, keys1, digit_place, place, INNER_GROUP, vectors, m);
        digits += INNER_GROUP, keys0 += INNER_GROUP, keys1 += INNER_GROUP;
    }
    switch (count) {
        case 1: inner_group(low, digits, keys0, keys1, digit_place, place, 1, vectors, m); break;
        case 2: inner_group(low, digits, keys0, keys1, digit_place, place, 2, vectors, m); break;
        case 3: inner_group(low, digits, keys0, keys1, digit_place, place, 3, vectors, m); break;
        default: inner_group(low, digits, keys0, keys1, digit_place, place, 4, vectors, m);
    }
    for (int v = 0; v < vectors; v++) {
        vd_to_words(out0 + place + v * LANES, vd_lift(low[v][0], m.q));
        vd_to_words(out1 + place + v * LANES, vd_lift(low[v][1], m.q));
    }
}

// Places start ... start + length - 1; digits are read at digit_start onwards.
static void inner_range(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                        const uint64_t *const *keys0, const uint64_t *const *keys1,
                        size_t digit_start, size_t start, size_t length, size_t count, int adding,
                        vmod m) {
    size_t i = 0;
    for (; i + INNER_VECTORS * LANES <= length; i += INNER_VECTORS * LANES) {
        inner_place(out0, out1, digits, keys0, keys1, digit_start + i, start + i, count, adding,
                    INNER_VECTORS, m);
    }
    for (; i < length; i += LANES) {
        inner_place(out0, out1, digits, keys0, keys1, digit_start + i, start + i, count, adding, 1,
                    m);
    }
}

// Digits are permuted a block of places and a group of digits at a time.
static void inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                          const uint64_t *const *keys0, const uint64_t *const *keys1,
                          const uint32_t *index, size_t count, size_t n,
                          const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    if (index == NULL) {
        inner_range(out0, out1, digits, keys0, keys1, 0, 0, n, count, 0, m);
        return;
    }
    uint64_t moved[INNER_GROUP][INNER_BLOCK] __attribute__((aligned(64)));
    const uint64_t *rows[INNER_GROUP] = {moved[0], moved[1], moved[2], moved[3]};
    for (size_t start = 0; start < n; start += INNER_BLOCK) {
        const size_t length = n - start < INNER_BLOCK ? n - start : INNER_BLOCK;
        for (size_t first = 0; first < count; first += INNER_GROUP) {
            const size_t size = count - first < INNER_GROUP ? count - first : INNER_GROUP;
            for (size_t j = 0; j < size; j++) {
                permute(moved[j], digits[first + j], index + start, length);
            }
            inner_range(out0, out1, rows, keys0 + first, keys1 + first, 0, start, length, size,
                        first > 0, m);
        }
    }
}

// Eight places of an interleaved key are this many vectors.
enum { KEY_VECTORS = 8 / LANES };

// The words of a key that are fetched ahead of their use.
enum { KEY_AHEAD = 512 };

// A group of `count` digits at eight places; `low` as in inner_group.
static inline __attribute__((always_inline)) void key_group(vd (*low)[2],
                                                            const uint64_t *const *digits,
                                                            const uint64_t *key, size_t place,
                                                            size_t count, vmod m) {
    vsum sums[KEY_VECTORS][2];
    for (int v = 0; v < KEY_VECTORS; v++) {
        sums[v][0] = vsum_start(low[v][0]);
        sums[v][1] = vsum_start(low[v][1]);
    }
    for (size_t j = 0; j < count; j++) {
        __builtin_prefetch(key + 16 * j + KEY_AHEAD);
        __builtin_prefetch(key + 16 * j + KEY_AHEAD + 8);
        for (int v = 0; v < KEY_VECTORS; v++) {
            const vd digit = vd_from_words(digits[j] + place + v * LANES);
            vsum_add(&sums[v][0], digit, vd_from_words(key + 16 * j + v * LANES));
            vsum_add(&sums[v][1], digit, vd_from_words(key + 16 * j + 8 + v * LANES));
        }
    }
    for (int v = 0; v < KEY_VECTORS; v++) {
        low[v][0] = vsum_reduce(sums[v][0], m);
        low[v][1] = vsum_reduce(sums[v][1], m);
    }
}

// All digits at eight places.
static inline void key_place(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                             const uint64_t *key, size_t place, size_t count, int adding,
                             vmod m) {
    vd low[KEY_VECTORS][2];
    for (int v = 0; v < KEY_VECTORS; v++) {
        low[v][0] = adding ? vd_from_words(out0 + v * LANES) : vd_set(0);
        low[v][1] = adding ? vd_from_words(out1 + v * LANES) : vd_set(0);
    }
    for (; count > INNER_GROUP; count -= INNER_GROUP) {
        key_group(low, digits, key, place, INNER_GROUP, m);
        digits += INNER_GROUP, key += 16 * INNER_GROUP;
    }
    switch (count) {
        case 1: key_group(low, digits, key, place, 1, m); break;
        case 2: key_group(low, digits, key, place, 2, m); break;
        case 3: key_group(low, digits, key, place, 3, m); break;
        default: key_group(low, digits, key, place, 4, m);
    }
    for (int v = 0; v < KEY_VECTORS; v++) {
        vd_to_words(out0 + v * LANES, vd_lift(low[v][0], m.q));
        vd_to_words(out1 + v * LANES, vd_lift(low[v][1], m.q));
    }
}

static void key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                        const uint8_t *key_bytes, uint32_t key_bits, size_t key_digits,
                        const uint32_t *index, size_t count, size_t n,
                        const rk_modulus *modulus) {
    (void)key_bits;
    const uint64_t *key = (const uint64_t *)(const void *)key_bytes;
    const vmod m = vmod_of(modulus);
    const size_t row = 16 * key_digits;
    if (index == NULL) {
        for (size_t i = 0; i < n; i += 8) {
            key_place(out0 + i, out1 + i, digits, key + i / 8 * row, i, count, 0, m);
        }
        return;
    }
    uint64_t moved[INNER_GROUP][INNER_BLOCK] __attribute__((aligned(64)));
    const uint64_t *rows[INNER_GROUP] = {moved[0], moved[1], moved[2], moved[3]};
    for (size_t start = 0; start < n; start += INNER_BLOCK) {
        const size_t length = n - start < INNER_BLOCK ? n - start : INNER_BLOCK;
        for (size_t first = 0; first < count; first += INNER_GROUP) {
            const size_t size = count - first < INNER_GROUP ? count - first : INNER_GROUP;
            for (size_t j = 0; j < size; j++) {
                permute(moved[j], digits[first + j], index + start, length);
            }
            for (size_t i = 0; i < length; i += 8) {
                const uint64_t *place = key + (start + i) / 8 * row + 16 * first;
                key_place(out0 + start + i, out1 + start + i, rows, place, i, size, first > 0, m);
            }
        }
    }
}

#endif
