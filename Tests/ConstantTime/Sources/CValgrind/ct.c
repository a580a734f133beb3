#include "ct.h"

#include <valgrind/memcheck.h>

void ct_secret(const void *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, count); }

void ct_public(const void *bytes, size_t count) { (void)VALGRIND_MAKE_MEM_DEFINED(bytes, count); }

unsigned ct_errors(void) { return (unsigned)VALGRIND_COUNT_ERRORS; }

int ct_is_watched(void) { return (int)RUNNING_ON_VALGRIND; }
