// Negacyclic transforms on doubles, for any LANES; included by the files for AVX2 and AVX-512.
//
// Words become doubles in the first pass and words again in the last one; between passes the array
// holds doubles. Bounds are in units of q; vd_times takes up to 4 and gives 1/2 + bound/32.
// Passes of two stages run block by block, so that a block stays in the first-level cache once it
// fits. The last log2(LANES) stages of the forward transform (the first of the inverse one) pair
// places of one vector: squares of LANES x LANES values are transposed, worked on, and transposed
// back, with factors stored in that order (see rk_ntt_plan_init).
#ifndef RK_DOUBLE_NTT_H
#define RK_DOUBLE_NTT_H

#include "rk_double.h"

// Residues of a block that is finished before the next is begun.
enum { RESIDENT = 2048 };

// Factor `index` of the stages between vectors: word pairs, spread over a vector.
static inline vfactor factor_at(const uint64_t *factors, size_t index) {
    return (vfactor){vd_bits(factors[2 * index]), vd_bits(factors[2 * index + 1])};
}

// A factor per lane.
static inline vfactor factor_lanes(const uint64_t *factors) {
    return (vfactor){vd_load_bits(factors), vd_load_bits(factors + LANES)};
}

static inline vd load(const uint64_t *x, int from_words) {
    return from_words ? vd_from_words(x) : vd_load_bits(x);
}

static inline void forward_butterfly(vd *x, vd *y, vfactor f, vmod m) {
    vd t = vd_times(*y, f, m);
    *y = vd_sub(*x, t);
    *x = vd_add(*x, t);
}

static inline void inverse_butterfly(vd *x, vd *y, vfactor f, vmod m) {
    vd difference = vd_sub(*x, *y);
    *x = vd_add(*x, *y);
    *y = vd_times(difference, f, m);
}

// Values that are worked on together, step by step in turn, so that neighboring instructions are
// independent and the latency of one is filled by the others.
enum { COLUMNS = LANES / 4, MOST = 2 * COLUMNS };

// v[i] = v[i] w mod q, as vd_times; the first half by f, the second by g.
static inline void times_many(vd *v, int count, vfactor f, vfactor g, vmod m) {
    vd c[MOST], h[MOST];
    for (int i = 0; i < count; i++) c[i] = vd_fma(v[i], 2 * i < count ? f.wq : g.wq, m.magic);
    for (int i = 0; i < count; i++) h[i] = vd_mul(v[i], 2 * i < count ? f.w : g.w);
    for (int i = 0; i < count; i++) c[i] = vd_sub(c[i], m.magic);
    for (int i = 0; i < count; i++) v[i] = vd_fms(v[i], 2 * i < count ? f.w : g.w, h[i]);
    for (int i = 0; i < count; i++) h[i] = vd_fnma(c[i], m.q, h[i]);
    for (int i = 0; i < count; i++) v[i] = vd_add(v[i], h[i]);
}

// x[i], y[i] for i < count: butterflies, the first half with f, the second with g.
static inline void forward_butterflies(vd **x, vd **y, int count, vfactor f, vfactor g, vmod m) {
    vd t[MOST];
    for (int i = 0; i < count; i++) t[i] = *y[i];
    times_many(t, count, f, g, m);
    for (int i = 0; i < count; i++) *y[i] = vd_sub(*x[i], t[i]);
    for (int i = 0; i < count; i++) *x[i] = vd_add(*x[i], t[i]);
}

static inline void inverse_butterflies(vd **x, vd **y, int count, vfactor f, vfactor g, vmod m) {
    vd t[MOST];
    for (int i = 0; i < count; i++) t[i] = vd_sub(*x[i], *y[i]);
    for (int i = 0; i < count; i++) *x[i] = vd_add(*x[i], *y[i]);
    times_many(t, count, f, g, m);
    for (int i = 0; i < count; i++) *y[i] = t[i];
}

// One stage, the first of all: 1 -> 1.6.
static void forward_first_stage(uint64_t *x, size_t half, const uint64_t *factors, vmod m) {
    const vfactor f = factor_at(factors, 1);
    for (size_t i = 0; i < half; i += LANES) {
        vd a = vd_from_words(x + i), b = vd_from_words(x + half + i);
        forward_butterfly(&a, &b, f, m);
        vd_store_bits(x + i, a);
        vd_store_bits(x + half + i, b);
    }
}

