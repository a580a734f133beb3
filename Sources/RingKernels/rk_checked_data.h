// Permutations, conversions, the embedding, samplers and packing of one table behind checks of their
// ranges; included by rk_checked.h.

static void CHECKED(permute_multiply_accumulate)(uint64_t *out, const uint64_t *a,
                                                 const uint32_t *index, const uint64_t *weights,
                                                 size_t n, const rk_modulus *modulus) {
    places(index, n, ~(uint32_t)0, "permute_multiply_accumulate: index");
    residues(out, n, modulus, "permute_multiply_accumulate: out");
    residues(a, n, modulus, "permute_multiply_accumulate: a");
    residues(weights, n, modulus, "permute_multiply_accumulate: weights");
    apart(out, 8 * n, a, 8 * n, "permute_multiply_accumulate: out");
    apart(out, 8 * n, weights, 8 * n, "permute_multiply_accumulate: out");
    INNER->permute_multiply_accumulate(out, a, index, weights, n, modulus);
    residues(out, n, modulus, "permute_multiply_accumulate: result");
}

static void CHECKED(permute)(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    must(index != NULL && n % 8 == 0 && (uintptr_t)out % 64 == 0 && (uintptr_t)a % 64 == 0,
         "permute: arguments");
    places(index, n, ~(uint32_t)0, "permute: index");
    apart(out, 8 * n, a, 8 * n, "permute: out");
    INNER->permute(out, a, index, n);
}

static void CHECKED(permute_signed)(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                    size_t n, const rk_modulus *modulus) {
    places(index, n, 0x7fffffff, "permute_signed: index");
    residues(a, n, modulus, "permute_signed: a");
    apart(out, 8 * n, a, 8 * n, "permute_signed: out");
    INNER->permute_signed(out, a, index, n, modulus);
    residues(out, n, modulus, "permute_signed: result");
}

static void CHECKED(quotients)(uint8_t *out, const uint64_t *rows, size_t stride,
                               const rk_converter *converter, size_t n) {
    sources(converter, "quotients: converter");
    for (size_t k = 0; k < converter->source_count; k++) {
        residues(rows + k * stride, n, &converter->sources[k], "quotients: residues");
    }
    must((uintptr_t)out % 8 == 0, "quotients: out");
    INNER->quotients(out, rows, stride, converter, n);
    counts(out, converter->source_count, n, "quotients: result");
}

static void CHECKED(convert)(uint64_t *const *out, const uint64_t *const *in,
                             const rk_converter *converter, size_t n) {
    sources(converter, "convert: converter");
    for (size_t k = 0; k < converter->source_count; k++) {
        residues(in[k], n, &converter->sources[k], "convert: source");
        factor(converter->inverses[k], converter->inverses[converter->source_count + k],
               &converter->sources[k], "convert: inverses");
        for (size_t j = 0; j < converter->target_count; j++) {
            apart(out[j], 8 * n, in[k], 8 * n, "convert: out");
        }
    }
    INNER->convert(out, in, converter, n);
    for (size_t j = 0; j < converter->target_count; j++) {
        residues(out[j], n, &converter->targets[j], "convert: result");
    }
}

static void CHECKED(fft_forward)(double *out_re, double *out_im, double *re, double *im,
                                 const rk_fft_plan *plan) {
    embedding(out_re, out_im, re, im, plan, INNER, "fft_forward: arguments");
    INNER->fft_forward(out_re, out_im, re, im, plan);
}

static void CHECKED(fft_inverse)(double *out_re, double *out_im, double *re, double *im,
                                 const rk_fft_plan *plan) {
    embedding(out_re, out_im, re, im, plan, INNER, "fft_inverse: arguments");
    INNER->fft_inverse(out_re, out_im, re, im, plan);
}

static void CHECKED(center)(double *out, const uint64_t *a, double factor, size_t n,
                            const rk_modulus *modulus) {
    residues(a, n, modulus, "center: a");
    INNER->center(out, a, factor, n, modulus);
    const double bound = __builtin_fabs(factor) * modulus->q_double / 2;
    for (size_t i = 0; i < n; i++) must(__builtin_fabs(out[i]) <= bound, "center: result");
}

