// What the kernel files share.
#ifndef TACIT_IK_INTERNAL_H
#define TACIT_IK_INTERNAL_H

#include "integer_kernels.h"

#define IK_MASK ((UINT64_C(1) << 52) - 1)

// Digits hold 52 bits each, the lowest first.
struct ik_modulus {
    ik_word modulus[IK_MAX_DIGITS];
    ik_word predecessor[IK_MAX_DIGITS];  // m - 1
    ik_word radix[IK_MAX_DIGITS];        // R mod m
    ik_word complement[IK_MAX_DIGITS];   // 1 - R mod m
    ik_word inverse;                     // -1/m mod 2^52
    size_t digits;                       // k, a multiple of IK_BLOCK
    size_t padded;                       // k, rounded up to a multiple of eight
} __attribute__((aligned(64)));

#if defined(__x86_64__)
#define IK_X86 1
#include <immintrin.h>
// Targets of every function of a kernel file.
#define IK_BEGIN                                                                        \
    _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512dq,avx512bw,avx512vl,avx512ifma\"))), apply_to = function)")
#define IK_END _Pragma("clang attribute pop")
typedef __m512i ik_vector;
#else
#define IK_X86 0
#endif

#endif
