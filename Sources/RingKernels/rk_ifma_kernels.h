// Kernels of the files rk_ifma*.c; contracts as in ring_kernels.h.
#ifndef RK_IFMA_KERNELS_H
#define RK_IFMA_KERNELS_H

#include "ring_kernels.h"

void rk_ifma_inner_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                           const uint64_t *const *keys0, const uint64_t *const *keys1,
                           const uint32_t *index, size_t count, size_t n,
                           const rk_modulus *modulus);
void rk_ifma_key_product(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                         const uint64_t *key, size_t key_digits, const uint32_t *index,
                         size_t count, size_t n, const rk_modulus *modulus);
void rk_ifma_convert(uint64_t *const *out, const uint64_t *const *in,
                     const rk_converter *converter, size_t n);

#endif
