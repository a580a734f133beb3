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

// Shoup: n plain factors, then their second words.
static void encode_shoup(uint64_t *out, const uint64_t *plain, size_t n, const rk_modulus *m) {
    for (size_t i = 0; i < n; i++) {
        out[i] = plain[i];
        out[n + i] = shoup(plain[i], m->q);
    }
}

// One factor as two doubles, their bits stored `distance` words apart.
static void store_factor_double(uint64_t *out, size_t distance, uint64_t w,
                                const rk_modulus *m) {
    double centered = w > m->q / 2 ? -(double)(m->q - w) : (double)w;
    double quotient = centered / m->q_double;
    memcpy(out, &centered, sizeof centered);
    memcpy(out + distance, &quotient, sizeof quotient);
}

// One factor as two integers of 52 bits.
static void store_factor_52(uint64_t *out, size_t distance, uint64_t w, const rk_modulus *m) {
    out[0] = w;
    out[distance] = shoup(w, m->q) >> 12;
}

// The same with the quotient rounded up: it exceeds w 2^52 / q by at most 1.
static void store_factor_52_up(uint64_t *out, size_t distance, uint64_t w, const rk_modulus *m) {
    out[0] = w;
    out[distance] = (shoup(w, m->q) >> 12) + 1;
}

typedef void (*factor_encoding)(uint64_t *, size_t, uint64_t, const rk_modulus *);

// For vectors: factors below n / lanes in pairs; then for each square of lanes^2 places the factors
// of its last stages, with 1, 2, 4 ... vectors of one factor for each of its `lanes` runs.
static void encode_vectors(uint64_t *out, const uint64_t *plain, size_t n, size_t lanes,
                           factor_encoding store_factor, const rk_modulus *m) {
    for (size_t i = 0; i < n / lanes; i++) store_factor(out + 2 * i, 1, plain[i], m);
    out += 2 * (n / lanes);
    for (size_t run = 0; run < n / lanes; run += lanes) {
        for (size_t count = 1; count < lanes; count *= 2) {
            const uint64_t *stage = plain + n / lanes * count + run * count;
            for (size_t i = 0; i < count; i++) {
                for (size_t lane = 0; lane < lanes; lane++) {
                    store_factor(out + lane, lanes, stage[lane * count + i], m);
                }
                out += 2 * lanes;
            }
        }
    }
}

static void encode(uint64_t *out, const uint64_t *plain, uint32_t log_degree,
                   rk_twiddles twiddles, int is_forward, const rk_modulus *m) {
    const size_t n = (size_t)1 << log_degree;
    if (twiddles == RK_TWIDDLES_SHOUP) {
        encode_shoup(out, plain, n, m);
    } else if (twiddles == RK_TWIDDLES_IFMA && n >= 64 &&
               (is_forward || rk_is_narrow(m->q, log_degree))) {
        const int is_up = is_forward && rk_is_narrow(m->q, log_degree);
        encode_vectors(out, plain, n, 8, is_up ? store_factor_52_up : store_factor_52, m);
    } else {
        const size_t lanes = twiddles != RK_TWIDDLES_DOUBLE4 && n >= 64 ? 8 : 4;
        encode_vectors(out, plain, n, lanes, store_factor_double, m);
    }
}

// plain[j] = base^br(j).
static void powers(uint64_t *plain, uint64_t base, uint32_t log_degree, const rk_modulus *m) {
    uint64_t current = 1;
    for (uint32_t i = 0; i < (uint32_t)1 << log_degree; i++) {
        plain[reverse_bits(i, log_degree)] = current;
        current = rk_reduce_product((rk_u128)current * base, m);
    }
}

void rk_ntt_plan_init(rk_ntt_plan *plan, uint64_t *memory, uint64_t *scratch, uint32_t log_degree,
                      uint64_t q, uint64_t psi, rk_twiddles twiddles) {
    rk_modulus_init(&plan->modulus, q);
    const rk_modulus *m = &plan->modulus;
    const size_t n = (size_t)1 << log_degree;
    plan->log_degree = log_degree;
    plan->twiddles = twiddles;
    plan->forward = memory;
    plan->inverse = memory + 2 * n;

    powers(scratch, psi, log_degree, m);
    encode(memory, scratch, log_degree, twiddles, 1, m);
    powers(scratch, power(psi, q - 2, m), log_degree, m);
    uint64_t n_inverse = power((uint64_t)n % q, q - 2, m);
    scratch[0] = n_inverse;
    scratch[1] = rk_reduce_product((rk_u128)scratch[1] * n_inverse, m);
    encode(memory + 2 * n, scratch, log_degree, twiddles, 0, m);
}
