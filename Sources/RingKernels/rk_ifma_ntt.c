// Negacyclic transforms by IFMA for narrow moduli, q < 2^52 / 44.
//
// Between passes values are lazy: below 2^52 modulo 2^52, with carries above. Bounds are in units
// of q; the product of a value v with a factor is below 1 + v q / 2^52 < 2.
//
// Forward: a butterfly (x, y) -> (x + t, x - t + 2), t < 2, adds 2 per stage to the largest value.
// After 16 stages it is below 33, so nothing is reduced before the end.
//
// Inverse: (x, y) -> (x + y, (x - y + c) w). Sums double. Three stages take values below b = 5: c
// is 5, 10, 20, so differences stay below 40, and results are below 40 in the first row (reduced to
// below 2 at once), 4 (1 + 10/44) < 5 in the second, 3 in the next two, and 2 in the rest.
//
// The last three stages (forward; the first three inverse) pair places of one vector: squares of
// 8 x 8 places are transposed, worked on with factors stored for it (rk_setup.c), and transposed
// back. Two squares are worked on in turn, because one alone leaves the multipliers waiting.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_ntt.h"

#pragma clang attribute push(RK_IFMA_TARGET)

enum { LANES = 8, SQUARE = 64, SQUARE_FACTORS = 112 };

// What every part of a transform needs.
typedef struct {
    const uint64_t *factors;  // of the stages between vectors, in pairs
    const uint64_t *lanes;    // of the squares, which are numbered from N / 64 on
    vu q;
    vmod m;
    const rk_division_end *end;
} ntt;

RK_INLINE ntt ntt_of(const rk_ntt_plan *plan, const uint64_t *factors,
                     const rk_division_end *end) {
    const size_t n = (size_t)1 << plan->log_degree;
    return (ntt){.factors = factors,
                 .lanes = factors + 2 * (n / LANES) - SQUARE_FACTORS * (n / SQUARE),
                 .q = vu_set(plan->modulus.q),
                 .m = vmod_of(&plan->modulus),
                 .end = end};
}

RK_INLINE vfactor factor_at(const uint64_t *factors, size_t index) {
    return (vfactor){vu_set(factors[2 * index]), vu_set(factors[2 * index + 1])};
}

// Factors of `count` blocks of a stage, the first number `index`, one for all lanes.
RK_INLINE void scalar_factors(vfactor *f, int count, const uint64_t *factors, size_t index) {
    UNROLL for (int i = 0; i < count; i++) f[i] = factor_at(factors, index + (size_t)i);
}

// The same of a stage within vectors, one per lane; 1, 2 and 4 of them stand one after another.
RK_INLINE void lane_factors(vfactor *f, int count, const uint64_t *lanes) {
    const uint64_t *from = lanes + 2 * LANES * (count - 1);
    UNROLL for (int i = 0; i < count; i++, from += 2 * LANES) {
        f[i] = (vfactor){vu_load(from), vu_load(from + LANES)};
    }
}

// Row of the lower member of pair k at distance `half`.
#define LOWER(k, half) ((k) / (half) * 2 * (half) + (k) % (half))

// Pairs 0 ... count - 1 at distance `half`, a factor per block of 2 * half rows; four pairs at a
// time, step by step, so that neighboring instructions are independent.
RK_INLINE void forward_pairs(vu *r, int count, int half, const vfactor *f, const ntt *c) {
    const vu twice = vu_add(c->q, c->q);
    UNROLL for (int first = 0; first < count; first += 4) {
        const int end = first + 4 < count ? first + 4 : count;
        vu quotient[4], sum[4];
        UNROLL for (int k = first; k < end; k++) {
            quotient[k - first] = ifma_high(vu_zero(), r[LOWER(k, half) + half], f[k / half].shoup);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            sum[k - first] = vu_add(vu_add(*x, *x), twice);
            *x = ifma_low(*x, x[half], f[k / half].w);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            *x = ifma_low(*x, quotient[k - first], c->m.minus);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            x[half] = vu_sub(sum[k - first], *x);
        }
    }
}

// The same inverted, with c q above what is subtracted.
RK_INLINE void inverse_pairs(vu *r, int count, int half, const vfactor *f, vu cq, const ntt *c) {
    UNROLL for (int first = 0; first < count; first += 4) {
        const int end = first + 4 < count ? first + 4 : count;
        vu quotient[4], difference[4];
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            difference[k - first] = vu_sub(vu_add(*x, cq), x[half]);
            *x = vu_add(*x, x[half]);
        }
        UNROLL for (int k = first; k < end; k++) {
            quotient[k - first] = ifma_high(vu_zero(), difference[k - first], f[k / half].shoup);
        }
        UNROLL for (int k = first; k < end; k++) {
            r[LOWER(k, half) + half] = ifma_low(vu_zero(), difference[k - first], f[k / half].w);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *y = &r[LOWER(k, half) + half];
            *y = ifma_low(*y, quotient[k - first], c->m.minus);
        }
    }
}

