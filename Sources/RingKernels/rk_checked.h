// Transforms, elementwise functions and inner products of one table behind checks of the ranges in
// ring_kernels.h; rk_checked.c includes this once per instruction set, with CHECKED(name) naming the
// function and INNER the table behind it.

static void CHECKED(forward_ntt)(uint64_t *x, const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "forward_ntt: plan");
    residues(x, n, &plan->modulus, "forward_ntt: x");
    INNER->forward_ntt(x, plan);
    residues(x, n, &plan->modulus, "forward_ntt: result");
}

static void CHECKED(inverse_ntt)(uint64_t *x, const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "inverse_ntt: plan");
    residues(x, n, &plan->modulus, "inverse_ntt: x");
    INNER->inverse_ntt(x, plan);
    residues(x, n, &plan->modulus, "inverse_ntt: result");
}

static void CHECKED(forward_ntt_subtract_multiply)(uint64_t *out, uint64_t *x, const uint64_t *a,
                                                   const uint64_t *addend, uint64_t w,
                                                   uint64_t w_shoup, const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "forward_ntt_subtract_multiply: plan");
    residues(x, n, &plan->modulus, "forward_ntt_subtract_multiply: x");
    division(out, x, a, addend, n, &plan->modulus, "forward_ntt_subtract_multiply: operands");
    factor(w, w_shoup, &plan->modulus, "forward_ntt_subtract_multiply: w");
    INNER->forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    residues(out, n, &plan->modulus, "forward_ntt_subtract_multiply: result");
}

static void CHECKED(inverse_ntt_scaled)(uint64_t *out, const uint64_t *in, uint64_t w,
                                        const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "inverse_ntt_scaled: plan");
    residues(in, n, &plan->modulus, "inverse_ntt_scaled: in");
    same_or_apart(out, in, n, "inverse_ntt_scaled: out");
    must(w < plan->modulus.q, "inverse_ntt_scaled: w");
    INNER->inverse_ntt_scaled(out, in, w, plan);
    residues(out, n, &plan->modulus, "inverse_ntt_scaled: result");
}

static void CHECKED(raise)(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                           const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "raise: plan");
    scaled(digit, target, &plan->modulus, n, "raise: digit");
    INNER->raise(out, digit, target, is_lazy, plan);
    if (is_lazy) {
        digit_words(out, n, &plan->modulus, INNER, "raise: lazy result");
    } else {
        residues(out, n, &plan->modulus, "raise: result");
    }
}

static void CHECKED(raise_subtract_multiply)(uint64_t *out, uint64_t *x, const rk_scaled *digit,
                                             size_t target, const uint64_t *a,
                                             const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                             const rk_ntt_plan *plan) {
    const size_t n = length_of(plan, INNER, "raise_subtract_multiply: plan");
    scaled(digit, target, &plan->modulus, n, "raise_subtract_multiply: digit");
    division(out, x, a, addend, n, &plan->modulus, "raise_subtract_multiply: operands");
    factor(w, w_shoup, &plan->modulus, "raise_subtract_multiply: w");
    INNER->raise_subtract_multiply(out, x, digit, target, a, addend, w, w_shoup, plan);
    residues(out, n, &plan->modulus, "raise_subtract_multiply: result");
}

static void CHECKED(multiply)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                              const rk_modulus *modulus) {
    residues(a, n, modulus, "multiply: a");
    residues(b, n, modulus, "multiply: b");
    same_or_apart(out, a, n, "multiply: out");
    same_or_apart(out, b, n, "multiply: out");
    INNER->multiply(out, a, b, n, modulus);
    residues(out, n, modulus, "multiply: result");
}

static void CHECKED(multiply_accumulate)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                         size_t n, const rk_modulus *modulus) {
    residues(out, n, modulus, "multiply_accumulate: out");
    residues(a, n, modulus, "multiply_accumulate: a");
    residues(b, n, modulus, "multiply_accumulate: b");
    same_or_apart(out, a, n, "multiply_accumulate: out");
    same_or_apart(out, b, n, "multiply_accumulate: out");
    INNER->multiply_accumulate(out, a, b, n, modulus);
    residues(out, n, modulus, "multiply_accumulate: result");
}

