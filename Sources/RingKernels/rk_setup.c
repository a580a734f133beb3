// Constants and transform tables, built once per modulus with plain 128-bit arithmetic.
#include <string.h>

#include "rk_internal.h"

static uint64_t bit_length(uint64_t x) { return 64 - (uint64_t)__builtin_clzll(x); }

static uint64_t shoup(uint64_t w, uint64_t q) { return (uint64_t)(((rk_u128)w << 64) / q); }

void rk_modulus_init(rk_modulus *m, uint64_t q) {
    uint64_t bits = bit_length(q);
    m->q = q;
    m->barrett = (uint64_t)(((rk_u128)1 << (62 + bits)) / q);
    m->shift = bits - 2;
    m->one_shoup = shoup(1, q);
    m->word = (uint64_t)(((rk_u128)1 << 64) % q);
    m->word_shoup = shoup(m->word, q);
    m->q_double = (double)q;
    m->q_inverse = 1.0 / (double)q;
}

static uint64_t power(uint64_t base, uint64_t exponent, const rk_modulus *m) {
    uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1) result = rk_reduce_product((rk_u128)result * base, m);
        base = rk_reduce_product((rk_u128)base * base, m);
    }
    return result;
}

static uint32_t reverse_bits(uint32_t x, uint32_t bits) {
    uint32_t result = 0;
    for (uint32_t i = 0; i < bits; i++) result |= ((x >> i) & 1) << (bits - 1 - i);
    return result;
}

static void store_double(uint64_t *at, double value) { memcpy(at, &value, sizeof value); }

// Turns n plain factors into the stored form, second words at distance n.
static void encode_factors(uint64_t *factors, size_t n, const rk_modulus *m, rk_twiddles kind) {
    for (size_t i = 0; i < n; i++) {
        uint64_t w = factors[i];
        if (kind == RK_TWIDDLES_SHOUP) {
            factors[n + i] = shoup(w, m->q);
        } else {
            double centred = w > m->q / 2 ? -(double)(m->q - w) : (double)w;
            store_double(&factors[i], centred);
            store_double(&factors[n + i], centred / m->q_double);
        }
    }
}

void rk_ntt_plan_init(rk_ntt_plan *plan, uint64_t *memory, uint32_t log_degree, uint64_t q,
                      uint64_t psi, rk_twiddles twiddles) {
    rk_modulus_init(&plan->modulus, q);
    const rk_modulus *m = &plan->modulus;
    size_t n = (size_t)1 << log_degree;
    uint64_t *forward = memory, *inverse = memory + 2 * n;
    plan->log_degree = log_degree;
    plan->twiddles = twiddles;
    plan->forward = forward;
    plan->inverse = inverse;

    uint64_t psi_inverse = power(psi, q - 2, m);
    uint64_t up = 1, down = 1;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = reverse_bits(i, log_degree);
        forward[place] = up;
        inverse[place] = down;
        up = rk_reduce_product((rk_u128)up * psi, m);
        down = rk_reduce_product((rk_u128)down * psi_inverse, m);
    }
    uint64_t n_inverse = power((uint64_t)n % q, q - 2, m);
    inverse[0] = n_inverse;
    inverse[1] = rk_reduce_product((rk_u128)inverse[1] * n_inverse, m);
    encode_factors(forward, n, m, twiddles);
    encode_factors(inverse, n, m, twiddles);
}
