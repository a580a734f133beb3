// Kernels of the files rk_ifma*.c; contracts as in ring_kernels.h.
#ifndef RK_IFMA_KERNELS_H
#define RK_IFMA_KERNELS_H

#include "ring_kernels.h"

void rk_ifma_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                           const uint64_t *const *keys0, const uint64_t *const *keys1,
                           const uint32_t *index, size_t count, size_t n,
                           const rk_modulus *modulus);
void rk_ifma_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                         const uint8_t *key, uint32_t key_bits, size_t key_digits,
                         const uint32_t *index, size_t count, size_t n,
                         const rk_modulus *modulus);
void rk_ifma_convert(uint64_t *const *out, const uint64_t *const *in,
                     const rk_converter *converter, size_t n);
void rk_ifma_quotients(uint8_t *out, const uint64_t *residues, size_t stride,
                       const rk_converter *converter, size_t n);
// The raised digit before its transform.
void rk_ifma_raise_row(uint64_t *out, const rk_scaled *digit, size_t target, size_t n,
                       const rk_modulus *modulus);
void rk_ifma_multiply_accumulate(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                                 const rk_modulus *modulus);
void rk_ifma_permute_multiply_accumulate(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                         const uint64_t *weights, size_t n,
                                         const rk_modulus *modulus);
void rk_ifma_multiply_scalar(uint64_t *out, const uint64_t *a, uint64_t w, uint64_t w_shoup,
                             size_t n, const rk_modulus *modulus);
void rk_ifma_multiply_scalar_accumulate(uint64_t *out, const uint64_t *a, uint64_t w,
                                        uint64_t w_shoup, size_t n, const rk_modulus *modulus);
void rk_ifma_subtract_multiply_scalar(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                      uint64_t w, uint64_t w_shoup, size_t n,
                                      const rk_modulus *modulus);
void rk_ifma_reduce_i64(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus);
void rk_ifma_reduce_i50(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus);

#endif
