// Portable kernels: plain C on 64-bit words, the oracle of the files for instruction sets.
#include "rk_internal.h"
#include "rk_blake2b.h"
#include "rk_packing.h"
#include "rk_portable.h"
#include "rk_sampling.h"

static void add(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = rk_reduce_once(a[i] + b[i], q);
}

static void subtract(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = rk_reduce_once(a[i] + (q - b[i]), q);
}

static void negate(uint64_t *out, const uint64_t *a, size_t n, const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = rk_reduce_once(q - a[i], q);
}

static void multiply(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) out[i] = rk_reduce_product((rk_u128)a[i] * b[i], &m);
}

static void multiply_accumulate(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                                const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) {
        uint64_t product = rk_reduce_product((rk_u128)a[i] * b[i], &m);
        out[i] = rk_reduce_once(out[i] + product, m.q);
    }
}

static void multiply_scalar(uint64_t *out, const uint64_t *a, uint64_t w, uint64_t w_shoup,
                            size_t n, const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = rk_multiply_shoup(a[i], w, w_shoup, q);
}

static void multiply_scalar_accumulate(uint64_t *out, const uint64_t *a, uint64_t w,
                                       uint64_t w_shoup, size_t n, const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) {
        out[i] = rk_reduce_once(out[i] + rk_multiply_shoup(a[i], w, w_shoup, q), q);
    }
}

static void subtract_multiply_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                     uint64_t w, uint64_t w_shoup, size_t n,
                                     const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) {
        out[i] = rk_multiply_shoup(a[i] + (q - b[i]), w, w_shoup, q);
    }
}

static void forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan) {
    const uint64_t q = plan->modulus.q;
    rk_portable_forward_ntt(x, plan);
    for (size_t i = 0; i < (size_t)1 << plan->log_degree; i++) {
        uint64_t product = rk_multiply_shoup(a[i] + (q - x[i]), w, w_shoup, q);
        out[i] = addend == NULL ? product : rk_reduce_once(product + addend[i], q);
    }
}

void rk_portable_permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = a[index[i]];
}

static void permute_signed(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n,
                                const rk_modulus *modulus) {
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) {
        uint64_t value = a[index[i] & 0x7fffffff];
        uint64_t negative = (uint64_t)0 - (uint64_t)(index[i] >> 31);
        uint64_t negated = rk_reduce_once(q - value, q);
        out[i] = (value & ~negative) | (negated & negative);
    }
}

// Coefficients per block: a block's scaled residues stay in the first-level cache.
enum { BLOCK = 128 };

// v of the header's formula, from the scaled residues y (rows of BLOCK).
static void quotients(uint64_t *v, const uint64_t (*y)[BLOCK], const rk_converter *c,
                      size_t length) {
    for (size_t i = 0; i < length; i++) v[i] = (uint64_t)1 << 50;
    for (size_t k = 0; k < c->source_count; k++) {
        const uint64_t reciprocal = c->reciprocals[k], shift = 52 - c->shifts[k];
        for (size_t i = 0; i < length; i++) {
            v[i] += (uint64_t)(((rk_u128)y[k][i] * reciprocal) >> shift);
        }
    }
    for (size_t i = 0; i < length; i++) v[i] >>= 51;
}

static void convert(uint64_t *const *out, const uint64_t *const *in, const rk_converter *c,
                         size_t n) {
    uint64_t y[RK_CONVERTER_LIMBS][BLOCK], v[BLOCK];
    const size_t sources = c->source_count;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        for (size_t k = 0; k < sources; k++) {
            multiply_scalar(y[k], in[k] + start, c->inverses[k], c->inverses[sources + k], length,
                            &c->sources[k]);
        }
        quotients(v, (const uint64_t(*)[BLOCK])y, c, length);
        for (size_t j = 0; j < c->target_count; j++) {
            const rk_modulus target = c->targets[j];
            const uint64_t *factors = c->factors + j * (sources + 1);
            const uint64_t last = factors[sources];
            uint64_t *to = out[j] + start;
            for (size_t i = 0; i < length; i++) {
                rk_u128 sum = (rk_u128)v[i] * last;
                for (size_t k = 0; k < sources; k++) sum += (rk_u128)y[k][i] * factors[k];
                to[i] = rk_reduce_wide(sum, &target);
            }
        }
    }
}

