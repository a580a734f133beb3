// Elementwise kernels on doubles, for any LANES; included by the files for AVX2 and AVX-512.
#ifndef RK_DOUBLE_ELEMENTWISE_H
#define RK_DOUBLE_ELEMENTWISE_H

#include "rk_double.h"
#include "rk_portable.h"

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

static void permute_multiply_accumulate(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                        const uint64_t *weights, size_t n,
                                        const rk_modulus *modulus) {
    enum { BLOCK = 256 };
    uint64_t moved[BLOCK] __attribute__((aligned(64)));
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        permute(moved, a, index + start, length);
        multiply_accumulate(out + start, moved, weights + start, length, modulus);
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

static void permute_signed(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n,
                           const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q);
    enum { BLOCK = 64 };
    uint32_t places[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        for (size_t i = 0; i < length; i++) places[i] = index[start + i] & 0x7fffffff;
        rk_portable_permute(out + start, a, places, length);
        for (size_t i = start; i < start + length; i += LANES) {
            // x, or -x, then into [0, q).
            vu_store(out + i, vu_lift(vu_negate_where(vu_load(out + i), index + i), q));
        }
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
    .key_product = key_product, \
    .permute_multiply_accumulate = permute_multiply_accumulate, \
    .round_i64 = round_i64, \
    .center = center, \
    .permute = permute, \
    .permute_signed = permute_signed, \
    .convert = convert, \
    .quotients = scaled_quotients, \
    .reduce_i8 = reduce_i8, \
    .reduce_i32 = reduce_i32, \
    .reduce_i64 = reduce_i64, \
    .reduce_i50 = reduce_i64

#endif
