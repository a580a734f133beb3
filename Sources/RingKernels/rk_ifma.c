// Kernels for AVX-512 with IFMA: what is faster by 52-bit multiply-add than on doubles; the rest is
// taken from the table for AVX-512.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"
#include "rk_ifma_ntt.h"

#pragma clang attribute push(RK_IFMA_TARGET)

static const rk_table *doubles(void) { return rk_avx512_table(); }

static int is_narrow(const rk_ntt_plan *plan) {
    return rk_is_narrow(plan->modulus.q, plan->log_degree);
}

// Forward transforms of both kinds of moduli, of 64 places at least.
static int has_squares(const rk_ntt_plan *plan) { return plan->log_degree >= 6; }

static void forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    (has_squares(plan) ? rk_ifma_forward_ntt : doubles()->forward_ntt)(x, plan);
}

static void inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    (is_narrow(plan) ? rk_ifma_inverse_ntt : doubles()->inverse_ntt)(x, plan);
}

static void inverse_ntt_scaled(uint64_t *out, const uint64_t *in, uint64_t w,
                               const rk_ntt_plan *plan) {
    (is_narrow(plan) ? rk_ifma_inverse_ntt_scaled : doubles()->inverse_ntt_scaled)(
        out, in, w, plan);
}

static void raise(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                  const rk_ntt_plan *plan) {
    if (has_squares(plan) && rk_ifma_can_raise(digit, plan)) {
        rk_ifma_raise(out, digit, target, is_lazy, plan);
    } else {
        rk_ifma_raise_row(out, digit, target, (size_t)1 << plan->log_degree, &plan->modulus);
        forward_ntt(out, plan);
    }
}

static void forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan) {
    if (has_squares(plan)) {
        const rk_division_end end = {out, a, addend, w, w_shoup};
        rk_ifma_forward_ntt_subtract_multiply(x, &end, plan);
    } else {
        doubles()->forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    }
}

static void raise_subtract_multiply(uint64_t *out, uint64_t *x, const rk_scaled *digit,
                                    size_t target, const uint64_t *a, const uint64_t *addend,
                                    uint64_t w, uint64_t w_shoup, const rk_ntt_plan *plan) {
    if (has_squares(plan) && rk_ifma_can_raise(digit, plan)) {
        const rk_division_end end = {out, a, addend, w, w_shoup};
        rk_ifma_raise_subtract_multiply(x, digit, target, &end, plan);
    } else {
        rk_ifma_raise_row(x, digit, target, (size_t)1 << plan->log_degree, &plan->modulus);
        forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    }
}

#pragma clang attribute pop

// Called once, by the dispatcher.
const rk_table *rk_ifma_table(void) {
    static rk_table table;
    table = *rk_avx512_table();
    table.isa = RK_ISA_AVX512IFMA;
    table.name = "avx512ifma";
    table.twiddles = RK_TWIDDLES_IFMA;
    table.packs_keys = 1;
    table.forward_ntt = forward_ntt;
    table.inverse_ntt = inverse_ntt;
    table.forward_ntt_subtract_multiply = forward_ntt_subtract_multiply;
    table.inverse_ntt_scaled = inverse_ntt_scaled;
    table.quotients = rk_ifma_quotients;
    table.raise = raise;
    table.raise_subtract_multiply = raise_subtract_multiply;
    table.inner_product = rk_ifma_inner_product;
    table.key_product = rk_ifma_key_product;
    table.convert = rk_ifma_convert;
    table.multiply_accumulate = rk_ifma_multiply_accumulate;
    table.permute_multiply_accumulate = rk_ifma_permute_multiply_accumulate;
    table.multiply_scalar = rk_ifma_multiply_scalar;
    table.multiply_scalar_accumulate = rk_ifma_multiply_scalar_accumulate;
    table.subtract_multiply_scalar = rk_ifma_subtract_multiply_scalar;
    table.reduce_i64 = rk_ifma_reduce_i64;
    table.reduce_i50 = rk_ifma_reduce_i50;
    return &table;
}

#endif
