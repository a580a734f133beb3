#ifndef RING_KERNELS_H
#define RING_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#endif
