// Kernels for AVX-512 (F, DQ, BW, VL): vectors of eight doubles.
#include "rk_internal.h"
#if RK_X86

#include <immintrin.h>

#include "rk_avx2.h"
#include "rk_portable.h"

#pragma clang attribute push(                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)

enum { LANES = 8, LOG_LANES = 3 };
typedef __m512d vd;
typedef __m512i vu;

static inline vu vu_set(uint64_t x) { return _mm512_set1_epi64((long long)x); }
static inline vu vu_load(const uint64_t *x) { return _mm512_load_si512(x); }
static inline void vu_store(uint64_t *x, vu v) { _mm512_store_si512(x, v); }
static inline vu vu_add(vu a, vu b) { return _mm512_add_epi64(a, b); }
static inline vu vu_sub(vu a, vu b) { return _mm512_sub_epi64(a, b); }
// x, plus q where x is negative.
static inline vu vu_lift(vu x, vu q) {
    return _mm512_mask_add_epi64(x, _mm512_movepi64_mask(x), x, q);
}

// x, negated where the top bit of its entry is set.
static inline vu vu_negate_where(vu x, const uint32_t *entries) {
    __m256i words = _mm256_loadu_si256((const __m256i *)entries);
    return _mm512_mask_sub_epi64(x, _mm256_movepi32_mask(words), _mm512_setzero_si512(), x);
}

static inline vd vd_set(double x) { return _mm512_set1_pd(x); }
static inline vd vd_bits(uint64_t x) { return _mm512_castsi512_pd(vu_set(x)); }
static inline vd vd_load(const double *x) { return _mm512_load_pd(x); }
static inline void vd_store(double *x, vd v) { _mm512_store_pd(x, v); }
static inline vd vd_loadu(const double *x) { return _mm512_loadu_pd(x); }
static inline void vd_storeu(double *x, vd v) { _mm512_storeu_pd(x, v); }
static inline vd vd_load_bits(const uint64_t *x) { return _mm512_castsi512_pd(vu_load(x)); }
static inline void vd_store_bits(uint64_t *x, vd v) { vu_store(x, _mm512_castpd_si512(v)); }
static inline vd vd_add(vd a, vd b) { return _mm512_add_pd(a, b); }
static inline vd vd_sub(vd a, vd b) { return _mm512_sub_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm512_mul_pd(a, b); }
static inline vd vd_fma(vd a, vd b, vd c) { return _mm512_fmadd_pd(a, b, c); }
static inline vd vd_fms(vd a, vd b, vd c) { return _mm512_fmsub_pd(a, b, c); }
static inline vd vd_fnma(vd a, vd b, vd c) { return _mm512_fnmadd_pd(a, b, c); }
static inline vd vd_round(vd x) {
    return _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vd vd_where_not_negative(vd x, vd value) {
    return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_GE_OQ), value);
}
static inline vd vd_lift(vd x, vd q) {
    return _mm512_mask_add_pd(x, _mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_LT_OQ), x, q);
}

static inline vd vd_of_words(vu x) { return _mm512_cvtepu64_pd(x); }
static inline vu vd_words(vd x) { return _mm512_cvtpd_epu64(x); }
static inline vd vd_from_words(const uint64_t *x) { return vd_of_words(vu_load(x)); }
static inline void vd_to_words(uint64_t *x, vd v) { vu_store(x, vd_words(v)); }

static inline vd vd_from_i32(const int32_t *x) {
    return _mm512_cvtepi32_pd(_mm256_loadu_si256((const __m256i *)x));
}
// floor(x / 2^32) and x mod 2^32.
static inline vd vd_high_i64(const int64_t *x) {
    return _mm512_cvtepi64_pd(_mm512_srai_epi64(_mm512_loadu_si512(x), 32));
}
static inline vd vd_low_i64(const int64_t *x) {
    return vd_of_words(_mm512_and_si512(_mm512_loadu_si512(x), vu_set(0xffffffff)));
}

