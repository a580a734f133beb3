// Kernels for AVX2 with FMA: vectors of four doubles.
#include "rk_internal.h"
#if RK_X86

#include <immintrin.h>

#include "rk_avx2.h"
#include "rk_portable.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { LANES = 4, LOG_LANES = 2 };
typedef __m256d vd;
typedef __m256i vu;

// 2^52 as double: or-ing an integer below 2^52 into its bits adds it.
#define INTEGER_BITS 0x4330000000000000

static inline vu vu_set(uint64_t x) { return _mm256_set1_epi64x((long long)x); }
static inline vu vu_load(const uint64_t *x) { return _mm256_load_si256((const __m256i *)x); }
static inline void vu_store(uint64_t *x, vu v) { _mm256_store_si256((__m256i *)x, v); }
static inline vu vu_add(vu a, vu b) { return _mm256_add_epi64(a, b); }
static inline vu vu_sub(vu a, vu b) { return _mm256_sub_epi64(a, b); }
// x, plus q where x is negative.
static inline vu vu_lift(vu x, vu q) {
    vu negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), x);
    return _mm256_add_epi64(x, _mm256_and_si256(negative, q));
}

// x, negated where the top bit of its entry is set.
static inline vu vu_negate_where(vu x, const uint32_t *entries) {
    __m128i words = _mm_loadu_si128((const __m128i *)entries);
    vu negative = _mm256_cvtepi32_epi64(_mm_srai_epi32(words, 31));
    return _mm256_sub_epi64(_mm256_xor_si256(x, negative), negative);
}

static inline vd vd_set(double x) { return _mm256_set1_pd(x); }
static inline vd vd_bits(uint64_t x) { return _mm256_castsi256_pd(vu_set(x)); }
static inline vd vd_load(const double *x) { return _mm256_load_pd(x); }
static inline void vd_store(double *x, vd v) { _mm256_store_pd(x, v); }
static inline vd vd_loadu(const double *x) { return _mm256_loadu_pd(x); }
static inline void vd_storeu(double *x, vd v) { _mm256_storeu_pd(x, v); }
static inline vd vd_load_bits(const uint64_t *x) { return _mm256_castsi256_pd(vu_load(x)); }
static inline void vd_store_bits(uint64_t *x, vd v) { vu_store(x, _mm256_castpd_si256(v)); }
static inline vd vd_add(vd a, vd b) { return _mm256_add_pd(a, b); }
static inline vd vd_sub(vd a, vd b) { return _mm256_sub_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm256_mul_pd(a, b); }
static inline vd vd_fma(vd a, vd b, vd c) { return _mm256_fmadd_pd(a, b, c); }
static inline vd vd_fms(vd a, vd b, vd c) { return _mm256_fmsub_pd(a, b, c); }
static inline vd vd_fnma(vd a, vd b, vd c) { return _mm256_fnmadd_pd(a, b, c); }
static inline vd vd_round(vd x) {
    return _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vd vd_where_not_negative(vd x, vd value) {
    return _mm256_and_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_GE_OQ), value);
}
static inline vd vd_lift(vd x, vd q) {
    return _mm256_add_pd(x, _mm256_and_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_LT_OQ), q));
}

static inline vd vd_of_words(vu x) {
    vd biased = _mm256_castsi256_pd(_mm256_or_si256(x, vu_set(INTEGER_BITS)));
    return _mm256_sub_pd(biased, vd_set(0x1p52));
}
static inline vu vd_words(vd x) {
    vu biased = _mm256_castpd_si256(_mm256_add_pd(x, vd_set(0x1p52)));
    return _mm256_xor_si256(biased, vu_set(INTEGER_BITS));
}
static inline vd vd_from_words(const uint64_t *x) { return vd_of_words(vu_load(x)); }
static inline void vd_to_words(uint64_t *x, vd v) { vu_store(x, vd_words(v)); }

static inline vd vd_from_i32(const int32_t *x) {
    return _mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i *)x));
}
// floor(x / 2^32) and x mod 2^32.
static inline vd vd_high_i64(const int64_t *x) {
    vu words = _mm256_loadu_si256((const __m256i *)x);
    vu high = _mm256_permutevar8x32_epi32(words, _mm256_setr_epi32(1, 3, 5, 7, 1, 3, 5, 7));
    return _mm256_cvtepi32_pd(_mm256_castsi256_si128(high));
}
static inline vd vd_low_i64(const int64_t *x) {
    vu words = _mm256_loadu_si256((const __m256i *)x);
    return vd_of_words(_mm256_and_si256(words, vu_set(0xffffffff)));
}

