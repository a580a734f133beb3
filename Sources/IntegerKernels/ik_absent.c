// Where there is no x86, nobody calls the kernels: `ik_is_supported` is false. The symbols must exist.
#include "ik_internal.h"
#if !IK_X86
#include <stdlib.h>

void ik_multiply(const ik_modulus *c, ik_word *r, const ik_word *x, const ik_word *y) { abort(); }
void ik_square(const ik_modulus *c, ik_word *r, const ik_word *x) { abort(); }
void ik_power_of_two(const ik_modulus *c, ik_word *x, const ik_word *exponent, size_t bits) { abort(); }
void ik_select(ik_word *r, const ik_word *t, size_t words, size_t count, ik_word index) { abort(); }
size_t ik_batch_scratch(const ik_modulus *c) { abort(); }
void ik_batch_multiply(const ik_modulus *c, ik_word *r, const ik_word *x, const ik_word *y, ik_word *s) {
    abort();
}
void ik_batch_square(const ik_modulus *c, ik_word *r, const ik_word *x, ik_word *s) { abort(); }
void ik_batch_half_multiply(
    const ik_modulus *c, ik_word *r, const ik_word *x, const ik_word *y, ik_word *s) {
    abort();
}
void ik_window_store(const ik_modulus *c, ik_word *w, size_t entries, size_t first, const ik_word *b) {
    abort();
}
size_t ik_fixed_state(const ik_modulus *c) { abort(); }
size_t ik_fixed_scratch(const ik_modulus *c) { abort(); }
void ik_fixed_multiply(
    const ik_modulus *c, ik_word *states, size_t sets, int is_first,
    const ik_word *const *windows, const ik_word *const *upper, size_t entries, const ik_word *indices, size_t count, ik_word *s) {
    abort();
}
void ik_fixed_finish(const ik_modulus *c, ik_word *r, ik_word *state, ik_word *s) { abort(); }
void ik_batch_pack(const ik_modulus *c, ik_word *r, const ik_word *const *elements) { abort(); }
void ik_batch_unpack(const ik_modulus *c, ik_word *const *elements, const ik_word *batch) { abort(); }
#endif
