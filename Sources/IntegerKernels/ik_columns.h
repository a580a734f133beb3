// Columns of eight lanes: sums of products of digits, and their reduction. Shared by the kernels of batches.
#ifndef TACIT_IK_COLUMNS_H
#define TACIT_IK_COLUMNS_H

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
static inline void add_product(ik_word *columns, const ik_word *x, const ik_word *y, size_t k) {
    for (size_t start = 0; start < k; start += BLOCK) {
        vec block[BLOCK], window[BLOCK + 1];
        ik_word *first = columns + start * LANES;
#define LOAD(j) block[j] = load(y + (start + j) * LANES), window[j] = load(first + j * LANES);
        EACH(LOAD)
#undef LOAD
        slide(window, first, block, x, k, LANES);
    }
}

// A factor, and where products of its width are split (Karatsuba, one level), the sum of its halves: k / 2 digits and
// a highest bit for each lane.
typedef struct {
    const ik_word *digits, *sum;
    __mmask8 top;
} factor;

// Products of forty digits and more gain by being split; halves are whole blocks.
INLINE int splits(size_t k) { return k >= 40 && k % (2 * BLOCK) == 0; }

// Prepares a factor, with room for k / 2 digits.
static inline factor make_factor(const ik_word *x, ik_word *room, size_t k) {
    factor result = {.digits = x, .sum = room, .top = 0};
    if (!splits(k)) return result;
    const vec mask = spread(IK_MASK);
    const size_t half = k / 2;
    vec rest = _mm512_setzero_si512();
    for (size_t i = 0; i < half; i++) {
        vec sum = _mm512_add_epi64(load(x + i * LANES), load(x + (half + i) * LANES));
        rest = _mm512_add_epi64(rest, sum);
        store(room + i * LANES, _mm512_and_si512(rest, mask));
        rest = _mm512_srli_epi64(rest, 52);
    }
    result.top = _mm512_test_epi64_mask(rest, rest);
    return result;
}

// middle[0 ... 2 half] += the product of the sums of two factors.
static inline void add_middle(ik_word *middle, const factor *x, const factor *y, size_t half) {
    add_product(middle, x->sum, y->sum, half);
    for (size_t i = 0; i < half; i++) {
        ik_word *column = middle + (half + i) * LANES;
        vec sum = load(column);
        sum = _mm512_mask_add_epi64(sum, x->top, sum, load(y->sum + i * LANES));
        sum = _mm512_mask_add_epi64(sum, y->top, sum, load(x->sum + i * LANES));
        store(column, sum);
    }
    ik_word *last = middle + 2 * half * LANES;
    store(last, _mm512_mask_add_epi64(load(last), x->top & y->top, load(last), spread(1)));
}

// columns[0 ..< 2k] = sum of `count` products x[i] y[i]; columns may be negative, their sum is not. `room` has k + 1
// digits.
static inline void set_products(
    ik_word *columns, const factor *x, const factor *y, int count, size_t k, ik_word *room) {
    memset(columns, 0, 2 * k * LANES * sizeof *columns);
    if (!splits(k)) {
        for (int i = 0; i < count; i++) add_product(columns, x[i].digits, y[i].digits, k);
        return;
    }
    const size_t half = k / 2, upper = half * LANES;
    memset(room, 0, (k + 1) * LANES * sizeof *room);
    for (int i = 0; i < count; i++) {
        add_product(columns, x[i].digits, y[i].digits, half);
        add_product(columns + 2 * upper, x[i].digits + upper, y[i].digits + upper, half);
        add_middle(room, x + i, y + i, half);
    }
    for (size_t i = 0; i < k; i++) {
        vec outer = _mm512_add_epi64(load(columns + i * LANES), load(columns + 2 * upper + i * LANES));
        store(room + i * LANES, _mm512_sub_epi64(load(room + i * LANES), outer));
    }
    for (size_t i = 0; i <= k; i++) {
        ik_word *column = columns + upper + i * LANES;
        store(column, _mm512_add_epi64(load(column), load(room + i * LANES)));
    }
}

// Adds q m to the columns such that the lower k vanish; the upper k are the result, carries not yet moved. The
// digits of q go to `quotient` unless that is null.
static inline void reduce(const ik_modulus *context, ik_word *columns, ik_word *quotient) {
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
            lower[i + 1] = _mm512_add_epi64(lower[i + 1], _mm512_srai_epi64(lower[i], 52));
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
static inline void carry(ik_word *result, const ik_word *columns, const ik_word *addend, size_t k) {
    const vec mask = spread(IK_MASK);
    vec rest = _mm512_setzero_si512();
    for (size_t i = 0; i < k; i++) {
        rest = _mm512_add_epi64(rest, load(columns + i * LANES));
        if (addend != NULL) rest = _mm512_add_epi64(rest, spread(addend[i]));
        store(result + i * LANES, _mm512_and_si512(rest, mask));
        rest = _mm512_srai_epi64(rest, 52);
    }
}

IK_END
#endif
#endif