static inline void vd_transpose(vd *r) {
    vd a = _mm256_unpacklo_pd(r[0], r[1]), b = _mm256_unpackhi_pd(r[0], r[1]);
    vd c = _mm256_unpacklo_pd(r[2], r[3]), d = _mm256_unpackhi_pd(r[2], r[3]);
    r[0] = _mm256_permute2f128_pd(a, c, 0x20);
    r[1] = _mm256_permute2f128_pd(b, d, 0x20);
    r[2] = _mm256_permute2f128_pd(a, c, 0x31);
    r[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

// Integers of magnitude below 2^51 and the doubles MAGIC + x differ by these bits.
#define MAGIC_BITS 0x4338000000000000

static double round_i64(int64_t *out, const double *in, double factor, size_t n) {
    const vd absolute = vd_bits(~(uint64_t)0 >> 1), magic = vd_set(0x1.8p52);
    const vu bits = vu_set(MAGIC_BITS);
    vd largest = vd_set(0), numbers = _mm256_cmp_pd(largest, largest, _CMP_EQ_OQ);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const vd product = vd_mul(vd_loadu(in + i), vd_set(factor));
        numbers = _mm256_and_pd(numbers, _mm256_cmp_pd(product, product, _CMP_ORD_Q));
        largest = _mm256_max_pd(largest, _mm256_and_pd(product, absolute));
        // In two parts: high 2^32, even, and low of magnitude at most 2^31.
        const vd scaled = vd_add(vd_mul(product, vd_set(0x1p-32)), magic);
        const vd low = vd_fnma(vd_sub(scaled, magic), vd_set(0x1p32), product);
        const vu high_word = _mm256_slli_epi64(vu_sub(_mm256_castpd_si256(scaled), bits), 32);
        const vu low_word = vu_sub(_mm256_castpd_si256(vd_add(low, magic)), bits);
        _mm256_storeu_si256((__m256i *)(out + i), vu_add(high_word, low_word));
    }
    double rest = rk_portable_round_i64(out + i, in + i, factor, n - i), lanes[4];
    vd_storeu(lanes, largest);
    for (int lane = 0; lane < 4; lane++) rest = lanes[lane] > rest ? lanes[lane] : rest;
    return _mm256_movemask_pd(numbers) == 15 ? rest : __builtin_inf();
}

static void center(double *out, const uint64_t *a, double factor, size_t n,
                   const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q), half = vu_set(modulus->q / 2), bits = vu_set(MAGIC_BITS);
    const vd magic = vd_set(0x1.8p52), scale = vd_set(factor);
    for (size_t i = 0; i < n; i += 4) {
        const vu x = vu_load(a + i);
        const vu centered = vu_sub(x, _mm256_and_si256(_mm256_cmpgt_epi64(x, half), q));
        const vd value = vd_sub(_mm256_castsi256_pd(vu_add(centered, bits)), magic);
        vd_storeu(out + i, vd_mul(value, scale));
    }
}

// Plain loads: gathers are slower than that on many machines.
static void permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    rk_portable_permute(out, a, index, n);
}

#include "rk_chacha256.h"
#include "rk_double_convert.h"
#include "rk_double_elementwise.h"
#include "rk_double_fft.h"
#include "rk_double_inner.h"
#include "rk_double_ntt.h"
#include "rk_blake2b.h"
#include "rk_packing.h"
#include "rk_sampling.h"

#define RAISE_FORWARD forward_ntt
#define RAISE_INVERSE inverse_ntt
#define RAISE_DIVIDE forward_ntt_subtract_multiply
#include "rk_raise.h"

// A square of lanes needs 16 points.
void rk_avx2_fft_forward(double *out_re, double *out_im, double *re, double *im,
                         const rk_fft_plan *plan) {
    (plan->lanes == LANES ? fft_forward : rk_portable_fft_forward)(out_re, out_im, re, im, plan);
}

void rk_avx2_fft_inverse(double *out_re, double *out_im, double *re, double *im,
                         const rk_fft_plan *plan) {
    (plan->lanes == LANES ? fft_inverse : rk_portable_fft_inverse)(out_re, out_im, re, im, plan);
}

void rk_avx2_forward_ntt(uint64_t *x, const rk_ntt_plan *plan) { forward_ntt(x, plan); }

void rk_avx2_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) { inverse_ntt(x, plan); }

void rk_avx2_forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                           const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                           const rk_ntt_plan *plan) {
    forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
}

#pragma clang attribute pop

const rk_table *rk_avx2_table(void) {
    static const rk_table table = {
        .isa = RK_ISA_AVX2,
        .name = "avx2",
        .twiddles = RK_TWIDDLES_DOUBLE4,
        .forward_ntt = forward_ntt,
        .inverse_ntt = inverse_ntt,
        .forward_ntt_subtract_multiply = forward_ntt_subtract_multiply,
        RK_RAISE_KERNELS,
        .fft_lanes = LANES,
        .fft_forward = rk_avx2_fft_forward,
        .fft_inverse = rk_avx2_fft_inverse,
        RK_DOUBLE_KERNELS,
        .uniform = uniform,
        .chacha20 = chacha20,
        RK_SAMPLING_KERNELS,
        RK_PACKING_KERNELS,
        .blake2b_lanes = blake2b_lanes,
    };
    return &table;
}

#endif
