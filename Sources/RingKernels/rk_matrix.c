// Integer matrices times residue vectors.
//
// One tile of every vector at a time is copied side by side into scratch space: vectors of one length lie at
// distances that share few cache sets. All blocks of rows pass over the tile while it is in the second-level cache.
//
// With AVX-512 IFMA the low and high words of the products of 52 bits add up; elsewhere those of halves of 25 bits.
// No sum is reduced before the end; now and then what is above a digit is carried to the next.
#include "include/rk_matrix.h"
#include "rk_internal.h"

enum {
    BLOCK = 8,                  // rows at a time
    TILE = 64,                  // most places at a time
    TILE_WORDS = 1 << 16,       // words of scratch space that stay in the second-level cache
    HALF_BITS = 25,             // of the digits of a residue
    HALF_RUN = 64,              // columns before a carry: 2^25 2^31 64 is below 2^62
    WORD_RUN = 2048,            // the same for 52-bit words: below 2^63
};

size_t rk_matrix_packed_count(size_t rows, size_t columns) {
    return (rows + BLOCK - 1) / BLOCK * BLOCK * columns;
}

void rk_matrix_pack(int64_t *packed, const int32_t *weights, size_t rows, size_t columns) {
    for (size_t block = 0; block < rows; block += BLOCK) {
        for (size_t c = 0; c < columns; c++) {
            for (size_t r = block; r < block + BLOCK; r++) {
                // Never negative, for products without signs; the low word is the weight for those with signs.
                *packed++ = ((int64_t)1 << 32) + (r < rows ? weights[r * columns + c] : 0);
            }
        }
    }
}

static size_t tile_length(size_t columns) {
    size_t length = TILE_WORDS / columns / 8 * 8;
    return length < 8 ? 8 : length > TILE ? TILE : length;
}

size_t rk_matrix_scratch_count(size_t columns) { return columns * tile_length(columns); }

// Sums of a block of rows over all columns, in digits; [row][place].
typedef struct {
    int64_t digits[4][BLOCK * TILE];
} sums;

// `x` holds the columns' tiles, each `length` residues.
typedef void (*tile_kernel)(sums *sums, const uint64_t *x, const int64_t *packed, size_t columns,
                            size_t length);

static void carry_portable(int64_t *digit, int64_t *next) {
    *next += *digit >> HALF_BITS;
    *digit &= ((int64_t)1 << HALF_BITS) - 1;
}

static void tile_portable(sums *sums, const uint64_t *x, const int64_t *packed, size_t columns,
                          size_t length) {
    int64_t *low = sums->digits[0], *high = sums->digits[1], *top = sums->digits[2];
    for (size_t i = 0; i < BLOCK * TILE; i++) low[i] = high[i] = top[i] = 0;
    for (size_t c = 0; c < columns; c++) {
        const uint64_t *column = x + c * length;
        for (size_t r = 0; r < BLOCK; r++) {
            int64_t weight = (int32_t)packed[c * BLOCK + r];
            for (size_t i = 0; i < length; i++) {
                low[r * TILE + i] += weight * (int64_t)(column[i] & ((1u << HALF_BITS) - 1));
                high[r * TILE + i] += weight * (int64_t)(column[i] >> HALF_BITS);
            }
        }
        if ((c + 1) % HALF_RUN != 0) continue;
        for (size_t i = 0; i < BLOCK * TILE; i++) {
            carry_portable(&low[i], &high[i]);
            carry_portable(&high[i], &top[i]);
        }
    }
}

// Writes the sums of one row modulo q.
typedef void (*join_kernel)(uint64_t *out, const sums *sums, size_t row, size_t length, const rk_modulus *m);

static void join_portable(uint64_t *out, const sums *sums, size_t row, size_t length, const rk_modulus *m) {
    const int64_t *low = sums->digits[0] + row * TILE, *high = sums->digits[1] + row * TILE;
    const int64_t *top = sums->digits[2] + row * TILE;
    for (size_t i = 0; i < length; i++) {
        __int128 z = (__int128)top[i] * ((int64_t)1 << (2 * HALF_BITS)) +
                     (__int128)high[i] * ((int64_t)1 << HALF_BITS) + low[i];
        out[i] = rk_reduce_wide((rk_u128)z + ((rk_u128)m->q << 70), m);
    }
}

#if RK_X86
#include <immintrin.h>

