// Exact arithmetic modulo q < 2^50 on vectors of doubles; the part that AVX2 and AVX-512 share.
//
// A file for an instruction set defines, before including this one, the vector type `vd` of LANES
// doubles and the primitives listed below, and gets reductions that are exact on integers.
//
// Why it is exact. Every value is an integer of magnitude at most 2^53, or the rounded high part of
// a product with its exact rest. For |v| <= 4q, |w| < q/2 and wq = w / q rounded to nearest:
//   h = v w rounded,  l = v w - h exactly (one fused step),  c = the integer nearest to v wq.
// |v wq| <= 2^51, so adding and subtracting MAGIC = 1.5 * 2^52 rounds it to an integer; the error
// of wq is at most 2^-55, so |v w / q - c| <= 1/2 + |v| 2^-55 <= 1/2 + |v| / 32q. Then h - c q is an
// integer below 2^53 (its value differs from the final remainder by |l| <= 2^48 only), so the fused
// step that computes it does not round, nor does adding l.
//
// Source: the splitting of a product by fused multiply-add is Dekker's; its use for modular
// products is from J. van der Hoeven, G. Lecerf, G. Quintin, "Modular SIMD arithmetic in
// Mathemagix" (2016), section 3.
//
// Primitives: vd_set(double), vd_bits(uint64_t), vd_load / vd_store (doubles kept in uint64_t
// arrays, aligned), vd_loadu / vd_storeu (anywhere), vd_from_words (integers below 2^52),
// vd_to_words (integers in [0, 2^52)), vd_add, vd_sub, vd_mul, vd_fma(a, b, c) = a b + c,
// vd_fms = a b - c, vd_fnma = c - a b,
// vd_round (nearest integer), vd_lift(r, q) = r, plus q where r < 0.
#ifndef RK_DOUBLE_H
#define RK_DOUBLE_H

#include "rk_internal.h"

// 1.5 * 2^52 and 1.5 * 2^103: what is added to them rounds to multiples of 1 and of 2^51.
#define MAGIC 0x1.8p52
#define MAGIC_WIDE 0x1.8p103

// A modulus spread over a vector.
typedef struct {
    vd q, inverse, magic;
} vmod;

static inline vmod vmod_of(const rk_modulus *m) {
    return (vmod){vd_set(m->q_double), vd_set(m->q_inverse), vd_set(MAGIC)};
}

// A constant factor: w in (-q/2, q/2) and w / q.
typedef struct {
    vd w, wq;
} vfactor;

static inline vfactor vfactor_of(uint64_t w, const rk_modulus *m) {
    double centered = w > m->q / 2 ? -(double)(m->q - w) : (double)w;
    return (vfactor){vd_set(centered), vd_set(centered / m->q_double)};
}

// |v| <= 2^53, and |v| <= 2^51 q -> v mod q in [-q/2 - 1, q/2 + 1].
static inline vd vd_reduce(vd v, vmod m) {
    vd c = vd_sub(vd_fma(v, m.inverse, m.magic), m.magic);
    return vd_fnma(c, m.q, v);
}

// |v| <= 4q -> v w mod q, of magnitude at most q/2 + |v| / 32.
static inline vd vd_times(vd v, vfactor f, vmod m) {
    vd h = vd_mul(v, f.w);
    vd c = vd_sub(vd_fma(v, f.wq, m.magic), m.magic);
    vd l = vd_fms(v, f.w, h);
    return vd_add(vd_fnma(c, m.q, h), l);
}

// a, b of magnitude at most q -> a b mod q, of magnitude below 3q/4 + 1.
// The quotient's error is 2 roundings of 2^-53 relative to at most 2^50.
static inline vd vd_product(vd a, vd b, vmod m) {
    vd h = vd_mul(a, b);
    vd c = vd_sub(vd_fma(h, m.inverse, m.magic), m.magic);
    vd l = vd_fms(a, b, h);
    return vd_add(vd_fnma(c, m.q, h), l);
}

// A sum of products, as high + low exactly. `high` starts at MAGIC_WIDE plus nothing; it takes up
// to 2^102 in magnitude and stays a multiple of 2^51, so each step's rest is at most 2^50.
typedef struct {
    vd high, low;
} vsum;

static inline vsum vsum_start(vd low) { return (vsum){vd_set(MAGIC_WIDE), low}; }

static inline void vsum_add(vsum *s, vd a, vd b) {
    vd high = vd_fma(a, b, s->high);
    vd rest = vd_fma(a, b, vd_sub(s->high, high));
    s->high = high;
    s->low = vd_add(s->low, rest);
}

// |low| <= 6.5 * 2^50 -> the sum mod q in [-q/2 - 1, q/2 + 1].
// high / q <= 2^52 with an error of at most 1, so |high - c q| <= 3q/2, and adding low stays exact.
static inline vd vsum_reduce(vsum s, vmod m) {
    vd high = vd_sub(s.high, vd_set(MAGIC_WIDE));
    vd c = vd_round(vd_mul(high, m.inverse));
    return vd_reduce(vd_add(vd_fnma(c, m.q, high), s.low), m);
}

#endif
