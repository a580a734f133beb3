// What the file for AVX-512 takes from the one for AVX2: transforms too small for its squares.
#ifndef RK_AVX2_H
#define RK_AVX2_H

#include "ring_kernels.h"

void rk_avx2_forward_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_avx2_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_avx2_forward_ntt_subtract_multiply(uint64_t *out, uint64_t *x, const uint64_t *a,
                                           const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                           const rk_ntt_plan *plan);
void rk_avx2_fft_forward(double *out_re, double *out_im, double *re, double *im,
                         const rk_fft_plan *plan);
void rk_avx2_fft_inverse(double *out_re, double *out_im, double *re, double *im,
                         const rk_fft_plan *plan);

#endif