// Moves what is above a digit to the next; a bias makes the sum positive, as not all sets shift with signs.
#define DEFINE_TILE(name, vector, lanes, zero, set1, load, store, mul, add, sub, mask, shift)     \
    RK_INLINE void carry_##name(vector *digit, vector *next) {                                    \
        const int64_t bias = (int64_t)1 << 62;                                                    \
        vector positive = add(*digit, set1(bias));                                                \
        vector above = sub(shift(positive, HALF_BITS), set1(bias >> HALF_BITS));                  \
        *next = add(*next, above);                                                                \
        *digit = mask(positive, set1(((int64_t)1 << HALF_BITS) - 1));                             \
    }                                                                                             \
    static void name(sums *sums, const uint64_t *x, const int64_t *packed, size_t columns,        \
                     size_t length) {                                                             \
        const vector low_half = set1((1 << HALF_BITS) - 1);                                       \
        for (size_t i = 0; i < length; i += (lanes)) {                                            \
            vector l[BLOCK], h[BLOCK], t[BLOCK];                                                  \
            UNROLL for (int r = 0; r < BLOCK; r++) l[r] = h[r] = t[r] = zero();                   \
            for (size_t first = 0; first < columns; first += HALF_RUN) {                          \
                size_t end = columns - first < HALF_RUN ? columns : first + HALF_RUN;             \
                for (size_t c = first; c < end; c++) {                                            \
                    vector value = load((const void *)(x + c * length + i));                      \
                    vector lower = mask(value, low_half), upper = shift(value, HALF_BITS);        \
                    UNROLL for (int r = 0; r < BLOCK; r++) {                                      \
                        vector weight = set1(packed[c * BLOCK + r]);                              \
                        l[r] = add(l[r], mul(lower, weight));                                     \
                        h[r] = add(h[r], mul(upper, weight));                                     \
                    }                                                                             \
                }                                                                                 \
                UNROLL for (int r = 0; r < BLOCK; r++) {                                          \
                    carry_##name(&l[r], &h[r]);                                                   \
                    carry_##name(&h[r], &t[r]);                                                   \
                }                                                                                 \
            }                                                                                     \
            UNROLL for (int r = 0; r < BLOCK; r++) {                                              \
                store((void *)(sums->digits[0] + r * TILE + i), l[r]);                            \
                store((void *)(sums->digits[1] + r * TILE + i), h[r]);                            \
                store((void *)(sums->digits[2] + r * TILE + i), t[r]);                            \
            }                                                                                     \
        }                                                                                         \
    }

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
DEFINE_TILE(tile_avx2, __m256i, 4, _mm256_setzero_si256, _mm256_set1_epi64x, _mm256_loadu_si256,
            _mm256_storeu_si256, _mm256_mul_epi32, _mm256_add_epi64, _mm256_sub_epi64,
            _mm256_and_si256, _mm256_srli_epi64)
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
DEFINE_TILE(tile_avx512, __m512i, 8, _mm512_setzero_si512, _mm512_set1_epi64, _mm512_loadu_si512,
            _mm512_storeu_si512, _mm512_mul_epi32, _mm512_add_epi64, _mm512_sub_epi64,
            _mm512_and_si512, _mm512_srli_epi64)
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512ifma"))), apply_to = function)
RK_INLINE void carry_word(__m512i *digit, __m512i *next) {
    *next = _mm512_add_epi64(*next, _mm512_srli_epi64(*digit, 52));
    *digit = _mm512_and_si512(*digit, _mm512_set1_epi64(((int64_t)1 << 52) - 1));
}

static void tile_ifma(sums *sums, const uint64_t *x, const int64_t *packed, size_t columns,
                      size_t length) {
    for (size_t i = 0; i < length; i += 8) {
        __m512i l[BLOCK], h[BLOCK], sum = _mm512_setzero_si512(), sum_high = sum;
        UNROLL for (int r = 0; r < BLOCK; r++) l[r] = h[r] = _mm512_setzero_si512();
        for (size_t first = 0; first < columns; first += WORD_RUN) {
            size_t end = columns - first < WORD_RUN ? columns : first + WORD_RUN;
            for (size_t c = first; c < end; c++) {
                __m512i value = _mm512_loadu_si512(x + c * length + i);
                sum = _mm512_add_epi64(sum, value);
                UNROLL for (int r = 0; r < BLOCK; r++) {
                    __m512i weight = _mm512_set1_epi64(packed[c * BLOCK + r]);
                    l[r] = _mm512_madd52lo_epu64(l[r], value, weight);
                    h[r] = _mm512_madd52hi_epu64(h[r], value, weight);
                }
            }
            UNROLL for (int r = 0; r < BLOCK; r++) carry_word(&l[r], &h[r]);
            carry_word(&sum, &sum_high);
        }
        UNROLL for (int r = 0; r < BLOCK; r++) {
            _mm512_storeu_si512(sums->digits[0] + r * TILE + i, l[r]);
            _mm512_storeu_si512(sums->digits[1] + r * TILE + i, h[r]);
            _mm512_storeu_si512(sums->digits[2] + r * TILE + i, sum);
            _mm512_storeu_si512(sums->digits[3] + r * TILE + i, sum_high);
        }
    }
}

