// Eight independent elements at once: one lane each, digit columns in memory, blocks of ten digits in registers.
#include "ik_internal.h"
#if IK_X86

#include <string.h>

IK_BEGIN

typedef ik_vector vec;
enum { BLOCK = IK_BLOCK, LANES = IK_LANES };
// Written out, since the compiler would make calls of memmove from loops that copy vectors.
#define EACH(S) S(0) S(1) S(2) S(3) S(4) S(5) S(6) S(7) S(8) S(9)
#define UNROLL _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const ik_word *x) { return _mm512_load_si512(x); }
INLINE void store(ik_word *x, vec v) { _mm512_store_si512(x, v); }
INLINE vec spread(ik_word x) { return _mm512_set1_epi64((long long)x); }
INLINE vec low(vec c, vec a, vec b) { return _mm512_madd52lo_epu64(c, a, b); }
INLINE vec high(vec c, vec a, vec b) { return _mm512_madd52hi_epu64(c, a, b); }

// Adds (x[0] ... x[rows-1]) times a block of ten to the columns: `window` holds the first ten columns, the others are
// at `columns`; x has one digit per lane, or one digit for all lanes (stride 1).
INLINE void slide(
    vec window[BLOCK + 1], ik_word *columns, const vec block[BLOCK], const ik_word *x, size_t rows,
    size_t stride) {
    for (size_t i = 0; i < rows; i++) {
        vec digit = stride == 1 ? spread(x[i]) : load(x + i * LANES);
        window[BLOCK] = load(columns + (i + BLOCK) * LANES);
        UNROLL for (int j = 0; j < BLOCK; j++) window[j] = low(window[j], digit, block[j]);
        UNROLL for (int j = 0; j < BLOCK; j++) window[j + 1] = high(window[j + 1], digit, block[j]);
        store(columns + i * LANES, window[0]);
#define MOVE(j) window[j] = window[j + 1];
        EACH(MOVE)
#undef MOVE
    }
#define STORE(j) store(columns + (rows + j) * LANES, window[j]);
    EACH(STORE)
#undef STORE
}

// columns[0 ..< 2k] += x y.
static void add_product(ik_word *columns, const ik_word *x, const ik_word *y, size_t k) {
    for (size_t start = 0; start < k; start += BLOCK) {
        vec block[BLOCK], window[BLOCK + 1];
        ik_word *first = columns + start * LANES;
#define LOAD(j) block[j] = load(y + (start + j) * LANES), window[j] = load(first + j * LANES);
        EACH(LOAD)
#undef LOAD
        slide(window, first, block, x, k, LANES);
    }
}

// columns[0 ..< 2k] = x x, of columns that are zero.
static void add_square(ik_word *columns, const ik_word *x, size_t k) {
    for (size_t start = 0; start < k; start += BLOCK) {
        vec block[BLOCK], inner[2 * BLOCK + 1];
        ik_word *first = columns + 2 * start * LANES;
#define LOAD(j)                                 \
    block[j] = load(x + (start + j) * LANES);   \
    inner[j] = load(first + j * LANES);         \
    inner[BLOCK + j] = load(first + (BLOCK + j) * LANES);
        EACH(LOAD)
#undef LOAD
        UNROLL for (int i = 0; i < BLOCK; i++) {
            UNROLL for (int j = i + 1; j < BLOCK; j++) {
                inner[i + j] = low(inner[i + j], block[i], block[j]);
                inner[i + j + 1] = high(inner[i + j + 1], block[i], block[j]);
            }
        }
#define STORE(j) store(first + j * LANES, inner[j]);
        EACH(STORE)
#undef STORE
        if (start + BLOCK < k) {
            slide(inner + BLOCK, first + BLOCK * LANES, block, x + (start + BLOCK) * LANES,
                  k - start - BLOCK, LANES);
        } else {
#define STORE(j) store(first + (BLOCK + j) * LANES, inner[BLOCK + j]);
            EACH(STORE)
#undef STORE
        }
    }
    for (size_t i = 0; i < k; i++) {
        ik_word *even = columns + 2 * i * LANES, *odd = even + LANES;
        vec digit = load(x + i * LANES);
        store(even, low(_mm512_slli_epi64(load(even), 1), digit, digit));
        store(odd, high(_mm512_slli_epi64(load(odd), 1), digit, digit));
    }
}

// Adds q m to the columns such that the lower k vanish; the upper k are the result, carries not yet moved. The
// digits of q go to `quotient` unless that is null.
static void reduce(const ik_modulus *context, ik_word *columns, ik_word *quotient) {
    const ik_word *m = context->modulus;
    const vec inverse = spread(context->inverse), zero = _mm512_setzero_si512();
    for (size_t start = 0; start < context->digits; start += BLOCK) {
        vec q[BLOCK], lower[BLOCK + 1], window[BLOCK + 1];
        ik_word *first = columns + start * LANES;
#define LOAD(j) lower[j] = load(first + j * LANES), window[j] = load(first + (BLOCK + j) * LANES);
        EACH(LOAD)
#undef LOAD
        lower[BLOCK] = window[0];
        UNROLL for (int i = 0; i < BLOCK; i++) {
            q[i] = low(zero, lower[i], inverse);
            lower[i] = low(lower[i], q[i], spread(m[0]));
            lower[i + 1] = _mm512_add_epi64(lower[i + 1], _mm512_srli_epi64(lower[i], 52));
            lower[i + 1] = high(lower[i + 1], q[i], spread(m[0]));
            UNROLL for (int j = 1; i + j < BLOCK; j++) {
                lower[i + j] = low(lower[i + j], q[i], spread(m[j]));
                lower[i + j + 1] = high(lower[i + j + 1], q[i], spread(m[j]));
            }
        }
        if (quotient != NULL) {
#define STORE(j) store(quotient + (start + j) * LANES, q[j]);
            EACH(STORE)
#undef STORE
        }
        window[0] = lower[BLOCK];
        UNROLL for (int d = 1; d < BLOCK; d++) {
            UNROLL for (int i = BLOCK - d; i < BLOCK; i++) {
                window[i + d - BLOCK] = low(window[i + d - BLOCK], q[i], spread(m[d]));
                window[i + d - BLOCK + 1] = high(window[i + d - BLOCK + 1], q[i], spread(m[d]));
            }
        }
        slide(window, first + BLOCK * LANES, q, m + BLOCK, context->digits - BLOCK, 1);
    }
}

