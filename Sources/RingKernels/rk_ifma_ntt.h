// The transforms by IFMA, for narrow moduli (rk_is_narrow) only.
#ifndef RK_IFMA_NTT_H
#define RK_IFMA_NTT_H

#include "rk_internal.h"

// What a forward transform ends with: out = (a - x) w + addend; addend may be NULL.
typedef struct {
    uint64_t *out;
    const uint64_t *a, *addend;
    uint64_t w, w_shoup;
} rk_division_end;

// `end` may be NULL; otherwise x is destroyed.
void rk_ifma_forward_ntt(uint64_t *x, const rk_ntt_plan *plan, const rk_division_end *end);
void rk_ifma_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);

#endif
