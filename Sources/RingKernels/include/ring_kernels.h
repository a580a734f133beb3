// Kernels of the ring Z_q[X]/(X^N + 1), one modulus ("limb") per call.
//
// Moduli. Primes q with 2^7 <= q < 2^50 and q = 1 mod 4N; N is a power of two, 16 <= N <= 65536.
// Residues. Every input and output is a fully reduced residue in [0, q) unless a function says
//   otherwise; lazy ranges never leave a kernel.
// Alignment. Arrays of uint64_t are 64-byte aligned unless a function says otherwise. Lengths n
//   are multiples of 8 and at least 16. Arrays of doubles, int64_t and bytes need no alignment, but
//   are fastest at multiples of 64 bytes.
// Aliasing. An output may be exactly one of the inputs of an elementwise function (same address);
//   partial overlap is never allowed. Functions that permute or convert never alias.
// Secrets. No function branches on, or indexes memory by, a residue, a coefficient or a random
//   byte, with one exception named there (uniform residues, which are public).
// Results are the same integers on every instruction set; the portable table is the oracle.
//   Words beyond their range (a damaged file that is mapped) give other words, and no access outside
//   of arrays.
// Debug builds, and others with the package's trait Checked, check moduli, lengths, alignment, aliasing
// and the ranges of residues, factors, indices and counts, of arguments and of results, and abort with
// the name of the one that violates them (rk_checked.c).
// Speed. With AVX-512 IFMA, transforms of moduli below 2^46.5 are 1.4 times as fast as of others.
#ifndef RING_KERNELS_H
#define RING_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Instruction sets that have kernels, weakest first.
typedef enum rk_isa {
    RK_ISA_PORTABLE = 0,
    RK_ISA_AVX2 = 1,
    RK_ISA_AVX512 = 2,
    RK_ISA_AVX512IFMA = 3,
} rk_isa;

enum { RK_ISA_COUNT = 4 };

// A modulus and the constants that its reductions need; built by rk_modulus_init.
typedef struct rk_modulus {
    uint64_t q;
    uint64_t barrett;      // floor(2^(62 + bits) / q), bits = bit length of q
    uint64_t shift;        // bits - 2
    uint64_t one_shoup;    // floor(2^64 / q)
    uint64_t word;         // 2^64 mod q
    uint64_t word_shoup;   // floor(word * 2^64 / q)
    double q_double;       // q, exactly
    double q_inverse;      // 1 / q, rounded to nearest
} rk_modulus;

// How a transform's factors are stored.
typedef enum rk_twiddles {
    RK_TWIDDLES_SHOUP = 0,    // w, and floor(w * 2^64 / q), as integers
    RK_TWIDDLES_DOUBLE4 = 1,  // w in (-q/2, q/2), and w / q rounded to nearest, as doubles,
    RK_TWIDDLES_DOUBLE8 = 2,  // in the order that vectors of 4 or of 8 need
    RK_TWIDDLES_IFMA = 3,     // w, and floor(w 2^52 / q), as integers, in the order of DOUBLE8;
                              // forward factors of narrow moduli: floor(w 2^52 / q) + 1, inverse
                              // ones of others: as DOUBLE8
} rk_twiddles;

// Tables of the negacyclic transform of one degree and modulus.
//
// With psi a primitive 2N-th root of unity and br the reversal of log2(N) bits, factor j of
// `forward` (0 < j < N) is w = psi^br(j); of `inverse` it is psi^-br(j), except that factor 0 is
// N^-1 and factor 1 is N^-1 * psi^-br(1). Each has two words. Shoup: factor j stands at j, its
// second word at N + j; the orders for vectors are described in rk_setup.c.
// After the forward transform place i holds a(psi^(2 br(i) + 1)).
typedef struct rk_ntt_plan {
    rk_modulus modulus;
    uint32_t log_degree;
    rk_twiddles twiddles;
    const uint64_t *forward;
    const uint64_t *inverse;
} rk_ntt_plan;

