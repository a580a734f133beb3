// Negacyclic transforms by IFMA, from residues or from digits that are raised on the way in, to
// residues, lazy values or the end of a division.
//
// Of narrow moduli:
// Factors' quotients are rounded up (rk_setup.c), so the product t of a value below 2^52 is between
// -1 and 1: a butterfly (x, y) -> (x + t, x - t) widens the range of values by 1 on either side. They
// begin at as many q as there are stages, which keeps them positive: residues are below 33 after 16
// stages, so nothing is reduced before the end; raised digits begin below 43 minus a unit per stage.
// Of wide moduli, q < 2^50, values stay below 4.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_ntt.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_ifma_stages.h"
#include "rk_ifma_raised.h"

// What a transform ends with.
typedef enum { RESIDUES, LAZY, DIVIDED, DIVIDED_ADDED } ending;

typedef struct {
    ntt stages;
    ending ending;
    const rk_division_end *end;
    uint64_t offset;  // what values of a narrow modulus begin at
} forward;

int rk_ifma_can_raise(const rk_scaled *digit, const rk_ntt_plan *plan) {
    const int is_narrow = rk_is_narrow(plan->modulus.q, plan->log_degree);
    if (!is_narrow && digit->converter->source_count > FEW) return 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < digit->converter->source_count; i++) {
        sum += digit->converter->sources[i].q;
    }
    return sum < (uint64_t)1 << 51;
}

