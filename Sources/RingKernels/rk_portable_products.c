// Portable inner products, and the layout of interleaved keys.
#include "rk_portable.h"

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
                             const uint64_t *key, size_t key_digits, const uint32_t *index,
                             size_t count, size_t n, const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) {
        const size_t from = index == NULL ? i : index[i];
        const uint64_t *body = key + i / 8 * key_digits * 16 + i % 8;
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

void rk_key_interleave(uint64_t *key, const uint64_t *row, size_t digit, size_t half,
                       size_t key_digits, size_t n) {
    uint64_t *to = key + 16 * digit + 8 * half;
    for (size_t i = 0; i < n; i += 8, to += 16 * key_digits) {
        for (size_t lane = 0; lane < 8; lane++) to[lane] = row[i + lane];
    }
}

void rk_key_deinterleave(uint64_t *row, const uint64_t *key, size_t digit, size_t half,
                         size_t key_digits, size_t n) {
    const uint64_t *from = key + 16 * digit + 8 * half;
    for (size_t i = 0; i < n; i += 8, from += 16 * key_digits) {
        for (size_t lane = 0; lane < 8; lane++) row[i + lane] = from[lane];
    }
}