static void CHECKED(multiply_scalar)(uint64_t *out, const uint64_t *a, uint64_t w,
                                     uint64_t w_shoup, size_t n, const rk_modulus *modulus) {
    residues(a, n, modulus, "multiply_scalar: a");
    factor(w, w_shoup, modulus, "multiply_scalar: w");
    same_or_apart(out, a, n, "multiply_scalar: out");
    INNER->multiply_scalar(out, a, w, w_shoup, n, modulus);
    residues(out, n, modulus, "multiply_scalar: result");
}

static void CHECKED(multiply_scalar_accumulate)(uint64_t *out, const uint64_t *a, uint64_t w,
                                                uint64_t w_shoup, size_t n,
                                                const rk_modulus *modulus) {
    residues(out, n, modulus, "multiply_scalar_accumulate: out");
    residues(a, n, modulus, "multiply_scalar_accumulate: a");
    factor(w, w_shoup, modulus, "multiply_scalar_accumulate: w");
    same_or_apart(out, a, n, "multiply_scalar_accumulate: out");
    INNER->multiply_scalar_accumulate(out, a, w, w_shoup, n, modulus);
    residues(out, n, modulus, "multiply_scalar_accumulate: result");
}

static void CHECKED(subtract_multiply_scalar)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                              uint64_t w, uint64_t w_shoup, size_t n,
                                              const rk_modulus *modulus) {
    residues(a, n, modulus, "subtract_multiply_scalar: a");
    residues(b, n, modulus, "subtract_multiply_scalar: b");
    factor(w, w_shoup, modulus, "subtract_multiply_scalar: w");
    same_or_apart(out, a, n, "subtract_multiply_scalar: out");
    same_or_apart(out, b, n, "subtract_multiply_scalar: out");
    INNER->subtract_multiply_scalar(out, a, b, w, w_shoup, n, modulus);
    residues(out, n, modulus, "subtract_multiply_scalar: result");
}

static void CHECKED(negate)(uint64_t *out, const uint64_t *a, size_t n,
                            const rk_modulus *modulus) {
    residues(a, n, modulus, "negate: a");
    same_or_apart(out, a, n, "negate: out");
    INNER->negate(out, a, n, modulus);
    residues(out, n, modulus, "negate: result");
}

static void CHECKED(add)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                         const rk_modulus *modulus) {
    residues(a, n, modulus, "add: a");
    residues(b, n, modulus, "add: b");
    same_or_apart(out, a, n, "add: out");
    same_or_apart(out, b, n, "add: out");
    INNER->add(out, a, b, n, modulus);
    residues(out, n, modulus, "add: result");
}

static void CHECKED(subtract)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                              const rk_modulus *modulus) {
    residues(a, n, modulus, "subtract: a");
    residues(b, n, modulus, "subtract: b");
    same_or_apart(out, a, n, "subtract: out");
    same_or_apart(out, b, n, "subtract: out");
    INNER->subtract(out, a, b, n, modulus);
    residues(out, n, modulus, "subtract: result");
}

static void CHECKED(inner_product)(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                                   const uint64_t *const *keys0, const uint64_t *const *keys1,
                                   const uint32_t *index, size_t count, size_t n,
                                   const rk_modulus *modulus) {
    must(count >= 1 && count <= RK_INNER_PRODUCT_DIGITS, "inner_product: count");
    for (size_t j = 0; j < count; j++) {
        const uint64_t *inputs[3] = {digits[j], keys0[j], keys1[j]};
        for (int i = 0; i < 3; i++) {
            residues(inputs[i], n, modulus, "inner_product: operand");
            apart(out0, 8 * n, inputs[i], 8 * n, "inner_product: first result");
            apart(out1, 8 * n, inputs[i], 8 * n, "inner_product: second result");
        }
    }
    apart(out0, 8 * n, out1, 8 * n, "inner_product: results");
    places(index, n, ~(uint32_t)0, "inner_product: index");
    INNER->inner_product(out0, out1, digits, keys0, keys1, index, count, n, modulus);
    residues(out0, n, modulus, "inner_product: first result");
    residues(out1, n, modulus, "inner_product: second result");
}