// Pairs 0 ... count - 1 at distance `half`, a factor per block of 2 * half rows; four pairs at a
// time, step by step, so that neighboring instructions are independent.
RK_INLINE void narrow_pairs(vu *r, int count, int half, const vfactor *f, const ntt *c) {
    UNROLL for (int first = 0; first < count; first += 4) {
        const int end = first + 4 < count ? first + 4 : count;
        vu quotient[4], sum[4];
        UNROLL for (int k = first; k < end; k++) {
            quotient[k - first] = ifma_high(vu_zero(), r[LOWER(k, half) + half], f[k / half].shoup);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            sum[k - first] = vu_add(*x, *x);
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

// The same of wide moduli: values below 4, without carries, become values below 4.
RK_INLINE void wide_pairs(vu *r, int count, int half, const vfactor *f, const ntt *c) {
    const vu twice = vu_add(c->q, c->q);
    UNROLL for (int first = 0; first < count; first += 4) {
        const int end = first + 4 < count ? first + 4 : count;
        vu quotient[4], t[4];
        UNROLL for (int k = first; k < end; k++) {
            quotient[k - first] = ifma_high(vu_zero(), r[LOWER(k, half) + half], f[k / half].shoup);
        }
        UNROLL for (int k = first; k < end; k++) {
            t[k - first] = ifma_low(vu_zero(), r[LOWER(k, half) + half], f[k / half].w);
        }
        UNROLL for (int k = first; k < end; k++) {
            t[k - first] = ifma_low(t[k - first], quotient[k - first], c->m.minus);
            r[LOWER(k, half)] = vu_once(r[LOWER(k, half)], twice);
        }
        UNROLL for (int k = first; k < end; k++) {
            vu *x = &r[LOWER(k, half)];
            t[k - first] = vu_and(t[k - first], c->m.mask);
            x[half] = vu_sub(vu_add(*x, twice), t[k - first]);
            *x = vu_add(*x, t[k - first]);
        }
    }
}

RK_INLINE void forward_pairs(vu *r, int count, int half, const vfactor *f, int is_wide,
                             const ntt *c) {
    if (is_wide) {
        wide_pairs(r, count, half, f, c);
    } else {
        narrow_pairs(r, count, half, f, c);
    }
}

// One vector of each row through the stages of a pass over block `index`.
RK_INLINE void forward_stages(vu *r, int stages, size_t index, int is_wide, const ntt *c) {
    UNROLL for (int stage = 0; stage < stages; stage++) {
        vfactor f[4];
        scalar_factors(f, 1 << stage, c->factors, index << stage);
        forward_pairs(r, 1 << (stages - 1), 1 << (stages - 1 - stage), f, is_wide, c);
    }
}

RK_INLINE void load_rows(vu *r, int rows, const uint64_t *x, size_t stride) {
    UNROLL for (int k = 0; k < rows; k++) r[k] = vu_load(x + (size_t)k * stride);
}

RK_INLINE void store_rows(uint64_t *x, const vu *r, int rows, size_t stride) {
    UNROLL for (int k = 0; k < rows; k++) vu_store(x + (size_t)k * stride, r[k]);
}

// One pass of `stages` stages over block `index` of its stage, `length` places; the first of a narrow
// modulus adds what values begin at.
RK_INLINE void forward_pass(uint64_t *x, size_t length, int stages, size_t index, int is_wide,
                            int is_first, const forward *context) {
    const size_t stride = length >> stages;
    const ntt own = context->stages, *c = &own;
    const vu offset = vu_set(context->offset);
    for (size_t i = 0; i < stride; i += LANES) {
        vu r[8];
        load_rows(r, 1 << stages, x + i, stride);
        UNROLL for (int k = 0; k < 1 << stages && is_first && !is_wide; k++) {
            r[k] = vu_add(r[k], offset);
        }
        forward_stages(r, stages, index, is_wide, c);
        store_rows(x + i, r, 1 << stages, stride);
    }
}

// The first pass, over raised digits of `count` sources, at most FEW.
RK_INLINE void forward_pass_few(uint64_t *x, size_t length, int stages, size_t count, int is_wide,
                                const raised *from, const ntt *c) {
    const size_t stride = length >> stages;
    for (size_t i = 0; i < stride; i += LANES) {
        vu r[8];
        UNROLL for (int k = 0; k < 1 << stages; k++) {
            r[k] = raised_at(i + (size_t)k * stride, count, is_wide, from, c);
        }
        forward_stages(r, stages, 1, is_wide, c);
        store_rows(x + i, r, 1 << stages, stride);
    }
}

// The same of any number of sources. Their rows are read in runs, and the same run of the next row
// is fetched meanwhile: too many rows are read for the processor to find that out by itself.
RK_INLINE void forward_pass_many(uint64_t *x, size_t length, int stages, const raised *from,
                                 const ntt *c) {
    enum { RUN = 64 };
    uint64_t rows[8][RUN] __attribute__((aligned(64)));
    const size_t stride = length >> stages, run = stride < RUN ? stride : RUN;
    for (size_t start = 0; start < stride; start += run) {
        for (size_t k = 0; k < (size_t)1 << stages; k++) {
            raise_run(rows[k], k * stride + start, run, from, c);
        }
        for (size_t i = 0; i < run; i += LANES) {
            vu r[8];
            load_rows(r, 1 << stages, rows[0] + i, RUN);
            forward_stages(r, stages, 1, 0, c);
            store_rows(x + start + i, r, 1 << stages, stride);
        }
    }
}

RK_INLINE void forward_pass_raised(uint64_t *x, size_t length, int stages, const raised *from,
                                   const ntt *c) {
    if (from->count == 1 && !c->is_wide) forward_pass_few(x, length, stages, 1, 0, from, c);
    if (from->count == 2 && !c->is_wide) forward_pass_few(x, length, stages, 2, 0, from, c);
    if (from->count == 1 && c->is_wide) forward_pass_few(x, length, stages, 1, 1, from, c);
    if (from->count == 2 && c->is_wide) forward_pass_few(x, length, stages, 2, 1, from, c);
    if (from->count > FEW) forward_pass_many(x, length, stages, from, c);
}

// The rows of a square that begins at `place`, transformed and in order, to where they go.
RK_INLINE void forward_end(uint64_t *x, vu *r, size_t place, ending ending, int is_wide,
                           const forward *c) {
    const vmod m = c->stages.m;
    const vu q = c->stages.q;
    if (is_wide) {
        UNROLL for (int k = 0; k < 8; k++) r[k] = vu_once(r[k], vu_add(q, q));
    }
    if (ending < DIVIDED) {
        UNROLL for (int k = 0; k < 8; k++) {
            if (is_wide) {
                r[k] = vu_once(r[k], q);
            } else if (ending == RESIDUES) {
                r[k] = vu_finish(vu_partly(r[k], m), m);
            }
        }
        vu_transpose(r);
        UNROLL for (int k = 0; k < 8; k++) vu_store(x + place + k * LANES, r[k]);
        return;
    }
    const rk_division_end *end = c->end;
    const vfactor w = vfactor_of(end->w, end->w_shoup);
    const vu offset = _mm512_mullo_epi64(q, vu_set(is_wide ? 2 : MOST));
    vu_transpose(r);
    UNROLL for (int k = 0; k < 8; k++) {
        const size_t at = place + (size_t)k * LANES;
        const vu difference = vu_sub(vu_add(vu_load(end->a + at), offset), r[k]);
        vu value = vu_finish(vu_times(difference, w, m), m);
        if (ending == DIVIDED_ADDED) value = vu_once(vu_add(value, vu_load(end->addend + at)), q);
        vu_store(end->out + at, value);
    }
}

// The last six stages of `count` squares from `place` on, 1 or 2; the first has number `index`.
RK_INLINE void forward_squares(uint64_t *x, size_t place, int count, size_t index, ending ending,
                               int is_wide, const forward *context) {
    const ntt stages = context->stages, *c = &stages;
    const uint64_t *lanes = c->lanes + SQUARE_FACTORS * index;
    vu r[2][8];
    vfactor f[4];
    if (c->fetches) {
        fetch_ahead(lanes, count * SQUARE_FACTORS);
        if (ending >= DIVIDED) {
            fetch_ahead(context->end->a + place, count * SQUARE);
            fetch_ahead(context->end->out + place, count * SQUARE);
        }
        if (ending == DIVIDED_ADDED) fetch_ahead(context->end->addend + place, count * SQUARE);
    }
    UNROLL for (int s = 0; s < count; s++) {
        UNROLL for (int k = 0; k < 8; k++) r[s][k] = vu_load(x + place + SQUARE * s + k * LANES);
    }
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            scalar_factors(f, 1 << stage, c->factors, (index + (size_t)s) << stage);
            forward_pairs(r[s], 4, 4 >> stage, f, is_wide, c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) vu_transpose(r[s]);
    UNROLL for (int stage = 0; stage < 3; stage++) {
        UNROLL for (int s = 0; s < count; s++) {
            lane_factors(f, 1 << stage, lanes + SQUARE_FACTORS * s);
            forward_pairs(r[s], 4, 4 >> stage, f, is_wide, c);
        }
    }
    UNROLL for (int s = 0; s < count; s++) {
        forward_end(x, r[s], place + SQUARE * (size_t)s, ending, is_wide, context);
    }
}

RK_INLINE void forward_run(uint64_t *x, size_t place, size_t count, size_t index, ending ending,
                           int is_wide, const forward *c) {
    if (count == 1) {
        forward_squares(x, place, 1, index, ending, is_wide, c);
        return;
    }
    for (size_t i = 0; i < count; i += 2) {
        forward_squares(x, place + SQUARE * i, 2, index + i, ending, is_wide, c);
    }
}

// `count` squares, one or an even number.
static void narrow_many(uint64_t *x, size_t place, size_t count, size_t index, const forward *c) {
    switch (c->ending) {
        case RESIDUES: forward_run(x, place, count, index, RESIDUES, 0, c); return;
        case LAZY: forward_run(x, place, count, index, LAZY, 0, c); return;
        case DIVIDED: forward_run(x, place, count, index, DIVIDED, 0, c); return;
        case DIVIDED_ADDED: forward_run(x, place, count, index, DIVIDED_ADDED, 0, c); return;
    }
}

// Lazy values of wide moduli are residues: sums of products have no room for more.
static void wide_many(uint64_t *x, size_t place, size_t count, size_t index, const forward *c) {
    switch (c->ending) {
        case RESIDUES:
        case LAZY: forward_run(x, place, count, index, RESIDUES, 1, c); return;
        case DIVIDED: forward_run(x, place, count, index, DIVIDED, 1, c); return;
        case DIVIDED_ADDED: forward_run(x, place, count, index, DIVIDED_ADDED, 1, c); return;
    }
}

static void forward_many(uint64_t *x, size_t place, size_t count, size_t index, const forward *c) {
    (c->stages.is_wide ? wide_many : narrow_many)(x, place, count, index, c);
}

static void forward_first(uint64_t *x, size_t length, int stages, const raised *from,
                          const ntt *c) {
    if (stages == 1) forward_pass_raised(x, length, 1, from, c);
    if (stages == 2) forward_pass_raised(x, length, 2, from, c);
    if (stages == 3) forward_pass_raised(x, length, 3, from, c);
}

static void forward_any_pass(uint64_t *x, size_t length, int stages, size_t index,
                             const forward *c) {
    if (c->stages.is_wide) {
        if (stages == 1) forward_pass(x, length, 1, index, 1, 0, c);
        if (stages == 2) forward_pass(x, length, 2, index, 1, 0, c);
        if (stages == 3) forward_pass(x, length, 3, index, 1, 0, c);
    } else if (index == 1) {
        if (stages == 1) forward_pass(x, length, 1, 1, 0, 1, c);
        if (stages == 2) forward_pass(x, length, 2, 1, 0, 1, c);
        if (stages == 3) forward_pass(x, length, 3, 1, 0, 1, c);
    } else {
        // A pass of one stage is the first.
        if (stages == 2) forward_pass(x, length, 2, index, 0, 0, c);
        if (stages == 3) forward_pass(x, length, 3, index, 0, 0, c);
    }
}

// All stages of the block of 2^log_length places from `place` on, number `index` of its stage; the
// first pass is over where `from` is given.
static void forward_block(uint64_t *x, size_t place, uint32_t log_length, size_t index,
                          const raised *from, const forward *c) {
    const size_t length = (size_t)1 << log_length;
    const int stages = pass_stages(log_length);
    if (from != NULL) {
        forward_first(x, length, stages, from, &c->stages);
    } else {
        forward_any_pass(x + place, length, stages, index, c);
    }
    const uint32_t log_rest = log_length - (uint32_t)stages;
    const size_t blocks = (size_t)1 << stages, rest = (size_t)1 << log_rest;
    const size_t first = index << stages;
    if (log_rest == 6) {
        forward_many(x, place, blocks, first, c);
        return;
    }
    for (size_t i = 0; i < blocks; i++) {
        forward_block(x, place + rest * i, log_rest, first + i, NULL, c);
    }
}

static void forward_transform(uint64_t *x, const rk_ntt_plan *plan, const raised *from,
                              ending ending, const rk_division_end *end) {
    const forward c = {ntt_of(plan, plan->forward), ending, end, first_offset(plan)};
    if (plan->log_degree > 6) {
        forward_block(x, 0, plan->log_degree, 1, from, &c);
        return;
    }
    if (from != NULL) raise_run(x, 0, SQUARE, from, &c.stages);
    for (size_t i = 0; i < SQUARE && from == NULL; i++) x[i] += c.offset;
    forward_many(x, 0, 1, 1, &c);
}

static ending division_ending(const rk_division_end *end) {
    return end->addend == NULL ? DIVIDED : DIVIDED_ADDED;
}

void rk_ifma_forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    forward_transform(x, plan, NULL, RESIDUES, NULL);
}

void rk_ifma_forward_ntt_subtract_multiply(uint64_t *x, const rk_division_end *end,
                                           const rk_ntt_plan *plan) {
    forward_transform(x, plan, NULL, division_ending(end), end);
}

void rk_ifma_raise(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                   const rk_ntt_plan *plan) {
    raised from;
    raised_init(&from, digit, target, plan);
    forward_transform(out, plan, &from, is_lazy ? LAZY : RESIDUES, NULL);
}

void rk_ifma_raise_subtract_multiply(uint64_t *x, const rk_scaled *digit, size_t target,
                                     const rk_division_end *end, const rk_ntt_plan *plan) {
    raised from;
    raised_init(&from, digit, target, plan);
    forward_transform(x, plan, &from, division_ending(end), end);
}

#pragma clang attribute pop

#endif
