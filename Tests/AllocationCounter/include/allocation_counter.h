// Counts what watched threads take from the heap, for tests that say how much an operation may take.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Whether allocations are counted on this system: the C library's functions are replaced by ones
// that count and call them, which needs glibc. Elsewhere nothing is counted.
int allocation_counter_works(void);

// Watches the calling thread from here on, or no longer.
void allocation_counter_watch(int is_watched);

// Allocations of all watched threads since the process began: malloc, calloc, realloc, aligned.
int64_t allocation_counter_count(void);

#endif
