// Sums of products by IFMA: key switching and base conversion, with low and high halves summed
// apart and one reduction at the end.
//
// Factors are below 2^50, so a high half is below 2^48 and a low half below 2^52. A group of 15
// products has a high sum below 15 * 2^48 and a low sum below 2^56: with the carry of the low sum
// the high one stays below 2^52, a factor of the next product.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_permute512.h"

enum { LANES = 8, GROUP = 15 };

// Eight places of a digit, permuted where there is an index.
RK_INLINE vu digit_at(const uint64_t *digit, size_t place, const uint32_t *index, source from) {
    return index == NULL ? vu_load(digit + place) : load_from(digit, from);
}

RK_INLINE source source_at(const uint32_t *index, size_t place) {
    return index == NULL ? (source){0} : source_of(index + place);
}

typedef struct {
    vu low, high;
} vsum;

RK_INLINE vsum vsum_start(vu low) { return (vsum){low, vu_zero()}; }

RK_INLINE void vsum_add(vsum *s, vu a, vu b) {
    s->low = ifma_low(s->low, a, b);
    s->high = ifma_high(s->high, a, b);
}

// A modulus and 2^52 mod q as a factor.
typedef struct {
    vmod m;
    vfactor word;
    vu twice;
} sum_modulus;

RK_INLINE sum_modulus sum_modulus_of(const rk_modulus *m) {
    const uint64_t word = ((uint64_t)1 << 52) % m->q;
    const uint64_t shoup = (uint64_t)(((rk_u128)word << 52) / m->q);
    return (sum_modulus){vmod_of(m), {vu_set(word), vu_set(shoup)}, vu_set(2 * m->q)};
}

// The sum of a group -> [0, q): below 2q from the low half and below 2q from the high one.
RK_INLINE vu vsum_reduce(vsum s, sum_modulus m) {
    const vu high = vu_add(s.high, _mm512_srli_epi64(s.low, 52));
    const vu sum = vu_times_add(vu_partly(s.low, m.m), high, m.word, m.m);
    return vu_once(vu_once(vu_and(sum, m.m.mask), m.twice), m.m.q);
}

static void inner_range(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                        const uint64_t *const *keys0, const uint64_t *const *keys1,
                        const uint32_t *index, size_t count, size_t n, int adding,
                        const sum_modulus *modulus) {
    const sum_modulus m = *modulus;
    for (size_t i = 0; i < n; i += LANES) {
        const source from = source_at(index, i);
        vsum sum0 = vsum_start(adding ? vu_load(out0 + i) : vu_zero());
        vsum sum1 = vsum_start(adding ? vu_load(out1 + i) : vu_zero());
        for (size_t j = 0; j < count; j++) {
            const vu digit = digit_at(digits[j], i, index, from);
            vsum_add(&sum0, digit, vu_load(keys0[j] + i));
            vsum_add(&sum1, digit, vu_load(keys1[j] + i));
        }
        vu_store(out0 + i, vsum_reduce(sum0, m));
        vu_store(out1 + i, vsum_reduce(sum1, m));
    }
}

void rk_ifma_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                           const uint64_t *const *keys0, const uint64_t *const *keys1,
                           const uint32_t *index, size_t count, size_t n,
                           const rk_modulus *modulus) {
    const sum_modulus m = sum_modulus_of(modulus);
    for (size_t first = 0; first < count; first += GROUP) {
        const size_t size = count - first < GROUP ? count - first : GROUP;
        inner_range(out0, out1, digits + first, keys0 + first, keys1 + first, index, size, n,
                    first > 0, &m);
    }
}

// Words of a key that are fetched ahead of their use.
enum { AHEAD = 512 };

// `count` digits at eight places of an interleaved key.
RK_INLINE void key_place(vsum *sums, const uint64_t *const *digits, const uint64_t *key,
                         size_t place, const uint32_t *index, source from, size_t count) {
    for (size_t j = 0; j < count; j++, key += 2 * LANES) {
        __builtin_prefetch(key + AHEAD);
        __builtin_prefetch(key + AHEAD + LANES);
        const vu digit = digit_at(digits[j], place, index, from);
        vsum_add(&sums[0], digit, vu_load(key));
        vsum_add(&sums[1], digit, vu_load(key + LANES));
    }
}

// A few digits, of a number that the compiler knows.
RK_INLINE void key_few(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                       const uint64_t *key, size_t key_digits, const uint32_t *index,
                       size_t count, size_t n, sum_modulus m) {
    for (size_t i = 0; i < n; i += LANES, key += 2 * LANES * key_digits) {
        const source from = source_at(index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        key_place(sums, digits, key, i, index, from, count);
        vu_store(out0 + i, vsum_reduce(sums[0], m));
        vu_store(out1 + i, vsum_reduce(sums[1], m));
    }
}

static void key_many(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                     const uint64_t *key, size_t key_digits, const uint32_t *index, size_t count,
                     size_t n, sum_modulus m) {
    for (size_t i = 0; i < n; i += LANES, key += 2 * LANES * key_digits) {
        const source from = source_at(index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        for (size_t first = 0; first < count; first += GROUP) {
            const size_t size = count - first < GROUP ? count - first : GROUP;
            key_place(sums, digits + first, key + 2 * LANES * first, i, index, from, size);
            sums[0] = vsum_start(vsum_reduce(sums[0], m));
            sums[1] = vsum_start(vsum_reduce(sums[1], m));
        }
        vu_store(out0 + i, sums[0].low);
        vu_store(out1 + i, sums[1].low);
    }
}

void rk_ifma_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                         const uint64_t *key, size_t key_digits, const uint32_t *index,
                         size_t count, size_t n, const rk_modulus *modulus) {
    const sum_modulus m = sum_modulus_of(modulus);
    switch (count) {
        case 1: key_few(out0, out1, digits, key, key_digits, index, 1, n, m); return;
        case 2: key_few(out0, out1, digits, key, key_digits, index, 2, n, m); return;
        case 3: key_few(out0, out1, digits, key, key_digits, index, 3, n, m); return;
        case 4: key_few(out0, out1, digits, key, key_digits, index, 4, n, m); return;
        default: key_many(out0, out1, digits, key, key_digits, index, count, n, m);
    }
}

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

#pragma clang attribute pop

#endif
