// Division and multiplication of secret integers with an operation sequence that depends on the
// operands' sizes in limbs alone. GMP's mpn_sec_ functions do the work.
#ifndef TACIT_CGMP_SECRET_ARITHMETIC_H
#define TACIT_CGMP_SECRET_ARITHMETIC_H

#include <gmp.h>

#include "gmp_memory.h"
#include "gmp_names.h"

// quotient = floor(a / d) and remainder = a mod d for a >= 0, d > 0. `quotient` may be null. The results
// may be `a` or `d`, and are two different variables. `a` is taken to have `limbs` limbs if it has fewer, so
// that small values take no less time.
static inline void tacit_sec_divide(
    mpz_ptr quotient, mpz_ptr remainder, mpz_srcptr a, mpz_srcptr d, mp_size_t limbs) {
    mp_size_t dn = (mp_size_t)mpz_size(d), an = (mp_size_t)mpz_size(a);
    mp_size_t nn = an > dn ? an : dn;
    if (nn < limbs) nn = limbs;
    mp_size_t qn = nn - dn;
    mp_size_t itch = mpn_sec_div_qr_itch(nn, dn);
    size_t bytes = (size_t)(nn + dn + qn + 1 + itch) * sizeof(mp_limb_t);
    mp_limb_t *np = (mp_limb_t *)tacit_gmp_allocate(bytes);
    mp_limb_t *dp = np + nn, *qp = dp + dn, *scratch = qp + qn + 1;
    mpn_zero(np, nn);
    if (an > 0) mpn_copyi(np, mpz_limbs_read(a), an);
    mpn_copyi(dp, mpz_limbs_read(d), dn);
    mp_limb_t high = mpn_sec_div_qr(qp, np, nn, dp, dn, scratch);
    qp[qn] = high;
    mpn_copyi(mpz_limbs_write(remainder, dn), np, dn);
    mpz_limbs_finish(remainder, dn);
    if (quotient != NULL) {
        mpn_copyi(mpz_limbs_write(quotient, qn + 1), qp, qn + 1);
        mpz_limbs_finish(quotient, qn + 1);
    }
    tacit_gmp_free(np, bytes);
}

// r = a * b for a, b >= 0 by the schoolbook, which knows no shortcut for special operands; both are taken to have
// `limbs` limbs if they have fewer.
static inline void tacit_sec_multiply(mpz_ptr r, mpz_srcptr a, mpz_srcptr b, mp_size_t limbs) {
    mp_size_t as = (mp_size_t)mpz_size(a), bs = (mp_size_t)mpz_size(b);
    if (as < bs) {
        mpz_srcptr swap = a;
        a = b;
        b = swap;
        mp_size_t size = as;
        as = bs;
        bs = size;
    }
    mp_size_t an = as < limbs ? limbs : as, bn = bs < limbs ? limbs : bs;
    if (bn == 0) {
        mpz_set_ui(r, 0);
        return;
    }
    mp_size_t itch = mpn_sec_mul_itch(an, bn);
    size_t bytes = (size_t)(2 * (an + bn) + itch) * sizeof(mp_limb_t);
    mp_limb_t *product = (mp_limb_t *)tacit_gmp_allocate(bytes);
    mp_limb_t *x = product + an + bn, *y = x + an, *scratch = y + bn;
    mpn_zero(x, an + bn);
    if (as > 0) mpn_copyi(x, mpz_limbs_read(a), as);
    if (bs > 0) mpn_copyi(y, mpz_limbs_read(b), bs);
    mpn_sec_mul(product, x, an, y, bn, scratch);
    mpn_copyi(mpz_limbs_write(r, an + bn), product, an + bn);
    mpz_limbs_finish(r, an + bn);
    tacit_gmp_free(product, bytes);
}

// The secrets of a Paillier key as limbs of fixed number: k for p, q, hp, hq and 1/p mod q, 2k for n and for the largest
// magnitude of a plaintext.
typedef struct {
    mp_size_t limbs;  // k
    const mp_limb_t *p, *q, *hp, *hq, *inverse, *n, *bound;
} tacit_paillier_secret;

