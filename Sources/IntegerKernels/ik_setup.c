// Contexts, digit conversion, and whether the machine has what the kernels need.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ik_internal.h"

#if IK_X86
#include <cpuid.h>

static int machine_has_ifma(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !((c >> 27) & 1)) return 0;
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0xe6) != 0xe6) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    int foundation = ((b >> 16) & 1) && ((b >> 17) & 1) && ((b >> 30) & 1) && ((b >> 31) & 1);
    return foundation && ((b >> 21) & 1);
}
#else
static int machine_has_ifma(void) { return 0; }
#endif

static int supported;

static void decide(void) {
    const char *wanted = getenv("TACIT_ISA");
    int lesser = wanted != NULL
                 && (strcmp(wanted, "portable") == 0 || strcmp(wanted, "avx2") == 0
                     || strcmp(wanted, "avx512") == 0);
    supported = !lesser && machine_has_ifma();
}

int ik_is_supported(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, decide);
    return supported;
}

size_t ik_digits(size_t bits) {
    // Bits to spare keep halves in their bounds without subtractions.
    size_t digits = (bits + 16 + 51) / 52;
    digits = (digits + IK_BLOCK - 1) / IK_BLOCK * IK_BLOCK;
    return digits <= IK_MAX_DIGITS ? digits : 0;
}

// x = 2 x mod m for x < m; both results are made, and one is taken under a mask.
static void double_once(ik_word *x, const ik_word *m, size_t digits) {
    ik_word reduced[IK_MAX_DIGITS], carry = 0, borrow = 0;
    for (size_t i = 0; i < digits; i++) {
        ik_word twice = 2 * x[i] + carry;
        carry = twice >> 52;
        x[i] = twice & IK_MASK;
        ik_word difference = x[i] - m[i] - borrow;
        borrow = difference >> 63;
        reduced[i] = difference & IK_MASK;
    }
    ik_word keep = 0 - borrow;
    for (size_t i = 0; i < digits; i++) x[i] = (x[i] & keep) | (reduced[i] & ~keep);
    memset(reduced, 0, sizeof reduced);
    __asm__ __volatile__("" : : "r"(reduced) : "memory");
}

// radix = R mod m and complement = m + 1 - radix, R = 2^(52 digits), m of so many bits.
static void make_radix(ik_modulus *context, size_t bits) {
    const ik_word *m = context->modulus;
    const size_t digits = context->digits;
    // 2^bits - m is below m, since m has its highest bit.
    ik_word *x = context->radix, borrow = 0;
    for (size_t i = 0; i < digits; i++) {
        ik_word power = i == bits / 52 ? UINT64_C(1) << (bits % 52) : 0;
        ik_word difference = power - m[i] - borrow;
        borrow = difference >> 63;
        x[i] = difference & IK_MASK;
    }
    for (size_t bit = bits; bit < 52 * digits; bit++) double_once(x, m, digits);
    borrow = 0;
    for (size_t i = 0; i < digits; i++) {
        ik_word difference = m[i] + (i == 0) - x[i] - borrow;
        borrow = difference >> 63;
        context->complement[i] = difference & IK_MASK;
    }
}

ik_modulus *ik_modulus_make(const ik_word *limbs, size_t count, size_t bits) {
    ik_modulus *context = aligned_alloc(64, sizeof *context);
    if (context == NULL) return NULL;
    memset(context, 0, sizeof *context);
    context->digits = ik_digits(bits);
    context->padded = (context->digits + 7) / 8 * 8;
    ik_to_digits(context->modulus, IK_MAX_DIGITS, limbs, count);
    memcpy(context->predecessor, context->modulus, sizeof context->modulus);
    context->predecessor[0] -= 1;  // m is odd
    ik_word inverse = 1;
    for (int step = 0; step < 6; step++) inverse *= 2 - limbs[0] * inverse;
    context->inverse = (0 - inverse) & IK_MASK;
    make_radix(context, bits);
    return context;
}

void ik_modulus_destroy(ik_modulus *context) {
    memset(context, 0, sizeof *context);
    __asm__ __volatile__("" : : "r"(context) : "memory");
    free(context);
}

size_t ik_modulus_digits(const ik_modulus *context) { return context->digits; }

size_t ik_modulus_padded(const ik_modulus *context) { return context->padded; }

void ik_to_digits(ik_word *digits, size_t padded, const ik_word *limbs, size_t count) {
    for (size_t i = 0; i < padded; i++) {
        size_t word = 52 * i / 64, shift = 52 * i % 64;
        ik_word low = word < count ? limbs[word] >> shift : 0;
        ik_word high = shift > 12 && word + 1 < count ? limbs[word + 1] << (64 - shift) : 0;
        digits[i] = (low | high) & IK_MASK;
    }
}

void ik_from_digits(ik_word *limbs, size_t count, const ik_word *digits, size_t digit_count) {
    memset(limbs, 0, count * sizeof *limbs);
    for (size_t i = 0; i < digit_count; i++) {
        size_t word = 52 * i / 64, shift = 52 * i % 64;
        if (word < count) limbs[word] |= digits[i] << shift;
        if (shift > 12 && word + 1 < count) limbs[word + 1] |= digits[i] >> (64 - shift);
    }
}
