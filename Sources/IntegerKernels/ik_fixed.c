// Products of table entries at secret indices, eight at a time: what powers of a fixed base are made of.
//
// An entry stands for y (1 + z m) modulo m^2 with y = a / R: its halves are a and R z. Then the z of a product are
// plain sums, and the product of two a, in halves (r, c / R), costs one product and one reduction: c is the negative
// of the reduction's quotient. Two entries are multiplied first, then their product with the others':
//
//   (a, c/R) (r, d/R) / R = (a r / R, c' / R),  c' = (a d + c r) / R - q,  q the quotient of reducing a r
//
// which are three products and two reductions: seven of m's size for two entries, where full products take ten.
// The halves c are below R; a, r are below 2m. Indices are looked up by permuting registers that hold a window.
#include "ik_columns.h"
#if IK_X86

IK_BEGIN

enum { MAX_SETS = 4 };

// A set of indices, one for each lane: bit 4 and those above choose between pairs of vectors.
typedef struct {
    vec indices;
    __mmask8 bits[4];
} index_set;

INLINE index_set make_set(const ik_word *indices) {
    index_set set = {.indices = _mm512_loadu_si512(indices)};
    UNROLL for (int level = 0; level < 4; level++) {
        set.bits[level] = _mm512_test_epi64_mask(set.indices, spread(UINT64_C(16) << level));
    }
    return set;
}

// The words that a set chooses out of `2 * pairs` vectors, up to sixteen.
INLINE vec choose(const vec *words, const index_set *set, int pairs) {
    vec found[8];
    UNROLL for (int i = 0; i < pairs; i++) {
        found[i] = _mm512_permutex2var_epi64(words[2 * i], set->indices, words[2 * i + 1]);
    }
    int level = 0;
    UNROLL for (int step = 1; step < pairs; step *= 2, level++) {
        UNROLL for (int i = 0; i < pairs; i += 2 * step) {
            found[i] = _mm512_mask_mov_epi64(found[i], set->bits[level], found[i + step]);
        }
    }
    return found[0];
}

// found[j] = the words that set j chooses out of a window's entries of one digit, read once for all sets.
INLINE void scan(vec *found, const ik_word *words, const index_set *sets, int count, int pairs) {
    const int half = pairs > 8 ? 8 : pairs;
    vec loaded[16];
    UNROLL for (int i = 0; i < 2 * half; i++) loaded[i] = load(words + 8 * i);
    UNROLL for (int j = 0; j < count; j++) found[j] = choose(loaded, sets + j, half);
    if (pairs == half) return;
    UNROLL for (int i = 0; i < 2 * half; i++) loaded[i] = load(words + 8 * (2 * half + i));
    UNROLL for (int j = 0; j < count; j++) {
        vec above = choose(loaded, sets + j, half);
        found[j] = _mm512_mask_mov_epi64(found[j], sets[j].bits[3], above);
    }
}

// For each set, takes an entry for every lane: a to `factors`, and what belongs to z joins the sums of the set's
// state. The upper four lanes look into another window unless `upper` is `window`.
INLINE void take_sized(
    ik_word *factors, ik_word *states, const ik_word *window, const ik_word *upper,
    const ik_word *indices, size_t k, int count, int pairs) {
    const size_t entries = 16 * (size_t)pairs, half = k * LANES;
    index_set sets[MAX_SETS];
    UNROLL for (int j = 0; j < count; j++) sets[j] = make_set(indices + j * LANES);
    for (size_t i = 0; i < 2 * k; i++) {
        vec found[MAX_SETS], other[MAX_SETS];
        scan(found, window + i * entries, sets, count, pairs);
        if (upper != window) {
            scan(other, upper + i * entries, sets, count, pairs);
            UNROLL for (int j = 0; j < count; j++) {
                found[j] = _mm512_mask_mov_epi64(found[j], 0xf0, other[j]);
            }
        }
        UNROLL for (int j = 0; j < count; j++) {
            if (i < k) {
                store(factors + (size_t)j * half + i * LANES, found[j]);
            } else {
                ik_word *sum = states + 3 * (size_t)j * half + (k + i) * LANES;
                store(sum, _mm512_add_epi64(load(sum), found[j]));
            }
        }
    }
}

#define TAKE(count, pairs) take_sized(factors, states, window, upper, indices, k, count, pairs)
#define TAKE_ANY(count)                                                                               \
    switch (entries) {                                                                                \
    case 16: TAKE(count, 1); break;                                                                   \
    case 32: TAKE(count, 2); break;                                                                   \
    case 64: TAKE(count, 4); break;                                                                   \
    case 128: TAKE(count, 8); break;                                                                  \
    default: TAKE(count, 16); break;                                                                  \
    }

// The same for 1 or 4 sets and any size of window.
static void take(
    ik_word *factors, ik_word *states, const ik_word *window, const ik_word *upper, size_t entries,
    const ik_word *indices, size_t k, size_t count) {
    if (count == MAX_SETS) {
        TAKE_ANY(MAX_SETS)
    } else {
        TAKE_ANY(1)
    }
}

