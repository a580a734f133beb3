// Lookups of secret indices: permutations of registers that hold whole windows, digit by digit.
#include "ik_internal.h"
#if IK_X86

IK_BEGIN

typedef ik_vector vec;
enum { LANES = IK_LANES };
#define UNROLL _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))

// The words at `indices` out of `16 * pairs`; bit 4 of an index and those above choose between pairs of vectors.
INLINE vec lookup(const ik_word *words, vec indices, const __mmask8 *bits, int pairs) {
    vec found[16];
    UNROLL for (int i = 0; i < pairs; i++) {
        vec first = _mm512_load_si512(words + 16 * i), second = _mm512_load_si512(words + 16 * i + 8);
        found[i] = _mm512_permutex2var_epi64(first, indices, second);
    }
    int level = 0;
    UNROLL for (int step = 1; step < pairs; step *= 2, level++) {
        UNROLL for (int i = 0; i < pairs; i += 2 * step) {
            found[i] = _mm512_mask_mov_epi64(found[i], bits[level], found[i + step]);
        }
    }
    return found[0];
}

INLINE vec lookup_any(const ik_word *words, vec indices, const __mmask8 *bits, size_t entries) {
    switch (entries) {
    case 16: return lookup(words, indices, bits, 1);
    case 32: return lookup(words, indices, bits, 2);
    case 64: return lookup(words, indices, bits, 4);
    case 128: return lookup(words, indices, bits, 8);
    default: return lookup(words, indices, bits, 16);
    }
}

INLINE void index_bits(__mmask8 *bits, vec indices) {
    UNROLL for (int level = 0; level < 4; level++) {
        bits[level] = _mm512_test_epi64_mask(indices, _mm512_set1_epi64(16 << level));
    }
}

void ik_window_store(
    const ik_modulus *context, ik_word *window, size_t entries, size_t entry, const ik_word *element) {
    const size_t k = context->digits;
    for (size_t half = 0; half < 2; half++) {
        for (size_t i = 0; i < k; i++) {
            window[(half * k + i) * entries + entry] = element[half * context->padded + i];
        }
    }
}

void ik_window_select(
    const ik_modulus *context, ik_word *result, const ik_word *window, size_t entries, ik_word index) {
    const size_t k = context->digits;
    const vec indices = _mm512_set1_epi64((long long)index);
    __mmask8 bits[4];
    index_bits(bits, indices);
    for (size_t half = 0; half < 2; half++) {
        for (size_t i = 0; i < context->padded; i++) {
            vec found = _mm512_setzero_si512();
            if (i < k) found = lookup_any(window + (half * k + i) * entries, indices, bits, entries);
            result[half * context->padded + i] = (ik_word)_mm_cvtsi128_si64(_mm512_castsi512_si128(found));
        }
    }
}

void ik_batch_window_select(
    const ik_modulus *context, ik_word *result, const ik_word *window, size_t entries,
    const ik_word *indices) {
    const vec wanted = _mm512_loadu_si512(indices);
    __mmask8 bits[4];
    index_bits(bits, wanted);
    for (size_t i = 0; i < 2 * context->digits; i++) {
        _mm512_store_si512(result + i * LANES, lookup_any(window + i * entries, wanted, bits, entries));
    }
}

IK_END
#endif
