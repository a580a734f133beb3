// Arithmetic on secret natural numbers in fixed numbers of limbs, lowest first. The sequence of operations and the
// addresses depend on the numbers of limbs alone. Products and sums are GMP's; its mpn_sec_div_ functions are not used,
// because they look the upper bits of the divisor up in a table and branch on its leading zeros.
#ifndef TACIT_CGMP_SECRET_ARITHMETIC_H
#define TACIT_CGMP_SECRET_ARITHMETIC_H

#include <gmp.h>
#include <stdint.h>

#include "gmp_memory.h"

// A bit about which the compiler knows nothing, so that it makes no branch of the mask that follows.
static inline mp_limb_t tacit_sec_bit(mp_limb_t bit) {
    __asm__("" : "+r"(bit));
    return bit;
}

// A divisor whose highest bit is set.
typedef struct {
    const mp_limb_t *limbs;
    mp_size_t count;
    mp_limb_t reciprocal;  // floor((2^128 - 1) / highest limb) - 2^64
} tacit_divisor;

static inline tacit_divisor tacit_divisor_make(const mp_limb_t *limbs, mp_size_t count) {
    // Bit by bit; the highest limb leaves 2^128 - 1 - 2^64 d to divide.
    mp_limb_t d = limbs[count - 1], rest = ~d, quotient = 0;
    for (int bit = 0; bit < 64; bit++) {
        mp_limb_t carry = rest >> 63;
        rest = (rest << 1) | 1;
        mp_limb_t take = tacit_sec_bit(carry | (mp_limb_t)(rest >= d));
        rest -= d & (0 - take);
        quotient = (quotient << 1) | take;
    }
    tacit_divisor divisor = {limbs, count, quotient};
    return divisor;
}

// min(floor((2^64 high + low) / d), 2^64 - 1) for high <= d (Moller, Granlund: Improved Division by Invariant
// Integers, 2011, algorithm 4), its corrections made under masks.
static inline mp_limb_t tacit_sec_digit(mp_limb_t high, mp_limb_t low, mp_limb_t d, mp_limb_t reciprocal) {
    unsigned __int128 product = (unsigned __int128)reciprocal * high;
    product += ((unsigned __int128)high << 64) | low;
    mp_limb_t digit = (mp_limb_t)(product >> 64) + 1, rest = low - digit * d;
    mp_limb_t over = 0 - tacit_sec_bit(rest > (mp_limb_t)product);
    digit += over;
    rest += over & d;
    digit += tacit_sec_bit(rest >= d);
    return digit | (0 - tacit_sec_bit(high >= d));
}

// The remainder modulo a word d whose highest bit is set.
static inline mp_limb_t tacit_sec_residue(
    const mp_limb_t *number, mp_size_t count, mp_limb_t d, mp_limb_t reciprocal) {
    mp_limb_t rest = 0;
    for (mp_size_t i = count - 1; i >= 0; i--) {
        rest = number[i] - tacit_sec_digit(rest, number[i], d, reciprocal) * d;
    }
    return rest;
}

// number, of `count` limbs of which the uppermost ones, as many as the divisor has, are below it, becomes its remainder
// and zeros; the quotient has `count - divisor->count` limbs and may be null.
static inline void tacit_sec_divide(
    mp_limb_t *quotient, mp_limb_t *number, mp_size_t count, const tacit_divisor *divisor) {
    mp_size_t k = divisor->count;
    for (mp_size_t i = count - k - 1; i >= 0; i--) {
        mp_limb_t *window = number + i;
        mp_limb_t digit = tacit_sec_digit(
            window[k], window[k - 1], divisor->limbs[k - 1], divisor->reciprocal);
        mp_limb_t high = window[k] - mpn_submul_1(window, divisor->limbs, k, digit);
        // A digit of the highest limbs is too large by two at most (Knuth, volume 2, 4.3.1, theorem B).
        for (int step = 0; step < 2; step++) {
            mp_limb_t negative = high >> 63;
            high += mpn_cnd_add_n(negative, window, window, divisor->limbs, k);
            digit -= negative;
        }
        window[k] = high;
        if (quotient != NULL) quotient[i] = digit;
    }
}

// Limbs of room that the next functions take for a number of `count` limbs.
static inline mp_size_t tacit_sec_room(mp_size_t count, mp_size_t k) {
    return 2 * (count > k ? count : k) + 2;
}

// quotient (as many limbs as the number; may be null) and remainder (k limbs) of any number.
static inline void tacit_sec_quotient_remainder(
    mp_limb_t *quotient, mp_limb_t *remainder, const mp_limb_t *number, mp_size_t count,
    const tacit_divisor *divisor, mp_limb_t *room) {
    mp_size_t k = divisor->count, length = (count > k ? count : k) + 1;
    mpn_zero(room, length);
    mpn_copyi(room, number, count);
    mp_limb_t *digits = quotient == NULL ? NULL : room + length;
    tacit_sec_divide(digits, room, length, divisor);
    mpn_copyi(remainder, room, k);
    if (quotient == NULL) return;
    mp_size_t found = length - k < count ? length - k : count;
    mpn_copyi(quotient, digits, found);
    if (count > found) mpn_zero(quotient + found, count - found);
}

