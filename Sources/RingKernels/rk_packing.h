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

static size_t unpack(uint64_t *out, const uint8_t *bytes, size_t n, uint32_t bits,
                     uint64_t bound) {
    const uint64_t mask = bits == 64 ? ~(uint64_t)0 : ((uint64_t)1 << bits) - 1;
    const size_t size = (n * bits + 7) / 8;
    size_t first = n;
    rk_u128 word = 0;
    uint32_t available = 0;
    for (size_t i = 0, place = 0; i < n; i++) {
        if (available < bits) {
            uint64_t next = 0;
            if (size - place >= 8) {
                next = load_little(bytes + place);
                place += 8;
            } else {
                for (uint32_t k = 0; place < size; k += 8) next |= (uint64_t)bytes[place++] << k;
            }
            word |= (rk_u128)next << available;
            available += 64;
        }
        out[i] = (uint64_t)word & mask;
        if (out[i] >= bound && first == n) first = i;
        word >>= bits;
        available -= bits;
    }
    return first;
}

// Initializers of the table.
#define RK_PACKING_KERNELS .pack = pack, .unpack = unpack

#endif
