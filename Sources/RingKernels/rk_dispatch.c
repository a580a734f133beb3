// Which instruction sets this machine has, and which one TACIT_ISA asks for.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "rk_internal.h"

#if RK_X86
#include <cpuid.h>

// The register state that the operating system saves (XCR0).
static uint64_t saved_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

static int machine_has(rk_isa isa) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    int osxsave = (c >> 27) & 1, avx = (c >> 28) & 1, fma = (c >> 12) & 1;
    if (!osxsave || !avx || !fma) return 0;
    uint64_t state = saved_state();
    if ((state & 0x06) != 0x06) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    int avx2 = (b >> 5) & 1;
    // Foundation, doubleword/quadword, byte/word and vector-length parts.
    int avx512 = ((b >> 16) & 1) && ((b >> 17) & 1) && ((b >> 30) & 1) && ((b >> 31) & 1);
    // With the byte permutations that came with it.
    int ifma = ((b >> 21) & 1) && ((c >> 1) & 1);
    if (isa == RK_ISA_AVX2) return avx2;
    if ((state & 0xe6) != 0xe6) return 0;
    if (isa == RK_ISA_AVX512) return avx2 && avx512;
    return avx2 && avx512 && ifma;
}
#endif

static const char *const names[RK_ISA_COUNT] = {"portable", "avx2", "avx512", "avx512ifma"};

static struct {
    const rk_table *tables[RK_ISA_COUNT];
    rk_isa best;
    rk_override override;
} chosen;

static void choose(void) {
    chosen.tables[RK_ISA_PORTABLE] = rk_portable_table();
#if RK_X86
    if (machine_has(RK_ISA_AVX2)) chosen.tables[RK_ISA_AVX2] = rk_avx2_table();
    if (machine_has(RK_ISA_AVX512)) chosen.tables[RK_ISA_AVX512] = rk_avx512_table();
    if (machine_has(RK_ISA_AVX512IFMA)) chosen.tables[RK_ISA_AVX512IFMA] = rk_ifma_table();
#endif
#if RK_CHECKED
    for (int isa = 0; isa < RK_ISA_COUNT; isa++) {
        if (chosen.tables[isa] != NULL) chosen.tables[isa] = rk_checked_table(chosen.tables[isa]);
    }
#endif
    chosen.best = RK_ISA_PORTABLE;
    for (int isa = 0; isa < RK_ISA_COUNT; isa++) {
        if (chosen.tables[isa] != NULL) chosen.best = (rk_isa)isa;
    }

    chosen.override = RK_OVERRIDE_NONE;
    const char *wanted = getenv("TACIT_ISA");
    if (wanted == NULL || wanted[0] == '\0') return;
    chosen.override = RK_OVERRIDE_UNKNOWN;
    for (int isa = 0; isa < RK_ISA_COUNT; isa++) {
        if (strcmp(wanted, names[isa]) != 0) continue;
        if (chosen.tables[isa] == NULL) {
            chosen.override = RK_OVERRIDE_UNSUPPORTED;
        } else {
            chosen.override = RK_OVERRIDE_APPLIED;
            chosen.best = (rk_isa)isa;
        }
    }
}

static void choose_once(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, choose);
}

const rk_table *rk_table_for(rk_isa isa) {
    choose_once();
    if ((int)isa < 0 || (int)isa >= RK_ISA_COUNT) return NULL;
    return chosen.tables[isa];
}

rk_isa rk_best_isa(void) {
    choose_once();
    return chosen.best;
}

rk_override rk_isa_override(void) {
    choose_once();
    return chosen.override;
}

int rk_checks_ranges(void) { return RK_CHECKED; }

const char *rk_isa_name(rk_isa isa) {
    return (int)isa < 0 || (int)isa >= RK_ISA_COUNT ? "unknown" : names[isa];
}
