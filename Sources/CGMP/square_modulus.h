// Arithmetic modulo m^2 for an odd m, in halves: an element x is kept as (a, b) with a + b m = x R mod m^2,
// R = 2^(64 k), k the limbs of m, a and b below m. Montgomery reduction works on one half at a time:
//
//   a1 a2 = r R - q m                            (q: the quotient of the reduction, r its result)
//   x y   -> r + m ((a1 b2 + a2 b1 - q) / R)     modulo m^2
//
// so a product costs five k-by-k products instead of the eight of a Montgomery product modulo m^2, and a
// square three and a half instead of six. All functions run an operation sequence that depends on k alone.
// The highest bit of the highest limb of m must be set.
#ifndef TACIT_CGMP_SQUARE_MODULUS_H
#define TACIT_CGMP_SQUARE_MODULUS_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

// What a product needs to know about m. `modulus` has k limbs and outlives the struct.
typedef struct {
    const mp_limb_t *modulus;
    mp_size_t limbs;        // k
    mp_limb_t inverse;      // -1 / m modulo 2^64
    mp_size_t scratchLimbs; // size of the scratch space every function asks for
} tacit_square_modulus;

static inline tacit_square_modulus tacit_square_modulus_make(const mp_limb_t *modulus, mp_size_t limbs) {
    mp_limb_t inverse = 1;
    for (int step = 0; step < 6; step++) inverse *= 2 - modulus[0] * inverse;
    mp_size_t multiply = mpn_sec_mul_itch(limbs, limbs), square = mpn_sec_sqr_itch(limbs);
    mp_size_t inner = multiply > square ? multiply : square, carry = mpn_sec_add_1_itch(limbs);
    if (inner < carry) inner = carry;
    carry = mpn_sec_sub_1_itch(limbs);
    if (inner < carry) inner = carry;
    tacit_square_modulus context = {modulus, limbs, 0 - inverse, 6 * limbs + inner};
    return context;
}

// Replaces t (2k limbs) by the carries of its reduction and returns with r = (t + q m) / R in t[k ..< 2k] and
// the result's carry; q goes to `quotient` (k limbs) unless that is null.
static inline mp_limb_t tacit_square_modulus_reduce(
    const tacit_square_modulus *context, mp_limb_t *t, mp_limb_t *quotient) {
    mp_size_t k = context->limbs;
    for (mp_size_t i = 0; i < k; i++) {
        mp_limb_t digit = t[i] * context->inverse;
        t[i] = mpn_addmul_1(t + i, context->modulus, k, digit);
        if (quotient != NULL) quotient[i] = digit;
    }
    return mpn_add_n(t + k, t + k, t, k);
}

// value (k limbs and `high`) becomes value - m if that is not negative; returns the new high limb.
// `taken` counts the subtractions that happened.
static inline mp_limb_t tacit_square_modulus_subtract(
    const tacit_square_modulus *context, mp_limb_t *value, mp_limb_t high, mp_limb_t *taken) {
    mp_limb_t borrow = mpn_sub_n(value, value, context->modulus, context->limbs);
    mp_limb_t negative = (mp_limb_t)(borrow > high);
    high -= borrow;
    high += mpn_cnd_add_n(negative, value, value, context->modulus, context->limbs);
    *taken += 1 - negative;
    return high;
}

// From t = a1 a2 and s = a1 b2 + a2 b1 (2k limbs and `high`) to the product; both are overwritten.
static inline void tacit_square_modulus_finish(
    const tacit_square_modulus *context, mp_limb_t *result, mp_limb_t *t, mp_limb_t *s, mp_limb_t high,
    mp_limb_t *quotient, mp_limb_t *inner) {
    mp_size_t k = context->limbs;
    mp_limb_t carry = tacit_square_modulus_reduce(context, t, quotient), taken = 0, ignored = 0;
    tacit_square_modulus_subtract(context, t + k, carry, &taken);
    // s + 2m - q is not negative, since m has its highest bit.
    carry = mpn_addmul_1(s, context->modulus, k, 2);
    high += mpn_sec_add_1(s + k, s + k, k, carry, inner);
    carry = mpn_sub_n(s, s, quotient, k);
    high -= mpn_sec_sub_1(s + k, s + k, k, carry, inner);
    // Below 3m + 3 after the reduction: a multiple of m that left the lower half joins the upper one.
    high += tacit_square_modulus_reduce(context, s, NULL);
    high += mpn_sec_add_1(s + k, s + k, k, taken, inner);
    for (int step = 0; step < 3; step++) {
        high = tacit_square_modulus_subtract(context, s + k, high, &ignored);
    }
    mpn_copyi(result, t + k, k);
    mpn_copyi(result + k, s + k, k);
}

// result = x y / R as elements of 2k limbs each; result may be x or y.
static inline void tacit_square_modulus_multiply(
    const tacit_square_modulus *context, mp_limb_t *result, const mp_limb_t *x, const mp_limb_t *y,
    mp_limb_t *scratch) {
    mp_size_t k = context->limbs;
    mp_limb_t *t = scratch, *s = t + 2 * k, *quotient = s + 2 * k, *inner = quotient + 2 * k;
    // `quotient` doubles as room for the second cross product until the reduction needs it.
    mpn_sec_mul(s, x, k, y + k, k, inner);
    mpn_sec_mul(quotient, x + k, k, y, k, inner);
    mp_limb_t high = mpn_add_n(s, s, quotient, 2 * k);
    mpn_sec_mul(t, x, k, y, k, inner);
    tacit_square_modulus_finish(context, result, t, s, high, quotient, inner);
}

// result = x x / R; result may be x.
static inline void tacit_square_modulus_square(
    const tacit_square_modulus *context, mp_limb_t *result, const mp_limb_t *x, mp_limb_t *scratch) {
    mp_size_t k = context->limbs;
    mp_limb_t *t = scratch, *s = t + 2 * k, *quotient = s + 2 * k, *inner = quotient + 2 * k;
    mpn_sec_mul(s, x, k, x + k, k, inner);
    mp_limb_t high = mpn_lshift(s, s, 2 * k, 1);
    mpn_sec_sqr(t, x, k, inner);
    tacit_square_modulus_finish(context, result, t, s, high, quotient, inner);
}

// result = entry `index` of a table of `count` elements, read through all of it.
static inline void tacit_square_modulus_select(
    const tacit_square_modulus *context, mp_limb_t *result, const mp_limb_t *table, size_t count,
    size_t index) {
    mpn_sec_tabselect(result, table, 2 * context->limbs, (mp_size_t)count, (mp_size_t)index);
}

#endif
