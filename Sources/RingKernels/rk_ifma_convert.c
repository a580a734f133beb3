// Base conversion by IFMA.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_ifma_sums.h"

enum { LANES = 8 };

// Base conversion: coefficients per block, vectors worked on together.
enum { BLOCK = 128, VECTORS = 4 };

// Scaled residues y (rows of a block) and v, of the header's formula.
static void convert_scale(uint64_t (*y)[BLOCK], uint64_t *v, const uint64_t *const *in,
                          size_t start, size_t length, const rk_converter *c) {
    const vu half = vu_set((uint64_t)1 << 50);
    for (size_t k = 0; k < c->source_count; k++) {
        const vmod m = vmod_of(&c->sources[k]);
        const vfactor f = vfactor_of(c->inverses[k], c->inverses[c->source_count + k]);
        const vu reciprocal = vu_set(c->reciprocals[k]);
        const __m128i shift = _mm_cvtsi64_si128((long long)c->shifts[k]);
        for (size_t i = 0; i < length; i += LANES) {
            const vu value = vu_finish(vu_times(vu_load(in[k] + start + i), f, m), m);
            vu_store(y[k] + i, value);
            const vu sum = k == 0 ? half : vu_load(v + i);
            vu_store(v + i, ifma_high(sum, _mm512_sll_epi64(value, shift), reciprocal));
        }
    }
    for (size_t i = 0; i < length; i += LANES) {
        vu_store(v + i, _mm512_srli_epi64(vu_load(v + i), 51));
    }
}

// `vectors` vectors of one target limb.
RK_INLINE void convert_vectors(uint64_t *out, const uint64_t (*y)[BLOCK], const uint64_t *v,
                               const uint64_t *factors, size_t start, int vectors, size_t sources,
                               sum_modulus m) {
    vsum sums[VECTORS];
    const vu last = vu_set(factors[sources]);
    UNROLL for (int i = 0; i < vectors; i++) {
        sums[i] = vsum_start(vu_zero());
        vsum_add(&sums[i], vu_load(v + start + i * LANES), last);
    }
    for (size_t k = 0, terms = 1; k < sources; k++, terms++) {
        if (terms == GROUP) {
            UNROLL for (int i = 0; i < vectors; i++) sums[i] = vsum_start(vsum_reduce(sums[i], m));
            terms = 0;
        }
        const vu factor = vu_set(factors[k]);
        UNROLL for (int i = 0; i < vectors; i++) {
            vsum_add(&sums[i], vu_load(y[k] + start + i * LANES), factor);
        }
    }
    UNROLL for (int i = 0; i < vectors; i++) {
        vu_store(out + start + i * LANES, vsum_reduce(sums[i], m));
    }
}

void rk_ifma_convert(uint64_t *const *out, const uint64_t *const *in, const rk_converter *c,
                     size_t n) {
    uint64_t y[RK_CONVERTER_LIMBS][BLOCK] __attribute__((aligned(64)));
    uint64_t v[BLOCK] __attribute__((aligned(64)));
    const uint64_t(*rows)[BLOCK] = (const uint64_t(*)[BLOCK])y;
    const size_t sources = c->source_count;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        convert_scale(y, v, in, start, length, c);
        for (size_t j = 0; j < c->target_count; j++) {
            const sum_modulus m = sum_modulus_of(&c->targets[j]);
            const uint64_t *factors = c->factors + j * (sources + 1);
            size_t i = 0;
            for (; i + VECTORS * LANES <= length; i += VECTORS * LANES) {
                convert_vectors(out[j] + start, rows, v, factors, i, VECTORS, sources, m);
            }
            for (; i < length; i += LANES) {
                convert_vectors(out[j] + start, rows, v, factors, i, 1, sources, m);
            }
        }
    }
}

void rk_ifma_quotients(uint8_t *out, const uint64_t *residues, size_t stride,
                       const rk_converter *c, size_t n) {
    for (size_t i = 0; i < n; i += LANES) {
        vu sum = vu_set((uint64_t)1 << 50);
        for (size_t k = 0; k < c->source_count; k++) {
            const __m128i shift = _mm_cvtsi64_si128((long long)c->shifts[k]);
            const vu y = _mm512_sll_epi64(vu_load(residues + k * stride + i), shift);
            sum = ifma_high(sum, y, vu_set(c->reciprocals[k]));
        }
        const __m128i bytes = _mm512_cvtepi64_epi8(_mm512_srli_epi64(sum, 51));
        _mm_storel_epi64((__m128i *)(out + i), bytes);
    }
}

void rk_ifma_raise_row(uint64_t *out, const rk_scaled *digit, size_t target, size_t n,
                       const rk_modulus *modulus) {
    const size_t sources = digit->converter->source_count;
    const uint64_t *factors = digit->converter->factors + target * (sources + 1);
    const sum_modulus m = sum_modulus_of(modulus);
    for (size_t i = 0; i < n; i += LANES) {
        const __m128i bytes = _mm_loadl_epi64((const __m128i *)(digit->quotients + i));
        vsum sum = vsum_start(vu_zero());
        vsum_add(&sum, _mm512_cvtepu8_epi64(bytes), vu_set(factors[sources]));
        for (size_t k = 0, terms = 1; k < sources; k++, terms++) {
            if (terms == GROUP) {
                sum = vsum_start(vsum_reduce(sum, m));
                terms = 0;
            }
            vsum_add(&sum, vu_load(digit->residues + k * digit->stride + i), vu_set(factors[k]));
        }
        vu_store(out + i, vsum_reduce(sum, m));
    }
}

#pragma clang attribute pop

#endif
