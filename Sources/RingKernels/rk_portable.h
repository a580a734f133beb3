// Portable kernels that other files use: those that some instruction set does not improve, and
// transforms too small for its vectors.
#ifndef RK_PORTABLE_H
#define RK_PORTABLE_H

#include "ring_kernels.h"

void rk_portable_forward_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                               const uint64_t *const *keys0, const uint64_t *const *keys1,
                               const uint32_t *index, size_t count, size_t n,
                               const rk_modulus *modulus);
void rk_portable_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                             const uint8_t *key, uint32_t key_bits, size_t key_digits,
                             const uint32_t *index, size_t count, size_t n,
                             const rk_modulus *modulus);
void rk_portable_permute_multiply_accumulate(uint64_t *out, const uint64_t *a,
                                             const uint32_t *index, const uint64_t *weights,
                                             size_t n, const rk_modulus *modulus);
void rk_portable_permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n);
void rk_portable_fft_forward(double *out_re, double *out_im, double *re, double *im,
                             const rk_fft_plan *plan);
void rk_portable_fft_inverse(double *out_re, double *out_im, double *re, double *im,
                             const rk_fft_plan *plan);
double rk_portable_round_i64(int64_t *out, const double *in, double factor, size_t n);
void rk_portable_center(double *out, const uint64_t *a, double factor, size_t n,
                        const rk_modulus *modulus);

#endif
