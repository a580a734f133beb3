// Portable kernels that other files use: the transforms, and those that no instruction set improves.
#ifndef RK_PORTABLE_H
#define RK_PORTABLE_H

#include "ring_kernels.h"

void rk_portable_forward_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_inverse_ntt(uint64_t *x, const rk_ntt_plan *plan);
void rk_portable_permute(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n);
size_t rk_portable_uniform(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                           const rk_modulus *modulus);

#endif
