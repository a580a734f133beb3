// Kronecker substitution: a polynomial with signed integer coefficients becomes one integer, the
// value at X = 2^slot_bits, and back. Both directions take linear time.
//
// A coefficient c must satisfy |c| < 2^(slot_bits - 1). Negative coefficients borrow from the slot
// above, so a packed value is an ordinary signed integer and products of packed values are packed
// products.
#ifndef TACIT_CGMP_KRONECKER_H
#define TACIT_CGMP_KRONECKER_H

#include <gmp.h>
#include <stdint.h>

#include "gmp_names.h"

// Bits at [start, start + count), count in 1...64, of a magnitude of `limbs` limbs; zeros above it.
static inline uint64_t tacit_read_bits(const mp_limb_t *data, size_t limbs, size_t start, unsigned count) {
    size_t index = start / 64;
    unsigned shift = (unsigned)(start % 64);
    uint64_t word = index < limbs ? data[index] >> shift : 0;
    if (shift != 0 && index + 1 < limbs) word |= data[index + 1] << (64 - shift);
    return count == 64 ? word : word & (((uint64_t)1 << count) - 1);
}

// Ors `word` (below 2^count) into zeroed bits at [start, start + count), count in 1...64.
static inline void tacit_or_bits(mp_limb_t *data, size_t start, uint64_t word, unsigned count) {
    size_t index = start / 64;
    unsigned shift = (unsigned)(start % 64);
    data[index] |= word << shift;
    if (shift + count > 64) data[index + 1] |= word >> (64 - shift);
}

// result = sum of coefficients[i] * 2^(i * slot_bits). `result` is none of the coefficients; slot_bits >= 2.
static inline void tacit_kronecker_pack(
    mpz_ptr result, const __mpz_struct *coefficients, size_t count, size_t slot_bits) {
    size_t limbs = (count * slot_bits + 63) / 64;
    if (limbs == 0) {
        mpz_set_ui(result, 0);
        return;
    }
    mp_limb_t *data = mpz_limbs_write(result, (mp_size_t)limbs);
    mpn_zero(data, (mp_size_t)limbs);
    uint64_t borrow = 0; // the slot below was negative: this one gives one unit
    for (size_t i = 0; i < count; i++) {
        const __mpz_struct *c = &coefficients[i];
        int negative = c->_mp_size < 0;
        size_t size = (size_t)(negative ? -c->_mp_size : c->_mp_size);
        // The slot holds (c - borrow) mod 2^slot_bits, formed word by word in two's complement.
        uint64_t flip = negative ? ~(uint64_t)0 : 0, carry = negative ? 1 : 0, owed = borrow;
        for (size_t done = 0; done < slot_bits; done += 64) {
            unsigned bits = slot_bits - done < 64 ? (unsigned)(slot_bits - done) : 64;
            uint64_t word = (done / 64 < size ? c->_mp_d[done / 64] : 0) ^ flip;
            uint64_t sum = word + carry;
            carry = sum < carry;
            uint64_t difference = sum - owed;
            owed = sum < owed;
            if (bits < 64) difference &= ((uint64_t)1 << bits) - 1;
            tacit_or_bits(data, i * slot_bits + done, difference, bits);
        }
        borrow = negative || (c->_mp_size == 0 && borrow);
    }
    mp_size_t signed_limbs = (mp_size_t)limbs;
    if (borrow) {
        // The sum is negative: the data is its two's complement in count * slot_bits bits.
        mpn_neg(data, data, (mp_size_t)limbs);
        unsigned rest = (unsigned)((count * slot_bits) % 64);
        if (rest != 0) data[limbs - 1] &= ((mp_limb_t)1 << rest) - 1;
        signed_limbs = -signed_limbs;
    }
    mpz_limbs_finish(result, signed_limbs);
}

// The coefficient in slot `index` of `packed`; `carry` goes from slot to slot, 0 before slot 0.
static inline void tacit_kronecker_unpack(
    mpz_ptr coefficient, mpz_srcptr packed, size_t index, size_t slot_bits, uint64_t *carry) {
    size_t limbs = mpz_size(packed), words = (slot_bits + 63) / 64;
    const mp_limb_t *data = mpz_limbs_read(packed);
    mp_limb_t *out = mpz_limbs_write(coefficient, (mp_size_t)words);
    uint64_t add = *carry;
    unsigned bits = 64;
    for (size_t w = 0; w < words; w++) {
        bits = slot_bits - 64 * w < 64 ? (unsigned)(slot_bits - 64 * w) : 64;
        uint64_t word = tacit_read_bits(data, limbs, index * slot_bits + 64 * w, bits);
        out[w] = word + add;
        add = out[w] < add;
    }
    uint64_t mask = bits == 64 ? ~(uint64_t)0 : ((uint64_t)1 << bits) - 1;
    // Either the addition filled the whole slot (value 0, carry 1) or the sign bit decides.
    int overflow = add != 0 || (out[words - 1] & ~mask) != 0;
    out[words - 1] &= mask;
    int high_half = (int)(out[words - 1] >> (bits - 1)) & 1;
    int negative = high_half && !overflow;
    if (negative) {
        mpn_neg(out, out, (mp_size_t)words);
        out[words - 1] &= mask;
    }
    *carry = (uint64_t)(negative || overflow);
    if (mpz_sgn(packed) < 0) negative = !negative;
    mpz_limbs_finish(coefficient, negative ? -(mp_size_t)words : (mp_size_t)words);
}

#endif
