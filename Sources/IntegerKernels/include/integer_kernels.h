// Products modulo the square of an odd number, by 52-bit multiply-accumulate (AVX-512 IFMA).
//
// An element x is kept in halves (a, b) with a + b m = x R mod m^2, R = 2^(52 k), k the digits of m. Montgomery
// reduction works on one half at a time (q: the multiple of m that the reduction adds):
//
//   a1 a2 = r R - q m
//   x y   -> r + m ((a1 b2 + a2 b1 - q) / R)     modulo m^2
//
// Halves are not reduced fully: with m < R / 2^16 inputs of a < 2m, b < 3m give outputs of the same bounds, so that no
// product ends in a subtraction (Walter 1999). The sequence of operations depends on k alone.
//
// Layouts: a single element is 2 x `padded` words, the digits of a, then those of b, zeros behind them; aligned to
// 64 bytes. A batch of eight elements is 2 x k x 8 words, [half][digit][lane]; aligned to 64 bytes.
#ifndef TACIT_INTEGER_KERNELS_H
#define TACIT_INTEGER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// A 64-bit word; the type of GMP's limbs.
typedef unsigned long ik_word;
_Static_assert(sizeof(ik_word) == 8, "words of 64 bits");

// Largest number of digits.
#define IK_MAX_DIGITS 80
// Elements of a batch.
#define IK_LANES 8
// Digits come in blocks of this many.
#define IK_BLOCK 10

// What products need to know about m.
typedef struct ik_modulus ik_modulus;

// True if the machine has AVX-512 IFMA and TACIT_ISA does not name a lesser instruction set.
int ik_is_supported(void);

// Digits of the form for a modulus of so many bits, or 0 when it is too wide.
size_t ik_digits(size_t bits);

// The context of an odd modulus of `bits` bits, given by 64-bit limbs, the lowest first; null when memory lacks.
ik_modulus *ik_modulus_make(const ik_word *limbs, size_t count, size_t bits);

// Wipes and frees a context.
void ik_modulus_destroy(ik_modulus *context);

// Digits of m (k), and the same rounded up to a multiple of eight.
size_t ik_modulus_digits(const ik_modulus *context);
size_t ik_modulus_padded(const ik_modulus *context);

// 64-bit limbs to `padded` words of 52-bit digits and back; what does not fit is lost.
void ik_to_digits(ik_word *digits, size_t padded, const ik_word *limbs, size_t count);
void ik_from_digits(ik_word *limbs, size_t count, const ik_word *digits, size_t digit_count);

// result = x y / R; result may be x or y.
void ik_multiply(const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y);

// result = x x / R; result may be x.
void ik_square(const ik_modulus *context, ik_word *result, const ik_word *x);

// x: from 1 to 2^exponent modulo m alone, as R times the value; `padded` words, aligned, in below 2m and out below 5m.
void ik_power_of_two(const ik_modulus *context, ik_word *x, const ik_word *exponent, size_t bits);

// result = entry `index` of a table of `count` entries of `words` (a multiple of eight) words, read through all of it.
void ik_select(ik_word *result, const ik_word *table, size_t words, size_t count, ik_word index);

// Words of scratch space that batch products need; aligned to 64 bytes.
size_t ik_batch_scratch(const ik_modulus *context);

// Lane by lane, result = x y / R; result may be x or y.
void ik_batch_multiply(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, ik_word *scratch);

// Lane by lane, result = x x / R; result may be x.
void ik_batch_square(
    const ik_modulus *context, ik_word *result, const ik_word *x, ik_word *scratch);

// Lane by lane, result = x y / R modulo m alone, below 2m, for half batches: x below 2^15 m, y below 2m. Scratch space
// as above; result may be x or y.
void ik_batch_half_multiply(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, ik_word *scratch);

// Tables for powers of a fixed base: windows of 16, 32, 64, 128 or 256 entries, each 2 x k x entries words,
// [half][digit][entry]; aligned to 64 bytes. The entry of an element x = (a, b) has the halves a and R b / a mod m, below
// 2m both (`ik_fixed.c` says why). Lookups read the whole window.

// Writes entries `first` to `first + 7` of a window: the lanes of a batch; `first` is a multiple of eight.
void ik_window_store(
    const ik_modulus *context, ik_word *window, size_t entries, size_t first, const ik_word *batch);

// Words of the state of eight products, and of the scratch space they need; both aligned to 64 bytes.
size_t ik_fixed_state(const ik_modulus *context);
size_t ik_fixed_scratch(const ik_modulus *context);

// `sets` states, one after the other: lane l of state j is multiplied by entry indices[8 j + l] of windows[0] and, if
// `count` is 2, by entry indices[8 (sets + j) + l] of windows[1]. Lanes 4 to 7 look into `upper` instead. The first call
// begins products, which have 4096 factors at most. Four states share the reading of a window.
void ik_fixed_multiply(
    const ik_modulus *context, ik_word *states, size_t sets, int is_first,
    const ik_word *const *windows, const ik_word *const *upper, size_t entries,
    const ik_word *indices, size_t count, ik_word *scratch);

// The batch of elements that a state stands for, which is overwritten.
void ik_fixed_finish(
    const ik_modulus *context, ik_word *result, ik_word *state, ik_word *scratch);

// Eight single elements to a batch, and back.
void ik_batch_pack(const ik_modulus *context, ik_word *result, const ik_word *const *elements);
void ik_batch_unpack(const ik_modulus *context, ik_word *const *elements, const ik_word *batch);

#endif
