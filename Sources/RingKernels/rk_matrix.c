// Integer matrices times residue vectors.
//
// A residue below 2^50 is split into halves of 25 bits; products with weights of 20 bits add up in
// 64-bit lanes without a reduction, which comes once at the end. Tiles of the vectors stay in the
// second-level cache while all blocks of rows pass over them.
#include "include/rk_matrix.h"
#include "rk_internal.h"

enum { BLOCK = 8, TILE = 128, HALF_BITS = 25 };

size_t rk_matrix_packed_count(size_t rows, size_t columns) {
    return (rows + BLOCK - 1) / BLOCK * BLOCK * columns;
}

void rk_matrix_pack(int64_t *packed, const int32_t *weights, size_t rows, size_t columns) {
    for (size_t block = 0; block < rows; block += BLOCK) {
        for (size_t c = 0; c < columns; c++) {
            for (size_t r = block; r < block + BLOCK; r++) {
                *packed++ = r < rows ? weights[r * columns + c] : 0;
            }
        }
    }
}

// high 2^25 + low, both below 2^62 in magnitude, mod q.
static uint64_t joined(int64_t high, int64_t low, const rk_modulus *m) {
    __int128 z = (__int128)high * ((int64_t)1 << HALF_BITS) + low;
    return rk_reduce_wide((rk_u128)z + ((rk_u128)m->q << 70), m);
}

typedef void (*tile_kernel)(int64_t *low, int64_t *high, const uint64_t *const *x,
                            const int64_t *packed, size_t columns, size_t start, size_t length);

// low, high: [BLOCK][TILE] sums over the columns.
static void tile_portable(int64_t *low, int64_t *high, const uint64_t *const *x,
                          const int64_t *packed, size_t columns, size_t start, size_t length) {
    for (size_t i = 0; i < BLOCK * TILE; i++) low[i] = high[i] = 0;
    for (size_t c = 0; c < columns; c++) {
        const uint64_t *column = x[c] + start;
        for (size_t r = 0; r < BLOCK; r++) {
            int64_t weight = packed[c * BLOCK + r];
            for (size_t i = 0; i < length; i++) {
                low[r * TILE + i] += weight * (int64_t)(column[i] & ((1u << HALF_BITS) - 1));
                high[r * TILE + i] += weight * (int64_t)(column[i] >> HALF_BITS);
            }
        }
    }
}

#if RK_X86
#include <immintrin.h>

#define DEFINE_TILE(name, vector, lanes, zero, set1, load, store, mul, add, mask, shift)          \
    static void name(int64_t *low, int64_t *high, const uint64_t *const *x,                       \
                     const int64_t *packed, size_t columns, size_t start, size_t length) {        \
        const vector low_half = set1((1 << HALF_BITS) - 1);                                       \
        for (size_t i = 0; i < length; i += (lanes)) {                                            \
            vector l[BLOCK], h[BLOCK];                                                            \
            UNROLL for (int r = 0; r < BLOCK; r++) l[r] = h[r] = zero();                          \
            for (size_t c = 0; c < columns; c++) {                                                \
                vector value = load((const void *)(x[c] + start + i));                            \
                vector first = mask(value, low_half), second = shift(value, HALF_BITS);           \
                UNROLL for (int r = 0; r < BLOCK; r++) {                                          \
                    vector weight = set1(packed[c * BLOCK + r]);                                  \
                    l[r] = add(l[r], mul(first, weight));                                         \
                    h[r] = add(h[r], mul(second, weight));                                        \
                }                                                                                 \
            }                                                                                     \
            UNROLL for (int r = 0; r < BLOCK; r++) {                                              \
                store((void *)(low + r * TILE + i), l[r]);                                        \
                store((void *)(high + r * TILE + i), h[r]);                                       \
            }                                                                                     \
        }                                                                                         \
    }

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
DEFINE_TILE(tile_avx2, __m256i, 4, _mm256_setzero_si256, _mm256_set1_epi64x, _mm256_loadu_si256,
            _mm256_storeu_si256, _mm256_mul_epi32, _mm256_add_epi64, _mm256_and_si256,
            _mm256_srli_epi64)
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
DEFINE_TILE(tile_avx512, __m512i, 8, _mm512_setzero_si512, _mm512_set1_epi64, _mm512_loadu_si512,
            _mm512_storeu_si512, _mm512_mul_epi32, _mm512_add_epi64, _mm512_and_si512,
            _mm512_srli_epi64)
#pragma clang attribute pop
#endif

static tile_kernel kernel_for(rk_isa isa) {
#if RK_X86
    if (isa == RK_ISA_AVX2) return tile_avx2;
    if (isa >= RK_ISA_AVX512) return tile_avx512;
#endif
    (void)isa;
    return tile_portable;
}

void rk_matrix_product(uint64_t *const *out, const uint64_t *const *x, const int64_t *packed,
                       size_t rows, size_t columns, size_t count, const rk_modulus *modulus,
                       rk_isa isa) {
    tile_kernel kernel = kernel_for(isa);
    int64_t low[BLOCK * TILE], high[BLOCK * TILE];
    for (size_t start = 0; start < count; start += TILE) {
        size_t length = count - start < TILE ? count - start : TILE;
        for (size_t block = 0; block < rows; block += BLOCK) {
            kernel(low, high, x, packed + block * columns, columns, start, length);
            for (size_t r = block; r < rows && r < block + BLOCK; r++) {
                const size_t offset = (r - block) * TILE;
                for (size_t i = 0; i < length; i++) {
                    out[r][start + i] = joined(high[offset + i], low[offset + i], modulus);
                }
            }
        }
    }
}
