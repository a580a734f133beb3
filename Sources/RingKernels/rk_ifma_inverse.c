// Inverse negacyclic transforms by IFMA for narrow moduli.
//
// (x, y) -> (x + y, (x - y + c) w). Sums double. Three stages take values below b = 5: c is 5, 10,
// 20, so differences stay below 40, and results are below 40 in the first row (reduced to below 2
// at once), 4 (1 + 10/44) < 5 in the second, 3 in the next two, and 2 in the rest.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_ntt.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_ifma_stages.h"

// With the factors of the last stage: what the sums are multiplied by, and the differences.
typedef struct {
    ntt stages;
    vfactor sums, differences;
} inverse;

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

// Factors of a stage of a pass; those of the last stage of all are the call's own.
RK_INLINE void inverse_factors(vfactor *f, int count, size_t index, int is_last,
                               const inverse *c) {
    if (is_last && count == 1) {
        f[0] = c->differences;
    } else {
        scalar_factors(f, count, c->stages.factors, index * (size_t)count);
    }
}

// The rows after a pass: the first is reduced; after the last one all become residues.
RK_INLINE void inverse_settle(vu *r, int rows, int is_last, const inverse *c) {
    const vmod m = c->stages.m;
    if (!is_last) {
        r[0] = vu_partly(r[0], m);
        return;
    }
    UNROLL for (int k = 0; k < rows; k++) {
        r[k] = vu_finish(k < rows / 2 ? vu_times(r[k], c->sums, m) : r[k], m);
    }
}

RK_INLINE void inverse_pass(uint64_t *x, size_t length, int stages, size_t index, int is_last,
                            const inverse *c) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        vu r[8];
        UNROLL for (int k = 0; k < 1 << stages; k++) r[k] = vu_load(x + i + (size_t)k * stride);
        UNROLL for (int stage = 0; stage < stages; stage++) {
            vfactor f[4];
            inverse_factors(f, 1 << (stages - 1 - stage), index, is_last, c);
            inverse_pairs(
                r, 1 << (stages - 1), 1 << stage, f, stage_offset(stage, &c->stages), &c->stages);
        }
        inverse_settle(r, 1 << stages, is_last, c);
        UNROLL for (int k = 0; k < 1 << stages; k++) vu_store(x + i + (size_t)k * stride, r[k]);
    }
}

// The first six stages of squares, from `in` to x; all of them where N = 64.
RK_INLINE void inverse_squares(uint64_t *x, const uint64_t *in, int count, size_t index,
                               int is_last, const inverse *context) {
    const ntt *c = &context->stages;
    const uint64_t *lanes = c->lanes + SQUARE_FACTORS * index;
    vu r[2][8];
    vfactor f[4];
    if (c->fetches) {
        fetch_ahead(lanes, count * SQUARE_FACTORS);
        fetch_ahead(in, count * SQUARE);
        if (x != in) fetch_ahead(x, count * SQUARE);
    }
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < 8; k++) r[s][k] = vu_load(in + SQUARE * s + k * LANES);
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
            inverse_factors(f, 4 >> stage, index + (size_t)s, is_last, context);
            inverse_pairs(r[s], 4, 1 << stage, f, stage_offset(stage, c), c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        inverse_settle(r[s], 8, is_last, context);
        UNROLL for (int k = 0; k < 8; k++) vu_store(x + SQUARE * s + k * LANES, r[s][k]);
    }
}

static void inverse_block(uint64_t *x, const uint64_t *in, uint32_t log_length, size_t index,
                          const inverse *c) {
    const size_t length = (size_t)1 << log_length;
    const int stages = pass_stages(log_length);
    const uint32_t log_rest = log_length - (uint32_t)stages;
    const size_t blocks = (size_t)1 << stages, rest = (size_t)1 << log_rest;
    const size_t first = index << stages;
    for (size_t i = 0; i < blocks && log_rest > 6; i++) {
        inverse_block(x + rest * i, in + rest * i, log_rest, first + i, c);
    }
    for (size_t i = 0; i < blocks && log_rest == 6; i += 2) {
        inverse_squares(x + SQUARE * i, in + SQUARE * i, 2, first + i, 0, c);
    }
    const int is_last = index == 1;
    if (stages == 1 && !is_last) inverse_pass(x, length, 1, index, 0, c);
    if (stages == 2 && !is_last) inverse_pass(x, length, 2, index, 0, c);
    if (stages == 3 && !is_last) inverse_pass(x, length, 3, index, 0, c);
    if (stages == 1 && is_last) inverse_pass(x, length, 1, 1, 1, c);
    if (stages == 2 && is_last) inverse_pass(x, length, 2, 1, 1, c);
    if (stages == 3 && is_last) inverse_pass(x, length, 3, 1, 1, c);
}

static void inverse_transform(uint64_t *out, const uint64_t *in, vfactor sums,
                              vfactor differences, const rk_ntt_plan *plan) {
    const inverse c = {ntt_of(plan, plan->inverse), sums, differences};
    if (plan->log_degree > 6) {
        inverse_block(out, in, plan->log_degree, 1, &c);
    } else {
        inverse_squares(out, in, 1, 1, 1, &c);
    }
}

void rk_ifma_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const vfactor sums = factor_at(plan->inverse, 0), differences = factor_at(plan->inverse, 1);
    inverse_transform(x, x, sums, differences, plan);
}

// Factor `index` of the plan times w.
static vfactor scaled_factor(const rk_ntt_plan *plan, size_t index, uint64_t w) {
    const uint64_t q = plan->modulus.q;
    const uint64_t product = rk_reduce_product((rk_u128)plan->inverse[2 * index] * w, &plan->modulus);
    return (vfactor){vu_set(product), vu_set((uint64_t)(((rk_u128)product << 52) / q))};
}

void rk_ifma_inverse_ntt_scaled(uint64_t *out, const uint64_t *in, uint64_t w,
                                const rk_ntt_plan *plan) {
    const vfactor sums = scaled_factor(plan, 0, w), differences = scaled_factor(plan, 1, w);
    inverse_transform(out, in, sums, differences, plan);
}

#pragma clang attribute pop

#endif
