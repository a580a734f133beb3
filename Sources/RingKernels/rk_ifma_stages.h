// What the forward and the inverse transform by IFMA share; the latter is for narrow moduli only,
// q < 2^52 / 44.
// Included inside their target attribute.
//
// Between passes values are lazy: below 2^52 modulo 2^52, with carries above. Bounds are in units
// of q; the product of a value v with a factor is below 1 + v q / 2^52 < 2.
//
// Three stages pair places of one vector (the last of the forward transform, the first of the
// inverse one): squares of 8 x 8 places are transposed, worked on with factors stored for it
// (rk_setup.c), and transposed back. Two squares are worked on in turn, because one alone leaves
// the multipliers waiting.
#ifndef RK_IFMA_STAGES_H
#define RK_IFMA_STAGES_H

#include "rk_ifma.h"

// Smaller degrees than LOG_FETCHED find what they read in the caches, and are slower for fetching it.
enum { LANES = 8, SQUARE = 64, SQUARE_FACTORS = 112, FETCH_AHEAD = 1024, LOG_FETCHED = 15 };

// What every part of a transform needs.
typedef struct {
    const uint64_t *factors;  // of the stages between vectors, in pairs
    const uint64_t *lanes;    // of the squares, which are numbered from N / 64 on
    vu q;
    vmod m;
    int is_wide;  // whether the modulus is not narrow
    int fetches;  // whether to fetch ahead
} ntt;

RK_INLINE ntt ntt_of(const rk_ntt_plan *plan, const uint64_t *factors) {
    const size_t n = (size_t)1 << plan->log_degree;
    return (ntt){.factors = factors,
                 .lanes = factors + 2 * (n / LANES) - SQUARE_FACTORS * (n / SQUARE),
                 .q = vu_set(plan->modulus.q),
                 .m = vmod_of(&plan->modulus),
                 .is_wide = !rk_is_narrow(plan->modulus.q, plan->log_degree),
                 .fetches = plan->log_degree >= LOG_FETCHED};
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

// Fetches what is read in order, a part before each pair of squares, into the second-level cache: at
// every page the processor's own fetching begins anew.
RK_INLINE void fetch_ahead(const uint64_t *x, int count) {
    UNROLL for (int i = 0; i < count; i += LANES) {
        __builtin_prefetch(x + FETCH_AHEAD + i, 0, 2);
    }
}

// Row of the lower member of pair k at distance `half`.
#define LOWER(k, half) ((k) / (half) * 2 * (half) + (k) % (half))

// Stages of the pass over a block that is not a square: those above squares in threes, and what is
// left over first.
static int pass_stages(uint32_t log_length) {
    const uint32_t above = log_length - 6;
    return above % 3 == 0 ? 3 : above == 1 ? 1 : 2;
}

#endif