// Limbs of scratch space that decoding takes.
static inline mp_size_t tacit_paillier_scratch(mp_size_t k) {
    mp_size_t itch = mpn_sec_mul_itch(k, k), other = mpn_sec_div_r_itch(2 * k, k);
    if (itch < other) itch = other;
    return 10 * k + 2 + itch;
}

// result = L(x) h mod p for x = low + high p, which is 1 modulo p, by halves of k + 1 limbs with low below 2p; L(x) is
// (x - 1) / p. result has 2k limbs, of which the lower k count.
static inline void tacit_paillier_half(
    mp_limb_t *result, const mp_limb_t *halves, const mp_limb_t *p, const mp_limb_t *h, mp_size_t k,
    mp_limb_t *room, mp_limb_t *scratch) {
    const mp_limb_t *low = halves, *high = halves + k + 1;
    // low is 1 or p + 1: (low - 1) / p is 0 or 1.
    mp_limb_t difference = low[0] ^ 1;
    for (mp_size_t i = 1; i <= k; i++) difference |= low[i];
    mp_limb_t carry = (difference | (0 - difference)) >> 63;
    for (mp_size_t i = 0; i <= k; i++) {
        room[i] = high[i] + carry;
        carry = room[i] < carry;
    }
    mpn_sec_div_r(room, k + 1, p, k, scratch);
    mpn_sec_mul(result, room, k, h, k, scratch);
    mpn_sec_div_r(result, 2 * k, p, k, scratch);
}

// The signed plaintext of the two powers of a ciphertext, given by halves of k + 1 limbs; returns 1 if it is beyond the
// bound, else 0. The sequence of operations depends on k alone, but for the leading zeros of the result.
static inline int tacit_paillier_decode(
    mpz_ptr result, const tacit_paillier_secret *key, const mp_limb_t *power_p, const mp_limb_t *power_q) {
    mp_size_t k = key->limbs, total = tacit_paillier_scratch(k);
    mp_limb_t *mp = (mp_limb_t *)tacit_gmp_allocate((size_t)total * sizeof(mp_limb_t));
    mp_limb_t *mq = mp + 2 * k, *f = mq + 2 * k, *room = f + 2 * k, *scratch = room + 4 * k + 2;
    tacit_paillier_half(mp, power_p, key->p, key->hp, k, room, scratch);
    tacit_paillier_half(mq, power_q, key->q, key->hq, k, room, scratch);
    // m = mp + p ((mq - mp) / p mod q)
    mpn_copyi(room, mp, k);
    mpn_sec_div_r(room, k, key->q, k, scratch);
    mp_limb_t borrow = mpn_sub_n(mq, mq, room, k);
    mpn_cnd_add_n(borrow, mq, mq, key->q, k);
    mpn_sec_mul(f, mq, k, key->inverse, k, scratch);
    mpn_sec_div_r(f, 2 * k, key->q, k, scratch);
    mpn_sec_mul(room, f, k, key->p, k, scratch);
    mp_limb_t carry = mpn_add_n(room, room, mp, k);
    for (mp_size_t i = k; i < 2 * k; i++) {
        room[i] += carry;
        carry = room[i] < carry;
    }
    // m stands for itself up to the bound, and for m - n from n - bound on.
    mp_limb_t *opposite = mp;
    mpn_sub_n(opposite, key->n, room, 2 * k);
    mp_limb_t negative = mpn_sub_n(f, key->bound, room, 2 * k);
    mp_limb_t beyond = negative & mpn_sub_n(f, key->bound, opposite, 2 * k);
    mp_limb_t *out = mpz_limbs_write(result, 2 * k), mask = 0 - negative;
    for (mp_size_t i = 0; i < 2 * k; i++) out[i] = (room[i] & ~mask) | (opposite[i] & mask);
    mpz_limbs_finish(result, 2 * k * (1 - 2 * (mp_size_t)negative));
    tacit_gmp_free(mp, (size_t)total * sizeof(mp_limb_t));
    return (int)beyond;
}

#endif
