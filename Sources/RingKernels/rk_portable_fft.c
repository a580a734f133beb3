// The canonical embedding in portable C, its tables, and what stands between it and residues.
//
// Both directions work on natural order of coefficients and reversed order of slots, where every
// block of a stage has one factor, exactly as in the number-theoretic transform: the evaluation of
// a polynomial at the roots of X^n - i, split into X^(n/2) - w and X^(n/2) + w with w^2 = i.
#include "rk_internal.h"
#include "rk_portable.h"

static size_t reverse_bits(size_t x, uint32_t bits) {
    size_t result = 0;
    for (uint32_t i = 0; i < bits; i++) result |= ((x >> i) & 1) << (bits - 1 - i);
    return result;
}

// Factor of block `block` of the stage with 2^stage blocks: its real and imaginary part, stored
// `distance` doubles apart.
static void store_root(double *out, size_t distance, uint32_t stage, size_t block,
                       const double *cosines, const double *sines) {
    const size_t place = ((size_t)1 << stage) - 1 + reverse_bits(block, stage);
    out[0] = cosines[place];
    out[distance] = sines[place];
}

// The stages between vectors have their factors in pairs, factor 2^stage + block at its place. The
// last log2(lanes) stages, worked on after a transposition, have vectors: for every group of places
// m, lane l belongs to the run with the high bits br(l), and stage by stage there are 1, 2, 4 ...
// vectors of each part.
void rk_fft_plan_init(rk_fft_plan *plan, double *memory, const double *cosines,
                      const double *sines, uint32_t log_count, uint32_t lanes) {
    const size_t n = (size_t)1 << log_count;
    while (lanes > 1 && n < (size_t)lanes * lanes) lanes = lanes == 8 ? 4 : 1;
    uint32_t log_lanes = 0;
    while ((uint32_t)1 << log_lanes < lanes) log_lanes++;
    *plan = (rk_fft_plan){.log_count = log_count, .lanes = lanes, .factors = memory};

    const uint32_t outer = log_count - log_lanes;
    memory[0] = memory[1] = 0;
    for (uint32_t stage = 0; stage < outer; stage++) {
        for (size_t block = 0; block < (size_t)1 << stage; block++) {
            double *pair = memory + 2 * (((size_t)1 << stage) + block);
            store_root(pair, 1, stage, block, cosines, sines);
        }
    }
    double *out = memory + ((size_t)2 << outer);
    const size_t groups = ((size_t)1 << outer) / lanes;
    for (size_t m = 0; m < groups && lanes > 1; m++) {
        for (uint32_t inner = 0; inner < log_lanes; inner++) {
            for (size_t i = 0; i < (size_t)1 << inner; i++, out += 2 * lanes) {
                for (size_t lane = 0; lane < lanes; lane++) {
                    const size_t run = reverse_bits(lane, log_lanes) * groups + m;
                    store_root(out + lane, lanes, outer + inner, (run << inner) + i, cosines,
                               sines);
                }
            }
        }
    }
}

void rk_portable_fft_forward(double *out_re, double *out_im, double *re, double *im,
                             const rk_fft_plan *plan) {
    const size_t n = (size_t)1 << plan->log_count;
    for (size_t blocks = 1, half = n / 2; half > 0; blocks *= 2, half /= 2) {
        for (size_t block = 0; block < blocks; block++) {
            const double c = plan->factors[2 * (blocks + block)];
            const double s = plan->factors[2 * (blocks + block) + 1];
            double *xr = re + 2 * half * block, *xi = im + 2 * half * block;
            for (size_t i = 0; i < half; i++) {
                const double yr = xr[half + i] * c - xi[half + i] * s;
                const double yi = xr[half + i] * s + xi[half + i] * c;
                xr[half + i] = xr[i] - yr;
                xi[half + i] = xi[i] - yi;
                xr[i] += yr;
                xi[i] += yi;
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        const size_t slot = reverse_bits(i, plan->log_count);
        out_re[slot] = re[i];
        out_im[slot] = im[i];
    }
}

void rk_portable_fft_inverse(double *out_re, double *out_im, double *re, double *im,
                             const rk_fft_plan *plan) {
    const size_t n = (size_t)1 << plan->log_count;
    for (size_t i = 0; i < n; i++) {
        const size_t slot = reverse_bits(i, plan->log_count);
        out_re[i] = re[slot];
        out_im[i] = im[slot];
    }
    for (size_t blocks = n / 2, half = 1; half < n; blocks /= 2, half *= 2) {
        for (size_t block = 0; block < blocks; block++) {
            const double c = plan->factors[2 * (blocks + block)];
            const double s = plan->factors[2 * (blocks + block) + 1];
            double *xr = out_re + 2 * half * block, *xi = out_im + 2 * half * block;
            for (size_t i = 0; i < half; i++) {
                const double dr = xr[i] - xr[half + i], di = xi[i] - xi[half + i];
                xr[i] += xr[half + i];
                xi[i] += xi[half + i];
                xr[half + i] = dr * c + di * s;
                xi[half + i] = di * c - dr * s;
            }
        }
    }
}

double rk_portable_round_i64(int64_t *out, const double *in, double factor, size_t n) {
    double largest = 0;
    int is_number = 1;
    for (size_t i = 0; i < n; i++) {
        const double product = in[i] * factor, magnitude = __builtin_fabs(product);
        is_number &= magnitude == magnitude;
        largest = magnitude > largest ? magnitude : largest;
        const double value = magnitude < 0x1p62 ? product : 0;
        // Below 2^52 adding 2^52 of the same sign rounds to an integer; from there on all are.
        const double shift = __builtin_copysign(0x1p52, value);
        const double rounded = (value + shift) - shift;
        out[i] = (int64_t)(magnitude < 0x1p52 ? rounded : value);
    }
    return is_number ? largest : __builtin_inf();
}

void rk_portable_center(double *out, const uint64_t *a, double factor, size_t n,
                        const rk_modulus *modulus) {
    const uint64_t q = modulus->q, half = q / 2;
    for (size_t i = 0; i < n; i++) {
        const uint64_t negative = (uint64_t)0 - (uint64_t)(a[i] > half);
        out[i] = (double)(int64_t)(a[i] - (q & negative)) * factor;
    }
}
