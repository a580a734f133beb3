#include "ct.h"

#include <valgrind/memcheck.h>

void ct_secret(const void *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, count); }

void ct_public(const void *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_DEFINED(bytes, count); }

int ct_is_secret(const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        unsigned char undefined = 0;
        if (VALGRIND_GET_VBITS((const char *)bytes + i, &undefined, 1) != 1 || undefined != 0xff) return 0;
    }
    return 1;
}

unsigned ct_errors(void) { return (unsigned)VALGRIND_COUNT_ERRORS; }

int ct_is_watched(void) { return (int)RUNNING_ON_VALGRIND; }
