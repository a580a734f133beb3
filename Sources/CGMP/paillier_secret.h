// What the owner of a Paillier key computes with its primes, on limbs of fixed number (`secret_arithmetic.h`).
#ifndef TACIT_CGMP_PAILLIER_SECRET_H
#define TACIT_CGMP_PAILLIER_SECRET_H

#include "secret_arithmetic.h"

// The secrets of a key, k limbs each but for n, the largest magnitude of a plaintext, p^2 and the halves of 1/p^2 modulo
// q^2, which have 2k.
typedef struct {
    tacit_divisor p, q;
    const mp_limb_t *hp, *hq, *inverse, *n, *bound, *square, *square_inverse;
} tacit_paillier_secret;

// Limbs of scratch space that decoding and combining take.
static inline mp_size_t tacit_paillier_scratch(mp_size_t k) {
    return 16 * k + 8 + mpn_sec_mul_itch(2 * k, 2 * k);
}

// result = (x mod m) y mod m for x of k + 1 limbs and y below m; result has 2k limbs, of which the lower k count.
static inline void tacit_paillier_times(
    mp_limb_t *result, mp_limb_t *x, const mp_limb_t *y, const tacit_divisor *m, mp_limb_t *scratch) {
    mp_size_t k = m->count;
    x[k + 1] = 0;
    tacit_sec_divide(NULL, x, k + 2, m);
    mpn_sec_mul(result, x, k, y, k, scratch);
    tacit_sec_divide(NULL, result, 2 * k, m);
}

// result = L(x) h mod p for x = low + high p, which is 1 modulo p, by halves of k + 1 limbs with low below 2p; L(x) is
// (x - 1) / p. result has 2k limbs, of which the lower k count; room has k + 2.
static inline void tacit_paillier_half(
    mp_limb_t *result, const mp_limb_t *halves, const tacit_divisor *p, const mp_limb_t *h, mp_limb_t *room,
    mp_limb_t *scratch) {
    mp_size_t k = p->count;
    const mp_limb_t *low = halves, *high = halves + k + 1;
    // low is 1 or p + 1: (low - 1) / p is 0 or 1.
    mp_limb_t difference = low[0] ^ 1;
    for (mp_size_t i = 1; i <= k; i++) difference |= low[i];
    mp_limb_t carry = (difference | (0 - difference)) >> 63;
    for (mp_size_t i = 0; i <= k; i++) {
        room[i] = high[i] + carry;
        carry = room[i] < carry;
    }
    tacit_paillier_times(result, room, h, p, scratch);
}

// The signed plaintext of the two powers of a ciphertext, given by halves of k + 1 limbs: its magnitude (2k limbs) and in
// `flags` whether it is negative and whether it is beyond the bound, 0 or 1 each.
static inline void tacit_paillier_decode(
    mp_limb_t *result, mp_limb_t *flags, const tacit_paillier_secret *key, const mp_limb_t *power_p,
    const mp_limb_t *power_q, mp_limb_t *room) {
    mp_size_t k = key->p.count;
    mp_limb_t *mp = room, *mq = mp + 2 * k, *f = mq + 2 * k, *m = f + 2 * k, *scratch = m + 2 * k + 2;
    tacit_paillier_half(mp, power_p, &key->p, key->hp, m, scratch);
    tacit_paillier_half(mq, power_q, &key->q, key->hq, m, scratch);
    // m = mp + p ((mq - mp) / p mod q)
    mpn_copyi(m, mp, k);
    m[k] = 0;
    tacit_sec_divide(NULL, m, k + 1, &key->q);
    mp_limb_t borrow = mpn_sub_n(mq, mq, m, k);
    mpn_cnd_add_n(borrow, mq, mq, key->q.limbs, k);
    mpn_sec_mul(f, mq, k, key->inverse, k, scratch);
    tacit_sec_divide(NULL, f, 2 * k, &key->q);
    tacit_sec_join(m, mp, f, &key->p, scratch);
    // m stands for itself up to the bound, and for m - n from n - bound on.
    mp_limb_t *opposite = mp;
    mpn_sub_n(opposite, key->n, m, 2 * k);
    mp_limb_t negative = mpn_sub_n(f, key->bound, m, 2 * k), mask = 0 - tacit_sec_bit(negative);
    flags[0] = negative;
    flags[1] = negative & mpn_sub_n(f, key->bound, opposite, 2 * k);
    for (mp_size_t i = 0; i < 2 * k; i++) result[i] = (m[i] & ~mask) | (opposite[i] & mask);
}

