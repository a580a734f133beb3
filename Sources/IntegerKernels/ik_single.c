// One element at a time: its digits lie across vectors, and every step takes one digit of the other factor.
#include "ik_internal.h"
#if IK_X86

IK_BEGIN

typedef ik_vector vec;
enum { MAX_VECTORS = IK_MAX_DIGITS / 8 };
#define UNROLL _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))

INLINE vec spread(ik_word x) { return _mm512_set1_epi64((long long)x); }
INLINE vec low(vec c, vec a, vec b) { return _mm512_madd52lo_epu64(c, a, b); }
INLINE vec high(vec c, vec a, vec b) { return _mm512_madd52hi_epu64(c, a, b); }

// One step down: the digits move by one place, and what the lowest held beyond 52 bits goes to the next.
INLINE void shift_down(vec *x, int vectors) {
    const vec zero = _mm512_setzero_si512();
    vec rest = _mm512_maskz_srli_epi64(1, x[0], 52);
    UNROLL for (int j = 0; j < vectors; j++) {
        x[j] = _mm512_alignr_epi64(j + 1 < vectors ? x[j + 1] : zero, x[j], 1);
    }
    x[0] = _mm512_add_epi64(x[0], rest);
}

// Moves all digits up by one place; the highest is lost.
INLINE void shift_up(vec *x, int vectors) {
    const vec zero = _mm512_setzero_si512();
    UNROLL for (int j = vectors - 1; j >= 0; j--) {
        x[j] = _mm512_alignr_epi64(x[j], j > 0 ? x[j - 1] : zero, 7);
    }
}

// Digits of up to 63 bits to digits of 52 bits, by one parallel carry and one carry chain in a mask.
INLINE void carry(ik_word *result, const vec *x, int vectors) {
    const vec mask = spread(IK_MASK), ones = spread(~UINT64_C(0));
    vec moved[MAX_VECTORS], sum[MAX_VECTORS];
    unsigned __int128 generates = 0, passes = 0;
    UNROLL for (int j = 0; j < vectors; j++) moved[j] = _mm512_srli_epi64(x[j], 52);
    shift_up(moved, vectors);
    UNROLL for (int j = 0; j < vectors; j++) {
        sum[j] = _mm512_add_epi64(_mm512_and_si512(x[j], mask), moved[j]);
        generates |= (unsigned __int128)_mm512_cmpgt_epu64_mask(sum[j], mask) << (8 * j);
        passes |= (unsigned __int128)_mm512_cmpeq_epu64_mask(sum[j], mask) << (8 * j);
    }
    unsigned __int128 takes = ((generates << 1) + passes) ^ passes;
    UNROLL for (int j = 0; j < vectors; j++) {
        __mmask8 here = (__mmask8)(takes >> (8 * j));
        sum[j] = _mm512_mask_sub_epi64(sum[j], here, sum[j], ones);
        _mm512_store_si512(result + 8 * j, _mm512_and_si512(sum[j], mask));
    }
}

// result = x y / R. A square takes b + b instead of two cross products.
INLINE void product(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, int vectors,
    int squaring) {
    const size_t padded = 8 * (size_t)vectors, k = context->digits;
    const vec mask = spread(IK_MASK), inverse = spread(context->inverse);
    const vec zero = _mm512_setzero_si512();
    const ik_word *m = context->modulus;
    vec t[MAX_VECTORS], s[MAX_VECTORS], a[MAX_VECTORS], b[MAX_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++) {
        t[j] = zero;
        s[j] = zero;
        a[j] = _mm512_load_si512(x + 8 * j);
        b[j] = _mm512_load_si512(x + padded + 8 * j);
    }
    if (squaring) {
        vec carried[MAX_VECTORS];
        UNROLL for (int j = 0; j < vectors; j++) carried[j] = _mm512_srli_epi64(b[j], 51);
        shift_up(carried, vectors);
        UNROLL for (int j = 0; j < vectors; j++) {
            b[j] = _mm512_and_si512(_mm512_slli_epi64(b[j], 1), mask);
            b[j] = _mm512_or_si512(b[j], carried[j]);
        }
    }
    // -q is fed to s as the complement of q's digits and one.
    s[0] = _mm512_maskz_set1_epi64(1, 1);
    for (size_t i = 0; i < k; i++) {
        const vec y1 = spread(y[i]), y2 = squaring ? zero : spread(y[padded + i]);
        UNROLL for (int j = 0; j < vectors; j++) t[j] = low(t[j], a[j], y1);
        vec q = _mm512_broadcastq_epi64(_mm512_castsi512_si128(low(zero, t[0], inverse)));
        UNROLL for (int j = 0; j < vectors; j++) {
            s[j] = low(s[j], b[j], y1);
            if (!squaring) s[j] = low(s[j], a[j], y2);
        }
        s[0] = _mm512_mask_add_epi64(s[0], 1, s[0], _mm512_sub_epi64(mask, q));
        vec r = _mm512_broadcastq_epi64(_mm512_castsi512_si128(low(zero, s[0], inverse)));
        UNROLL for (int j = 0; j < vectors; j++) {
            t[j] = low(t[j], q, _mm512_load_si512(m + 8 * j));
        }
        shift_down(t, vectors);
        UNROLL for (int j = 0; j < vectors; j++) {
            s[j] = low(s[j], r, _mm512_load_si512(m + 8 * j));
        }
        shift_down(s, vectors);
        UNROLL for (int j = 0; j < vectors; j++) {
            t[j] = high(t[j], a[j], y1);
            s[j] = high(s[j], b[j], y1);
            if (!squaring) s[j] = high(s[j], a[j], y2);
            t[j] = high(t[j], q, _mm512_load_si512(m + 8 * j));
            s[j] = high(s[j], r, _mm512_load_si512(m + 8 * j));
        }
    }
    UNROLL for (int j = 0; j < vectors; j++) {
        s[j] = _mm512_add_epi64(s[j], _mm512_load_si512(context->predecessor + 8 * j));
    }
    carry(result, t, vectors);
    carry(result + padded, s, vectors);
}

