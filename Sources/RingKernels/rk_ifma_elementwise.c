// Elementwise kernels by IFMA that are faster than those on doubles.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_permute512.h"

enum { LANES = 8 };

// What a product needs: with b = bit length of q, a 2^(52 - b) and 2 b have a product whose high
// half is z = floor(a b 2^(1 - b)) < 2^(b + 1), and floor(z floor(2^(51 + b) / q) / 2^52) is below
// a b / q by less than 1 + 1/2 + 1.
typedef struct {
    vmod m;
    vu reciprocal, twice;
    __m128i shift;
} product_modulus;

RK_INLINE product_modulus product_modulus_of(const rk_modulus *m) {
    const uint64_t bits = m->shift + 2;
    return (product_modulus){vmod_of(m), vu_set(m->barrett >> 11), vu_set(2 * m->q),
                             _mm_cvtsi64_si128((long long)(52 - bits))};
}

// a, b in [0, q) -> a b mod q in [0, 3q), modulo 2^52.
RK_INLINE vu vu_product(vu a, vu b, product_modulus m) {
    const vu high = ifma_high(vu_zero(), _mm512_sll_epi64(a, m.shift), vu_add(b, b));
    const vu quotient = ifma_high(vu_zero(), high, m.reciprocal);
    return ifma_low(ifma_low(vu_zero(), a, b), quotient, m.m.minus);
}

// Below 4q modulo 2^52 -> [0, q).
RK_INLINE vu product_finish(vu x, product_modulus m) {
    return vu_once(vu_once(vu_and(x, m.m.mask), m.twice), m.m.q);
}

void rk_ifma_multiply_accumulate(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                                 const rk_modulus *modulus) {
    const product_modulus m = product_modulus_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        const vu product = vu_product(vu_load(a + i), vu_load(b + i), m);
        vu_store(out + i, product_finish(vu_add(product, vu_load(out + i)), m));
    }
}

void rk_ifma_permute_multiply_accumulate(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                         const uint64_t *weights, size_t n,
                                         const rk_modulus *modulus) {
    const product_modulus m = product_modulus_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        const vu value = load_from(a, source_of(index + i));
        const vu product = vu_product(value, vu_load(weights + i), m);
        vu_store(out + i, product_finish(vu_add(product, vu_load(out + i)), m));
    }
}

void rk_ifma_multiply_scalar(uint64_t *out, const uint64_t *a, uint64_t w, uint64_t w_shoup,
                             size_t n, const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    const vfactor f = vfactor_of(w, w_shoup);
    for (size_t i = 0; i < n; i += LANES) {
        vu_store(out + i, vu_finish(vu_times(vu_load(a + i), f, m), m));
    }
}

void rk_ifma_multiply_scalar_accumulate(uint64_t *out, const uint64_t *a, uint64_t w,
                                        uint64_t w_shoup, size_t n, const rk_modulus *modulus) {
    const product_modulus m = product_modulus_of(modulus);
    const vfactor f = vfactor_of(w, w_shoup);
    for (size_t i = 0; i < n; i += LANES) {
        const vu sum = vu_times_add(vu_load(out + i), vu_load(a + i), f, m.m);
        vu_store(out + i, product_finish(sum, m));
    }
}

void rk_ifma_subtract_multiply_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                      uint64_t w, uint64_t w_shoup, size_t n,
                                      const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    const vfactor f = vfactor_of(w, w_shoup);
    for (size_t i = 0; i < n; i += LANES) {
        const vu difference = vu_sub(vu_add(vu_load(a + i), m.q), vu_load(b + i));
        vu_store(out + i, vu_finish(vu_times(difference, f, m), m));
    }
}

// a + 2^63 = high 2^52 + low, high below 2^12.
void rk_ifma_reduce_i64(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus) {
    const product_modulus m = product_modulus_of(modulus);
    const uint64_t q = modulus->q, word = ((uint64_t)1 << 52) % q;
    const vfactor f = vfactor_of(word, (uint64_t)(((rk_u128)word << 64) / q));
    const vu top = vu_set((uint64_t)1 << 63);
    const vu offset = vu_set((q - ((uint64_t)1 << 63) % q) % q);
    for (size_t i = 0; i < n; i += LANES) {
        const vu x = _mm512_xor_si512(_mm512_loadu_si512(a + i), top);
        // Below 2q + q (1 + 2^-40) + q, so below 4q + 1, modulo 2^52.
        const vu low = vu_add(vu_and(vu_partly(x, m.m), m.m.mask), offset);
        const vu sum = vu_times_add(vu_once(low, m.twice), _mm512_srli_epi64(x, 52), f, m.m);
        vu_store(out + i, product_finish(sum, m));
    }
}

// A multiple of q from 2^50 to 2^51 makes the numbers positive and keeps them below 2^52.
void rk_ifma_reduce_i50(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    const uint64_t half = (uint64_t)1 << 50;
    const vu offset = vu_set((half + modulus->q - 1) / modulus->q * modulus->q);
    for (size_t i = 0; i < n; i += LANES) {
        const vu x = vu_add(_mm512_loadu_si512(a + i), offset);
        vu_store(out + i, vu_finish(vu_partly(x, m), m));
    }
}

#pragma clang attribute pop

#endif
