// The transforms by IFMA, of at least 64 places; the inverse ones for narrow moduli (rk_is_narrow)
// only.
#ifndef RK_IFMA_NTT_H
#define RK_IFMA_NTT_H

#include "rk_internal.h"

// What a division ends with: out = (a - x) w + addend; addend may be NULL.
typedef struct {
    uint64_t *out;
    const uint64_t *a, *addend;
    uint64_t w, w_shoup;
} rk_division_end;

void rk_ifma_forward_ntt(uint64_t *x, const rk_ntt_plan *plan);
// x is destroyed, here and below.
void rk_ifma_forward_ntt_subtract_multiply(uint64_t *x, const rk_division_end *end,
                                           const rk_ntt_plan *plan);
void rk_ifma_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_ifma_inverse_ntt_scaled(uint64_t *out, const uint64_t *in, uint64_t w,
                                const rk_ntt_plan *plan);

// Whether the sources of a digit are small enough, and for wide moduli few enough, for the two
// functions below.
int rk_ifma_can_raise(const rk_scaled *digit, const rk_ntt_plan *plan);
void rk_ifma_raise(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                   const rk_ntt_plan *plan);
void rk_ifma_raise_subtract_multiply(uint64_t *x, const rk_scaled *digit, size_t target,
                                     const rk_division_end *end, const rk_ntt_plan *plan);

#endif