// Pairs of rows by unpacking, then 128-bit quarters by two rounds of shuffles.
static inline void vd_transpose(vd *r) {
    vd t[8], s[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm512_unpacklo_pd(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_pd(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        s[i] = _mm512_shuffle_f64x2(t[i], t[i + 2], 0x88);
        s[i + 1] = _mm512_shuffle_f64x2(t[i + 1], t[i + 3], 0x88);
        s[i + 2] = _mm512_shuffle_f64x2(t[i], t[i + 2], 0xdd);
        s[i + 3] = _mm512_shuffle_f64x2(t[i + 1], t[i + 3], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_f64x2(s[i], s[i + 4], 0x88);
        r[i + 4] = _mm512_shuffle_f64x2(s[i], s[i + 4], 0xdd);
    }
}

static double round_i64(int64_t *out, const double *in, double factor, size_t n) {
    vd largest = vd_set(0);
    __mmask8 numbers = 0xff;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const vd product = vd_mul(vd_loadu(in + i), vd_set(factor));
        numbers &= _mm512_cmp_pd_mask(product, product, _CMP_ORD_Q);
        largest = _mm512_max_pd(largest, _mm512_abs_pd(product));
        _mm512_storeu_si512(out + i, _mm512_cvtpd_epi64(product));
    }
    const double rest = rk_portable_round_i64(out + i, in + i, factor, n - i);
    const double most = _mm512_reduce_max_pd(largest);
    return numbers != 0xff ? __builtin_inf() : most > rest ? most : rest;
}

static void center(double *out, const uint64_t *a, double factor, size_t n,
                   const rk_modulus *modulus) {
    const vu q = vu_set(modulus->q), half = vu_set(modulus->q / 2);
    const vd scale = vd_set(factor);
    for (size_t i = 0; i < n; i += 8) {
        const vu x = vu_load(a + i);
        const vu centered = _mm512_mask_sub_epi64(x, _mm512_cmpgt_epu64_mask(x, half), x, q);
        vd_storeu(out + i, vd_mul(_mm512_cvtepi64_pd(centered), scale));
    }
}

#include "rk_chacha512.h"
#include "rk_permute512.h"

static void permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n) {
    for (size_t i = 0; i < n; i += 8) vu_store(out + i, load_from(a, source_of(index + i)));
}

#include "rk_double_convert.h"
#include "rk_double_elementwise.h"
#include "rk_double_fft.h"
#include "rk_double_inner.h"
#include "rk_double_ntt.h"
#include "rk_blake2b.h"
#include "rk_packing512.h"
#include "rk_sampling.h"

// A square of lanes needs 64 places; smaller transforms have tables for vectors of four.
static void forward_any(uint64_t *x, const rk_ntt_plan *plan) {
    if (plan->log_degree < 2 * LOG_LANES) {
        rk_avx2_forward_ntt(x, plan);
    } else {
        forward_ntt(x, plan);
    }
}

static void inverse_any(uint64_t *x, const rk_ntt_plan *plan) {
    if (plan->log_degree < 2 * LOG_LANES) {
        rk_avx2_inverse_ntt(x, plan);
    } else {
        inverse_ntt(x, plan);
    }
}

// The plan has fewer lanes where a square of eight does not fit.
static void fft_forward_any(double *out_re, double *out_im, double *re, double *im,
                            const rk_fft_plan *plan) {
    (plan->lanes == LANES ? fft_forward : rk_avx2_fft_forward)(out_re, out_im, re, im, plan);
}

static void fft_inverse_any(double *out_re, double *out_im, double *re, double *im,
                            const rk_fft_plan *plan) {
    (plan->lanes == LANES ? fft_inverse : rk_avx2_fft_inverse)(out_re, out_im, re, im, plan);
}

static void forward_any_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan) {
    if (plan->log_degree < 2 * LOG_LANES) {
        rk_avx2_forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    } else {
        forward_ntt_subtract_multiply(out, x, a, addend, w, w_shoup, plan);
    }
}

#define RAISE_FORWARD forward_any
#define RAISE_INVERSE inverse_any
#define RAISE_DIVIDE forward_any_subtract_multiply
#include "rk_raise.h"

#pragma clang attribute pop

const rk_table *rk_avx512_table(void) {
    static const rk_table table = {
        .isa = RK_ISA_AVX512,
        .name = "avx512",
        .twiddles = RK_TWIDDLES_DOUBLE8,
        .forward_ntt = forward_any,
        .inverse_ntt = inverse_any,
        .forward_ntt_subtract_multiply = forward_any_subtract_multiply,
        RK_RAISE_KERNELS,
        .fft_lanes = LANES,
        .fft_forward = fft_forward_any,
        .fft_inverse = fft_inverse_any,
        RK_DOUBLE_KERNELS,
        .uniform = uniform,
        .chacha20 = chacha20,
        RK_SAMPLING_KERNELS,
        .pack = pack512,
        .unpack = unpack512,
        .blake2b_lanes = blake2b_lanes,
    };
    return &table;
}

#endif
