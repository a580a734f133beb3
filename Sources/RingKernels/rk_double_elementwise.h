// Elementwise kernels on doubles, for any LANES; included by the files for AVX2 and AVX-512.
#ifndef RK_DOUBLE_ELEMENTWISE_H
#define RK_DOUBLE_ELEMENTWISE_H

#include "rk_double.h"

static void add(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q);
    for (size_t i = 0; i < n; i += LANES) {
        vu_store(out + i, vu_lift(vu_sub(vu_add(vu_load(a + i), vu_load(b + i)), q), q));
    }
}

static void subtract(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q);
    for (size_t i = 0; i < n; i += LANES) {
        vu_store(out + i, vu_lift(vu_sub(vu_load(a + i), vu_load(b + i)), q));
    }
}

static void negate(uint64_t *out, const uint64_t *a, size_t n, const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q), zero = vu_set(0);
    for (size_t i = 0; i < n; i += LANES) {
        vu_store(out + i, vu_lift(vu_sub(zero, vu_load(a + i)), q));
    }
}

static void multiply(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd product = vd_product(vd_from_words(a + i), vd_from_words(b + i), m);
        vd_to_words(out + i, vd_lift(product, m.q));
    }
}

static void multiply_accumulate(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                                const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd product = vd_product(vd_from_words(a + i), vd_from_words(b + i), m);
        vd sum = vd_reduce(vd_add(product, vd_from_words(out + i)), m);
        vd_to_words(out + i, vd_lift(sum, m.q));
    }
}

static void multiply_scalar(uint64_t *out, const uint64_t *a, uint64_t w, uint64_t w_shoup,
                            size_t n, const rk_modulus *modulus) {
    (void)w_shoup;
    const vmod m = vmod_of(modulus);
    const vfactor f = vfactor_of(w, modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd_to_words(out + i, vd_lift(vd_times(vd_from_words(a + i), f, m), m.q));
    }
}

static void multiply_scalar_accumulate(uint64_t *out, const uint64_t *a, uint64_t w,
                                       uint64_t w_shoup, size_t n, const rk_modulus *modulus) {
    (void)w_shoup;
    const vmod m = vmod_of(modulus);
    const vfactor f = vfactor_of(w, modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd sum = vd_add(vd_times(vd_from_words(a + i), f, m), vd_from_words(out + i));
        vd_to_words(out + i, vd_lift(vd_reduce(sum, m), m.q));
    }
}

static void subtract_multiply_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                     uint64_t w, uint64_t w_shoup, size_t n,
                                     const rk_modulus *modulus) {
    (void)w_shoup;
    const vmod m = vmod_of(modulus);
    const vfactor f = vfactor_of(w, modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd difference = vd_sub(vd_from_words(a + i), vd_from_words(b + i));
        vd_to_words(out + i, vd_lift(vd_times(difference, f, m), m.q));
    }
}

// Products added before a reduction: 4 (2^50)^2 <= 2^102 and 4 rests with the carried q/2.
enum { INNER_GROUP = 4 };

static inline void inner_product_at(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                                    const uint64_t *const *keys0, const uint64_t *const *keys1,
                                    const uint32_t *index, size_t count, size_t i, vmod m) {
    vd low0 = vd_set(0), low1 = vd_set(0);
    for (size_t first = 0; first < count; first += INNER_GROUP) {
        const size_t end = count - first < INNER_GROUP ? count : first + INNER_GROUP;
        vsum s0 = vsum_start(low0), s1 = vsum_start(low1);
        for (size_t j = first; j < end; j++) {
            vd digit = index == NULL ? vd_from_words(digits[j] + i)
                                     : vd_gather_words(digits[j], index + i);
            vsum_add(&s0, digit, vd_from_words(keys0[j] + i));
            vsum_add(&s1, digit, vd_from_words(keys1[j] + i));
        }
        low0 = vsum_reduce(s0, m);
        low1 = vsum_reduce(s1, m);
    }
    vd_to_words(out0 + i, vd_lift(low0, m.q));
    vd_to_words(out1 + i, vd_lift(low1, m.q));
}

static void inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                          const uint64_t *const *keys0, const uint64_t *const *keys1,
                          const uint32_t *index, size_t count, size_t n,
                          const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        inner_product_at(out0, out1, digits, keys0, keys1, index, count, i, m);
    }
}

static void permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    for (size_t i = 0; i < n; i += LANES) vu_store(out + i, vu_gather(a, vi_load(index + i)));
}

static void permute_signed(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n,
                           const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q);
    for (size_t i = 0; i < n; i += LANES) {
        vi entries = vi_load(index + i);
        vu value = vu_gather(a, vi_without_sign(entries));
        // x, or -x, then into [0, q).
        vu_store(out + i, vu_lift(vu_negate_where(value, entries), q));
    }
}

static void reduce_i8(uint64_t *out, const int8_t *a, size_t n, const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = (uint64_t)a[i] + (q & (uint64_t)((int64_t)a[i] >> 63));
}

static void reduce_i32(uint64_t *out, const int32_t *a, size_t n, const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        vd_to_words(out + i, vd_lift(vd_reduce(vd_from_i32(a + i), m), m.q));
    }
}

static void reduce_i64(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    const vfactor word = vfactor_of(((uint64_t)1 << 32) % modulus->q, modulus);
    for (size_t i = 0; i < n; i += LANES) {
        // a = high 2^32 + low; the high half is signed, and reduced first where q is small.
        vd high = vd_reduce(vd_high_i64(a + i), m);
        vd sum = vd_add(vd_times(high, word, m), vd_low_i64(a + i));
        vd_to_words(out + i, vd_lift(vd_reduce(sum, m), m.q));
    }
}

// Initializers of the table.
#define RK_DOUBLE_KERNELS                                                \
    .add = add, \
    .subtract = subtract, \
    .negate = negate, \
    .multiply = multiply, \
    .multiply_accumulate = multiply_accumulate, \
    .multiply_scalar = multiply_scalar, \
    .multiply_scalar_accumulate = multiply_scalar_accumulate, \
    .subtract_multiply_scalar = subtract_multiply_scalar, \
    .inner_product = inner_product, \
    .permute = permute, \
    .permute_signed = permute_signed, \
    .convert = convert, \
    .reduce_i8 = reduce_i8, \
    .reduce_i32 = reduce_i32, \
    .reduce_i64 = reduce_i64

#endif
