// The inner products of key switching by IFMA.
#include "rk_internal.h"
#if RK_X86

#include "rk_ifma.h"
#include "rk_ifma_kernels.h"

#pragma clang attribute push(RK_IFMA_TARGET)

#include "rk_ifma_sums.h"
#include "rk_permute512.h"

enum { LANES = 8 };

// Eight places of a digit, permuted where there is an index.
RK_INLINE vu digit_at(const uint64_t *digit, size_t place, const uint32_t *index, source from) {
    return index == NULL ? vu_load(digit + place) : load_from(digit, from);
}

RK_INLINE source source_at(const uint32_t *index, size_t place) {
    return index == NULL ? (source){0} : source_of(index + place);
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

// How words of a key are taken out of their bytes: the eight bytes from the one where each begins,
// the bits before it, and its own.
typedef struct {
    size_t size;  // bytes of eight words
    vu bytes, before, mask;
} key_words;

static key_words key_words_of(uint32_t bits) {
    uint8_t bytes[64];
    uint64_t before[8];
    for (uint32_t word = 0; word < 8; word++) {
        before[word] = word * bits % 8;
        for (uint32_t i = 0; i < 8; i++) bytes[8 * word + i] = (uint8_t)(word * bits / 8 + i);
    }
    return (key_words){bits, _mm512_loadu_si512(bytes), _mm512_loadu_si512(before),
                       vu_set(~(uint64_t)0 >> (64 - bits))};
}

RK_INLINE vu load_key(const uint8_t *key, int is_packed, const key_words *words) {
    const vu bytes = _mm512_loadu_si512(key);
    if (!is_packed) return bytes;
    const vu spread = _mm512_permutexvar_epi8(words->bytes, bytes);
    return vu_and(_mm512_srlv_epi64(spread, words->before), words->mask);
}

// Bytes of a key that are fetched ahead of their use.
enum { AHEAD = 4096 };

// `count` digits at eight places of an interleaved key.
RK_INLINE void key_place(vsum *sums, const uint64_t *const *digits, const uint8_t *key,
                         int is_packed, const key_words *words, size_t place,
                         const uint32_t *index, source from, size_t count) {
    const size_t size = is_packed ? words->size : 64;
    for (size_t j = 0; j < count; j++, key += 2 * size) {
        __builtin_prefetch(key + AHEAD);
        __builtin_prefetch(key + AHEAD + size);
        const vu digit = digit_at(digits[j], place, index, from);
        vsum_add(&sums[0], digit, load_key(key, is_packed, words));
        vsum_add(&sums[1], digit, load_key(key + size, is_packed, words));
    }
}

// What both functions below take.
typedef struct {
    uint64_t *out0, *out1;
    const uint64_t *const *digits;
    const uint8_t *key;
    size_t step;  // bytes of a key's eight places
    key_words words;
    const uint32_t *index;
    size_t n;
    sum_modulus m;
} key_work;

// A few digits, of a number that the compiler knows.
RK_INLINE void key_few(const key_work *w, int is_packed, size_t count) {
    const uint8_t *key = w->key;
    const key_words words = w->words;
    const sum_modulus m = w->m;
    for (size_t i = 0; i < w->n; i += LANES, key += w->step) {
        const source from = source_at(w->index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        key_place(sums, w->digits, key, is_packed, &words, i, w->index, from, count);
        vu_store(w->out0 + i, vsum_reduce(sums[0], m));
        vu_store(w->out1 + i, vsum_reduce(sums[1], m));
    }
}

RK_INLINE void key_many(const key_work *w, int is_packed, size_t count) {
    const uint8_t *key = w->key;
    for (size_t i = 0; i < w->n; i += LANES, key += w->step) {
        const source from = source_at(w->index, i);
        vsum sums[2] = {vsum_start(vu_zero()), vsum_start(vu_zero())};
        for (size_t first = 0; first < count; first += GROUP) {
            const size_t size = count - first < GROUP ? count - first : GROUP;
            const uint8_t *part = key + 2 * w->words.size * first;
            key_place(sums, w->digits + first, part, is_packed, &w->words, i, w->index, from,
                      size);
            sums[0] = vsum_start(vsum_reduce(sums[0], w->m));
            sums[1] = vsum_start(vsum_reduce(sums[1], w->m));
        }
        vu_store(w->out0 + i, sums[0].low);
        vu_store(w->out1 + i, sums[1].low);
    }
}

RK_INLINE void key_any(const key_work *w, int is_packed, size_t count) {
    switch (count) {
        case 1: key_few(w, is_packed, 1); return;
        case 2: key_few(w, is_packed, 2); return;
        case 3: key_few(w, is_packed, 3); return;
        case 4: key_few(w, is_packed, 4); return;
        default: key_many(w, is_packed, count);
    }
}

void rk_ifma_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                         const uint8_t *key, uint32_t key_bits, size_t key_digits,
                         const uint32_t *index, size_t count, size_t n,
                         const rk_modulus *modulus) {
    const key_work work = {
        out0, out1, digits, key, 2 * key_digits * key_bits, key_words_of(key_bits), index, n,
        sum_modulus_of(modulus)};
    if (key_bits == 64) {
        key_any(&work, 0, count);
    } else {
        key_any(&work, 1, count);
    }
}

#pragma clang attribute pop

#endif
