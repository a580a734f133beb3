// Negacyclic transforms on doubles, for any LANES; included by the files for AVX2 and AVX-512.
//
// Words become doubles when first loaded and words again when last stored; between passes the array
// holds doubles. Passes take up to log2(LANES) stages, depth first, so that a block stays in the
// cache once it fits. The last log2(LANES) stages of the forward transform (the first of the
// inverse one) pair places of one vector: squares of LANES x LANES values are transposed, worked on
// with factors stored in that order (see rk_ntt_plan_init), and transposed back. Two columns of a
// pass, or two squares, are worked on in turn, because one alone leaves the multipliers waiting.
//
// Bounds are in units of q; vd_times takes up to 4 and gives 1/2 + bound / 32.
// Forward: a pass takes 2.4 and reduces its first row only. What is added to that row's
// descendants, at most 1/2 + 2.4/32, 1/2 + 3/32 and 1/2 + 3.6/32, leaves them below 2.3; other
// rows meet the last factor at 3.6 at most.
// Inverse: a pass takes 1. After two stages the sums of four are reduced, after the last stage what
// is above 1.
#ifndef RK_DOUBLE_NTT_H
#define RK_DOUBLE_NTT_H

#include "rk_double.h"

enum {
    SQUARE = LANES * LANES,
    LOG_SQUARE = 2 * LOG_LANES,
    SQUARE_FACTORS = 2 * LANES * (LANES - 1),
    COLUMNS = 2,  // and squares that are worked on in turn
    SQUARES = 2,
    LOG_RESIDENT = 11,  // of a block that stays in the first-level cache
};

// What a forward transform ends with: out = (a - x) w + addend; addend may be NULL.
typedef struct {
    uint64_t *out;
    const uint64_t *a, *addend;
    vfactor w;
} forward_end;

// What every part of a transform needs.
typedef struct {
    const uint64_t *factors;  // of the stages between vectors, in pairs
    const uint64_t *lanes;    // of the squares, which are numbered from N / LANES^2 on
    vmod m;
    const forward_end *end;
} ntt;

RK_INLINE ntt ntt_of(const rk_ntt_plan *plan, const uint64_t *factors, const forward_end *end) {
    const size_t n = (size_t)1 << plan->log_degree;
    return (ntt){.factors = factors,
                 .lanes = factors + 2 * (n / LANES) - SQUARE_FACTORS * (n / SQUARE),
                 .m = vmod_of(&plan->modulus),
                 .end = end};
}

// Factors of `count` blocks of a stage, the first number `index`, one for all lanes.
RK_INLINE void scalar_factors(vfactor *f, int count, const uint64_t *factors, size_t index) {
    const uint64_t *from = factors + 2 * index;
    UNROLL for (int i = 0; i < count; i++) {
        f[i] = (vfactor){vd_bits(from[2 * i]), vd_bits(from[2 * i + 1])};
    }
}

// The same of a stage within vectors, one per lane; 1, 2 and 4 of them stand one after another.
RK_INLINE void lane_factors(vfactor *f, int count, const uint64_t *lanes) {
    const uint64_t *from = lanes + 2 * LANES * (count - 1);
    UNROLL for (int i = 0; i < count; i++, from += 2 * LANES) {
        f[i] = (vfactor){vd_load_bits(from), vd_load_bits(from + LANES)};
    }
}

RK_INLINE vd load(const uint64_t *x, int from_words) {
    return from_words ? vd_from_words(x) : vd_load_bits(x);
}

// Row of the lower member of pair k at distance `half`.
#define LOWER(k, half) ((k) / (half) * 2 * (half) + (k) % (half))

// v[k] = v[k] w mod q for k < count <= 4, as vd_times, step by step, so that neighboring
// instructions are independent; f[k / half].
RK_INLINE void times_few(vd *v, int count, int first, int half, const vfactor *f, vmod m) {
    vd c[4], h[4];
    UNROLL for (int k = 0; k < count; k++) c[k] = vd_fma(v[k], f[(first + k) / half].wq, m.magic);
    UNROLL for (int k = 0; k < count; k++) h[k] = vd_mul(v[k], f[(first + k) / half].w);
    UNROLL for (int k = 0; k < count; k++) c[k] = vd_sub(c[k], m.magic);
    UNROLL for (int k = 0; k < count; k++) v[k] = vd_fms(v[k], f[(first + k) / half].w, h[k]);
    UNROLL for (int k = 0; k < count; k++) h[k] = vd_fnma(c[k], m.q, h[k]);
    UNROLL for (int k = 0; k < count; k++) v[k] = vd_add(v[k], h[k]);
}