// Tables of the canonical embedding on n = 2^log_count complex points, n >= 2.
//
// With zeta = exp(i pi / 2n), the forward transform takes the coefficients c_0 ... c_(n-1) to the
// slots z_k = sum_j c_j zeta^(5^k j); both orders are natural (eprint 2018/153, algorithm 1).
typedef struct rk_fft_plan {
    uint32_t log_count;
    uint32_t lanes;         // points of a vector that the factors are ordered for
    const double *factors;  // 2n doubles
} rk_fft_plan;

// Constants of the exact centered conversion from residues modulo q_0 ... q_(k-1), D their product,
// to residues modulo p_0 ... p_(m-1).
//
// With y_i = x_i (D/q_i)^-1 mod q_i, b_i the bit length of q_i and R_i = floor(2^(51 + b_i) / q_i),
//   v = (sum_i floor(y_i R_i / 2^b_i) + 2^50) >> 51,   X = sum_i y_i (D/q_i) - v D,
// and the result is X mod p_j. |X| <= D/2 (1 + k 2^-49).
typedef struct rk_converter {
    size_t source_count;            // k, 1 ... RK_CONVERTER_LIMBS
    size_t target_count;            // m
    const rk_modulus *sources;      // k
    const rk_modulus *targets;      // m
    const uint64_t *inverses;       // 2k: (D/q_i)^-1 mod q_i, then their Shoup factors
    const uint64_t *reciprocals;    // k: R_i, below 2^52
    const uint64_t *shifts;         // k: 52 - b_i
    const uint64_t *factors;        // m rows of k + 1: D/q_i mod p_j, then -D mod p_j
} rk_converter;

// Residues modulo D, ready for conversion to any target: rows of y_i, `stride` words apart, and v.
typedef struct rk_scaled {
    const rk_converter *converter;
    const uint64_t *residues;
    size_t stride;
    const uint8_t *quotients;
} rk_scaled;

// Most limbs that a conversion reads, and most digits of one inner product.
enum { RK_CONVERTER_LIMBS = 64, RK_INNER_PRODUCT_DIGITS = 4096 };