// Two stages on the block with number `index` of its stage, 4 * quarter values.
// The first quarter is reduced, so bounds settle: b in, (1/2 + 1/2 + 1/2 + 2 * 4/32) < 1.8 out,
// and the inner factor meets at most b + 1/2 + 4/32 <= 2.5.
static inline __attribute__((always_inline)) void forward_columns(
    uint64_t *x, size_t quarter, int columns, vfactor f1, vfactor f2, vfactor f3, vmod m,
    int from_words) {
    vd r[4][COLUMNS], *lower[MOST], *upper[MOST];
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < columns; i++) {
            r[row][i] = load(x + (size_t)row * quarter + (size_t)i * LANES, from_words);
        }
    }
    if (!from_words) {
        for (int i = 0; i < columns; i++) r[0][i] = vd_reduce(r[0][i], m);
    }
    for (int i = 0; i < columns; i++) {
        lower[i] = &r[0][i], upper[i] = &r[2][i];
        lower[columns + i] = &r[1][i], upper[columns + i] = &r[3][i];
    }
    forward_butterflies(lower, upper, 2 * columns, f1, f1, m);
    for (int i = 0; i < columns; i++) {
        lower[i] = &r[0][i], upper[i] = &r[1][i];
        lower[columns + i] = &r[2][i], upper[columns + i] = &r[3][i];
    }
    forward_butterflies(lower, upper, 2 * columns, f2, f3, m);
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < columns; i++) {
            vd_store_bits(x + (size_t)row * quarter + (size_t)i * LANES, r[row][i]);
        }
    }
}

static inline void forward_block(uint64_t *x, size_t quarter, size_t index,
                                 const uint64_t *factors, vmod m, int from_words) {
    const vfactor f1 = factor_at(factors, index);
    const vfactor f2 = factor_at(factors, 2 * index), f3 = factor_at(factors, 2 * index + 1);
    if (quarter < COLUMNS * LANES) {
        forward_columns(x, quarter, 1, f1, f2, f3, m, from_words);
        return;
    }
    for (size_t i = 0; i < quarter; i += COLUMNS * LANES) {
        forward_columns(x + i, quarter, COLUMNS, f1, f2, f3, m, from_words);
    }
}

// Squares that are worked on together, for the same reason as columns.
enum { SQUARES = 2, SQUARE = LANES * LANES, SQUARE_FACTORS = 2 * LANES * (LANES - 1) };

// The stages within vectors, for `count` squares: at most 2.3 in, words in [0, q) out.
static inline __attribute__((always_inline)) void forward_square(uint64_t *x,
                                                                 const uint64_t *factors, vmod m,
                                                                 int count) {
    vd row[SQUARES][LANES];
    for (int s = 0; s < count; s++) {
        for (int i = 0; i < LANES; i++) row[s][i] = vd_load_bits(x + s * SQUARE + i * LANES);
        vd_transpose(row[s]);
        // Row i now holds place i of every run of LANES values, whose stages have 1, 2, 4 factors.
        for (int i = 0; i < LANES / 2; i++) row[s][i] = vd_reduce(row[s][i], m);
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int first = 0; first < LANES; first += 2 * half) {
            for (int s = 0; s < count; s++) {
                const vfactor f = factor_lanes(factors + s * SQUARE_FACTORS);
                for (int i = first; i < first + half; i++) {
                    forward_butterfly(&row[s][i], &row[s][i + half], f, m);
                }
            }
            factors += 2 * LANES;
        }
    }
    for (int s = 0; s < count; s++) {
        for (int i = 0; i < LANES; i++) row[s][i] = vd_lift(vd_reduce(row[s][i], m), m.q);
        vd_transpose(row[s]);
        for (int i = 0; i < LANES; i++) vd_to_words(x + s * SQUARE + i * LANES, row[s][i]);
    }
}

static void forward_squares(uint64_t *x, size_t length, const uint64_t *factors, vmod m) {
    size_t i = 0;
    for (; i + SQUARES * SQUARE <= length; i += SQUARES * SQUARE) {
        forward_square(x + i, factors + i / SQUARE * SQUARE_FACTORS, m, SQUARES);
    }
    for (; i < length; i += SQUARE) {
        forward_square(x + i, factors + i / SQUARE * SQUARE_FACTORS, m, 1);
    }
}

// All further passes of a block of `length` values, number `index` of its stage.
static void forward_passes(uint64_t *x, size_t length, size_t index, const uint64_t *factors,
                           vmod m) {
    for (size_t block = length, count = 1; block > LANES; block /= 4, count *= 4) {
        for (size_t i = 0; i < count; i++) {
            forward_block(x + i * block, block / 4, index * count + i, factors, m, 0);
        }
    }
}

