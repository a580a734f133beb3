// What Swift sees of GMP: its functions under their documented names, memory functions that
// clear what they free, and the linear-time helpers of Kronecker substitution.
#ifndef TACIT_CGMP_SHIM_H
#define TACIT_CGMP_SHIM_H

#include <gmp.h>

#include "gmp_names.h"
#include "gmp_memory.h"
#include "kronecker.h"
#include "paillier_secret.h"
#include "publish.h"
#include "residue_power.h"
#include "secret_arithmetic.h"
#include "square_modulus.h"

#endif