static void CHECKED(key_product)(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                                 const uint8_t *key, uint32_t key_bits, size_t key_digits,
                                 const uint32_t *index, size_t count, size_t n,
                                 const rk_modulus *modulus) {
    must(key_bits == 64 || (INNER->packs_keys && key_bits == modulus->shift + 2),
         "key_product: key_bits");
    must(count >= 1 && count <= key_digits && count <= RK_INNER_PRODUCT_DIGITS,
         "key_product: count");
    for (size_t j = 0; j < count; j++) {
        digit_words(digits[j], n, modulus, INNER, "key_product: digit");
        apart(out0, 8 * n, digits[j], 8 * n, "key_product: first result");
        apart(out1, 8 * n, digits[j], 8 * n, "key_product: second result");
    }
    apart(out0, 8 * n, out1, 8 * n, "key_product: results");
    key_words(key, key_bits, key_digits, count, n, modulus, "key_product: key");
    places(index, n, ~(uint32_t)0, "key_product: index");
    INNER->key_product(out0, out1, digits, key, key_bits, key_digits, index, count, n, modulus);
    residues(out0, n, modulus, "key_product: first result");
    residues(out1, n, modulus, "key_product: second result");
}

#include "rk_checked_data.h"

static const rk_table *CHECKED(table)(void) {
    static rk_table table;
    table = *INNER;
    table.forward_ntt = CHECKED(forward_ntt);
    table.inverse_ntt = CHECKED(inverse_ntt);
    table.forward_ntt_subtract_multiply = CHECKED(forward_ntt_subtract_multiply);
    table.inverse_ntt_scaled = CHECKED(inverse_ntt_scaled);
    table.raise = CHECKED(raise);
    table.raise_subtract_multiply = CHECKED(raise_subtract_multiply);
    table.quotients = CHECKED(quotients);
    table.multiply = CHECKED(multiply);
    table.multiply_accumulate = CHECKED(multiply_accumulate);
    table.multiply_scalar = CHECKED(multiply_scalar);
    table.multiply_scalar_accumulate = CHECKED(multiply_scalar_accumulate);
    table.subtract_multiply_scalar = CHECKED(subtract_multiply_scalar);
    table.add = CHECKED(add);
    table.subtract = CHECKED(subtract);
    table.negate = CHECKED(negate);
    table.inner_product = CHECKED(inner_product);
    table.key_product = CHECKED(key_product);
    table.permute_multiply_accumulate = CHECKED(permute_multiply_accumulate);
    table.permute = CHECKED(permute);
    table.permute_signed = CHECKED(permute_signed);
    table.convert = CHECKED(convert);
    table.fft_forward = CHECKED(fft_forward);
    table.fft_inverse = CHECKED(fft_inverse);
    table.center = CHECKED(center);
    table.reduce_i8 = CHECKED(reduce_i8);
    table.reduce_i32 = CHECKED(reduce_i32);
    table.reduce_i64 = CHECKED(reduce_i64);
    table.reduce_i50 = CHECKED(reduce_i50);
    table.uniform = CHECKED(uniform);
    if (INNER->chacha20 != NULL) table.chacha20 = CHECKED(chacha20);
    table.binomial21 = CHECKED(binomial21);
    table.ternary = CHECKED(ternary);
    table.inversion = CHECKED(inversion);
    table.pack = CHECKED(pack);
    table.unpack = CHECKED(unpack);
    table.blake2b_lanes = CHECKED(blake2b_lanes);
    return &table;
}
