// Kernels of one table behind checks of the ranges in ring_kernels.h; rk_checked.c includes this
// once per instruction set, with CHECKED(name) naming the function and INNER the table behind it.

static void CHECKED(forward_ntt)(uint64_t *x, const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    residues(x, n, &plan->modulus, "forward_ntt: x");
    INNER->forward_ntt(x, plan);
    residues(x, n, &plan->modulus, "forward_ntt: result");
}

static void CHECKED(inverse_ntt)(uint64_t *x, const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    residues(x, n, &plan->modulus, "inverse_ntt: x");
    INNER->inverse_ntt(x, plan);
    residues(x, n, &plan->modulus, "inverse_ntt: result");
}

static void CHECKED(forward_ntt_subtract_multiply)(uint64_t *out, uint64_t *x, const uint64_t *a,
                                                   const uint64_t *addend, uint64_t w,
                                                   uint64_t w_shoup, const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    residues(x, n, &plan->modulus, "forward_ntt_subtract_multiply: x");
    residues(a, n, &plan->modulus, "forward_ntt_subtract_multiply: a");
    if (addend != NULL) {
        residues(addend, n, &plan->modulus, "forward_ntt_subtract_multiply: addend");
    }
    factor(w, w_shoup, &plan->modulus, "forward_ntt_subtract_multiply: w");
    INNER->forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    residues(out, n, &plan->modulus, "forward_ntt_subtract_multiply: result");
}

static void CHECKED(inverse_ntt_scaled)(uint64_t *out, const uint64_t *in, uint64_t w,
                                        const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    residues(in, n, &plan->modulus, "inverse_ntt_scaled: in");
    must(w < plan->modulus.q, "inverse_ntt_scaled: w");
    INNER->inverse_ntt_scaled(out, in, w, plan);
    residues(out, n, &plan->modulus, "inverse_ntt_scaled: result");
}

static void CHECKED(raise)(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                           const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    scaled(digit, target, n, "raise: digit");
    INNER->raise(out, digit, target, is_lazy, plan);
    if (!is_lazy) residues(out, n, &plan->modulus, "raise: result");
}

static void CHECKED(raise_subtract_multiply)(uint64_t *out, uint64_t *x, const rk_scaled *digit,
                                             size_t target, const uint64_t *a,
                                             const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                             const rk_ntt_plan *plan) {
    const size_t n = (size_t)1 << plan->log_degree;
    scaled(digit, target, n, "raise_subtract_multiply: digit");
    residues(a, n, &plan->modulus, "raise_subtract_multiply: a");
    if (addend != NULL) residues(addend, n, &plan->modulus, "raise_subtract_multiply: addend");
    factor(w, w_shoup, &plan->modulus, "raise_subtract_multiply: w");
    INNER->raise_subtract_multiply(out, x, digit, target, a, addend, w, w_shoup, plan);
    residues(out, n, &plan->modulus, "raise_subtract_multiply: result");
}

static void CHECKED(multiply)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                              const rk_modulus *modulus) {
    residues(a, n, modulus, "multiply: a");
    residues(b, n, modulus, "multiply: b");
    INNER->multiply(out, a, b, n, modulus);
    residues(out, n, modulus, "multiply: result");
}

static void CHECKED(multiply_accumulate)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                         size_t n, const rk_modulus *modulus) {
    residues(out, n, modulus, "multiply_accumulate: out");
    residues(a, n, modulus, "multiply_accumulate: a");
    residues(b, n, modulus, "multiply_accumulate: b");
    INNER->multiply_accumulate(out, a, b, n, modulus);
    residues(out, n, modulus, "multiply_accumulate: result");
}

static void CHECKED(multiply_scalar)(uint64_t *out, const uint64_t *a, uint64_t w,
                                     uint64_t w_shoup, size_t n, const rk_modulus *modulus) {
    residues(a, n, modulus, "multiply_scalar: a");
    factor(w, w_shoup, modulus, "multiply_scalar: w");
    INNER->multiply_scalar(out, a, w, w_shoup, n, modulus);
    residues(out, n, modulus, "multiply_scalar: result");
}

static void CHECKED(multiply_scalar_accumulate)(uint64_t *out, const uint64_t *a, uint64_t w,
                                                uint64_t w_shoup, size_t n,
                                                const rk_modulus *modulus) {
    residues(out, n, modulus, "multiply_scalar_accumulate: out");
    residues(a, n, modulus, "multiply_scalar_accumulate: a");
    factor(w, w_shoup, modulus, "multiply_scalar_accumulate: w");
    INNER->multiply_scalar_accumulate(out, a, w, w_shoup, n, modulus);
    residues(out, n, modulus, "multiply_scalar_accumulate: result");
}

