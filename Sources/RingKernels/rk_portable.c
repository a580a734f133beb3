#include "ring_kernels.h"
