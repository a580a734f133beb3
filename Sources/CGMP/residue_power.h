// Powers modulo a secret odd number, for the search for primes on machines without the vector kernels.
#ifndef TACIT_CGMP_RESIDUE_POWER_H
#define TACIT_CGMP_RESIDUE_POWER_H

#include "secret_arithmetic.h"
#include "square_modulus.h"

// Entries of the table of small powers: windows of four bits.
#define TACIT_POWER_ENTRIES 16

// From t (2k limbs) to t / R mod m, below m; t is overwritten.
static inline void tacit_residue_reduce(const tacit_square_modulus *context, mp_limb_t *result, mp_limb_t *t) {
    mp_limb_t carry = tacit_square_modulus_reduce(context, t, NULL), ignored = 0;
    tacit_square_modulus_subtract(context, t + context->limbs, carry, &ignored);
    mpn_copyi(result, t + context->limbs, context->limbs);
}

// result = base^exponent mod m for a base of any limbs as many as m's, by fixed windows whose table is read whole; the
// number of the exponent's limbs shows.
static inline void tacit_residue_power(
    mp_limb_t *result, const mp_limb_t *base, const mp_limb_t *exponent, mp_size_t exponent_limbs,
    const tacit_divisor *m) {
    mp_size_t k = m->count, multiply = mpn_sec_mul_itch(k, k), square = mpn_sec_sqr_itch(k);
    mp_size_t itch = multiply > square ? multiply : square;
    tacit_square_modulus context = tacit_square_modulus_make(m->limbs, k);
    size_t bytes = (size_t)((TACIT_POWER_ENTRIES + 4) * k + 1 + itch) * sizeof(mp_limb_t);
    mp_limb_t *table = (mp_limb_t *)tacit_gmp_allocate(bytes), *t = table + TACIT_POWER_ENTRIES * k;
    mp_limb_t *factor = t + 2 * k + 1, *power = factor + k, *inner = power + k;
    // 1 and the base, times R = 2^(64 k).
    mpn_zero(t, 2 * k + 1);
    t[k] = 1;
    tacit_sec_divide(NULL, t, k + 1, m);
    mpn_copyi(table, t, k);
    mpn_zero(t, 2 * k + 1);
    mpn_copyi(t + k, base, k);
    tacit_sec_divide(NULL, t, 2 * k + 1, m);
    mpn_copyi(table + k, t, k);
    for (int entry = 2; entry < TACIT_POWER_ENTRIES; entry++) {
        mpn_sec_mul(t, table + (entry - 1) * k, k, table + k, k, inner);
        tacit_residue_reduce(&context, table + entry * k, t);
    }
    mpn_copyi(power, table, k);
    for (mp_size_t window = 16 * exponent_limbs - 1; window >= 0; window--) {
        for (int step = 0; step < 4; step++) {
            mpn_sec_sqr(t, power, k, inner);
            tacit_residue_reduce(&context, power, t);
        }
        mp_size_t digit = (mp_size_t)(exponent[window / 16] >> (4 * (window % 16)) & 15);
        mpn_sec_tabselect(factor, table, k, TACIT_POWER_ENTRIES, digit);
        mpn_sec_mul(t, power, k, factor, k, inner);
        tacit_residue_reduce(&context, power, t);
    }
    mpn_zero(t, 2 * k);
    mpn_copyi(t, power, k);
    tacit_residue_reduce(&context, result, t);
    tacit_gmp_free(table, bytes);
}

#endif