// Pairs 0 ... count - 1 at distance `half`, a factor per block of 2 * half rows.
RK_INLINE void forward_pairs(vd *r, int count, int half, const vfactor *f, vmod m) {
    UNROLL for (int first = 0; first < count; first += 4) {
        const int few = count - first < 4 ? count - first : 4;
        vd t[4];
        UNROLL for (int k = 0; k < few; k++) t[k] = r[LOWER(first + k, half) + half];
        times_few(t, few, first, half, f, m);
        UNROLL for (int k = 0; k < few; k++) {
            vd *x = &r[LOWER(first + k, half)];
            x[half] = vd_sub(*x, t[k]);
            *x = vd_add(*x, t[k]);
        }
    }
}

RK_INLINE void inverse_pairs(vd *r, int count, int half, const vfactor *f, vmod m) {
    UNROLL for (int first = 0; first < count; first += 4) {
        const int few = count - first < 4 ? count - first : 4;
        vd t[4];
        UNROLL for (int k = 0; k < few; k++) {
            vd *x = &r[LOWER(first + k, half)];
            t[k] = vd_sub(*x, x[half]);
            *x = vd_add(*x, x[half]);
        }
        times_few(t, few, first, half, f, m);
        UNROLL for (int k = 0; k < few; k++) r[LOWER(first + k, half) + half] = t[k];
    }
}

// `stage` of the `stages` of an inverse pass is done: brings back what the next cannot take.
RK_INLINE void inverse_settle(vd *r, int stage, int stages, int is_last, vmod m) {
    if (stages == 3 && stage == 1) {
        r[0] = vd_reduce(r[0], m);
        r[4] = vd_reduce(r[4], m);
    }
    if (stage < stages - 1 || is_last) return;
    if (stages < 3) r[0] = vd_reduce(r[0], m);
    UNROLL for (int k = 1; k < 1 << (stages - 1); k++) r[k] = vd_reduce(r[k], m);
}

// One pass of `stages` stages over block `index` of its stage, `length` places.
RK_INLINE void forward_pass(uint64_t *x, size_t length, int stages, size_t index, int from_words,
                            const ntt *context) {
    const size_t stride = length >> stages;
    const ntt c = *context;
    for (size_t i = 0; i < stride; i += COLUMNS * LANES) {
        vd r[COLUMNS][LANES];
        UNROLL for (int s = 0; s < COLUMNS; s++) {
            UNROLL for (int k = 0; k < 1 << stages; k++) {
                r[s][k] = load(x + i + (size_t)k * stride + (size_t)s * LANES, from_words);
            }
            r[s][0] = vd_reduce(r[s][0], c.m);
        }
        UNROLL for (int stage = 0; stage < stages; stage++) {
            vfactor f[LANES / 2];
            scalar_factors(f, 1 << stage, c.factors, index << stage);
            UNROLL for (int s = 0; s < COLUMNS; s++) {
                forward_pairs(r[s], 1 << (stages - 1), 1 << (stages - 1 - stage), f, c.m);
            }
        }
        UNROLL for (int s = 0; s < COLUMNS; s++) {
            UNROLL for (int k = 0; k < 1 << stages; k++) {
                vd_store_bits(x + i + (size_t)k * stride + (size_t)s * LANES, r[s][k]);
            }
        }
    }
}

// The last rows: the first half times 1/N, the others have it in their factor; words.
RK_INLINE void inverse_finish(vd *r, int rows, const ntt *c) {
    vfactor scale;
    scalar_factors(&scale, 1, c->factors, 0);
    UNROLL for (int k = 0; k < rows / 2; k++) r[k] = vd_times(r[k], scale, c->m);
    UNROLL for (int k = 0; k < rows; k++) r[k] = vd_lift(r[k], c->m.q);
}