// What is done with the transform while its places are in the cache: out = (a - x) w + addend, or
// nothing where `a` is NULL.
typedef struct {
    uint64_t *out;
    const uint64_t *a, *addend;
    uint64_t w;
} forward_then;

// N >= LANES^2.
static inline __attribute__((always_inline)) void forward_transform(uint64_t *x,
                                                                    const rk_ntt_plan *plan,
                                                                    const forward_then *then) {
    const size_t n = (size_t)1 << plan->log_degree;
    const vmod m = vmod_of(&plan->modulus);
    const uint64_t *factors = plan->forward, *squares = factors + 2 * (n / LANES);
    size_t block = n;
    if ((plan->log_degree - LOG_LANES) % 2 == 1) {
        forward_first_stage(x, n / 2, factors, m);
        block = n / 2;
    } else {
        forward_block(x, n / 4, 1, factors, m, 1);
        block = n / 4;
    }
    for (; block > RESIDENT; block /= 4) {
        for (size_t i = 0; i < n / block; i++) {
            forward_block(x + i * block, block / 4, n / block + i, factors, m, 0);
        }
    }
    const size_t chunk = block < SQUARE ? SQUARE : block;
    for (size_t start = 0; start < n; start += chunk) {
        for (size_t at = start; at < start + chunk; at += block) {
            forward_passes(x + at, block, (n + at) / block, factors, m);
        }
        forward_squares(x + start, chunk, squares + start / SQUARE * SQUARE_FACTORS, m);
        if (then != NULL) {
            subtract_multiply_add(then->out + start, then->a + start, x + start,
                                  then->addend == NULL ? NULL : then->addend + start, then->w,
                                  chunk, &plan->modulus);
        }
    }
}

static void forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    forward_transform(x, plan, NULL);
}

static void forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan) {
    (void)w_shoup;
    const forward_then then = {out, a, addend, w};
    forward_transform(x, plan, &then);
}

// The stages within vectors, for `count` squares: words in [0, q) in, at most 1 out.
static inline __attribute__((always_inline)) void inverse_square(uint64_t *x,
                                                                 const uint64_t *factors, vmod m,
                                                                 int count) {
    vd row[SQUARES][LANES];
    for (int s = 0; s < count; s++) {
        for (int i = 0; i < LANES; i++) row[s][i] = vd_from_words(x + s * SQUARE + i * LANES);
        vd_transpose(row[s]);
    }
    factors += SQUARE_FACTORS;
    for (int half = 1; half < LANES; half *= 2) {
        factors -= 2 * LANES * (LANES / 2 / half);
        const uint64_t *stage = factors;
        for (int first = 0; first < LANES; first += 2 * half) {
            for (int s = 0; s < count; s++) {
                const vfactor f = factor_lanes(stage + s * SQUARE_FACTORS);
                for (int i = first; i < first + half; i++) {
                    inverse_butterfly(&row[s][i], &row[s][i + half], f, m);
                }
                // Sums of sums grow; halfway they are brought back from 4.
                if (half == 2 && LANES > 4) {
                    row[s][first] = vd_reduce(row[s][first], m);
                    row[s][first + 1] = vd_reduce(row[s][first + 1], m);
                }
            }
            stage += 2 * LANES;
        }
    }
    for (int s = 0; s < count; s++) {
        for (int i = 0; i < LANES / 2; i++) row[s][i] = vd_reduce(row[s][i], m);
        vd_transpose(row[s]);
        for (int i = 0; i < LANES; i++) vd_store_bits(x + s * SQUARE + i * LANES, row[s][i]);
    }
}

// Two stages on one block: at most 1 in, at most 1 out. The last block of all has 1/N in the
// factors 0 and 1, and gives words in [0, q).
static inline __attribute__((always_inline)) void inverse_columns(
    uint64_t *x, size_t quarter, int columns, vfactor f0, vfactor f1, vfactor f2, vfactor f3,
    vmod m, int is_last) {
    vd r[4][COLUMNS], *lower[MOST], *upper[MOST];
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < columns; i++) {
            r[row][i] = vd_load_bits(x + (size_t)row * quarter + (size_t)i * LANES);
        }
    }
    for (int i = 0; i < columns; i++) {
        lower[i] = &r[0][i], upper[i] = &r[1][i];
        lower[columns + i] = &r[2][i], upper[columns + i] = &r[3][i];
    }
    inverse_butterflies(lower, upper, 2 * columns, f2, f3, m);
    for (int i = 0; i < columns; i++) {
        lower[i] = &r[0][i], upper[i] = &r[2][i];
        lower[columns + i] = &r[1][i], upper[columns + i] = &r[3][i];
    }
    inverse_butterflies(lower, upper, 2 * columns, f1, f1, m);
    for (int row = 0; row < 2; row++) {
        if (is_last) times_many(r[row], columns, f0, f0, m);
        for (int i = 0; i < columns && !is_last; i++) r[row][i] = vd_reduce(r[row][i], m);
    }
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < columns; i++) {
            uint64_t *out = x + (size_t)row * quarter + (size_t)i * LANES;
            if (is_last) {
                vd_to_words(out, vd_lift(r[row][i], m.q));
            } else {
                vd_store_bits(out, r[row][i]);
            }
        }
    }
}

