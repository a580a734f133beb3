// The canonical embedding on vectors of doubles, for any LANES; included by the files for AVX2 and
// AVX-512. Passes take up to log2(LANES) stages over natural order of coefficients; the stages
// within vectors and the reversal of bits are one last pass (forward; the first one inverse) over
// squares of LANES x LANES points, whose rows stand n / LANES apart: the transposition that the
// stages need also reverses the bits.
#ifndef RK_DOUBLE_FFT_H
#define RK_DOUBLE_FFT_H

#include "rk_double.h"
#include "rk_portable.h"

// Row of the lower member of pair k at distance `half`.
#define FFT_LOWER(k, half) ((k) / (half) * 2 * (half) + (k) % (half))

// Rows of complex vectors.
typedef struct {
    vd re[LANES], im[LANES];
} fft_rows;

// Pairs at distance `half` of `rows` rows, a factor per block: (x, y) -> (x + w y, x - w y).
RK_INLINE void fft_forward_pairs(fft_rows *r, int rows, int half, const vd *c, const vd *s) {
    UNROLL for (int k = 0; k < rows / 2; k++) {
        const int x = FFT_LOWER(k, half), y = x + half, f = k / half;
        const vd re = vd_fms(r->re[y], c[f], vd_mul(r->im[y], s[f]));
        const vd im = vd_fma(r->re[y], s[f], vd_mul(r->im[y], c[f]));
        r->re[y] = vd_sub(r->re[x], re);
        r->im[y] = vd_sub(r->im[x], im);
        r->re[x] = vd_add(r->re[x], re);
        r->im[x] = vd_add(r->im[x], im);
    }
}

// (x, y) -> (x + y, (x - y) conj(w)).
RK_INLINE void fft_inverse_pairs(fft_rows *r, int rows, int half, const vd *c, const vd *s) {
    UNROLL for (int k = 0; k < rows / 2; k++) {
        const int x = FFT_LOWER(k, half), y = x + half, f = k / half;
        const vd re = vd_sub(r->re[x], r->re[y]), im = vd_sub(r->im[x], r->im[y]);
        r->re[x] = vd_add(r->re[x], r->re[y]);
        r->im[x] = vd_add(r->im[x], r->im[y]);
        r->re[y] = vd_fma(re, c[f], vd_mul(im, s[f]));
        r->im[y] = vd_fms(im, c[f], vd_mul(re, s[f]));
    }
}

// Factors of `count` blocks from number `index` on, one for all lanes.
RK_INLINE void fft_factors(vd *c, vd *s, int count, const double *factors, size_t index) {
    UNROLL for (int i = 0; i < count; i++) {
        c[i] = vd_set(factors[2 * (index + (size_t)i)]);
        s[i] = vd_set(factors[2 * (index + (size_t)i) + 1]);
    }
}

// The same of a stage within vectors; stages of 1, 2, 4 stand one after another.
RK_INLINE void fft_lane_factors(vd *c, vd *s, int count, const double *lanes) {
    const double *from = lanes + 2 * LANES * (count - 1);
    UNROLL for (int i = 0; i < count; i++, from += 2 * LANES) {
        c[i] = vd_load(from);
        s[i] = vd_load(from + LANES);
    }
}

RK_INLINE void fft_load(fft_rows *r, const double *re, const double *im, int rows,
                        size_t stride) {
    UNROLL for (int k = 0; k < rows; k++) {
        r->re[k] = vd_loadu(re + (size_t)k * stride);
        r->im[k] = vd_loadu(im + (size_t)k * stride);
    }
}

RK_INLINE void fft_store(const fft_rows *r, double *re, double *im, int rows, size_t stride) {
    UNROLL for (int k = 0; k < rows; k++) {
        vd_storeu(re + (size_t)k * stride, r->re[k]);
        vd_storeu(im + (size_t)k * stride, r->im[k]);
    }
}

RK_INLINE void fft_forward_pass(double *re, double *im, size_t length, int stages, size_t index,
                                const double *factors) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        fft_rows r;
        fft_load(&r, re + i, im + i, 1 << stages, stride);
        UNROLL for (int stage = 0; stage < stages; stage++) {
            vd c[LANES / 2], s[LANES / 2];
            fft_factors(c, s, 1 << stage, factors, index << stage);
            fft_forward_pairs(&r, 1 << stages, 1 << (stages - 1 - stage), c, s);
        }
        fft_store(&r, re + i, im + i, 1 << stages, stride);
    }
}

RK_INLINE void fft_inverse_pass(double *re, double *im, size_t length, int stages, size_t index,
                                const double *factors) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        fft_rows r;
        fft_load(&r, re + i, im + i, 1 << stages, stride);
        UNROLL for (int stage = 0; stage < stages; stage++) {
            const int count = 1 << (stages - 1 - stage);
            vd c[LANES / 2], s[LANES / 2];
            fft_factors(c, s, count, factors, index << (stages - 1 - stage));
            fft_inverse_pairs(&r, 1 << stages, 1 << stage, c, s);
        }
        fft_store(&r, re + i, im + i, 1 << stages, stride);
    }
}