// result = (m mod p) cofactor mod p, of k limbs, for m of 2k limbs: what 1 + n m is made of modulo p^2.
static inline void tacit_paillier_slope(
    mp_limb_t *result, const mp_limb_t *m, const tacit_divisor *p, const mp_limb_t *cofactor, mp_limb_t *room) {
    mp_size_t k = p->count;
    mp_limb_t *x = room, *product = x + 2 * k + 1, *scratch = product + 2 * k;
    mpn_copyi(x, m, 2 * k);
    x[2 * k] = 0;
    tacit_sec_divide(NULL, x, 2 * k + 1, p);
    mpn_sec_mul(product, x, k, cofactor, k, scratch);
    tacit_sec_divide(NULL, product, 2 * k, p);
    mpn_copyi(result, product, k);
}

// The number below n^2 (4k limbs) that is x modulo p^2 and y modulo q^2, both given by halves of k + 1 limbs.
static inline void tacit_paillier_combine(
    mp_limb_t *result, const tacit_paillier_secret *key, mp_limb_t *halves_p, mp_limb_t *halves_q,
    mp_limb_t *room) {
    mp_size_t k = key->p.count;
    const mp_limb_t *q = key->q.limbs, *i0 = key->square_inverse, *i1 = i0 + k;
    mp_limb_t *x = room, *low = x + 2 * k, *high = low + k, *product = high + k;
    mp_limb_t *sum = product + 2 * k, *scratch = sum + 2 * k + 1;
    tacit_sec_reduce_halves(halves_p, &key->p, scratch);
    tacit_sec_reduce_halves(halves_q, &key->q, scratch);
    tacit_sec_join(x, halves_p, halves_p + k + 1, &key->p, scratch);
    // The difference y - x modulo q^2, in halves.
    tacit_sec_halves(low, high, x, 2 * k, &key->q, scratch);
    mp_limb_t borrow = mpn_sub_n(low, halves_q, low, k);
    mpn_cnd_add_n(borrow, low, low, q, k);
    mp_limb_t over = mpn_sub_n(high, halves_q + k + 1, high, k);
    mpn_cnd_add_n(over, high, high, q, k);
    over = tacit_sec_subtract_word(high, high, k, borrow);
    mpn_cnd_add_n(over, high, high, q, k);
    // Its product with 1 / p^2 modulo q^2, in halves.
    mpn_sec_mul(product, low, k, i1, k, scratch);
    mpn_sec_mul(sum, high, k, i0, k, scratch);
    sum[2 * k] = mpn_add_n(sum, sum, product, 2 * k);
    mpn_sec_mul(product, low, k, i0, k, scratch);
    tacit_sec_divide(high, product, 2 * k, &key->q);
    mp_limb_t carry = mpn_add_n(sum, sum, high, k);
    for (mp_size_t i = k; i <= 2 * k; i++) {
        sum[i] += carry;
        carry = sum[i] < carry;
    }
    tacit_sec_divide(NULL, sum, 2 * k + 1, &key->q);
    // x + p^2 times that.
    mp_limb_t *factor = low;
    mpn_copyi(low, product, k);
    mpn_copyi(product, sum, k);
    tacit_sec_join(sum, low, product, &key->q, scratch);
    mpn_copyi(factor, sum, 2 * k);
    mpn_sec_mul(result, key->square, 2 * k, factor, 2 * k, scratch);
    carry = mpn_add_n(result, result, x, 2 * k);
    for (mp_size_t i = 2 * k; i < 4 * k; i++) {
        result[i] += carry;
        carry = result[i] < carry;
    }
}

#endif