// The kernels of one instruction set.
typedef struct rk_table {
    rk_isa isa;
    const char *name;
    rk_twiddles twiddles;  // what `plan->twiddles` must be

    uint32_t fft_lanes;    // what to give to rk_fft_plan_init
    int packs_keys;        // whether key_product takes packed keys, see there

    // Forward and inverse negacyclic transform in place, N = 2^log_degree residues.
    void (*forward_ntt)(uint64_t *x, const rk_ntt_plan *plan);
    void (*inverse_ntt)(uint64_t *x, const rk_ntt_plan *plan);
    // out = (a - forward(x)) * w + addend mod q, the last step of a division by the dropped moduli
    // in evaluation form; x is destroyed. w as for multiply_scalar; `addend` may be NULL for zero.
    // out may be x, a or addend; x is none of the other inputs.
    void (*forward_ntt_subtract_multiply)(uint64_t *out, uint64_t *x, const uint64_t *a,
                                          const uint64_t *addend, uint64_t w, uint64_t w_shoup,
                                          const rk_ntt_plan *plan);

    // out = w inverse(in), w in [0, q); out may be in.
    void (*inverse_ntt_scaled)(uint64_t *out, const uint64_t *in, uint64_t w,
                               const rk_ntt_plan *plan);
    // v of n coefficients from rows of y_i, `stride` words apart; see rk_converter. `out` needs an
    // alignment of 8 bytes.
    void (*quotients)(uint8_t *out, const uint64_t *residues, size_t stride,
                      const rk_converter *converter, size_t n);
    // out = forward(X mod p), X the integers of `digit`, p the target of that number, whose plan it
    // is. With `is_lazy`, out holds any words that key_product takes for these residues.
    void (*raise)(uint64_t *out, const rk_scaled *digit, size_t target, int is_lazy,
                  const rk_ntt_plan *plan);
    // out = (a - forward(X mod p)) * w + addend mod p, the last step of a division by D; x is
    // scratch; the rest as for forward_ntt_subtract_multiply.
    void (*raise_subtract_multiply)(uint64_t *out, uint64_t *x, const rk_scaled *digit,
                                    size_t target, const uint64_t *a, const uint64_t *addend,
                                    uint64_t w, uint64_t w_shoup, const rk_ntt_plan *plan);

    // out = a + b, a - b, -a, a * b mod q.
    void (*add)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                const rk_modulus *modulus);
    void (*subtract)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus);
    void (*negate)(uint64_t *out, const uint64_t *a, size_t n, const rk_modulus *modulus);
    void (*multiply)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                     const rk_modulus *modulus);
    // out = out + a * b mod q.
    void (*multiply_accumulate)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n,
                                const rk_modulus *modulus);
    // out = a * w and out = out + a * w mod q, with w in [0, q) and w_shoup = floor(w 2^64 / q).
    void (*multiply_scalar)(uint64_t *out, const uint64_t *a, uint64_t w, uint64_t w_shoup,
                            size_t n, const rk_modulus *modulus);
    void (*multiply_scalar_accumulate)(uint64_t *out, const uint64_t *a, uint64_t w,
                                       uint64_t w_shoup, size_t n, const rk_modulus *modulus);
    // out = (a - b) * w mod q, the last step of a division by the dropped moduli.
    void (*subtract_multiply_scalar)(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                     uint64_t w, uint64_t w_shoup, size_t n,
                                     const rk_modulus *modulus);

    // out0 = sum_j digits[j] * keys0[j], out1 = sum_j digits[j] * keys1[j] mod q, reduced once;
    // count in 1 ... RK_INNER_PRODUCT_DIGITS. Outputs alias nothing. With `index` (n entries below
    // n, or NULL for the identity) place i reads digits[j][index[i]].
    void (*inner_product)(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                          const uint64_t *const *keys0, const uint64_t *const *keys1,
                          const uint32_t *index, size_t count, size_t n,
                          const rk_modulus *modulus);

    // The inner product of key switching with one limb of an interleaved key, read once in order.
    // Digits may be lazy, see `raise`.
    // `key` is laid out [n / 8][key_digits][2][8]: for every eight places and every digit the eight
    // words of the body (half 0), then those of the uniform half (half 1); see rk_key_interleave.
    // A word has `key_bits` bits: 64, or where the table packs keys the bit length of q.
    // out0 = sum_j digits[j] * body_j, out1 = sum_j digits[j] * uniform_j mod q, over the first
    // `count` of the key's digits; `index` and aliasing as for inner_product.
    // count in 1 ... min(key_digits, RK_INNER_PRODUCT_DIGITS).
    void (*key_product)(uint64_t *out0, uint64_t *out1, const uint64_t *const *digits,
                        const uint8_t *key, uint32_t key_bits, size_t key_digits,
                        const uint32_t *index, size_t count, size_t n, const rk_modulus *modulus);
    // out[i] = out[i] + weights[i] * a[index[i]] mod q: a rotation fused with the product that
    // follows it. out aliases nothing.
    void (*permute_multiply_accumulate)(uint64_t *out, const uint64_t *a, const uint32_t *index,
                                        const uint64_t *weights, size_t n,
                                        const rk_modulus *modulus);

    // out[i] = a[index[i]]. Fastest where aligned groups of eight places come from one aligned
    // group, as automorphisms in evaluation form do.
    void (*permute)(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n);
    // out[i] = a[index[i] & 0x7fffffff], negated where the top bit of index[i] is set.
    void (*permute_signed)(uint64_t *out, const uint64_t *a, const uint32_t *index, size_t n,
                           const rk_modulus *modulus);

    // Exact centered base conversion of n coefficients, see rk_converter.
    void (*convert)(uint64_t *const *out, const uint64_t *const *in, const rk_converter *converter,
                    size_t n);

    // The canonical embedding of n complex points, split in real and imaginary parts: slots of
    // coefficients, and n times the coefficients of slots. `re` and `im` are destroyed; outputs
    // alias nothing. Rounding differs between instruction sets; the root mean square of the error
    // is below 2^-52 log2(n) times that of the output.
    void (*fft_forward)(double *out_re, double *out_im, double *re, double *im,
                        const rk_fft_plan *plan);
    void (*fft_inverse)(double *out_re, double *out_im, double *re, double *im,
                        const rk_fft_plan *plan);
    // out[i] = in[i] * factor, rounded to a double and then to the nearest integer, ties to even.
    // Returns the largest |in[i] * factor|, or infinity where one is not a number; unless that is
    // below 2^62, out is unspecified.
    double (*round_i64)(int64_t *out, const double *in, double factor, size_t n);
    // out[i] = factor * (a[i], or a[i] - q where a[i] > q / 2), each rounded once.
    void (*center)(double *out, const uint64_t *a, double factor, size_t n,
                   const rk_modulus *modulus);

    // out = a mod q of signed integers; any value of the type. `a` needs no alignment.
    void (*reduce_i8)(uint64_t *out, const int8_t *a, size_t n, const rk_modulus *modulus);
    void (*reduce_i32)(uint64_t *out, const int32_t *a, size_t n, const rk_modulus *modulus);
    void (*reduce_i64)(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus);
    // The same of magnitudes below 2^50, faster.
    void (*reduce_i50)(uint64_t *out, const int64_t *a, size_t n, const rk_modulus *modulus);

    // Public uniform residues: out[i] = high64(words[i] * q). Positions with
    // low64(words[i] * q) < 2^64 mod q are rejected: written to rejected[0 ... r-1] in ascending
    // order; r is returned. Branches on the words, which must be public. out may equal words.
    size_t (*uniform)(uint64_t *out, uint32_t *rejected, const uint64_t *words, size_t n,
                      const rk_modulus *modulus);

    // `count` blocks of 64 bytes of the ChaCha20 stream (RFC 8439, 2.4) from number `block` on, which
    // stay below number 2^32: key of 32 bytes, nonce of three words. For public keys, whose stream
    // uniform residues are made of. NULL where a library is as fast. No alignment needed.
    void (*chacha20)(uint8_t *out, const uint8_t *key, const uint32_t *nonce, uint32_t block,
                     size_t count);

    // Centered binomial of parameter 21 (variance 10.5, range -21 ... 21): out[0 ... n-1] from
    // 2 * ceil(n / 3) uniform words, three samples from every two words. No alignment needed.
    void (*binomial21)(int8_t *out, const uint64_t *words, size_t n);
    // Ternary: out[i] = bytes[i] mod 3 - 1, or 2 where bytes[i] is 255 (to be drawn again).
    // Returns how many are 2. No alignment needed; out may equal bytes.
    size_t (*ternary)(int8_t *out, const uint8_t *bytes, size_t n);
    // Signed numbers by inversion of a distribution of magnitudes: words[i] and the high 63 bits of
    // words[n + i] are a uniform number u of 127 bits, the lowest bit of the latter is the sign;
    // |out[i]| is the number of thresholds high[j] 2^63 + low[j] that are at most u. low[j] < 2^63,
    // at most 127 thresholds, n a multiple of 8. No alignment needed.
    void (*inversion)(int8_t *out, const uint64_t *words, const uint64_t *high,
                      const uint64_t *low, size_t threshold_count, size_t n);

    // Residues in `bits` bits each (1 ... 64), one stream of bits, lowest first, in little-endian
    // 64-bit words: ceil(n bits / 64) of them. Bits left over are zero. Any n; `bytes` needs no
    // alignment. Pieces of 8 k residues begin and end at whole bytes, of 64 k at whole words.
    void (*pack)(uint8_t *bytes, const uint64_t *a, size_t n, uint32_t bits);
    // Reads n residues from ceil(n bits / 8) bytes, and not more. Returns the place of the first
    // that is not below `bound`, or n. Public data: branches on the values.
    size_t (*unpack)(uint64_t *out, const uint8_t *bytes, size_t n, uint32_t bits, uint64_t bound);

    // BLAKE2b-256 (RFC 7693, no key) of eight messages of equal length, a multiple of 128 bytes.
    // Word w (8 bytes) of message l is word 8 w + l of `bytes`, of which there are 1024 `count`.
    // `state` holds word w of message l at 8 w + l: written where `before`, the number of blocks
    // before these, is 0, else continued; with `is_last` its first four rows are the digests, as
    // little-endian words. count >= 1. No alignment needed.
    void (*blake2b_lanes)(uint64_t *state, const uint8_t *bytes, size_t count, uint64_t before,
                          int is_last);
} rk_table;