static void scaled_quotients(uint8_t *out, const uint64_t *residues, size_t stride,
                             const rk_converter *c, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t sum = (uint64_t)1 << 50;
        for (size_t k = 0; k < c->source_count; k++) {
            const rk_u128 product = (rk_u128)residues[k * stride + i] * c->reciprocals[k];
            sum += (uint64_t)(product >> (52 - c->shifts[k]));
        }
        out[i] = (uint8_t)(sum >> 51);
    }
}

static void raise_row(uint64_t *out, const rk_scaled *digit, size_t target, size_t n,
                      const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    const size_t sources = digit->converter->source_count;
    const uint64_t *factors = digit->converter->factors + target * (sources + 1);
    for (size_t i = 0; i < n; i++) {
        const uint64_t *y = digit->residues + i;
        rk_u128 sum = (rk_u128)digit->quotients[i] * factors[sources];
        for (size_t k = 0; k < sources; k++) sum += (rk_u128)y[k * digit->stride] * factors[k];
        out[i] = rk_reduce_wide(sum, &m);
    }
}

// value in (-q, q) given as magnitude below q and sign mask.
static inline uint64_t with_sign(uint64_t magnitude, uint64_t negative, uint64_t q) {
    uint64_t negated = rk_reduce_once(q - magnitude, q);
    return (magnitude & ~negative) | (negated & negative);
}

static void reduce_i8(uint64_t *out, const int8_t *a, size_t n, const rk_modulus *modulus) {
    // |a| <= 128 < q.
    const uint64_t q = modulus->q;
    for (size_t i = 0; i < n; i++) out[i] = (uint64_t)a[i] + (q & (uint64_t)((int64_t)a[i] >> 63));
}

static inline uint64_t reduce_signed(int64_t value, const rk_modulus *m) {
    uint64_t negative = (uint64_t)(value >> 63);
    uint64_t magnitude = ((uint64_t)value ^ negative) - negative;
    return with_sign(rk_multiply_shoup(magnitude, 1, m->one_shoup, m->q), negative, m->q);
}

static void reduce_i32(uint64_t *out, const int32_t *a, size_t n, const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) out[i] = reduce_signed(a[i], &m);
}

static void reduce_i64(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus) {
    const rk_modulus m = *modulus;
    for (size_t i = 0; i < n; i++) out[i] = reduce_signed(a[i], &m);
}

static size_t uniform(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                      const rk_modulus *modulus) {
    const uint64_t q = modulus->q, threshold = modulus->word;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        rk_u128 product = (rk_u128)words[i] * q;
        out[i] = (uint64_t)(product >> 64);
        if (__builtin_expect((uint64_t)product < threshold, 0)) rejected[count++] = (uint32_t)i;
    }
    return count;
}

#define RAISE_FORWARD rk_portable_forward_ntt
#define RAISE_INVERSE rk_portable_inverse_ntt
#define RAISE_DIVIDE forward_ntt_subtract_multiply
#include "rk_raise.h"

const rk_table *rk_portable_table(void) {
    static const rk_table table = {
        .isa = RK_ISA_PORTABLE,
        .name = "portable",
        .twiddles = RK_TWIDDLES_SHOUP,
        .fft_lanes = 1,
        .forward_ntt = rk_portable_forward_ntt,
        .inverse_ntt = rk_portable_inverse_ntt,
        .forward_ntt_subtract_multiply = forward_ntt_subtract_multiply,
        .quotients = scaled_quotients,
        RK_RAISE_KERNELS,
        .add = add,
        .subtract = subtract,
        .negate = negate,
        .multiply = multiply,
        .multiply_accumulate = multiply_accumulate,
        .multiply_scalar = multiply_scalar,
        .multiply_scalar_accumulate = multiply_scalar_accumulate,
        .subtract_multiply_scalar = subtract_multiply_scalar,
        .inner_product = rk_portable_inner_product,
        .key_product = rk_portable_key_product,
        .permute_multiply_accumulate = rk_portable_permute_multiply_accumulate,
        .permute = rk_portable_permute,
        .permute_signed = permute_signed,
        .convert = convert,
        .fft_forward = rk_portable_fft_forward,
        .fft_inverse = rk_portable_fft_inverse,
        .round_i64 = rk_portable_round_i64,
        .center = rk_portable_center,
        .reduce_i8 = reduce_i8,
        .reduce_i32 = reduce_i32,
        .reduce_i64 = reduce_i64,
        .reduce_i50 = reduce_i64,
        .uniform = uniform,
        RK_SAMPLING_KERNELS,
        RK_PACKING_KERNELS,
        .blake2b_lanes = blake2b_lanes,
    };
    return &table;
}