// 2^bits modulo q, and its quotient of 52 bits.
typedef struct {
    __m512i factor, quotient;
} power_of_two;

RK_INLINE power_of_two power(int bits, const rk_modulus *m) {
    uint64_t factor = rk_reduce_wide((rk_u128)1 << bits, m);
    uint64_t quotient = (uint64_t)(((rk_u128)factor << 52) / m->q);
    return (power_of_two){_mm512_set1_epi64((int64_t)factor), _mm512_set1_epi64((int64_t)quotient)};
}

// x < 2^52 times the power, below 2 q.
RK_INLINE __m512i shifted(__m512i x, power_of_two p, __m512i q) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i quotient = _mm512_madd52hi_epu64(zero, x, p.quotient);
    __m512i difference = _mm512_sub_epi64(_mm512_madd52lo_epu64(zero, x, p.factor),
                                          _mm512_madd52lo_epu64(zero, quotient, q));
    return _mm512_and_si512(difference, _mm512_set1_epi64(((int64_t)1 << 52) - 1));
}

RK_INLINE __m512i reduced(__m512i x, __m512i bound) {
    return _mm512_min_epu64(x, _mm512_sub_epi64(x, bound));
}

// The digits are two words of 52 bits and two of the sum of the residues: all weights are too large by 2^32.
static void join_ifma(uint64_t *out, const sums *sums, size_t row, size_t length, const rk_modulus *m) {
    const __m512i q = _mm512_set1_epi64((int64_t)m->q);
    const __m512i twice = _mm512_add_epi64(q, q), fourfold = _mm512_add_epi64(twice, twice);
    const power_of_two one = power(0, m), word = power(52, m), excess = power(32, m), both = power(84, m);
    for (size_t i = 0; i < length; i += 8) {
        __m512i digits[4];
        UNROLL for (int d = 0; d < 4; d++) digits[d] = _mm512_loadu_si512(sums->digits[d] + row * TILE + i);
        __m512i sum = _mm512_add_epi64(shifted(digits[0], one, q), shifted(digits[1], word, q));
        __m512i less = _mm512_add_epi64(shifted(digits[2], excess, q), shifted(digits[3], both, q));
        __m512i value = _mm512_sub_epi64(_mm512_add_epi64(sum, fourfold), less);
        _mm512_storeu_si512(out + i, reduced(reduced(reduced(value, fourfold), twice), q));
    }
}
#pragma clang attribute pop
#endif

static tile_kernel kernel_for(rk_isa isa) {
#if RK_X86
    if (isa == RK_ISA_AVX2) return tile_avx2;
    if (isa == RK_ISA_AVX512) return tile_avx512;
    if (isa >= RK_ISA_AVX512IFMA) return tile_ifma;
#endif
    (void)isa;
    return tile_portable;
}

void rk_matrix_product(uint64_t *const *out, const uint64_t *const *x, const int64_t *packed,
                       size_t rows, size_t columns, size_t start, size_t count,
                       const rk_modulus *modulus, uint64_t *scratch, rk_isa isa) {
    tile_kernel kernel = kernel_for(isa);
    join_kernel join = join_portable;
#if RK_X86
    if (isa >= RK_ISA_AVX512IFMA) join = join_ifma;
#endif
    const size_t tile = tile_length(columns), end = start + count;
#if RK_CHECKED
    for (size_t c = 0; c < columns; c++) {
        rk_check_residues(x[c] + start, count, modulus, "matrix_product: x");
    }
#endif
    sums sums;
    for (size_t at = start; at < end; at += tile) {
        size_t length = end - at < tile ? end - at : tile;
        for (size_t c = 0; c < columns; c++) {
            for (size_t i = 0; i < length; i++) scratch[c * length + i] = x[c][at + i];
        }
        for (size_t block = 0; block < rows; block += BLOCK) {
            kernel(&sums, scratch, packed + block * columns, columns, length);
            for (size_t r = block; r < rows && r < block + BLOCK; r++) {
                join(out[r] + at, &sums, r - block, length, modulus);
            }
        }
    }
#if RK_CHECKED
    for (size_t r = 0; r < rows; r++) {
        rk_check_residues(out[r] + start, count, modulus, "matrix_product: result");
    }
#endif
}