// result = columns, plus `addend` unless that is null, with all digits below 2^52.
static void carry(ik_word *result, const ik_word *columns, const ik_word *addend, size_t k) {
    const vec mask = spread(IK_MASK);
    vec rest = _mm512_setzero_si512();
    for (size_t i = 0; i < k; i++) {
        rest = _mm512_add_epi64(rest, load(columns + i * LANES));
        if (addend != NULL) rest = _mm512_add_epi64(rest, spread(addend[i]));
        store(result + i * LANES, _mm512_and_si512(rest, mask));
        rest = _mm512_srli_epi64(rest, 52);
    }
}

// From t = a1 a2 and s = a1 b2 + a2 b1 (or half of it) to the product; both are overwritten.
static void finish(
    const ik_modulus *context, ik_word *result, ik_word *t, ik_word *s, ik_word *quotient,
    int doubling) {
    const size_t k = context->digits;
    const vec mask = spread(IK_MASK);
    reduce(context, t, quotient);
    // s - q = s + (R - q) - R, and -R leaves the reduction as -1, to which m - 1 is added.
    for (size_t i = 0; i < 2 * k; i++) {
        vec column = load(s + i * LANES);
        if (doubling) column = _mm512_slli_epi64(column, 1);
        if (i < k) {
            vec complement = _mm512_sub_epi64(mask, load(quotient + i * LANES));
            column = _mm512_add_epi64(column, complement);
        }
        if (i == 0) column = _mm512_add_epi64(column, spread(1));
        store(s + i * LANES, column);
    }
    reduce(context, s, NULL);
    carry(result, t + k * LANES, NULL, k);
    carry(result + k * LANES, s + k * LANES, context->predecessor, k);
}

size_t ik_batch_scratch(const ik_modulus *context) { return 5 * context->digits * LANES; }

void ik_batch_multiply(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *t = scratch, *s = t + 2 * half, *quotient = s + 2 * half;
    memset(scratch, 0, 4 * half * sizeof *scratch);
    add_product(t, x, y, k);
    add_product(s, x, y + half, k);
    add_product(s, x + half, y, k);
    finish(context, result, t, s, quotient, 0);
}

void ik_batch_square(
    const ik_modulus *context, ik_word *result, const ik_word *x, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *t = scratch, *s = t + 2 * half, *quotient = s + 2 * half;
    memset(scratch, 0, 4 * half * sizeof *scratch);
    add_square(t, x, k);
    add_product(s, x, x + half, k);
    finish(context, result, t, s, quotient, 1);
}

// Rows to columns of eight times eight words.
INLINE void transpose(vec r[8]) {
    vec t[8], u[8];
    UNROLL for (int i = 0; i < 4; i++) {
        t[2 * i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]);
    }
    UNROLL for (int i = 0; i < 2; i++) {
        UNROLL for (int j = 0; j < 2; j++) {
            vec x = t[4 * i + j], y = t[4 * i + 2 + j];
            u[4 * i + j] = _mm512_shuffle_i64x2(x, y, 0x88);
            u[4 * i + 2 + j] = _mm512_shuffle_i64x2(x, y, 0xdd);
        }
    }
    UNROLL for (int j = 0; j < 4; j++) {
        r[j] = _mm512_shuffle_i64x2(u[j], u[4 + j], 0x88);
        r[4 + j] = _mm512_shuffle_i64x2(u[j], u[4 + j], 0xdd);
    }
}

void ik_batch_pack(const ik_modulus *context, ik_word *result, const ik_word *const *elements) {
    const size_t k = context->digits;
    for (size_t half = 0; half < 2; half++) {
        for (size_t start = 0; start < k; start += 8) {
            vec rows[8];
            UNROLL for (int i = 0; i < 8; i++) {
                rows[i] = load(elements[i] + half * context->padded + start);
            }
            transpose(rows);
            size_t count = k - start < 8 ? k - start : 8;
            for (size_t j = 0; j < count; j++) {
                store(result + (half * k + start + j) * LANES, rows[j]);
            }
        }
    }
}

void ik_batch_unpack(const ik_modulus *context, ik_word *const *elements, const ik_word *batch) {
    const size_t k = context->digits;
    for (size_t half = 0; half < 2; half++) {
        for (size_t start = 0; start < k; start += 8) {
            vec rows[8];
            size_t count = k - start < 8 ? k - start : 8;
            for (size_t j = 0; j < 8; j++) {
                rows[j] = j < count ? load(batch + (half * k + start + j) * LANES)
                                    : _mm512_setzero_si512();
            }
            transpose(rows);
            UNROLL for (int i = 0; i < 8; i++) {
                store(elements[i] + half * context->padded + start, rows[i]);
            }
        }
    }
}

IK_END
#endif