// Differences of stage 0, 1, 2 of a pass.
RK_INLINE vu stage_offset(int stage, const ntt *c) {
    const vu five = vu_add(vu_add(vu_add(c->q, c->q), vu_add(c->q, c->q)), c->q);
    const vu ten = vu_add(five, five);
    return stage == 0 ? five : stage == 1 ? ten : vu_add(ten, ten);
}

// One pass of `stages` stages over block `index` of its stage, `length` places.
RK_INLINE void forward_pass(uint64_t *x, size_t length, int stages, size_t index, const ntt *c) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        vu r[8];
        UNROLL for (int k = 0; k < 1 << stages; k++) r[k] = vu_load(x + i + (size_t)k * stride);
        UNROLL for (int stage = 0; stage < stages; stage++) {
            vfactor f[4];
            scalar_factors(f, 1 << stage, c->factors, index << stage);
            forward_pairs(r, 1 << (stages - 1), 1 << (stages - 1 - stage), f, c);
        }
        UNROLL for (int k = 0; k < 1 << stages; k++) vu_store(x + i + (size_t)k * stride, r[k]);
    }
}

// Rows below 40 become residues: the first half times 1/N, the others have it in their factor.
RK_INLINE void inverse_finish(vu *r, int rows, const ntt *c) {
    const vfactor scale = factor_at(c->factors, 0);
    UNROLL for (int k = 0; k < rows; k++) {
        r[k] = vu_finish(k < rows / 2 ? vu_times(r[k], scale, c->m) : r[k], c->m);
    }
}

RK_INLINE void inverse_pass(uint64_t *x, size_t length, int stages, size_t index, int is_last,
                            const ntt *c) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        vu r[8];
        UNROLL for (int k = 0; k < 1 << stages; k++) r[k] = vu_load(x + i + (size_t)k * stride);
        UNROLL for (int stage = 0; stage < stages; stage++) {
            vfactor f[4];
            scalar_factors(f, 1 << (stages - 1 - stage), c->factors, index << (stages - 1 - stage));
            inverse_pairs(r, 1 << (stages - 1), 1 << stage, f, stage_offset(stage, c), c);
        }
        if (is_last) {
            inverse_finish(r, 1 << stages, c);
        } else {
            r[0] = vu_partly(r[0], c->m);
        }
        UNROLL for (int k = 0; k < 1 << stages; k++) vu_store(x + i + (size_t)k * stride, r[k]);
    }
}

// out = (a - x) w + addend of places that were just transformed.
static void end_division(const uint64_t *x, size_t place, size_t length, const ntt *c) {
    const rk_division_end *end = c->end;
    const vfactor f = vfactor_of(end->w, end->w_shoup);
    const vmod m = c->m;
    const vu q = c->q;
    for (size_t i = place; i < place + length; i += LANES) {
        const vu difference = vu_sub(vu_add(vu_load(end->a + i), q), vu_load(x + i));
        vu value = vu_finish(vu_times(difference, f, m), m);
        if (end->addend != NULL) value = vu_once(vu_add(value, vu_load(end->addend + i)), q);
        vu_store(end->out + i, value);
    }
}

// The last six stages of `count` squares, 1 or 2; the first has number `index`.
RK_INLINE void forward_squares(uint64_t *x, int count, size_t index, const ntt *c) {
    const uint64_t *lanes = c->lanes + SQUARE_FACTORS * index;
    vu r[2][8];
    vfactor f[4];
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < 8; k++) r[s][k] = vu_load(x + SQUARE * s + k * LANES);
    }
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            scalar_factors(f, 1 << stage, c->factors, (index + (size_t)s) << stage);
            forward_pairs(r[s], 4, 4 >> stage, f, c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) vu_transpose(r[s]);
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            lane_factors(f, 1 << stage, lanes + SQUARE_FACTORS * s);
            forward_pairs(r[s], 4, 4 >> stage, f, c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < 8; k++) r[s][k] = vu_finish(vu_partly(r[s][k], c->m), c->m);
        vu_transpose(r[s]);
        UNROLL for (int k = 0; k < 8; k++) vu_store(x + SQUARE * s + k * LANES, r[s][k]);
    }
}

