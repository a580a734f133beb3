// Scaled inverse transforms and raised digits as steps one after another; included by the files for
// instruction sets after multiply_scalar, raise_row and the transforms, which the macros
// RAISE_FORWARD, RAISE_INVERSE and RAISE_DIVIDE name.
#ifndef RK_RAISE_H
#define RK_RAISE_H

#include <string.h>

#include "rk_internal.h"

static void inverse_ntt_scaled(uint64_t *out, const uint64_t *in, uint64_t w,
                               const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    if (out != in) memcpy(out, in, n * sizeof *out);
    RAISE_INVERSE(out, plan);
    const uint64_t w_shoup = (uint64_t)(((rk_u128)w << 64) / plan->modulus.q);
    if (w != 1) multiply_scalar(out, out, w, w_shoup, n, &plan->modulus);
}

static void raise(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                  const rk_ntt_plan *plan) {
    (void)is_lazy;
    raise_row(out, digit, target, (size_t)1 << plan->log_degree, &plan->modulus);
    RAISE_FORWARD(out, plan);
}

static void raise_subtract_multiply(uint64_t *out, uint64_t *x, const rk_scaled *digit,
                                    size_t target, const uint64_t *a, const uint64_t *addend,
                                    uint64_t w, uint64_t w_shoup, const rk_ntt_plan *plan) {
    raise_row(x, digit, target, (size_t)1 << plan->log_degree, &plan->modulus);
    RAISE_DIVIDE(out, x, a, addend, w, w_shoup, plan);
}

// Initializers of the table.
#define RK_RAISE_KERNELS                       \
    .inverse_ntt_scaled = inverse_ntt_scaled,  \
    .raise = raise,                            \
    .raise_subtract_multiply = raise_subtract_multiply

#endif
