// Packing of residues into a stream of bits, compiled for each instruction set by the file that
// includes it.
#ifndef RK_PACKING_H
#define RK_PACKING_H

#include <string.h>

#include "rk_internal.h"

static inline void store_little(uint8_t *bytes, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(bytes, &word, sizeof word);
}

static inline uint64_t load_little(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static void pack(uint8_t *bytes, const uint64_t *a, size_t n, uint32_t bits) {
    rk_u128 word = 0;
    uint32_t used = 0;
    for (size_t i = 0; i < n; i++) {
        word |= (rk_u128)a[i] << used;
        used += bits;
        if (used >= 64) {
            store_little(bytes, (uint64_t)word);
            bytes += 8;
            word >>= 64;
            used -= 64;
        }
    }
    if (used > 0) store_little(bytes, (uint64_t)word);
}

// The first of a[0 ... n - 1] that is not below `bound`, or n.
static size_t first_outside(const uint64_t *a, size_t n, uint64_t bound) {
    size_t i = 0;
    while (i < n && a[i] < bound) i++;
    return i;
}

// Residues one after another, from bit `start` (below 8) of the bytes.
static void unpack_rest(uint64_t *out, const uint8_t *bytes, size_t size, size_t n, uint32_t bits,
                        uint32_t start) {
    const uint64_t mask = ~(uint64_t)0 >> (64 - bits);
    rk_u128 word = size > 0 ? bytes[0] >> start : 0;
    uint32_t available = size > 0 ? 8 - start : 0;
    size_t place = 1;
    for (size_t i = 0; i < n; i++) {
        for (; available < bits; available += 8) word |= (rk_u128)bytes[place++] << available;
        out[i] = (uint64_t)word & mask;
        word >>= bits;
        available -= bits;
    }
}

static size_t unpack(uint64_t *out, const uint8_t *bytes, size_t n, uint32_t bits,
                     uint64_t bound) {
    const size_t size = (n * bits + 7) / 8;
    const uint64_t mask = ~(uint64_t)0 >> (64 - bits);
    // A residue of up to 57 bits lies within the eight bytes from the one where it begins, which
    // are there for as many residues as begin eight bytes before the end.
    size_t whole = bits <= 57 && size >= 8 ? (size - 8) * 8 / bits : 0;
    whole = whole < n ? whole : n;
    uint64_t outside = 0;
    for (size_t i = 0; i < whole; i++) {
        const size_t bit = i * bits;
        out[i] = (load_little(bytes + bit / 8) >> (bit % 8)) & mask;
        outside |= (uint64_t)(out[i] >= bound);
    }
    const size_t bit = whole * bits;
    unpack_rest(out + whole, bytes + bit / 8, size - bit / 8, n - whole, bits, bit % 8);
    if (outside) return first_outside(out, whole, bound);
    return whole + first_outside(out + whole, n - whole, bound);
}

// Initializers of the table.
#define RK_PACKING_KERNELS .pack = pack, .unpack = unpack

#endif