// The first six stages of squares; all of them where N = 64.
RK_INLINE void inverse_squares(uint64_t *x, int count, size_t index, int is_last, const ntt *c) {
    const uint64_t *lanes = c->lanes + SQUARE_FACTORS * index;
    vu r[2][8];
    vfactor f[4];
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < 8; k++) r[s][k] = vu_load(x + SQUARE * s + k * LANES);
        vu_transpose(r[s]);
    }
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            lane_factors(f, 4 >> stage, lanes + SQUARE_FACTORS * s);
            inverse_pairs(r[s], 4, 1 << stage, f, stage_offset(stage, c), c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        r[s][0] = vu_partly(r[s][0], c->m);
        vu_transpose(r[s]);
    }
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            scalar_factors(f, 4 >> stage, c->factors, (index + (size_t)s) << (2 - stage));
            inverse_pairs(r[s], 4, 1 << stage, f, stage_offset(stage, c), c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        if (is_last) {
            inverse_finish(r[s], 8, c);
        } else {
            r[s][0] = vu_partly(r[s][0], c->m);
        }
        UNROLL for (int k = 0; k < 8; k++) vu_store(x + SQUARE * s + k * LANES, r[s][k]);
    }
}

// Stages of the pass over a block that is not a square: those above squares in threes, and what is
// left over first.
static int pass_stages(uint32_t log_length) {
    const uint32_t above = log_length - 6;
    return above % 3 == 0 ? 3 : above == 1 ? 1 : 2;
}

// All stages of the block of 2^log_length places from `place` on, number `index` of its stage.
static void forward_block(uint64_t *x, size_t place, uint32_t log_length, size_t index,
                          const ntt *c) {
    const size_t length = (size_t)1 << log_length;
    const int stages = pass_stages(log_length);
    if (stages == 1) forward_pass(x + place, length, 1, index, c);
    if (stages == 2) forward_pass(x + place, length, 2, index, c);
    if (stages == 3) forward_pass(x + place, length, 3, index, c);
    const uint32_t log_rest = log_length - (uint32_t)stages;
    const size_t blocks = (size_t)1 << stages, rest = (size_t)1 << log_rest;
    const size_t first = index << stages;
    if (log_rest > 6) {
        for (size_t i = 0; i < blocks; i++) {
            forward_block(x, place + rest * i, log_rest, first + i, c);
        }
    } else {
        for (size_t i = 0; i < blocks; i += 2) {
            forward_squares(x + place + SQUARE * i, 2, first + i, c);
        }
        if (c->end != NULL) end_division(x, place, length, c);
    }
}

static void inverse_block(uint64_t *x, uint32_t log_length, size_t index, const ntt *c) {
    const size_t length = (size_t)1 << log_length;
    const int stages = pass_stages(log_length);
    const uint32_t log_rest = log_length - (uint32_t)stages;
    const size_t blocks = (size_t)1 << stages, rest = (size_t)1 << log_rest;
    const size_t first = index << stages;
    if (log_rest > 6) {
        for (size_t i = 0; i < blocks; i++) inverse_block(x + rest * i, log_rest, first + i, c);
    } else {
        for (size_t i = 0; i < blocks; i += 2) {
            inverse_squares(x + SQUARE * i, 2, first + i, 0, c);
        }
    }
    const int is_last = index == 1;
    if (stages == 1 && !is_last) inverse_pass(x, length, 1, index, 0, c);
    if (stages == 2 && !is_last) inverse_pass(x, length, 2, index, 0, c);
    if (stages == 3 && !is_last) inverse_pass(x, length, 3, index, 0, c);
    if (stages == 1 && is_last) inverse_pass(x, length, 1, 1, 1, c);
    if (stages == 2 && is_last) inverse_pass(x, length, 2, 1, 1, c);
    if (stages == 3 && is_last) inverse_pass(x, length, 3, 1, 1, c);
}

void rk_ifma_forward_ntt(uint64_t *x, const rk_ntt_plan *plan, const rk_division_end *end) {
    const ntt c = ntt_of(plan, plan->forward, end);
    if (plan->log_degree > 6) {
        forward_block(x, 0, plan->log_degree, 1, &c);
    } else {
        forward_squares(x, 1, 1, &c);
        if (end != NULL) end_division(x, 0, SQUARE, &c);
    }
}

void rk_ifma_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const ntt c = ntt_of(plan, plan->inverse, NULL);
    if (plan->log_degree > 6) {
        inverse_block(x, plan->log_degree, 1, &c);
    } else {
        inverse_squares(x, 1, 1, 1, &c);
    }
}

#pragma clang attribute pop

#endif