static void CHECKED(subtract_multiply_scalar)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                              uint64_t w, uint64_t w_shoup, size_t n,
                                              const rk_modulus *modulus) {
    residues(a, n, modulus, "subtract_multiply_scalar: a");
    residues(b, n, modulus, "subtract_multiply_scalar: b");
    factor(w, w_shoup, modulus, "subtract_multiply_scalar: w");
    INNER->subtract_multiply_scalar(out, a, b, w, w_shoup, n, modulus);
    residues(out, n, modulus, "subtract_multiply_scalar: result");
}

static void CHECKED(add)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                         const rk_modulus *modulus) {
    residues(a, n, modulus, "add: a");
    residues(b, n, modulus, "add: b");
    INNER->add(out, a, b, n, modulus);
    residues(out, n, modulus, "add: result");
}

static void CHECKED(subtract)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                              const rk_modulus *modulus) {
    residues(a, n, modulus, "subtract: a");
    residues(b, n, modulus, "subtract: b");
    INNER->subtract(out, a, b, n, modulus);
    residues(out, n, modulus, "subtract: result");
}

static void CHECKED(key_product)(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                                 const uint8_t *key, uint32_t key_bits, size_t key_digits,
                                 const uint32_t *index, size_t count, size_t n,
                                 const rk_modulus *modulus) {
    must(key_bits == 64 || (INNER->packs_keys && key_bits == modulus->shift + 2),
         "key_product: key_bits");
    must(count >= 1 && count <= key_digits && count <= RK_INNER_PRODUCT_DIGITS,
         "key_product: count");
    // Digits may be lazy.
    for (size_t j = 0; j < count; j++) must((uintptr_t)digits[j] % 64 == 0, "key_product: digit");
    for (size_t i = 0; i < n && key_bits == 64; i += 8) {
        const uint64_t *words = (const uint64_t *)(const void *)key;
        residues(words + 2 * i * key_digits, 16 * count, modulus, "key_product: key");
    }
    places(index, n, ~(uint32_t)0, "key_product: index");
    INNER->key_product(out0, out1, digits, key, key_bits, key_digits, index, count, n, modulus);
    residues(out0, n, modulus, "key_product: first result");
    residues(out1, n, modulus, "key_product: second result");
}

static void CHECKED(permute)(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    places(index, n, ~(uint32_t)0, "permute: index");
    INNER->permute(out, a, index, n);
}

static void CHECKED(permute_signed)(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                    size_t n, const rk_modulus *modulus) {
    places(index, n, 0x7fffffff, "permute_signed: index");
    residues(a, n, modulus, "permute_signed: a");
    INNER->permute_signed(out, a, index, n, modulus);
    residues(out, n, modulus, "permute_signed: result");
}

static void CHECKED(convert)(uint64_t *const *out, const uint64_t *const *in,
                             const rk_converter *converter, size_t n) {
    must(converter->source_count >= 1 && converter->source_count <= RK_CONVERTER_LIMBS,
         "convert: source_count");
    for (size_t k = 0; k < converter->source_count; k++) {
        residues(in[k], n, &converter->sources[k], "convert: source");
    }
    INNER->convert(out, in, converter, n);
    for (size_t j = 0; j < converter->target_count; j++) {
        residues(out[j], n, &converter->targets[j], "convert: result");
    }
}

static const rk_table *CHECKED(table)(void) {
    static rk_table table;
    table = *INNER;
    table.forward_ntt = CHECKED(forward_ntt);
    table.inverse_ntt = CHECKED(inverse_ntt);
    table.forward_ntt_subtract_multiply = CHECKED(forward_ntt_subtract_multiply);
    table.inverse_ntt_scaled = CHECKED(inverse_ntt_scaled);
    table.raise = CHECKED(raise);
    table.raise_subtract_multiply = CHECKED(raise_subtract_multiply);
    table.multiply = CHECKED(multiply);
    table.multiply_accumulate = CHECKED(multiply_accumulate);
    table.multiply_scalar = CHECKED(multiply_scalar);
    table.multiply_scalar_accumulate = CHECKED(multiply_scalar_accumulate);
    table.subtract_multiply_scalar = CHECKED(subtract_multiply_scalar);
    table.add = CHECKED(add);
    table.subtract = CHECKED(subtract);
    table.key_product = CHECKED(key_product);
    table.permute = CHECKED(permute);
    table.permute_signed = CHECKED(permute_signed);
    table.convert = CHECKED(convert);
    return &table;
}
