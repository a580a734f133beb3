// Portable inner products, and the layout of interleaved keys.
#include "rk_portable.h"

#include <string.h>

#include "rk_internal.h"

void rk_portable_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                               const uint64_t *const *keys0, const uint64_t *const *keys1,
                               const uint32_t *index, size_t count, size_t n,
                               const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) {
        const size_t from = index == NULL ? i : index[i];
        rk_u128 sum0 = 0, sum1 = 0;
        for (size_t j = 0; j < count; j++) {
            const uint64_t digit = digits[j][from];
            sum0 += (rk_u128)digit * keys0[j][i];
            sum1 += (rk_u128)digit * keys1[j][i];
        }
        out0[i] = rk_reduce_wide(sum0, &m);
        out1[i] = rk_reduce_wide(sum1, &m);
    }
}

void rk_portable_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                             const uint8_t *key, uint32_t key_bits, size_t key_digits,
                             const uint32_t *index, size_t count, size_t n,
                             const rk_modulus *modulus) {
    (void)key_bits;
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) {
        const size_t from = index == NULL ? i : index[i];
        const uint64_t *body = (const uint64_t *)(const void *)key + i / 8 * key_digits * 16 + i % 8;
        rk_u128 sum0 = 0, sum1 = 0;
        for (size_t j = 0; j < count; j++) {
            const uint64_t digit = digits[j][from];
            sum0 += (rk_u128)digit * body[16 * j];
            sum1 += (rk_u128)digit * body[16 * j + 8];
        }
        out0[i] = rk_reduce_wide(sum0, &m);
        out1[i] = rk_reduce_wide(sum1, &m);
    }
}

void rk_portable_permute_multiply_accumulate(uint64_t *out, const uint64_t *a,
                                             const uint32_t *index, const uint64_t *weights,
                                             size_t n, const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) {
        uint64_t product = rk_reduce_product((rk_u128)weights[i] * a[index[i]], &m);
        out[i] = rk_reduce_once(out[i] + product, m.q);
    }
}

// Eight words of `bits` bits, as so many bytes; quick where the compiler knows how many.
RK_INLINE void store_eight(uint8_t *to, const uint64_t *words, uint32_t bits) {
    uint64_t packed[9] = {0};
    UNROLL for (uint32_t i = 0; i < 8; i++) {
        const uint32_t place = i * bits / 64, used = i * bits % 64;
        packed[place] |= words[i] << used;
        if (used + bits > 64) packed[place + 1] = words[i] >> (64 - used);
    }
    memcpy(to, packed, bits);
}

RK_INLINE void load_eight(uint64_t *words, const uint8_t *from, uint32_t bits) {
    uint64_t packed[9] = {0};
    memcpy(packed, from, bits);
    const uint64_t mask = ~(uint64_t)0 >> (64 - bits);
    UNROLL for (uint32_t i = 0; i < 8; i++) {
        const uint32_t place = i * bits / 64, used = i * bits % 64;
        uint64_t word = packed[place] >> used;
        if (used + bits > 64) word |= packed[place + 1] << (64 - used);
        words[i] = word & mask;
    }
}

RK_INLINE void interleave(uint8_t *to, const uint64_t *row, uint32_t bits, size_t step, size_t n) {
    for (size_t i = 0; i < n; i += 8, to += step) store_eight(to, row + i, bits);
}

void rk_key_interleave(uint8_t *key, const uint64_t *row, uint32_t bits, size_t digit, size_t half,
                       size_t key_digits, size_t n) {
#if RK_CHECKED
    rk_check_bits(row, n, bits, "key_interleave: row");
#endif
    uint8_t *to = key + (2 * digit + half) * bits;
    const size_t step = 2 * key_digits * bits;
    switch (bits) {
#define CASE(known) \
    case known: interleave(to, row, known, step, n); return;
        CASE(28) CASE(29) CASE(30) CASE(31) CASE(32) CASE(33) CASE(34) CASE(35) CASE(36) CASE(37)
        CASE(38) CASE(39) CASE(40) CASE(41) CASE(42) CASE(43) CASE(44) CASE(45) CASE(46) CASE(47)
        CASE(48) CASE(49) CASE(50) CASE(64)
#undef CASE
        default: interleave(to, row, bits, step, n);
    }
}

void rk_key_deinterleave(uint64_t *row, const uint8_t *key, uint32_t bits, size_t digit,
                         size_t half, size_t key_digits, size_t n) {
    const uint8_t *from = key + (2 * digit + half) * bits;
    for (size_t i = 0; i < n; i += 8, from += 2 * key_digits * bits) {
        load_eight(row + i, from, bits);
    }
}