// The constants of q; the caller has checked that q is a prime in range.
void rk_modulus_init(rk_modulus *modulus, uint64_t q);

// Fills `memory` (4N words, 64-byte aligned, kept by the caller) and the plan that points into it,
// using `scratch` (N words) meanwhile; psi is a primitive 2N-th root of unity modulo q.
void rk_ntt_plan_init(rk_ntt_plan *plan, uint64_t *memory, uint64_t *scratch, uint32_t log_degree,
                      uint64_t q, uint64_t psi, rk_twiddles twiddles);

// Fills `memory` (2n doubles, 64-byte aligned, kept by the caller) and the plan that points into it.
// `cosines` and `sines` hold exp(2 pi i (5^j mod 4 len) / (4 len)) for j < len / 2, one run after
// another for len = 2, 4 ... n; the run of len begins at len / 2 - 1. `lanes` is fft_lanes.
void rk_fft_plan_init(rk_fft_plan *plan, double *memory, const double *cosines,
                      const double *sines, uint32_t log_count, uint32_t lanes);

// Moves one row of n residues into, or out of, one limb of an interleaved key: digit below
// key_digits, half 0 (body) or 1 (uniform). Eight words of `bits` bits take `bits` bytes, the lowest
// first; residues are below 2^bits. Neither needs alignment; they do not alias.
void rk_key_interleave(uint8_t *key, const uint64_t *row, uint32_t bits, size_t digit, size_t half,
                       size_t key_digits, size_t n);