RK_INLINE void inverse_pass(uint64_t *x, size_t length, int stages, size_t index, int is_last,
                            const ntt *context) {
    const size_t stride = length >> stages;
    const ntt c = *context;
    for (size_t i = 0; i < stride; i += COLUMNS * LANES) {
        vd r[COLUMNS][LANES];
        UNROLL for (int s = 0; s < COLUMNS; s++) {
            UNROLL for (int k = 0; k < 1 << stages; k++) {
                r[s][k] = vd_load_bits(x + i + (size_t)k * stride + (size_t)s * LANES);
            }
        }
        UNROLL for (int stage = 0; stage < stages; stage++) {
            const int blocks = 1 << (stages - 1 - stage);
            vfactor f[LANES / 2];
            scalar_factors(f, blocks, c.factors, index * (size_t)blocks);
            UNROLL for (int s = 0; s < COLUMNS; s++) {
                inverse_pairs(r[s], 1 << (stages - 1), 1 << stage, f, c.m);
                inverse_settle(r[s], stage, stages, is_last, c.m);
            }
        }
        UNROLL for (int s = 0; s < COLUMNS; s++) {
            if (is_last) inverse_finish(r[s], 1 << stages, &c);
            UNROLL for (int k = 0; k < 1 << stages; k++) {
                uint64_t *to = x + i + (size_t)k * stride + (size_t)s * LANES;
                if (is_last) {
                    vd_to_words(to, r[s][k]);
                } else {
                    vd_store_bits(to, r[s][k]);
                }
            }
        }
    }
}

// out = (a - x) w + addend of places that were just transformed.
static void end_division(const uint64_t *x, size_t place, size_t length, const ntt *c) {
    const forward_end *end = c->end;
    const vmod m = c->m;
    const vfactor w = end->w;
    for (size_t i = place; i < place + length; i += LANES) {
        vd value = vd_times(vd_sub(vd_from_words(end->a + i), vd_from_words(x + i)), w, m);
        if (end->addend != NULL) {
            value = vd_reduce(vd_add(value, vd_from_words(end->addend + i)), m);
        }
        vd_to_words(end->out + i, vd_lift(value, m.q));
    }
}

// The last stages of `count` squares, 1 or 2; the first has number `index`.
RK_INLINE void forward_squares(uint64_t *x, int count, size_t index, int from_words,
                               const ntt *context) {
    const ntt c = *context;
    const uint64_t *lanes = c.lanes + SQUARE_FACTORS * index;
    vd r[2][LANES];
    vfactor f[LANES / 2];
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < LANES; k++) {
            r[s][k] = load(x + SQUARE * s + k * LANES, from_words);
        }
        r[s][0] = vd_reduce(r[s][0], c.m);
    }
    UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            scalar_factors(f, 1 << stage, c.factors, (index + (size_t)s) << stage);
            forward_pairs(r[s], LANES / 2, LANES / 2 >> stage, f, c.m);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        vd_transpose(r[s]);
        r[s][0] = vd_reduce(r[s][0], c.m);
    }
    UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            lane_factors(f, 1 << stage, lanes + SQUARE_FACTORS * s);
            forward_pairs(r[s], LANES / 2, LANES / 2 >> stage, f, c.m);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < LANES; k++) {
            r[s][k] = vd_lift(vd_reduce(r[s][k], c.m), c.m.q);
        }
        vd_transpose(r[s]);
        UNROLL for (int k = 0; k < LANES; k++) {
            vd_to_words(x + SQUARE * s + k * LANES, r[s][k]);
        }
    }
}

// The first stages of squares; all of them where N is one square.
RK_INLINE void inverse_squares(uint64_t *x, int count, size_t index, int is_last,
                               const ntt *context) {
    const ntt c = *context;
    const uint64_t *lanes = c.lanes + SQUARE_FACTORS * index;
    vd r[2][LANES];
    vfactor f[LANES / 2];
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < LANES; k++) {
            r[s][k] = vd_from_words(x + SQUARE * s + k * LANES);
        }
        vd_transpose(r[s]);
    }
    UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            lane_factors(f, LANES / 2 >> stage, lanes + SQUARE_FACTORS * s);
            inverse_pairs(r[s], LANES / 2, 1 << stage, f, c.m);
            inverse_settle(r[s], stage, LOG_LANES, 0, c.m);
        }
    }
    UNROLL for (int s = 0; s < count; s++) vd_transpose(r[s]);
    UNROLL for (int stage = 0; stage < LOG_LANES; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            const int blocks = LANES / 2 >> stage;
            scalar_factors(f, blocks, c.factors, (index + (size_t)s) * (size_t)blocks);
            inverse_pairs(r[s], LANES / 2, 1 << stage, f, c.m);
            inverse_settle(r[s], stage, LOG_LANES, is_last, c.m);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        if (is_last) inverse_finish(r[s], LANES, &c);
        UNROLL for (int k = 0; k < LANES; k++) {
            if (is_last) {
                vd_to_words(x + SQUARE * s + k * LANES, r[s][k]);
            } else {
                vd_store_bits(x + SQUARE * s + k * LANES, r[s][k]);
            }
        }
    }
}

