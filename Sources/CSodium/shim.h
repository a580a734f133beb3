#ifndef TACIT_CSODIUM_SHIM_H
#define TACIT_CSODIUM_SHIM_H

#include <sodium.h>

#include "platform.h"

#endif
