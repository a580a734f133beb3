// Portable kernels that other files use: the transforms, and those that no instruction set improves.
#ifndef RK_PORTABLE_H
#define RK_PORTABLE_H

#include "ring_kernels.h"

void rk_portable_forward_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                               const uint64_t *const *keys0, const uint64_t *const *keys1,
                               const uint32_t *index, size_t count, size_t n,
                               const rk_modulus *modulus);
void rk_portable_permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n);
void rk_portable_permute_signed(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n,
                                const rk_modulus *modulus);
void rk_portable_convert(uint64_t *const *out, const uint64_t *const *in, const rk_converter *c,
                         size_t n);
void rk_portable_reduce_i32(uint64_t *out, const int32_t *a, size_t n, const rk_modulus *modulus);
void rk_portable_reduce_i64(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus);
size_t rk_portable_uniform(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                           const rk_modulus *modulus);

#endif
