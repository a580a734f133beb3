// The checks themselves, for rk_checked.c.
#ifndef RK_CHECKED_RANGES_H
#define RK_CHECKED_RANGES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rk_internal.h"

static void must(int holds, const char *what) {
    if (holds) return;
    (void)fprintf(stderr, "RingKernels: out of range in %s\n", what);
    abort();
}

static uint64_t largest(const uint64_t *x, size_t n) {
    uint64_t result = 0;
    for (size_t i = 0; i < n; i++) result = x[i] > result ? x[i] : result;
    return result;
}

static int is_modulus(const rk_modulus *m) {
    const uint64_t q = m->q;
    return q >= 1 << 7 && q < (uint64_t)1 << 50 && q >> (m->shift + 1) == 1 &&
           m->one_shoup == (uint64_t)(((rk_u128)1 << 64) / q);
}

static void residues(const uint64_t *x, size_t n, const rk_modulus *m, const char *what) {
    must(is_modulus(m) && n >= 16 && n % 8 == 0 && (uintptr_t)x % 64 == 0, what);
    must(largest(x, n) < m->q, what);
}

// What key_product takes: residues, or lazy values modulo 2^52 where IFMA makes some.
static void digit_words(const uint64_t *x, size_t n, const rk_modulus *m, const rk_table *table,
                        const char *what) {
    if (table->twiddles != RK_TWIDDLES_IFMA || !rk_is_narrow(m->q, n >= 64 ? 6 : 5)) {
        residues(x, n, m, what);
        return;
    }
    must(is_modulus(m) && n % 8 == 0 && (uintptr_t)x % 64 == 0, what);
    const uint64_t mask = ((uint64_t)1 << 52) - 1, bound = RK_LAZY_BOUND * m->q;
    uint64_t most = 0;
    for (size_t i = 0; i < n; i++) most = (x[i] & mask) > most ? x[i] & mask : most;
    must(most < bound, what);
}

// The plan of a transform, and its length.
static size_t length_of(const rk_ntt_plan *plan, const rk_table *table, const char *what) {
    must(plan->log_degree >= 4 && plan->log_degree <= 16, what);
    must(plan->twiddles == table->twiddles && is_modulus(&plan->modulus), what);
    must((plan->modulus.q - 1) % ((uint64_t)4 << plan->log_degree) == 0, what);
    must((uintptr_t)plan->forward % 64 == 0 && (uintptr_t)plan->inverse % 64 == 0, what);
    return (size_t)1 << plan->log_degree;
}

static void factor(uint64_t w, uint64_t w_shoup, const rk_modulus *m, const char *what) {
    must(w < m->q && w_shoup == (uint64_t)(((rk_u128)w << 64) / m->q), what);
}

// Rows that have no byte in common, of so many bytes each.
static void apart(const void *a, size_t a_size, const void *b, size_t b_size, const char *what) {
    const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
    must(x + a_size <= y || y + b_size <= x, what);
}

// An output of n words and an input of so many: the same, or apart.
static void same_or_apart(const uint64_t *out, const uint64_t *in, size_t n, const char *what) {
    if (out != in) apart(out, 8 * n, in, 8 * n, what);
}

// The operands of a division's last step, whose scratch is none of the other inputs.
static void division(const uint64_t *out, const uint64_t *x, const uint64_t *a,
                     const uint64_t *addend, size_t n, const rk_modulus *modulus,
                     const char *what) {
    must((uintptr_t)x % 64 == 0 && (uintptr_t)out % 64 == 0, what);
    residues(a, n, modulus, what);
    apart(x, 8 * n, a, 8 * n, what);
    same_or_apart(out, x, n, what);
    same_or_apart(out, a, n, what);
    if (addend == NULL) return;
    residues(addend, n, modulus, what);
    apart(x, 8 * n, addend, 8 * n, what);
    same_or_apart(out, addend, n, what);
}

static void sources(const rk_converter *c, const char *what) {
    must(c->source_count >= 1 && c->source_count <= RK_CONVERTER_LIMBS, what);
    for (size_t k = 0; k < c->source_count; k++) {
        must(is_modulus(&c->sources[k]) && c->reciprocals[k] < (uint64_t)1 << 52, what);
    }
}

static void counts(const uint8_t *quotients, size_t most, size_t n, const char *what) {
    for (size_t i = 0; i < n; i++) must(quotients[i] <= most, what);
}

static void scaled(const rk_scaled *digit, size_t target, const rk_modulus *modulus, size_t n,
                   const char *what) {
    const rk_converter *c = digit->converter;
    sources(c, what);
    must(target < c->target_count && c->targets[target].q == modulus->q, what);
    for (size_t k = 0; k < c->source_count; k++) {
        residues(digit->residues + k * digit->stride, n, &c->sources[k], what);
    }
    counts(digit->quotients, c->source_count, n, what);
}

static void places(const uint32_t *index, size_t n, uint32_t mask, const char *what) {
    uint32_t most = 0;
    for (size_t i = 0; i < n && index != NULL; i++) {
        most = (index[i] & mask) > most ? index[i] & mask : most;
    }
    must(most < n, what);
}

// The first `count` digits of one limb of an interleaved key.
static void key_words(const uint8_t *key, uint32_t bits, size_t key_digits, size_t count, size_t n,
                      const rk_modulus *m, const char *what) {
    const uint64_t mask = ~(uint64_t)0 >> (64 - bits);
    uint64_t most = 0;
    for (size_t i = 0; i < n; i += 8, key += 2 * key_digits * bits) {
        for (size_t word = 0; word < 16 * count; word++) {
            // Words of fewer than 64 bits have at most 50, in eight bytes from where they begin.
            uint64_t value;
            memcpy(&value, key + word / 8 * bits + word % 8 * bits / 8, sizeof value);
            value = (value >> (word % 8 * bits % 8)) & mask;
            most = value > most ? value : most;
        }
    }
    must(most < m->q, what);
}

static void small(const int8_t *x, size_t n, int low, int high, const char *what) {
    for (size_t i = 0; i < n; i++) must(x[i] >= low && x[i] <= high, what);
}

static void embedding(const double *out_re, const double *out_im, const double *re,
                      const double *im, const rk_fft_plan *plan, const rk_table *table,
                      const char *what) {
    must(plan->log_count >= 1 && plan->log_count <= 15 && plan->lanes <= table->fft_lanes, what);
    const double *rows[4] = {out_re, out_im, re, im};
    const size_t size = sizeof(double) << plan->log_count;
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < i; j++) apart(rows[i], size, rows[j], size, what);
    }
}

#endif
