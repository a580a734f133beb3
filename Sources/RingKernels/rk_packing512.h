// Packing of residues by vectors of eight words; included by the file for AVX-512 after
// rk_packing.h, inside its target attribute.
//
// Eight residues of b bits take b bytes, so every group of eight is packed alike: word k of the
// bytes holds bits of at most three neighboring residues where b is above 32.
#ifndef RK_PACKING512_H
#define RK_PACKING512_H

#include "rk_packing.h"

enum { PACK_LEAST_BITS = 33 };

static void pack512(uint8_t *bytes, const uint64_t *a, size_t n, uint32_t bits) {
    if (bits < PACK_LEAST_BITS || bits == 64) {
        pack(bytes, a, n, bits);
        return;
    }
    // Word k: residue `first` from bit `right` on, the next one from bit `left` of the word, and
    // the one after from bit `further`. Shifts by 64 give zero, as for residues beyond the eighth.
    uint64_t first[8], right[8], left[8], further[8];
    for (uint32_t k = 0; k < 8; k++) {
        first[k] = 64 * k / bits;
        right[k] = first[k] < 8 ? 64 * k % bits : 64;
        left[k] = first[k] + 1 < 8 ? bits - right[k] : 64;
        further[k] = first[k] + 2 < 8 ? 2 * bits - right[k] : 64;
    }
    const __m512i one = _mm512_set1_epi64(1);
    const __m512i index0 = _mm512_loadu_si512(first);
    const __m512i index1 = _mm512_add_epi64(index0, one), index2 = _mm512_add_epi64(index1, one);
    const __m512i shift0 = _mm512_loadu_si512(right), shift1 = _mm512_loadu_si512(left);
    const __m512i shift2 = _mm512_loadu_si512(further);
    const size_t size = (n * bits + 63) / 64 * 8;
    // The last vector may end before the last word does.
    if (size >= 8) memset(bytes + size - 8, 0, 8);
    size_t offset = 0;
    for (size_t done = 0; done < n; done += 8, offset += bits) {
        const __mmask8 there = n - done < 8 ? (__mmask8)((1u << (n - done)) - 1) : 0xff;
        const __m512i x = _mm512_maskz_loadu_epi64(there, a + done);
        const __m512i low = _mm512_srlv_epi64(_mm512_permutexvar_epi64(index0, x), shift0);
        const __m512i middle = _mm512_sllv_epi64(_mm512_permutexvar_epi64(index1, x), shift1);
        const __m512i high = _mm512_sllv_epi64(_mm512_permutexvar_epi64(index2, x), shift2);
        const __m512i word = _mm512_or_si512(_mm512_or_si512(low, middle), high);
        // What a store has too much is zero, and written over by the next one.
        const size_t room = size - offset;
        if (room >= 64) {
            _mm512_storeu_si512(bytes + offset, word);
        } else {
            memcpy(bytes + offset, &word, room);
        }
    }
}

static size_t unpack512(uint64_t *out, const uint8_t *bytes, size_t n, uint32_t bits,
                        uint64_t bound) {
    const size_t size = (n * bits + 7) / 8;
    size_t done = 0;
    __mmask8 outside = 0;
    if (bits < 64) {
        uint64_t word[8], right[8];
        for (uint32_t i = 0; i < 8; i++) {
            word[i] = i * bits / 64;
            right[i] = i * bits % 64;
        }
        const __m512i index0 = _mm512_loadu_si512(word);
        const __m512i index1 = _mm512_add_epi64(index0, _mm512_set1_epi64(1));
        const __m512i shift0 = _mm512_loadu_si512(right);
        const __m512i shift1 = _mm512_sub_epi64(_mm512_set1_epi64(64), shift0);
        const __m512i mask = _mm512_set1_epi64((long long)(~(uint64_t)0 >> (64 - bits)));
        const __m512i limit = _mm512_set1_epi64((long long)bound);
        for (; done + 8 <= n && done / 8 * bits + 64 <= size; done += 8) {
            const __m512i x = _mm512_loadu_si512(bytes + done / 8 * bits);
            // A residue that ends with the eighth word needs no other: the first word is masked off.
            const __m512i low = _mm512_srlv_epi64(_mm512_permutexvar_epi64(index0, x), shift0);
            const __m512i high = _mm512_sllv_epi64(_mm512_permutexvar_epi64(index1, x), shift1);
            const __m512i y = _mm512_and_si512(_mm512_or_si512(low, high), mask);
            outside |= _mm512_cmpge_epu64_mask(y, limit);
            _mm512_storeu_si512(out + done, y);
        }
    }
    const size_t rest = unpack(out + done, bytes + done / 8 * bits, n - done, bits, bound);
    if (outside) return first_outside(out, done, bound);
    return done + rest;
}

#endif
