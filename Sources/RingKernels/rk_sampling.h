// Samplers without a modulus, compiled for each instruction set by the file that includes them.
// Random inputs may be secret: no branch and no index depends on them.
#ifndef RK_SAMPLING_H
#define RK_SAMPLING_H

#include <string.h>

#include "rk_internal.h"

static inline uint32_t ones(uint32_t x) {
    x = x - ((x >> 1) & 0x55555555);
    x = (x & 0x33333333) + ((x >> 2) & 0x33333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f;
    return (x * 0x01010101) >> 24;
}

// The low 21 bits against the next 21.
static inline int8_t binomial21_of(uint64_t bits) {
    uint32_t mask = (1u << 21) - 1;
    return (int8_t)((int32_t)ones((uint32_t)bits & mask) -
                    (int32_t)ones((uint32_t)(bits >> 21) & mask));
}

static void binomial21(int8_t *out, const uint64_t *words, size_t n) {
    size_t third = (n + 2) / 3;
    for (size_t i = 0; i < third; i++) out[i] = binomial21_of(words[i]);
    for (size_t i = third; i < 2 * third && i < n; i++) out[i] = binomial21_of(words[i]);
    // The third sample of a pair of words is made of what the other two left over: 22 + 22 bits.
    for (size_t i = 2 * third; i < n; i++) {
        uint64_t first = words[i - 2 * third] >> 42, second = words[i - third] >> 42;
        out[i] = binomial21_of(first | (second << 22));
    }
}

static size_t ternary(int8_t *out, const uint8_t *bytes, size_t n) {
    size_t rejected = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t byte = bytes[i];
        uint32_t remainder = byte - 3 * ((byte * 171) >> 9);
        uint32_t is_rejected = (byte + 1) >> 8;
        // 255 mod 3 - 1 is -1; a rejected place becomes 2.
        out[i] = (int8_t)((int32_t)remainder - 1 + 3 * (int32_t)is_rejected);
        rejected += is_rejected;
    }
    return rejected;
}

// Eight words, in whichever registers the instruction set has.
typedef uint64_t eight_words __attribute__((vector_size(64)));

static void inversion(int8_t *out, const uint64_t *words, const uint64_t *high,
                      const uint64_t *low, size_t threshold_count, size_t n) {
    for (size_t i = 0; i < n; i += 8) {
        eight_words upper, lower, magnitude = {0};
        memcpy(&upper, words + i, sizeof upper);
        memcpy(&lower, words + n + i, sizeof lower);
        eight_words negative = -(lower & 1);
        lower >>= 1;
        for (size_t j = 0; j < threshold_count; j++) {
            uint64_t a = high[j], b = low[j];
            eight_words first = {a, a, a, a, a, a, a, a}, second = {b, b, b, b, b, b, b, b};
            // Comparisons are 0 or all ones, that is -1.
            eight_words above = (eight_words)(upper > first);
            eight_words equal = (eight_words)(upper == first);
            magnitude -= above | (equal & (eight_words)(lower >= second));
        }
        eight_words number = (magnitude ^ negative) - negative;
        for (size_t lane = 0; lane < 8; lane++) out[i + lane] = (int8_t)number[lane];
    }
}

// Initializers of the table.
#define RK_SAMPLING_KERNELS .binomial21 = binomial21, .ternary = ternary, .inversion = inversion

#endif
