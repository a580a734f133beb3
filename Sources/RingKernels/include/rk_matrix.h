// Products of a small integer matrix with many residue vectors: the affine layers of batches.
#ifndef RK_MATRIX_H
#define RK_MATRIX_H

#include "ring_kernels.h"

enum {
    RK_MATRIX_WEIGHT_BITS = 31,  // weights lie strictly between -2^31 and 2^31
    RK_MATRIX_COLUMNS = 65536,   // most columns
};

// Packs row-major weights into the order that the product reads: blocks of eight rows, in each the
// eight weights of a column side by side; missing rows are zero. `packed` has room for
// rk_matrix_packed_count words.
size_t rk_matrix_packed_count(size_t rows, size_t columns);
void rk_matrix_pack(int64_t *packed, const int32_t *weights, size_t rows, size_t columns);

// Words of scratch space that a product needs.
size_t rk_matrix_scratch_count(size_t columns);

// out[r][i] = sum over c of weights[r][c] * x[c][i] mod q, for i in start..<start + count; residues below
// q < 2^50, start and count multiples of 8. `out` and `x` hold one pointer per row and per column; no overlap.
void rk_matrix_product(uint64_t *const *out, const uint64_t *const *x, const int64_t *packed,
                       size_t rows, size_t columns, size_t start, size_t count,
                       const rk_modulus *modulus, uint64_t *scratch, rk_isa isa);

#endif
