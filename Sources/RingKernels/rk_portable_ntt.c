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

// One stage of blocks of 2 * half residues.
static void forward_stage(uint64_t *x, const rk_ntt_plan *plan, size_t blocks, size_t half) {
    const uint64_t q = plan->modulus.q;
    const uint64_t *factors = plan->forward, *shoup = factors + ((size_t)1 << plan->log_degree);
    for (size_t block = 0; block < blocks; block++) {
        const uint64_t w = factors[blocks + block], w_shoup = shoup[blocks + block];
        uint64_t *low = x + 2 * half * block, *high = low + half;
        for (size_t i = 0; i < half; i++) {
            uint64_t a = low[i], b = high[i];
            forward_butterfly(&a, &b, w, w_shoup, q);
            low[i] = a;
            high[i] = b;
        }
    }
}

// Two stages in one pass over blocks of 4 * quarter residues; the last pass also reduces.
static inline void forward_pass(uint64_t *x, const rk_ntt_plan *plan, size_t blocks,
                                size_t quarter, int is_last) {
    const uint64_t q = plan->modulus.q;
    const uint64_t *w = plan->forward, *shoup = w + ((size_t)1 << plan->log_degree);
    for (size_t block = 0; block < blocks; block++) {
        const size_t first = blocks + block, second = 2 * first;
        const uint64_t w1 = w[first], w2 = w[second], w3 = w[second + 1];
        const uint64_t s1 = shoup[first], s2 = shoup[second], s3 = shoup[second + 1];
        uint64_t *p = x + 4 * quarter * block;
        for (size_t i = 0; i < quarter; i++) {
            uint64_t a = p[i], b = p[i + quarter], c = p[i + 2 * quarter], d = p[i + 3 * quarter];
            forward_butterfly(&a, &c, w1, s1, q);
            forward_butterfly(&b, &d, w1, s1, q);
            forward_butterfly(&a, &b, w2, s2, q);
            forward_butterfly(&c, &d, w3, s3, q);
            if (is_last) {
                a = rk_reduce_once(rk_reduce_once(a, 2 * q), q);
                b = rk_reduce_once(rk_reduce_once(b, 2 * q), q);
                c = rk_reduce_once(rk_reduce_once(c, 2 * q), q);
                d = rk_reduce_once(rk_reduce_once(d, 2 * q), q);
            }
            p[i] = a;
            p[i + quarter] = b;
            p[i + 2 * quarter] = c;
            p[i + 3 * quarter] = d;
        }
    }
}

void rk_portable_forward_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    size_t n = (size_t)1 << plan->log_degree, blocks = 1;
    if (plan->log_degree % 2 == 1) {
        forward_stage(x, plan, 1, n / 2);
        blocks = 2;
    }
    for (; n / blocks > 4; blocks *= 4) forward_pass(x, plan, blocks, n / blocks / 4, 0);
    forward_pass(x, plan, blocks, 1, 1);
}

// Two stages in one pass over blocks of 4 * quarter residues.
static void inverse_pass(uint64_t *x, const rk_ntt_plan *plan, size_t blocks, size_t quarter) {
    const uint64_t q = plan->modulus.q;
    const uint64_t *w = plan->inverse, *shoup = w + ((size_t)1 << plan->log_degree);
    for (size_t block = 0; block < blocks; block++) {
        const size_t second = blocks + block, first = 2 * second;
        const uint64_t w1 = w[second], w2 = w[first], w3 = w[first + 1];
        const uint64_t s1 = shoup[second], s2 = shoup[first], s3 = shoup[first + 1];
        uint64_t *p = x + 4 * quarter * block;
        for (size_t i = 0; i < quarter; i++) {
            uint64_t a = p[i], b = p[i + quarter], c = p[i + 2 * quarter], d = p[i + 3 * quarter];
            inverse_butterfly(&a, &b, w2, s2, q);
            inverse_butterfly(&c, &d, w3, s3, q);
            inverse_butterfly(&a, &c, w1, s1, q);
            inverse_butterfly(&b, &d, w1, s1, q);
            p[i] = a;
            p[i + quarter] = b;
            p[i + 2 * quarter] = c;
            p[i + 3 * quarter] = d;
        }
    }
}

// The one stage that a pass of two would leave over.
static void inverse_stage(uint64_t *x, const rk_ntt_plan *plan) {
    const uint64_t q = plan->modulus.q;
    const size_t n = (size_t)1 << plan->log_degree, blocks = n / 2;
    const uint64_t *w = plan->inverse, *shoup = w + n;
    for (size_t block = 0; block < blocks; block++) {
        uint64_t a = x[2 * block], b = x[2 * block + 1];
        inverse_butterfly(&a, &b, w[blocks + block], shoup[blocks + block], q);
        x[2 * block] = a;
        x[2 * block + 1] = b;
    }
}

void rk_portable_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan) {
    const uint64_t q = plan->modulus.q;
    const size_t n = (size_t)1 << plan->log_degree;
    size_t half = 1;
    if (plan->log_degree % 2 == 0) {
        inverse_stage(x, plan);
        half = 2;
    }
    for (; 4 * half < n; half *= 4) inverse_pass(x, plan, n / half / 4, half);
    // Last stage, with 1/N folded into both factors.
    const uint64_t w0 = plan->inverse[0], w1 = plan->inverse[1];
    const uint64_t s0 = plan->inverse[n], s1 = plan->inverse[n + 1];
    for (size_t i = 0; i < n / 2; i++) {
        uint64_t u = x[i], v = x[i + n / 2];
        x[i] = rk_multiply_shoup(u + v, w0, s0, q);
        x[i + n / 2] = rk_multiply_shoup(u - v + 2 * q, w1, s1, q);
    }
}