void rk_key_deinterleave(uint64_t *row, const uint8_t *key, uint32_t bits, size_t digit,
                         size_t half, size_t key_digits, size_t n);
// Bytes of one limb of an interleaved key; kernels read up to 64 bytes beyond it.
static inline size_t rk_key_size(uint32_t bits, size_t key_digits, size_t n) {
    return n / 8 * key_digits * 2 * bits;
}

// The kernels of an instruction set, or NULL where this machine or build lacks it.
const rk_table *rk_table_for(rk_isa isa);
// The instruction set to use: TACIT_ISA where it names a supported one, else the best supported.
rk_isa rk_best_isa(void);
// Whether kernels check ranges.
int rk_checks_ranges(void);
// "portable", "avx2", "avx512", "avx512ifma".
const char *rk_isa_name(rk_isa isa);

// What became of the environment variable TACIT_ISA; read once, at the first use.
typedef enum rk_override {
    RK_OVERRIDE_NONE = 0,         // not set, or empty
    RK_OVERRIDE_APPLIED = 1,
    RK_OVERRIDE_UNKNOWN = 2,      // not a name of an instruction set; ignored by rk_best_isa
    RK_OVERRIDE_UNSUPPORTED = 3,  // known, but this machine lacks it; ignored by rk_best_isa
} rk_override;
rk_override rk_isa_override(void);

#include "rk_matrix.h"

#endif
