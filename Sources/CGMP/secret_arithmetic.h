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

#endif
