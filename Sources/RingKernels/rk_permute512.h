// Permutations of words by vectors of eight; included by the files for AVX-512, inside their target
// attribute, after `vu`, vu_load and vu_store.
//
// Automorphisms in evaluation form move aligned groups of eight places as a whole: exponents
// 2 br(i) + 1 of one group differ by multiples of N/4, and so do their multiples. Then one load and
// one permutation of lanes replace eight loads. The index is public: branching on it tells nothing.
#ifndef RK_PERMUTE512_H
#define RK_PERMUTE512_H

#include "rk_internal.h"

// Where eight places come from.
typedef struct {
    size_t base;   // the first place of the aligned group
    int is_group;  // whether all come from there
    vu lanes;      // the places; their low three bits are lanes of the group
} source;

RK_INLINE source source_of(const uint32_t *index) {
    const __m256i places = _mm256_loadu_si256((const __m256i *)index);
    const uint32_t base = index[0] & ~(uint32_t)7;
    const __m256i within = _mm256_xor_si256(places, _mm256_set1_epi32((int)base));
    return (source){
        .base = base,
        .is_group = _mm256_cmpgt_epu32_mask(within, _mm256_set1_epi32(7)) == 0,
        .lanes = _mm512_cvtepu32_epi64(places),
    };
}

RK_INLINE vu load_from(const uint64_t *a, source from) {
    if (!from.is_group) return _mm512_i64gather_epi64(from.lanes, a, 8);
    return _mm512_permutexvar_epi64(from.lanes, vu_load(a + from.base));
}

#endif