// result = columns - quotient modulo m, below R; columns are null for 0, or below 5m.
static void subtract_quotient(
    const ik_modulus *context, ik_word *result, const ik_word *columns, const ik_word *quotient) {
    const vec mask = spread(IK_MASK), zero = _mm512_setzero_si512();
    vec rest = zero;
    // columns + (R - 1 - quotient) + (1 - R mod m), which is below R + 6m.
    for (size_t i = 0; i < context->digits; i++) {
        rest = _mm512_add_epi64(rest, spread(context->complement[i]));
        rest = _mm512_add_epi64(rest, _mm512_sub_epi64(mask, load(quotient + i * LANES)));
        if (columns != NULL) rest = _mm512_add_epi64(rest, load(columns + i * LANES));
        store(result + i * LANES, _mm512_and_si512(rest, mask));
        rest = _mm512_srai_epi64(rest, 52);
    }
    // A carry is worth R, which is the radix modulo m.
    const __mmask8 beyond = _mm512_cmpneq_epi64_mask(rest, zero);
    rest = zero;
    for (size_t i = 0; i < context->digits; i++) {
        vec radix = _mm512_maskz_set1_epi64(beyond, (long long)context->radix[i]);
        rest = _mm512_add_epi64(_mm512_add_epi64(rest, load(result + i * LANES)), radix);
        store(result + i * LANES, _mm512_and_si512(rest, mask));
        rest = _mm512_srli_epi64(rest, 52);
    }
}

size_t ik_fixed_state(const ik_modulus *context) { return 3 * context->digits * LANES; }

size_t ik_fixed_scratch(const ik_modulus *context) {
    return ((10 + 2 * MAX_SETS) * context->digits + 1) * LANES;
}

// Multiplies the state of eight products by x, and by y unless it is null.
static void multiply_state(
    const ik_modulus *context, ik_word *state, int is_first, const ik_word *x, const ik_word *y,
    ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *a = state, *c = a + half;
    ik_word *t = scratch, *s = t + 2 * half, *q = s + 2 * half, *r = q + half, *d = r + half;
    ik_word *sums = d + half, *room = sums + 2 * half;
    if (y == NULL) {
        if (is_first) {
            memcpy(a, x, half * sizeof *a);
            return;
        }
        factor right = make_factor(x, sums, k);
        factor left[2] = {make_factor(a, sums + half / 2, k), make_factor(c, sums + half, k)};
        set_products(t, left, &right, 1, k, room);
        set_products(s, left + 1, &right, 1, k, room);
    } else {
        factor pair[2] = {make_factor(x, sums, k), make_factor(y, sums + half / 2, k)};
        set_products(t, pair, pair + 1, 1, k, room);
        reduce(context, t, q);
        carry(is_first ? a : r, t + half, NULL, k);
        subtract_quotient(context, is_first ? c : d, NULL, q);
        if (is_first) return;
        factor left[2] = {make_factor(a, sums, k), make_factor(c, sums + half / 2, k)};
        factor first = make_factor(r, sums + half, k);
        factor right[2] = {make_factor(d, sums + half + half / 2, k), first};
        set_products(t, left, &first, 1, k, room);
        set_products(s, left, right, 2, k, room);
    }
    reduce(context, t, q);
    carry(a, t + half, NULL, k);
    reduce(context, s, NULL);
    subtract_quotient(context, c, s + half, q);
}

void ik_fixed_multiply(
    const ik_modulus *context, ik_word *states, size_t sets, int is_first,
    const ik_word *const *windows, const ik_word *const *upper, size_t entries,
    const ik_word *indices, size_t count, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *x = scratch + 10 * half + LANES, *y = x + MAX_SETS * half;
    if (is_first) memset(states, 0, 3 * sets * half * sizeof *states);
    for (size_t first = 0; first < sets;) {
        size_t step = sets - first >= MAX_SETS ? MAX_SETS : 1;
        const ik_word *chosen = indices + first * LANES;
        ik_word *group = states + 3 * first * half;
        take(x, group, windows[0], upper[0], entries, chosen, k, step);
        if (count == 2) {
            take(y, group, windows[1], upper[1], entries, chosen + sets * LANES, k, step);
        }
        for (size_t j = 0; j < step; j++) {
            multiply_state(
                context, group + 3 * j * half, is_first, x + j * half,
                count == 2 ? y + j * half : NULL, scratch);
        }
        first += step;
    }
}

void ik_fixed_finish(
    const ik_modulus *context, ik_word *result, ik_word *state, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *a = state, *c = a + half, *sums = c + half, *s = scratch, *room = s + 3 * half;
    carry(sums, sums, NULL, k);
    factor x = make_factor(a, s + 2 * half, k), y = make_factor(sums, s + 2 * half + half / 2, k);
    set_products(s, &x, &y, 1, k, room);
    for (size_t i = 0; i < half; i += LANES) {
        store(s + i, _mm512_add_epi64(load(s + i), load(c + i)));
    }
    reduce(context, s, NULL);
    memcpy(result, a, half * sizeof *result);
    carry(result + half, s + half, NULL, k);
}

void ik_batch_half_multiply(
    const ik_modulus *context, ik_word *result, const ik_word *x, const ik_word *y, ik_word *scratch) {
    const size_t k = context->digits, half = k * LANES;
    ik_word *room = scratch + 3 * half;
    factor left = make_factor(x, scratch + 2 * half, k);
    factor right = make_factor(y, scratch + 2 * half + half / 2, k);
    set_products(scratch, &left, &right, 1, k, room);
    reduce(context, scratch, NULL);
    carry(result, scratch + half, NULL, k);
}

void ik_window_store(
    const ik_modulus *context, ik_word *window, size_t entries, size_t first, const ik_word *batch) {
    for (size_t i = 0; i < 2 * context->digits; i++) {
        store(window + i * entries + first, load(batch + i * LANES));
    }
}

IK_END
#endif
