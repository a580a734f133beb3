// Digits raised to another modulus by IFMA, eight places at a time: where forward transforms begin. For
// rk_ifma_forward.c, after rk_ifma_stages.h.
#ifndef RK_IFMA_RAISED_H
#define RK_IFMA_RAISED_H

// The bound of every value of a transform. Sources of digits that are raised column by column.
// Vectors of others that are raised together.
enum { MOST = RK_LAZY_BOUND, FEW = 2, VECTORS = 4 };

// A digit to be raised, sum_i y_i f_i + v f_k modulo p, and the constants that takes.
//
// Each product less floor(y_i floor(f_i 2^52 / p) / 2^52) p is below 1 + y_i / 2^52; the y_i are
// below 2^51 together, and v is at most k: what remains is below 2k + 1. Of wide moduli v f_k is
// reduced likewise: what remains is below k + 2, so below 4 for up to FEW sources.
typedef struct {
    const rk_scaled *digit;
    uint64_t offset;  // what values begin at: q times the stages of a narrow modulus
    size_t count;
    uint64_t factors[RK_CONVERTER_LIMBS + 1];
    uint64_t shoup[RK_CONVERTER_LIMBS + 1];
    int is_large;  // whether values are to be reduced before the first stage
    size_t ahead;  // words from one row of the first pass to the next
} raised;

// What values of a narrow modulus begin at.
static uint64_t first_offset(const rk_ntt_plan *plan) {
    const int is_narrow = rk_is_narrow(plan->modulus.q, plan->log_degree);
    return is_narrow ? plan->log_degree * plan->modulus.q : 0;
}

static void raised_init(raised *r, const rk_scaled *digit, size_t target,
                        const rk_ntt_plan *plan) {
    const rk_modulus *p = &plan->modulus;
    r->digit = digit;
    r->offset = first_offset(plan);
    r->count = digit->converter->source_count;
    r->is_large = 2 * r->count + 1 + 2 * plan->log_degree > MOST;
    r->ahead = ((size_t)1 << plan->log_degree) >> pass_stages(plan->log_degree);
    const uint64_t *factors = digit->converter->factors + target * (r->count + 1);
    for (size_t i = 0; i <= r->count; i++) r->factors[i] = factors[i];
    for (size_t i = 0; i <= r->count; i++) {
        r->shoup[i] = (uint64_t)(((rk_u128)factors[i] << 52) / p->q);
    }
}

// Eight raised places, of `count` sources.
RK_INLINE vu raised_at(size_t place, size_t count, int is_wide, const raised *r, const ntt *c) {
    const __m128i quotients = _mm_loadl_epi64((const __m128i *)(r->digit->quotients + place));
    const uint64_t *y = r->digit->residues + place;
    const vu v = _mm512_cvtepu8_epi64(quotients);
    vu low = ifma_low(vu_set(r->is_large ? 0 : r->offset), v, vu_set(r->factors[count]));
    vu quotient = is_wide ? ifma_high(vu_zero(), v, vu_set(r->shoup[count])) : vu_zero();
    for (size_t k = 0; k < count; k++, y += r->digit->stride) {
        const vu value = vu_load(y);
        low = ifma_low(low, value, vu_set(r->factors[k]));
        quotient = ifma_high(quotient, value, vu_set(r->shoup[k]));
    }
    const vu rest = ifma_low(low, quotient, c->m.minus);
    if (is_wide) return vu_and(rest, c->m.mask);
    return r->is_large ? vu_add(vu_partly(rest, c->m), vu_set(r->offset)) : rest;
}

// Raised places of any number of sources, VECTORS vectors at a time, which share the constants.
RK_INLINE void raise_vectors(uint64_t *to, size_t place, int vectors, const raised *r,
                             const ntt *c) {
    vu low[VECTORS], quotient[VECTORS];
    const vu last = vu_set(r->factors[r->count]), offset = vu_set(r->offset);
    UNROLL for (int i = 0; i < vectors; i++) {
        const uint8_t *bytes = r->digit->quotients + place + (size_t)i * LANES;
        low[i] = ifma_low(r->is_large ? vu_zero() : offset,
                          _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)bytes)), last);
        quotient[i] = vu_zero();
    }
    const uint64_t *y = r->digit->residues + place;
    for (size_t k = 0; k < r->count; k++, y += r->digit->stride) {
        const vu w = vu_set(r->factors[k]), shoup = vu_set(r->shoup[k]);
        UNROLL for (int i = 0; i < vectors; i++) {
            __builtin_prefetch(y + i * LANES + r->ahead);
            const vu value = vu_load(y + i * LANES);
            low[i] = ifma_low(low[i], value, w);
            quotient[i] = ifma_high(quotient[i], value, shoup);
        }
    }
    UNROLL for (int i = 0; i < vectors; i++) {
        const vu rest = ifma_low(low[i], quotient[i], c->m.minus);
        vu_store(to + i * LANES, r->is_large ? vu_add(vu_partly(rest, c->m), offset) : rest);
    }
}

static void raise_run(uint64_t *to, size_t place, size_t length, const raised *r, const ntt *c) {
    size_t i = 0;
    for (; i < length && c->is_wide; i += LANES) {
        vu_store(to + i, raised_at(place + i, r->count, 1, r, c));
    }
    for (; i + VECTORS * LANES <= length; i += VECTORS * LANES) {
        raise_vectors(to + i, place + i, VECTORS, r, c);
    }
    for (; i < length; i += LANES) raise_vectors(to + i, place + i, 1, r, c);
}

#endif