static inline __attribute__((always_inline)) void inverse_any_block(
    uint64_t *x, size_t quarter, size_t index, const uint64_t *factors, vmod m, int is_last) {
    const vfactor f0 = factor_at(factors, 0), f1 = factor_at(factors, index);
    const vfactor f2 = factor_at(factors, 2 * index), f3 = factor_at(factors, 2 * index + 1);
    if (quarter < COLUMNS * LANES) {
        inverse_columns(x, quarter, 1, f0, f1, f2, f3, m, is_last);
        return;
    }
    for (size_t i = 0; i < quarter; i += COLUMNS * LANES) {
        inverse_columns(x + i, quarter, COLUMNS, f0, f1, f2, f3, m, is_last);
    }
}

static inline void inverse_block(uint64_t *x, size_t quarter, size_t index,
                                 const uint64_t *factors, vmod m) {
    inverse_any_block(x, quarter, index, factors, m, 0);
}

static inline void inverse_last_block(uint64_t *x, size_t quarter, const uint64_t *factors,
                                      vmod m) {
    inverse_any_block(x, quarter, 1, factors, m, 1);
}

static void inverse_last_stage(uint64_t *x, size_t half, const uint64_t *factors, vmod m) {
    const vfactor f0 = factor_at(factors, 0), f1 = factor_at(factors, 1);
    for (size_t i = 0; i < half; i += LANES) {
        vd a = vd_load_bits(x + i), b = vd_load_bits(x + half + i);
        inverse_butterfly(&a, &b, f1, m);
        vd_to_words(x + i, vd_lift(vd_times(a, f0, m), m.q));
        vd_to_words(x + half + i, vd_lift(b, m.q));
    }
}

// The first passes of a block of `length` values, number `index` of its stage.
static void inverse_passes(uint64_t *x, size_t length, size_t index, const uint64_t *factors,
                           vmod m) {
    for (size_t block = 4 * LANES; block <= length; block *= 4) {
        const size_t count = length / block;
        for (size_t i = 0; i < count; i++) {
            inverse_block(x + i * block, block / 4, index * count + i, factors, m);
        }
    }
}

static void inverse_squares(uint64_t *x, size_t length, const uint64_t *factors, vmod m) {
    size_t i = 0;
    for (; i + SQUARES * SQUARE <= length; i += SQUARES * SQUARE) {
        inverse_square(x + i, factors + i / SQUARE * SQUARE_FACTORS, m, SQUARES);
    }
    for (; i < length; i += SQUARE) {
        inverse_square(x + i, factors + i / SQUARE * SQUARE_FACTORS, m, 1);
    }
}

// N >= LANES^2.
static void inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    const vmod m = vmod_of(&plan->modulus);
    const uint64_t *factors = plan->inverse, *squares = factors + 2 * (n / LANES);
    const int is_odd = (plan->log_degree - LOG_LANES) % 2 == 1;
    const size_t last = is_odd ? n / 2 : n / 4;
    size_t block = last;
    while (block > RESIDENT) block /= 4;
    const size_t chunk = block < SQUARE ? SQUARE : block;
    for (size_t start = 0; start < n; start += chunk) {
        inverse_squares(x + start, chunk, squares + start / SQUARE * SQUARE_FACTORS, m);
        for (size_t at = start; at < start + chunk; at += block) {
            inverse_passes(x + at, block, (n + at) / block, factors, m);
        }
    }
    for (block *= 4; block <= last; block *= 4) {
        for (size_t i = 0; i < n / block; i++) {
            inverse_block(x + i * block, block / 4, n / block + i, factors, m);
        }
    }
    if (is_odd) {
        inverse_last_stage(x, n / 2, factors, m);
    } else {
        inverse_last_block(x, n / 4, factors, m);
    }
}

#endif
