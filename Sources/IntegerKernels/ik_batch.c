// Eight independent elements at once: one lane each, digit columns in memory, blocks of ten digits in registers.
#include "ik_columns.h"
#if IK_X86

IK_BEGIN

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

size_t ik_batch_scratch(const ik_modulus *context) { return (8 * context->digits + 1) * LANES; }

void ik_batch_multiply(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *t = scratch, *s = t + 2 * half, *quotient = s + 2 * half;
    ik_word *sums = quotient + half, *room = sums + 2 * half;
    factor left[2] = {make_factor(x, sums, k), make_factor(x + half, sums + half / 2, k)};
    factor first = make_factor(y, sums + half, k);
    factor right[2] = {make_factor(y + half, sums + half + half / 2, k), first};
    set_products(t, left, &first, 1, k, room);
    set_products(s, left, right, 2, k, room);
    finish(context, result, t, s, quotient, 0);
}

void ik_batch_square(
    const ik_modulus *context, ik_word *result, const ik_word *x, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *t = scratch, *s = t + 2 * half, *quotient = s + 2 * half;
    ik_word *sums = quotient + half, *room = sums + 2 * half;
    memset(t, 0, 2 * half * sizeof *t);
    add_square(t, x, k);
    factor left = make_factor(x, sums, k), right = make_factor(x + half, sums + half / 2, k);
    set_products(s, &left, &right, 1, k, room);
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
