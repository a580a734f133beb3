// Negacyclic transforms in place, Harvey's lazy butterflies with Shoup factors.
//
// Source: D. Harvey, "Faster arithmetic for number-theoretic transforms" (2014), algorithms 2-4;
// the powers of psi are merged as in P. Longa and M. Naehrig, "Speeding up the number theoretic
// transform" (2016), algorithms 1 and 2.
#include "rk_internal.h"
#include "rk_portable.h"

// x, y in [0, 4q) -> x + w y, x - w y in [0, 4q).
static inline void forward_butterfly(uint64_t *x, uint64_t *y, uint64_t w, uint64_t w_shoup,
                                     uint64_t q) {
    uint64_t u = rk_reduce_once(*x, 2 * q);
    uint64_t t = rk_multiply_lazy(*y, w, w_shoup, q);
    *x = u + t;
    *y = u - t + 2 * q;
}

// x, y in [0, 2q) -> x + y, w (x - y) in [0, 2q).
static inline void inverse_butterfly(uint64_t *x, uint64_t *y, uint64_t w, uint64_t w_shoup,
                                     uint64_t q) {
    uint64_t u = *x, v = *y;
    *x = rk_reduce_once(u + v, 2 * q);
    *y = rk_multiply_lazy(u - v + 2 * q, w, w_shoup, q);
}

void rk_portable_forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const uint64_t q = plan->modulus.q;
    const size_t n = (size_t)1 << plan->log_degree;
    const uint64_t *w = plan->forward, *w_shoup = plan->forward + n;
    for (size_t blocks = 1, half = n / 2; half > 0; blocks *= 2, half /= 2) {
        for (size_t block = 0; block < blocks; block++) {
            uint64_t *low = x + 2 * half * block, *high = low + half;
            for (size_t i = 0; i < half; i++) {
                forward_butterfly(&low[i], &high[i], w[blocks + block], w_shoup[blocks + block], q);
            }
        }
    }
    for (size_t i = 0; i < n; i++) x[i] = rk_reduce_once(rk_reduce_once(x[i], 2 * q), q);
}

void rk_portable_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const uint64_t q = plan->modulus.q;
    const size_t n = (size_t)1 << plan->log_degree;
    const uint64_t *w = plan->inverse, *w_shoup = plan->inverse + n;
    for (size_t blocks = n / 2, half = 1; blocks > 1; blocks /= 2, half *= 2) {
        for (size_t block = 0; block < blocks; block++) {
            uint64_t *low = x + 2 * half * block, *high = low + half;
            for (size_t i = 0; i < half; i++) {
                inverse_butterfly(&low[i], &high[i], w[blocks + block], w_shoup[blocks + block], q);
            }
        }
    }
    // Last stage, with 1/N folded into both factors.
    for (size_t i = 0; i < n / 2; i++) {
        uint64_t u = x[i], v = x[i + n / 2];
        x[i] = rk_multiply_shoup(u + v, w[0], w_shoup[0], q);
        x[i + n / 2] = rk_multiply_shoup(u - v + 2 * q, w[1], w_shoup[1], q);
    }
}
