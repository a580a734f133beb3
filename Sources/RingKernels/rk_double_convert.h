// Base conversion on doubles, for any LANES; included by the files for AVX2 and AVX-512.
#ifndef RK_DOUBLE_CONVERT_H
#define RK_DOUBLE_CONVERT_H

#include "rk_double.h"

// Coefficients per block, and products added before a reduction: factors are centered, so
// 6 * 2^50 * 2^49 <= 2^102, and 6 rests with the carried q/2 stay within 6.5 * 2^50.
// Vectors worked on together.
enum { CONVERT_BLOCK = 128, CONVERT_GROUP = 6, CONVERT_VECTORS = 4 };

// floor(y r / 2^52) of integers y, r in [0, 2^52), as words.
static inline vu floor_product(vd y, vd r) {
    const vd wide = vd_set(0x1p104), one = vd_set(1);
    vd high = vd_fma(y, r, wide);
    vd nearest = vd_sub(high, wide);
    vd rest = vd_fms(y, r, nearest);
    // rest < 0: the nearest multiple lies above.
    vd down = vd_sub(vd_mul(nearest, vd_set(0x1p-52)), one);
    return vd_words(vd_add(down, vd_where_not_negative(rest, one)));
}

// Scaled residues y (rows of a block) and v, of the header's formula.
static void convert_scale(double (*y)[CONVERT_BLOCK], double *v, const uint64_t *const *in,
                          size_t start, size_t length, const rk_converter *c) {
    uint64_t sums[CONVERT_BLOCK] __attribute__((aligned(64)));
    for (size_t i = 0; i < length; i += LANES) vu_store(sums + i, vu_set((uint64_t)1 << 50));
    for (size_t k = 0; k < c->source_count; k++) {
        const vmod m = vmod_of(&c->sources[k]);
        const vfactor f = vfactor_of(c->inverses[k], &c->sources[k]);
        const vd reciprocal = vd_set((double)c->reciprocals[k]);
        const vd shift = vd_set((double)((uint64_t)1 << c->shifts[k]));
        for (size_t i = 0; i < length; i += LANES) {
            vd value = vd_lift(vd_times(vd_from_words(in[k] + start + i), f, m), m.q);
            vd_store(y[k] + i, value);
            vu quotient = floor_product(vd_mul(value, shift), reciprocal);
            vu_store(sums + i, vu_add(vu_load(sums + i), quotient));
        }
    }
    for (size_t i = 0; i < length; i++) v[i] = (double)(int64_t)(sums[i] >> 51);
}

// `vectors` vectors of one target limb.
static inline __attribute__((always_inline)) void convert_vectors(
    uint64_t *out, const double (*y)[CONVERT_BLOCK], const double *v, const double *factors,
    size_t start, int vectors, size_t sources, vmod m) {
    vsum sums[CONVERT_VECTORS];
    for (int i = 0; i < vectors; i++) {
        sums[i] = vsum_start(vd_set(0));
        vsum_add(&sums[i], vd_load(v + start + i * LANES), vd_set(factors[sources]));
    }
    for (size_t k = 0, terms = 1; k < sources; k++, terms++) {
        if (terms == CONVERT_GROUP) {
            for (int i = 0; i < vectors; i++) sums[i] = vsum_start(vsum_reduce(sums[i], m));
            terms = 0;
        }
        const vd factor = vd_set(factors[k]);
        for (int i = 0; i < vectors; i++) {
            vsum_add(&sums[i], vd_load(y[k] + start + i * LANES), factor);
        }
    }
    for (int i = 0; i < vectors; i++) {
        vd_to_words(out + start + i * LANES, vd_lift(vsum_reduce(sums[i], m), m.q));
    }
}

// One target limb of a block.
static void convert_target(uint64_t *out, const double (*y)[CONVERT_BLOCK], const double *v,
                           size_t length, const rk_converter *c, size_t target,
                           const rk_modulus *modulus) {
    const vmod m = vmod_of(modulus);
    const size_t sources = c->source_count;
    const uint64_t *row = c->factors + target * (sources + 1);
    double factors[RK_CONVERTER_LIMBS + 1];
    for (size_t k = 0; k <= sources; k++) {
        factors[k] = row[k] > modulus->q / 2 ? -(double)(modulus->q - row[k]) : (double)row[k];
    }
    size_t i = 0;
    for (; i + CONVERT_VECTORS * LANES <= length; i += CONVERT_VECTORS * LANES) {
        convert_vectors(out, y, v, factors, i, CONVERT_VECTORS, sources, m);
    }
    for (; i < length; i += LANES) convert_vectors(out, y, v, factors, i, 1, sources, m);
}

static void convert(uint64_t *const *out, const uint64_t *const *in, const rk_converter *c,
                    size_t n) {
    double y[RK_CONVERTER_LIMBS][CONVERT_BLOCK] __attribute__((aligned(64)));
    double v[CONVERT_BLOCK] __attribute__((aligned(64)));
    for (size_t start = 0; start < n; start += CONVERT_BLOCK) {
        const size_t length = n - start < CONVERT_BLOCK ? n - start : CONVERT_BLOCK;
        convert_scale(y, v, in, start, length, c);
        for (size_t j = 0; j < c->target_count; j++) {
            convert_target(out[j] + start, (const double(*)[CONVERT_BLOCK])y, v, length, c, j,
                           &c->targets[j]);
        }
    }
}

static void scaled_quotients(uint8_t *out, const uint64_t *residues, size_t stride,
                             const rk_converter *c, size_t n) {
    uint64_t sums[LANES] __attribute__((aligned(64)));
    for (size_t i = 0; i < n; i += LANES) {
        vu sum = vu_set((uint64_t)1 << 50);
        for (size_t k = 0; k < c->source_count; k++) {
            const vd shift = vd_set((double)((uint64_t)1 << c->shifts[k]));
            const vd y = vd_mul(vd_from_words(residues + k * stride + i), shift);
            sum = vu_add(sum, floor_product(y, vd_set((double)c->reciprocals[k])));
        }
        vu_store(sums, sum);
        for (size_t lane = 0; lane < LANES; lane++) out[i + lane] = (uint8_t)(sums[lane] >> 51);
    }
}

// A raised digit before its transform.
static void raise_row(uint64_t *out, const rk_scaled *digit, size_t target, size_t n,
                      const rk_modulus *modulus) {
    double y[RK_CONVERTER_LIMBS][CONVERT_BLOCK] __attribute__((aligned(64)));
    double v[CONVERT_BLOCK] __attribute__((aligned(64)));
    const rk_converter *c = digit->converter;
    for (size_t start = 0; start < n; start += CONVERT_BLOCK) {
        const size_t length = n - start < CONVERT_BLOCK ? n - start : CONVERT_BLOCK;
        for (size_t i = 0; i < length; i++) v[i] = (double)digit->quotients[start + i];
        for (size_t k = 0; k < c->source_count; k++) {
            const uint64_t *row = digit->residues + k * digit->stride + start;
            for (size_t i = 0; i < length; i += LANES) vd_store(y[k] + i, vd_from_words(row + i));
        }
        convert_target(out + start, (const double(*)[CONVERT_BLOCK])y, v, length, c, target,
                       modulus);
    }
}

#endif