// Stages of the pass over a block larger than a square, what is left over first.
static int pass_stages(uint32_t log_length) {
    const uint32_t above = log_length - LOG_SQUARE;
    if (above % LOG_LANES == 0) return LOG_LANES;
    return LANES == 4 || above == 1 ? 1 : 2;
}

static void forward_any_pass(uint64_t *x, size_t length, int stages, size_t index, const ntt *c) {
    const int is_first = index == 1;
    if (stages == 1 && is_first) forward_pass(x, length, 1, 1, 1, c);
    if (stages == 2 && is_first) forward_pass(x, length, 2, 1, 1, c);
    if (stages == 3 && is_first) forward_pass(x, length, LOG_LANES, 1, 1, c);
    if (stages == 1 && !is_first) forward_pass(x, length, 1, index, 0, c);
    if (stages == 2 && !is_first) forward_pass(x, length, 2, index, 0, c);
    if (stages == 3 && !is_first) forward_pass(x, length, LOG_LANES, index, 0, c);
}

static void inverse_any_pass(uint64_t *x, size_t length, int stages, size_t index, const ntt *c) {
    const int is_last = index == 1;
    if (stages == 1 && !is_last) inverse_pass(x, length, 1, index, 0, c);
    if (stages == 2 && !is_last) inverse_pass(x, length, 2, index, 0, c);
    if (stages == 3 && !is_last) inverse_pass(x, length, LOG_LANES, index, 0, c);
    if (stages == 1 && is_last) inverse_pass(x, length, 1, 1, 1, c);
    if (stages == 2 && is_last) inverse_pass(x, length, 2, 1, 1, c);
    if (stages == 3 && is_last) inverse_pass(x, length, LOG_LANES, 1, 1, c);
}

// All stages of the block of 2^log_length places from `place` on, number `index` of its stage:
// depth first until a block is resident, then stage by stage.
static void forward_block(uint64_t *x, size_t place, uint32_t log_length, size_t index,
                          const ntt *c) {
    size_t blocks = 1;
    for (uint32_t log_rest = log_length; log_rest > LOG_SQUARE;) {
        const int stages = pass_stages(log_rest);
        const size_t rest = (size_t)1 << log_rest;
        for (size_t i = 0; i < blocks; i++) {
            forward_any_pass(x + place + rest * i, rest, stages, index + i, c);
        }
        blocks <<= stages, index <<= stages, log_rest -= (uint32_t)stages;
        if (log_length > LOG_RESIDENT && log_rest > LOG_SQUARE) {
            for (size_t i = 0; i < blocks; i++) {
                forward_block(x, place + (i << log_rest), log_rest, index + i, c);
            }
            return;
        }
    }
    for (size_t i = 0; i < blocks; i += SQUARES) {
        forward_squares(x + place + SQUARE * i, SQUARES, index + i, 0, c);
    }
    if (c->end != NULL) end_division(x, place, SQUARE * blocks, c);
}

static void inverse_block(uint64_t *x, uint32_t log_length, size_t index, const ntt *c) {
    const int stages = pass_stages(log_length);
    const uint32_t log_rest = log_length - (uint32_t)stages;
    const size_t blocks = (size_t)1 << stages;
    if (log_rest > LOG_SQUARE) {
        for (size_t i = 0; i < blocks; i++) {
            inverse_block(x + (i << log_rest), log_rest, (index << stages) + i, c);
        }
    } else {
        for (size_t i = 0; i < blocks; i += SQUARES) {
            inverse_squares(x + SQUARE * i, SQUARES, (index << stages) + i, 0, c);
        }
    }
    inverse_any_pass(x, (size_t)1 << log_length, stages, index, c);
}

// N >= LANES^2, here and below.
static void forward_transform(uint64_t *x, const rk_ntt_plan *plan, const forward_end *end) {
    const ntt c = ntt_of(plan, plan->forward, end);
    if (plan->log_degree > LOG_SQUARE) {
        forward_block(x, 0, plan->log_degree, 1, &c);
    } else {
        forward_squares(x, 1, 1, 1, &c);
        if (end != NULL) end_division(x, 0, SQUARE, &c);
    }
}

static void forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    forward_transform(x, plan, NULL);
}

static void forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan) {
    (void)w_shoup;
    const forward_end end = {out, a, addend, vfactor_of(w, &plan->modulus)};
    forward_transform(x, plan, &end);
}

static void inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const ntt c = ntt_of(plan, plan->inverse, NULL);
    if (plan->log_degree > LOG_SQUARE) {
        inverse_block(x, plan->log_degree, 1, &c);
    } else {
        inverse_squares(x, 1, 1, 1, &c);
    }
}

#endif