// A function for each number of vectors that the numbers of digits (10, 20 ... 80) need.
#define IK_WIDTH(vectors)                                                                              \
    static void multiply_##vectors(                                                                    \
        const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y) {           \
        product(context, result, x, y, vectors, 0);                                                    \
    }                                                                                                  \
    static void square_##vectors(const ik_modulus *context, ik_word *result, const ik_word *x) {     \
        product(context, result, x, x, vectors, 1);                                                    \
    }
IK_WIDTH(2)
IK_WIDTH(3)
IK_WIDTH(4)
IK_WIDTH(5)
IK_WIDTH(7)
IK_WIDTH(8)
IK_WIDTH(9)
IK_WIDTH(10)

void ik_multiply(const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y) {
    switch (context->padded / 8) {
    case 2: multiply_2(context, result, x, y); break;
    case 3: multiply_3(context, result, x, y); break;
    case 4: multiply_4(context, result, x, y); break;
    case 5: multiply_5(context, result, x, y); break;
    case 7: multiply_7(context, result, x, y); break;
    case 8: multiply_8(context, result, x, y); break;
    case 9: multiply_9(context, result, x, y); break;
    default: multiply_10(context, result, x, y); break;
    }
}

void ik_square(const ik_modulus *context, ik_word *result, const ik_word *x) {
    switch (context->padded / 8) {
    case 2: square_2(context, result, x); break;
    case 3: square_3(context, result, x); break;
    case 4: square_4(context, result, x); break;
    case 5: square_5(context, result, x); break;
    case 7: square_7(context, result, x); break;
    case 8: square_8(context, result, x); break;
    case 9: square_9(context, result, x); break;
    default: square_10(context, result, x); break;
    }
}

// x = x x / R modulo m alone, then doubled where `mask` is all ones: digits of 52 bits, x below 5m.
INLINE void half_step(const ik_modulus *context, ik_word *x, vec mask, int vectors) {
    const vec zero = _mm512_setzero_si512(), inverse = spread(context->inverse);
    vec t[MAX_VECTORS], a[MAX_VECTORS], m[MAX_VECTORS], carried[MAX_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++) {
        t[j] = zero;
        a[j] = _mm512_load_si512(x + 8 * j);
        m[j] = _mm512_load_si512(context->modulus + 8 * j);
    }
    for (size_t i = 0; i < context->digits; i++) {
        const vec y = spread(x[i]);
        UNROLL for (int j = 0; j < vectors; j++) t[j] = low(t[j], a[j], y);
        vec q = _mm512_broadcastq_epi64(_mm512_castsi512_si128(low(zero, t[0], inverse)));
        UNROLL for (int j = 0; j < vectors; j++) t[j] = low(t[j], q, m[j]);
        shift_down(t, vectors);
        UNROLL for (int j = 0; j < vectors; j++) {
            t[j] = high(t[j], a[j], y);
            t[j] = high(t[j], q, m[j]);
        }
    }
    carry(x, t, vectors);
    UNROLL for (int j = 0; j < vectors; j++) {
        a[j] = _mm512_load_si512(x + 8 * j);
        carried[j] = _mm512_and_si512(mask, _mm512_srli_epi64(a[j], 51));
    }
    shift_up(carried, vectors);
    UNROLL for (int j = 0; j < vectors; j++) {
        vec sum = _mm512_add_epi64(a[j], _mm512_and_si512(mask, a[j]));
        sum = _mm512_add_epi64(_mm512_and_si512(sum, spread(IK_MASK)), carried[j]);
        _mm512_store_si512(x + 8 * j, sum);
    }
}

#define IK_HALF(vectors)                                                                              \
    case vectors:                                                                                     \
        for (size_t i = bits; i-- > 0;) {                                                             \
            ik_word bit = exponent[i / 64] >> (i % 64) & 1;                                           \
            half_step(context, x, spread(0 - bit), vectors);                                          \
        }                                                                                             \
        break;

void ik_power_of_two(const ik_modulus *context, ik_word *x, const ik_word *exponent, size_t bits) {
    switch (context->padded / 8) {
        IK_HALF(2)
        IK_HALF(3)
        IK_HALF(4)
        IK_HALF(5)
        IK_HALF(7)
        IK_HALF(8)
        IK_HALF(9)
        IK_HALF(10)
    }
}

void ik_select(
    ik_word *result, const ik_word *table, size_t words, size_t count, ik_word index) {
    const vec wanted = spread(index);
    for (size_t start = 0; start < words; start += 8) {
        vec found = _mm512_setzero_si512();
        for (size_t i = 0; i < count; i++) {
            __mmask8 here = _mm512_cmpeq_epi64_mask(wanted, spread(i));
            found = _mm512_mask_mov_epi64(found, here, _mm512_load_si512(table + i * words + start));
        }
        _mm512_store_si512(result + start, found);
    }
}

IK_END
#endif