static void CHECKED(reduce_i8)(uint64_t *out, const int8_t *a, size_t n,
                               const rk_modulus *modulus) {
    INNER->reduce_i8(out, a, n, modulus);
    residues(out, n, modulus, "reduce_i8: result");
}

static void CHECKED(reduce_i32)(uint64_t *out, const int32_t *a, size_t n,
                                const rk_modulus *modulus) {
    INNER->reduce_i32(out, a, n, modulus);
    residues(out, n, modulus, "reduce_i32: result");
}

static void CHECKED(reduce_i64)(uint64_t *out, const int64_t *a, size_t n,
                                const rk_modulus *modulus) {
    INNER->reduce_i64(out, a, n, modulus);
    residues(out, n, modulus, "reduce_i64: result");
}

static void CHECKED(reduce_i50)(uint64_t *out, const int64_t *a, size_t n,
                                const rk_modulus *modulus) {
    const int64_t bound = (int64_t)1 << 50;
    for (size_t i = 0; i < n; i++) must(a[i] > -bound && a[i] < bound, "reduce_i50: a");
    INNER->reduce_i50(out, a, n, modulus);
    residues(out, n, modulus, "reduce_i50: result");
}

static size_t CHECKED(uniform)(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                               const rk_modulus *modulus) {
    same_or_apart(out, words, n, "uniform: out");
    const size_t count = INNER->uniform(out, rejected, words, n, modulus);
    residues(out, n, modulus, "uniform: result");
    must(count <= n, "uniform: count of rejected");
    for (size_t i = 0; i < count; i++) {
        must(rejected[i] < n && (i == 0 || rejected[i - 1] < rejected[i]), "uniform: rejected");
    }
    return count;
}

static void CHECKED(chacha20)(uint8_t *out, const uint8_t *key, const uint32_t *nonce,
                              uint32_t block, size_t count) {
    must(count <= ((uint64_t)1 << 32) - block, "chacha20: block and count");
    INNER->chacha20(out, key, nonce, block, count);
}

static void CHECKED(binomial21)(int8_t *out, const uint64_t *words, size_t n) {
    INNER->binomial21(out, words, n);
    small(out, n, -21, 21, "binomial21: result");
}

static size_t CHECKED(ternary)(int8_t *out, const uint8_t *bytes, size_t n) {
    const size_t count = INNER->ternary(out, bytes, n);
    small(out, n, -1, 2, "ternary: result");
    must(count <= n, "ternary: count of rejected");
    return count;
}

static void CHECKED(inversion)(int8_t *out, const uint64_t *words, const uint64_t *high,
                               const uint64_t *low, size_t threshold_count, size_t n) {
    must(threshold_count <= 127 && n % 8 == 0, "inversion: counts");
    must(largest(low, threshold_count) >> 63 == 0, "inversion: low");
    INNER->inversion(out, words, high, low, threshold_count, n);
    small(out, n, -(int)threshold_count, (int)threshold_count, "inversion: result");
}

static void CHECKED(pack)(uint8_t *bytes, const uint64_t *a, size_t n, uint32_t bits) {
    rk_check_bits(a, n, bits, "pack: a");
    INNER->pack(bytes, a, n, bits);
}

static size_t CHECKED(unpack)(uint64_t *out, const uint8_t *bytes, size_t n, uint32_t bits,
                              uint64_t bound) {
    must(bits >= 1 && bits <= 64, "unpack: bits");
    const size_t place = INNER->unpack(out, bytes, n, bits, bound);
    rk_check_bits(out, n, bits, "unpack: result");
    must(place <= n && (place == 0 || largest(out, place) < bound), "unpack: place");
    return place;
}

static void CHECKED(blake2b_lanes)(uint64_t *state, const uint8_t *bytes, size_t count,
                                   uint64_t before, int is_last) {
    must(count >= 1, "blake2b_lanes: count");
    INNER->blake2b_lanes(state, bytes, count, before, is_last);
}
