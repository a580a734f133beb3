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
static inline void forward_block(uint64_t *x, size_t quarter, size_t index,
                                 const uint64_t *factors, vmod m, int from_words) {
    const vfactor f1 = factor_at(factors, index);
    const vfactor f2 = factor_at(factors, 2 * index), f3 = factor_at(factors, 2 * index + 1);
    uint64_t *x0 = x, *x1 = x + quarter, *x2 = x1 + quarter, *x3 = x2 + quarter;
    for (size_t i = 0; i < quarter; i += LANES) {
        vd a = load(x0 + i, from_words), b = load(x1 + i, from_words);
        vd c = load(x2 + i, from_words), d = load(x3 + i, from_words);
        if (!from_words) a = vd_reduce(a, m);
        forward_butterfly(&a, &c, f1, m);
        forward_butterfly(&b, &d, f1, m);
        forward_butterfly(&a, &b, f2, m);
        forward_butterfly(&c, &d, f3, m);
        vd_store_bits(x0 + i, a);
        vd_store_bits(x1 + i, b);
        vd_store_bits(x2 + i, c);
        vd_store_bits(x3 + i, d);
    }
}

// The stages within vectors, for LANES^2 values: at most 2.3 in, words in [0, q) out.
static inline void forward_square(uint64_t *x, const uint64_t *factors, vmod m) {
    vd row[LANES];
    for (int i = 0; i < LANES; i++) row[i] = vd_load_bits(x + i * LANES);
    vd_transpose(row);
    // Row i now holds place i of every run of LANES values, whose stages have 1, 2, 4 factors.
    for (int i = 0; i < LANES / 2; i++) row[i] = vd_reduce(row[i], m);
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int first = 0; first < LANES; first += 2 * half) {
            const vfactor f = factor_lanes(factors);
            factors += 2 * LANES;
            for (int i = first; i < first + half; i++) {
                forward_butterfly(&row[i], &row[i + half], f, m);
            }
        }
    }
    for (int i = 0; i < LANES; i++) row[i] = vd_lift(vd_reduce(row[i], m), m.q);
    vd_transpose(row);
    for (int i = 0; i < LANES; i++) vd_to_words(x + i * LANES, row[i]);
}

static void forward_squares(uint64_t *x, size_t length, const uint64_t *factors, vmod m) {
    for (size_t i = 0; i < length; i += LANES * LANES) {
        forward_square(x + i, factors + i / LANES * 2 * (LANES - 1), m);
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

// N >= LANES^2.
static void forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
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
    const size_t chunk = block < LANES * LANES ? LANES * LANES : block;
    for (size_t start = 0; start < n; start += chunk) {
        for (size_t at = start; at < start + chunk; at += block) {
            forward_passes(x + at, block, (n + at) / block, factors, m);
        }
        forward_squares(x + start, chunk, squares + start / LANES * 2 * (LANES - 1), m);
    }
}

// The stages within vectors, for LANES^2 values: words in [0, q) in, at most 1 out.
static inline void inverse_square(uint64_t *x, const uint64_t *factors, vmod m) {
    vd row[LANES];
    for (int i = 0; i < LANES; i++) row[i] = vd_from_words(x + i * LANES);
    vd_transpose(row);
    factors += 2 * LANES * (LANES - 1);
    for (int half = 1; half < LANES; half *= 2) {
        factors -= 2 * LANES * (LANES / 2 / half);
        const uint64_t *stage = factors;
        for (int first = 0; first < LANES; first += 2 * half) {
            const vfactor f = factor_lanes(stage);
            stage += 2 * LANES;
            for (int i = first; i < first + half; i++) {
                inverse_butterfly(&row[i], &row[i + half], f, m);
            }
            // Sums of sums grow; halfway they are brought back from 4.
            if (half == 2 && LANES > 4) {
                row[first] = vd_reduce(row[first], m);
                row[first + 1] = vd_reduce(row[first + 1], m);
            }
        }
    }
    for (int i = 0; i < LANES / 2; i++) row[i] = vd_reduce(row[i], m);
    vd_transpose(row);
    for (int i = 0; i < LANES; i++) vd_store_bits(x + i * LANES, row[i]);
}

// Two stages on one block: at most 1 in, at most 1 out.
static inline void inverse_block(uint64_t *x, size_t quarter, size_t index,
                                 const uint64_t *factors, vmod m) {
    const vfactor f1 = factor_at(factors, index);
    const vfactor f2 = factor_at(factors, 2 * index), f3 = factor_at(factors, 2 * index + 1);
    uint64_t *x0 = x, *x1 = x + quarter, *x2 = x1 + quarter, *x3 = x2 + quarter;
    for (size_t i = 0; i < quarter; i += LANES) {
        vd a = vd_load_bits(x0 + i), b = vd_load_bits(x1 + i);
        vd c = vd_load_bits(x2 + i), d = vd_load_bits(x3 + i);
        inverse_butterfly(&a, &b, f2, m);
        inverse_butterfly(&c, &d, f3, m);
        inverse_butterfly(&a, &c, f1, m);
        inverse_butterfly(&b, &d, f1, m);
        vd_store_bits(x0 + i, vd_reduce(a, m));
        vd_store_bits(x1 + i, vd_reduce(b, m));
        vd_store_bits(x2 + i, c);
        vd_store_bits(x3 + i, d);
    }
}

// The last two stages, with 1/N in the factors 0 and 1: words in [0, q) out.
static inline void inverse_last_block(uint64_t *x, size_t quarter, const uint64_t *factors,
                                      vmod m) {
    const vfactor f0 = factor_at(factors, 0), f1 = factor_at(factors, 1);
    const vfactor f2 = factor_at(factors, 2), f3 = factor_at(factors, 3);
    uint64_t *x0 = x, *x1 = x + quarter, *x2 = x1 + quarter, *x3 = x2 + quarter;
    for (size_t i = 0; i < quarter; i += LANES) {
        vd a = vd_load_bits(x0 + i), b = vd_load_bits(x1 + i);
        vd c = vd_load_bits(x2 + i), d = vd_load_bits(x3 + i);
        inverse_butterfly(&a, &b, f2, m);
        inverse_butterfly(&c, &d, f3, m);
        inverse_butterfly(&a, &c, f1, m);
        inverse_butterfly(&b, &d, f1, m);
        vd_to_words(x0 + i, vd_lift(vd_times(a, f0, m), m.q));
        vd_to_words(x1 + i, vd_lift(vd_times(b, f0, m), m.q));
        vd_to_words(x2 + i, vd_lift(c, m.q));
        vd_to_words(x3 + i, vd_lift(d, m.q));
    }
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
    for (size_t i = 0; i < length; i += LANES * LANES) {
        inverse_square(x + i, factors + i / LANES * 2 * (LANES - 1), m);
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
    const size_t chunk = block < LANES * LANES ? LANES * LANES : block;
    for (size_t start = 0; start < n; start += chunk) {
        inverse_squares(x + start, chunk, squares + start / LANES * 2 * (LANES - 1), m);
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
