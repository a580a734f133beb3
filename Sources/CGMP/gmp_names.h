// GMP's documented names are macros over mangled symbols, and Swift imports no such macro: here each
// function the package uses becomes a function of that very name. Semantics are GMP's own.
#ifndef TACIT_CGMP_NAMES_H
#define TACIT_CGMP_NAMES_H

#include <gmp.h>
#include <stddef.h>

#undef mpz_init
static inline void mpz_init(mpz_ptr x) {
    __gmpz_init(x);
}
#undef mpz_init2
static inline void mpz_init2(mpz_ptr x, mp_bitcnt_t bits) {
    __gmpz_init2(x, bits);
}
#undef mpz_clear
static inline void mpz_clear(mpz_ptr x) {
    __gmpz_clear(x);
}
#undef mpz_set
static inline void mpz_set(mpz_ptr r, mpz_srcptr a) {
    __gmpz_set(r, a);
}
#undef mpz_set_ui
static inline void mpz_set_ui(mpz_ptr r, unsigned long a) {
    __gmpz_set_ui(r, a);
}
#undef mpz_set_si
static inline void mpz_set_si(mpz_ptr r, long a) {
    __gmpz_set_si(r, a);
}
#undef mpz_set_d
static inline void mpz_set_d(mpz_ptr r, double a) {
    __gmpz_set_d(r, a);
}
#undef mpz_set_str
static inline int mpz_set_str(mpz_ptr r, const char *text, int base) {
    return __gmpz_set_str(r, text, base);
}
#undef mpz_get_str
static inline char *mpz_get_str(char *out, int base, mpz_srcptr a) {
    return __gmpz_get_str(out, base, a);
}
#undef mpz_get_ui
static inline unsigned long mpz_get_ui(mpz_srcptr a) {
    return __gmpz_get_ui(a);
}
#undef mpz_sizeinbase
static inline size_t mpz_sizeinbase(mpz_srcptr a, int base) {
    return __gmpz_sizeinbase(a, base);
}
#undef mpz_add
static inline void mpz_add(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_add(r, a, b);
}
#undef mpz_add_ui
static inline void mpz_add_ui(mpz_ptr r, mpz_srcptr a, unsigned long b) {
    __gmpz_add_ui(r, a, b);
}
#undef mpz_sub
static inline void mpz_sub(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_sub(r, a, b);
}
#undef mpz_neg
static inline void mpz_neg(mpz_ptr r, mpz_srcptr a) {
    __gmpz_neg(r, a);
}
#undef mpz_abs
static inline void mpz_abs(mpz_ptr r, mpz_srcptr a) {
    __gmpz_abs(r, a);
}
#undef mpz_mul
static inline void mpz_mul(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_mul(r, a, b);
}
#undef mpz_mul_ui
static inline void mpz_mul_ui(mpz_ptr r, mpz_srcptr a, unsigned long b) {
    __gmpz_mul_ui(r, a, b);
}
#undef mpz_mul_si
static inline void mpz_mul_si(mpz_ptr r, mpz_srcptr a, long b) {
    __gmpz_mul_si(r, a, b);
}
#undef mpz_mul_2exp
static inline void mpz_mul_2exp(mpz_ptr r, mpz_srcptr a, mp_bitcnt_t bits) {
    __gmpz_mul_2exp(r, a, bits);
}
#undef mpz_addmul
static inline void mpz_addmul(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_addmul(r, a, b);
}
#undef mpz_submul
static inline void mpz_submul(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_submul(r, a, b);
}
#undef mpz_addmul_ui
static inline void mpz_addmul_ui(mpz_ptr r, mpz_srcptr a, unsigned long b) {
    __gmpz_addmul_ui(r, a, b);
}
#undef mpz_submul_ui
static inline void mpz_submul_ui(mpz_ptr r, mpz_srcptr a, unsigned long b) {
    __gmpz_submul_ui(r, a, b);
}
#undef mpz_fdiv_qr
static inline void mpz_fdiv_qr(mpz_ptr q, mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_fdiv_qr(q, r, a, b);
}
#undef mpz_fdiv_q
static inline void mpz_fdiv_q(mpz_ptr q, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_fdiv_q(q, a, b);
}
#undef mpz_fdiv_r
static inline void mpz_fdiv_r(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_fdiv_r(r, a, b);
}
#undef mpz_fdiv_q_2exp
static inline void mpz_fdiv_q_2exp(mpz_ptr q, mpz_srcptr a, mp_bitcnt_t bits) {
    __gmpz_fdiv_q_2exp(q, a, bits);
}
#undef mpz_fdiv_r_2exp
static inline void mpz_fdiv_r_2exp(mpz_ptr r, mpz_srcptr a, mp_bitcnt_t bits) {
    __gmpz_fdiv_r_2exp(r, a, bits);
}
#undef mpz_fdiv_ui
static inline unsigned long mpz_fdiv_ui(mpz_srcptr a, unsigned long b) {
    return __gmpz_fdiv_ui(a, b);
}
#undef mpz_tdiv_qr
static inline void mpz_tdiv_qr(mpz_ptr q, mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_tdiv_qr(q, r, a, b);
}
#undef mpz_divexact
static inline void mpz_divexact(mpz_ptr q, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_divexact(q, a, b);
}
#undef mpz_divisible_p
static inline int mpz_divisible_p(mpz_srcptr a, mpz_srcptr b) {
    return __gmpz_divisible_p(a, b);
}
#undef mpz_mod
static inline void mpz_mod(mpz_ptr r, mpz_srcptr a, mpz_srcptr m) {
    __gmpz_mod(r, a, m);
}
#undef mpz_pow_ui
static inline void mpz_pow_ui(mpz_ptr r, mpz_srcptr a, unsigned long exponent) {
    __gmpz_pow_ui(r, a, exponent);
}
#undef mpz_powm
static inline void mpz_powm(mpz_ptr r, mpz_srcptr a, mpz_srcptr exponent, mpz_srcptr m) {
    __gmpz_powm(r, a, exponent, m);
}
#undef mpz_powm_sec
static inline void mpz_powm_sec(mpz_ptr r, mpz_srcptr a, mpz_srcptr exponent, mpz_srcptr m) {
    __gmpz_powm_sec(r, a, exponent, m);
}
#undef mpz_invert
static inline int mpz_invert(mpz_ptr r, mpz_srcptr a, mpz_srcptr m) {
    return __gmpz_invert(r, a, m);
}
#undef mpz_gcd
static inline void mpz_gcd(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_gcd(r, a, b);
}
#undef mpz_lcm
static inline void mpz_lcm(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
    __gmpz_lcm(r, a, b);
}
#undef mpz_jacobi
static inline int mpz_jacobi(mpz_srcptr a, mpz_srcptr b) {
    return __gmpz_jacobi(a, b);
}
#undef mpz_sqrt
static inline void mpz_sqrt(mpz_ptr r, mpz_srcptr a) {
    __gmpz_sqrt(r, a);
}
#undef mpz_perfect_square_p
static inline int mpz_perfect_square_p(mpz_srcptr a) {
    return __gmpz_perfect_square_p(a);
}
#undef mpz_perfect_power_p
static inline int mpz_perfect_power_p(mpz_srcptr a) {
    return __gmpz_perfect_power_p(a);
}
#undef mpz_probab_prime_p
static inline int mpz_probab_prime_p(mpz_srcptr a, int reps) {
    return __gmpz_probab_prime_p(a, reps);
}
#undef mpz_nextprime
static inline void mpz_nextprime(mpz_ptr r, mpz_srcptr a) {
    __gmpz_nextprime(r, a);
}
#undef mpz_cmp
static inline int mpz_cmp(mpz_srcptr a, mpz_srcptr b) {
    return __gmpz_cmp(a, b);
}
#undef mpz_cmpabs
static inline int mpz_cmpabs(mpz_srcptr a, mpz_srcptr b) {
    return __gmpz_cmpabs(a, b);
}
#undef mpz_tstbit
static inline int mpz_tstbit(mpz_srcptr a, mp_bitcnt_t index) {
    return __gmpz_tstbit(a, index);
}
#undef mpz_scan1
static inline mp_bitcnt_t mpz_scan1(mpz_srcptr a, mp_bitcnt_t start) {
    return __gmpz_scan1(a, start);
}
#undef mpz_size
static inline size_t mpz_size(mpz_srcptr a) {
    return __gmpz_size(a);
}
#undef mpz_limbs_read
static inline const mp_limb_t *mpz_limbs_read(mpz_srcptr a) {
    return __gmpz_limbs_read(a);
}
#undef mpz_limbs_write
static inline mp_limb_t *mpz_limbs_write(mpz_ptr a, mp_size_t limbs) {
    return __gmpz_limbs_write(a, limbs);
}
#undef mpz_limbs_finish
static inline void mpz_limbs_finish(mpz_ptr a, mp_size_t signed_limbs) {
    __gmpz_limbs_finish(a, signed_limbs);
}
#undef mpz_import
static inline void mpz_import(mpz_ptr r, size_t count, int order, size_t size, int endian, size_t nails, const void *words) {
    __gmpz_import(r, count, order, size, endian, nails, words);
}
#undef mpz_export
static inline void *mpz_export(void *out, size_t *count, int order, size_t size, int endian, size_t nails, mpz_srcptr a) {
    return __gmpz_export(out, count, order, size, endian, nails, a);
}

// The sign of a value: -1, 0 or 1.
#undef mpz_sgn
static inline int mpz_sgn(mpz_srcptr a) {
    return a->_mp_size < 0 ? -1 : a->_mp_size > 0;
}

#endif