// low + high m = number modulo m^2, of k limbs each.
static inline void tacit_sec_halves(
    mp_limb_t *low, mp_limb_t *high, const mp_limb_t *number, mp_size_t count,
    const tacit_divisor *divisor, mp_limb_t *room) {
    mp_size_t k = divisor->count, length = (count > k ? count : k) + 1;
    mpn_zero(room, tacit_sec_room(count, k));
    mpn_copyi(room, number, count);
    mp_limb_t *quotient = room + length;
    tacit_sec_divide(quotient, room, length, divisor);
    mpn_copyi(low, room, k);
    // A zero lies above the quotient.
    tacit_sec_divide(NULL, quotient, (length - k > k ? length - k : k) + 1, divisor);
    mpn_copyi(high, quotient, k);
}

// Halves of k + 1 limbs each, one after the other, become their residues below m (k limbs each, in place); room: 2k + 4.
static inline void tacit_sec_reduce_halves(mp_limb_t *halves, const tacit_divisor *divisor, mp_limb_t *room) {
    mp_size_t k = divisor->count;
    mp_limb_t *low = halves, *high = halves + k + 1, quotient[2] = {0, 0};
    mpn_copyi(room, low, k + 1);
    room[k + 1] = 0;
    tacit_sec_divide(quotient, room, k + 2, divisor);
    mpn_copyi(low, room, k);
    low[k] = 0;
    // What leaves the lower half is a few times m.
    mp_limb_t carry = quotient[0];
    for (mp_size_t i = 0; i <= k; i++) {
        room[i] = high[i] + carry;
        carry = room[i] < carry;
    }
    room[k + 1] = 0;
    tacit_sec_divide(NULL, room, k + 2, divisor);
    mpn_copyi(high, room, k);
    high[k] = 0;
    tacit_wipe(quotient, sizeof quotient);
}

// result = a b of an + bn limbs; room: mpn_sec_mul_itch of both.
static inline void tacit_sec_times(
    mp_limb_t *result, const mp_limb_t *a, mp_size_t an, const mp_limb_t *b, mp_size_t bn, mp_limb_t *room) {
    if (an >= bn) {
        mpn_sec_mul(result, a, an, b, bn, room);
    } else {
        mpn_sec_mul(result, b, bn, a, an, room);
    }
}

static inline mp_size_t tacit_sec_times_room(mp_size_t an, mp_size_t bn) {
    return an >= bn ? mpn_sec_mul_itch(an, bn) : mpn_sec_mul_itch(bn, an);
}

// result = low + high m for halves of k limbs each, high at `high`; result has 2k limbs. room: tacit_sec_times_room.
static inline void tacit_sec_join(
    mp_limb_t *result, const mp_limb_t *low, const mp_limb_t *high, const tacit_divisor *divisor,
    mp_limb_t *room) {
    mp_size_t k = divisor->count;
    mpn_sec_mul(result, high, k, divisor->limbs, k, room);
    mp_limb_t carry = mpn_add_n(result, result, low, k);
    for (mp_size_t i = k; i < 2 * k; i++) {
        result[i] += carry;
        carry = result[i] < carry;
    }
}

// 1 if any limb is not zero, else 0.
static inline mp_limb_t tacit_sec_any(const mp_limb_t *limbs, mp_size_t count) {
    mp_limb_t all = 0;
    for (mp_size_t i = 0; i < count; i++) all |= limbs[i];
    return (all | (0 - all)) >> 63;
}

// result = a - word; returns the borrow.
static inline mp_limb_t tacit_sec_subtract_word(
    mp_limb_t *result, const mp_limb_t *a, mp_size_t count, mp_limb_t word) {
    for (mp_size_t i = 0; i < count; i++) {
        mp_limb_t limb = a[i];
        result[i] = limb - word;
        word = limb < word;
    }
    return word;
}

// result = a - b; returns the borrow.
static inline mp_limb_t tacit_sec_subtract(
    mp_limb_t *result, const mp_limb_t *a, const mp_limb_t *b, mp_size_t count) {
    return mpn_sub_n(result, a, b, count);
}

// result = a where `bit` is 0, m - a where it is 1.
static inline void tacit_sec_negate_if(
    mp_limb_t bit, mp_limb_t *result, const mp_limb_t *a, const mp_limb_t *m, mp_size_t count) {
    mp_limb_t mask = 0 - tacit_sec_bit(bit), borrow = 0;
    for (mp_size_t i = 0; i < count; i++) {
        mp_limb_t difference = m[i] - a[i], next = m[i] < a[i];
        next |= difference < borrow;
        difference -= borrow;
        borrow = next;
        result[i] = (difference & mask) | (a[i] & ~mask);
    }
}

// 1 if a and the odd m have no common factor, else 0; both have `count` limbs, and a is below 2m.
static inline mp_limb_t tacit_sec_coprime(const mp_limb_t *a, const mp_limb_t *m, mp_size_t count) {
    size_t bytes = (size_t)(2 * count + mpn_sec_invert_itch(count)) * sizeof(mp_limb_t);
    mp_limb_t *x = (mp_limb_t *)tacit_gmp_allocate(bytes), *inverse = x + count;
    mp_limb_t borrow = mpn_sub_n(x, a, m, count);
    mpn_cnd_add_n(borrow, x, x, m, count);
    mp_limb_t found = (mp_limb_t)mpn_sec_invert(
        inverse, x, m, count, (mp_bitcnt_t)(2 * 64 * count), inverse + count);
    tacit_gmp_free(x, bytes);
    return found;
}

#endif