// Stages of the pass over blocks of 2^log_length points. Rows that are multiples of 4096 bytes
// apart share a set of the first-level cache: of 8 real and 8 imaginary ones only half stay.
static uint32_t fft_stages(uint32_t log_length) {
    if (log_length >= 12 && LOG_LANES > 2) return 2;
    const uint32_t above = log_length - LOG_LANES;
    return above % LOG_LANES == 0 ? LOG_LANES : above % LOG_LANES;
}

// All passes of block number `index`.
static void fft_forward_block(double *re, double *im, uint32_t log_length, size_t index,
                              const double *factors) {
    const size_t length = (size_t)1 << log_length;
    const uint32_t stages = fft_stages(log_length), log_rest = log_length - stages;
    if (stages == 1) fft_forward_pass(re, im, length, 1, index, factors);
    if (stages == 2) fft_forward_pass(re, im, length, 2, index, factors);
    if (stages == 3) fft_forward_pass(re, im, length, LOG_LANES, index, factors);
    if (log_rest == LOG_LANES) return;
    for (size_t i = 0; i < (size_t)1 << stages; i++) {
        const size_t at = i << log_rest;
        fft_forward_block(re + at, im + at, log_rest, (index << stages) + i, factors);
    }
}

static void fft_inverse_block(double *re, double *im, uint32_t log_length, size_t index,
                              const double *factors) {
    const size_t length = (size_t)1 << log_length;
    const uint32_t stages = fft_stages(log_length), log_rest = log_length - stages;
    for (size_t i = 0; i < (size_t)1 << stages && log_rest > LOG_LANES; i++) {
        const size_t at = i << log_rest;
        fft_inverse_block(re + at, im + at, log_rest, (index << stages) + i, factors);
    }
    if (stages == 1) fft_inverse_pass(re, im, length, 1, index, factors);
    if (stages == 2) fft_inverse_pass(re, im, length, 2, index, factors);
    if (stages == 3) fft_inverse_pass(re, im, length, LOG_LANES, index, factors);
}

static inline size_t fft_reversed(size_t x, uint32_t bits) {
    return bits == 0 ? 0 : __builtin_bitreverse32((uint32_t)x) >> (32 - bits);
}

enum { FFT_SQUARE_FACTORS = 2 * LANES * (LANES - 1) };

// Place of row k of a square among rows `stride` apart.
#define FFT_REVERSED_ROW(k) \
    (LANES == 8 ? ((k) & 1) * 4 + ((k) & 2) + (k) / 4 : ((k) & 1) * 2 + (k) / 2)

static void fft_forward(double *out_re, double *out_im, double *re, double *im,
                        const rk_fft_plan *plan) {
    const size_t n = (size_t)1 << plan->log_count, row = n / LANES;
    const uint32_t bits = plan->log_count - 2 * LOG_LANES;
    const double *lanes = plan->factors + 2 * row;
    fft_forward_block(re, im, plan->log_count, 1, plan->factors);
    for (size_t m = 0; m < row / LANES; m++, lanes += FFT_SQUARE_FACTORS) {
        const size_t from = m * LANES, to = fft_reversed(m, bits) * LANES;
        fft_rows r;
        UNROLL for (int k = 0; k < LANES; k++) {
            r.re[k] = vd_loadu(re + from + FFT_REVERSED_ROW(k) * row);
            r.im[k] = vd_loadu(im + from + FFT_REVERSED_ROW(k) * row);
        }
        vd_transpose(r.re);
        vd_transpose(r.im);
        UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
            vd c[LANES / 2], s[LANES / 2];
            fft_lane_factors(c, s, 1 << stage, lanes);
            fft_forward_pairs(&r, LANES, LANES / 2 >> stage, c, s);
        }
        UNROLL for (int k = 0; k < LANES; k++) {
            vd_storeu(out_re + to + FFT_REVERSED_ROW(k) * row, r.re[k]);
            vd_storeu(out_im + to + FFT_REVERSED_ROW(k) * row, r.im[k]);
        }
    }
}

static void fft_inverse(double *out_re, double *out_im, double *re, double *im,
                        const rk_fft_plan *plan) {
    const size_t n = (size_t)1 << plan->log_count, row = n / LANES;
    const uint32_t bits = plan->log_count - 2 * LOG_LANES;
    const double *lanes = plan->factors + 2 * row;
    for (size_t m = 0; m < row / LANES; m++, lanes += FFT_SQUARE_FACTORS) {
        const size_t from = fft_reversed(m, bits) * LANES, to = m * LANES;
        fft_rows r;
        UNROLL for (int k = 0; k < LANES; k++) {
            r.re[k] = vd_loadu(re + from + FFT_REVERSED_ROW(k) * row);
            r.im[k] = vd_loadu(im + from + FFT_REVERSED_ROW(k) * row);
        }
        UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
            vd c[LANES / 2], s[LANES / 2];
            fft_lane_factors(c, s, LANES / 2 >> stage, lanes);
            fft_inverse_pairs(&r, LANES, 1 << stage, c, s);
        }
        vd_transpose(r.re);
        vd_transpose(r.im);
        UNROLL for (int k = 0; k < LANES; k++) {
            vd_storeu(out_re + to + FFT_REVERSED_ROW(k) * row, r.re[k]);
            vd_storeu(out_im + to + FFT_REVERSED_ROW(k) * row, r.im[k]);
        }
    }
    fft_inverse_block(out_re, out_im, plan->log_count, 1, plan->factors);
}

#endif
