// The inner products of key switching by IFMA.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_ifma_sums.h"
#include "rk_permute512.h"

enum { LANES = 8 };

// Eight places of a digit, permuted where there is an index.
RK_INLINE vu digit_at(const uint64_t *digit, size_t place, const uint32_t *index, source from) {
    return index == NULL ? vu_load(digit + place) : load_from(digit, from);
}

RK_INLINE source source_at(const uint32_t *index, size_t place) {
    return index == NULL ? (source){0} : source_of(index + place);
}

static void inner_range(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                        const uint64_t *const *keys0, const uint64_t *const *keys1,
                        const uint32_t *index, size_t count, size_t n, int adding,
                        const sum_modulus *modulus) {
    const sum_modulus m = *modulus;
    for (size_t i = 0; i < n; i += LANES) {
        const source from = source_at(index, i);
        vsum sum0 = vsum_start(adding ? vu_load(out0 + i) : vu_zero());
        vsum sum1 = vsum_start(adding ? vu_load(out1 + i) : vu_zero());
        for (size_t j = 0; j < count; j++) {
            const vu digit = digit_at(digits[j], i, index, from);
            vsum_add(&sum0, digit, vu_load(keys0[j] + i));
            vsum_add(&sum1, digit, vu_load(keys1[j] + i));
        }
        vu_store(out0 + i, vsum_reduce(sum0, m));
        vu_store(out1 + i, vsum_reduce(sum1, m));
    }
}

void rk_ifma_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                           const uint64_t *const *keys0, const uint64_t *const *keys1,
                           const uint32_t *index, size_t count, size_t n,
                           const rk_modulus *modulus) {
    const sum_modulus m = sum_modulus_of(modulus);
    for (size_t first = 0; first < count; first += GROUP) {
        const size_t size = count - first < GROUP ? count - first : GROUP;
        inner_range(out0, out1, digits + first, keys0 + first, keys1 + first, index, size, n,
                    first > 0, &m);
    }
}

// Words of a key that are fetched ahead of their use.
enum { AHEAD = 512 };

// `count` digits at eight places of an interleaved key.
RK_INLINE void key_place(vsum *sums, const uint64_t *const *digits, const uint64_t *key,
                         size_t place, const uint32_t *index, source from, size_t count) {
    for (size_t j = 0; j < count; j++, key += 2 * LANES) {
        __builtin_prefetch(key + AHEAD);
        __builtin_prefetch(key + AHEAD + LANES);
        const vu digit = digit_at(digits[j], place, index, from);
        vsum_add(&sums[0], digit, vu_load(key));
        vsum_add(&sums[1], digit, vu_load(key + LANES));
    }
}

// A few digits, of a number that the compiler knows.
RK_INLINE void key_few(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                       const uint64_t *key, size_t key_digits, const uint32_t *index,
                       size_t count, size_t n, sum_modulus m) {
    for (size_t i = 0; i < n; i += LANES, key += 2 * LANES * key_digits) {
        const source from = source_at(index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        key_place(sums, digits, key, i, index, from, count);
        vu_store(out0 + i, vsum_reduce(sums[0], m));
        vu_store(out1 + i, vsum_reduce(sums[1], m));
    }
}

static void key_many(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                     const uint64_t *key, size_t key_digits, const uint32_t *index, size_t count,
                     size_t n, sum_modulus m) {
    for (size_t i = 0; i < n; i += LANES, key += 2 * LANES * key_digits) {
        const source from = source_at(index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        for (size_t first = 0; first < count; first += GROUP) {
            const size_t size = count - first < GROUP ? count - first : GROUP;
            key_place(sums, digits + first, key + 2 * LANES * first, i, index, from, size);
            sums[0] = vsum_start(vsum_reduce(sums[0], m));
            sums[1] = vsum_start(vsum_reduce(sums[1], m));
        }
        vu_store(out0 + i, sums[0].low);
        vu_store(out1 + i, sums[1].low);
    }
}

void rk_ifma_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                         const uint64_t *key, size_t key_digits, const uint32_t *index,
                         size_t count, size_t n, const rk_modulus *modulus) {
    const sum_modulus m = sum_modulus_of(modulus);
    switch (count) {
        case 1: key_few(out0, out1, digits, key, key_digits, index, 1, n, m); return;
        case 2: key_few(out0, out1, digits, key, key_digits, index, 2, n, m); return;
        case 3: key_few(out0, out1, digits, key, key_digits, index, 3, n, m); return;
        case 4: key_few(out0, out1, digits, key, key_digits, index, 4, n, m); return;
        default: key_many(out0, out1, digits, key, key_digits, index, count, n, m);
    }
}

#pragma clang attribute pop

#endif
