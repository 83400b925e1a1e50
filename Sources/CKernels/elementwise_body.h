// All elementwise kernels for one instruction set: included once a file, after the file has
// chosen the instruction set and defined METARL_KERNELS, the name of the table.

#include <math.h>
#include <string.h>

#include "CKernels.h"

// A loop over the columns of a row. Rows are short (a layer's width) and rarely a multiple of a
// vector: with masks the rest of a row costs one operation more, without them up to fifteen.
#ifdef METARL_MASKED_LOOPS
#define COLUMNS(j)                                                                             \
  _Pragma("clang loop vectorize(enable) vectorize_predicate(enable) interleave(disable)")      \
  for (ptrdiff_t j = 0; j < columns; j++)
#else
#define COLUMNS(j) for (ptrdiff_t j = 0; j < columns; j++)
#endif

// tanh(x) = t / (t + 2) with t = exp(2|x|) - 1 = 2^k p + (2^k - 1), p = exp(r) - 1 by its Taylor
// series, |r| <= ln(2)/2. Relative error below 3e-7 for every x (checked in the tests); no
// branches, so that it vectorizes.
static inline float tanh_f32(float x) {
  float u = 2 * fabsf(x);
  u = u < 20.0f ? u : 20.0f;
  float k = (float)(int)(u * 1.44269504f + 0.5f);
  float r = u - k * 0.693145752f;  // ln 2 in two parts: the first exact in few bits
  r = r - k * 1.42860677e-6f;
  float s = 1.0f / 5040;
  s = s * r + 1.0f / 720;
  s = s * r + 1.0f / 120;
  s = s * r + 1.0f / 24;
  s = s * r + 1.0f / 6;
  s = s * r + 0.5f;
  float p = r + r * r * s;
  uint32_t bits = (uint32_t)((int32_t)k + 127) << 23;
  float power;
  memcpy(&power, &bits, 4);
  float t = power * p + (power - 1);
  return x != x ? x : copysignf(t / (t + 2), x);
}

#define REAL float
#define TYPED(name) name##_f32
#define TANH(x) tanh_f32(x)
#include "elementwise_real.h"
#include "fused_real.h"
#undef REAL
#undef TYPED
#undef TANH

#define REAL double
#define TYPED(name) name##_f64
#define TANH(x) tanh(x)
#include "elementwise_real.h"
#include "fused_real.h"
#undef REAL
#undef TYPED
#undef TANH

// ln(x) for normal x > 0: x = 2^e m with m in [1/sqrt 2, sqrt 2), ln m = 2 atanh(s) by its
// series, s = (m - 1) / (m + 1), |s| <= 0.172; the first dropped term is below 1e-8.
static inline float log_f32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  int32_t e = (int32_t)(bits - 0x3F3504F3u) >> 23;
  bits -= (uint32_t)e << 23;
  float m;
  memcpy(&m, &bits, 4);
  float s = (m - 1) / (m + 1);
  float q = s * s;
  float series = 1.0f / 9;
  series = series * q + 1.0f / 7;
  series = series * q + 1.0f / 5;
  series = series * q + 1.0f / 3;
  series = series * q + 1.0f;
  return (float)e * 0.693147181f + 2 * s * series;
}

// sin and cos of 2 pi u for u in [0, 1): the nearest quarter turn is taken off, the rest by Taylor.
static inline void sincos_turn_f32(float u, float *sine, float *cosine) {
  int32_t quarter = (int32_t)(u * 4 + 0.5f);
  float a = (u - (float)quarter * 0.25f) * 6.28318531f;
  float q = a * a;
  float s = a * (1 + q * (-1.0f / 6 + q * (1.0f / 120 + q * (-1.0f / 5040 + q / 362880))));
  float c = 1 + q * (-0.5f + q * (1.0f / 24 + q * (-1.0f / 720 + q * (1.0f / 40320))));
  float s1 = (quarter & 1) ? c : s;
  float c1 = (quarter & 1) ? s : c;
  *sine = (quarter & 2) ? -s1 : s1;
  *cosine = ((quarter + 1) & 2) ? -c1 : c1;
}

// Box-Muller on words of Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405).
static void normals(float *restrict out, uint32_t key0, uint32_t key1, uint32_t task,
                    uint32_t first_episode, uint32_t episodes, uint32_t first_step,
                    uint32_t steps, uint32_t width) {
  enum { CHUNK = 64 };
  uint32_t word[4][CHUNK];
  float number[4][CHUNK];
  uint32_t blocks = (width + 3) / 4;
  for (uint32_t t = 0; t < steps; t++)
    for (uint32_t e0 = 0; e0 < episodes; e0 += CHUNK) {
      uint32_t count = episodes - e0 < CHUNK ? episodes - e0 : CHUNK;
      for (uint32_t b = 0; b < blocks; b++) {
        for (uint32_t i = 0; i < CHUNK; i++) {
          uint32_t c0 = b, c1 = first_step + t, c2 = first_episode + e0 + i, c3 = task;
          uint32_t k0 = key0, k1 = key1;
          for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
            uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)p1, c3 = (uint32_t)p0, c0 = n0, c2 = n2;
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
          }
          word[0][i] = c0, word[1][i] = c1, word[2][i] = c2, word[3][i] = c3;
        }
        for (int pair = 0; pair < 4; pair += 2)
          for (uint32_t i = 0; i < CHUNK; i++) {
            float u = ((float)(int32_t)(word[pair][i] >> 8) + 0.5f) * 0x1p-24f;
            float v = (float)(int32_t)(word[pair + 1][i] >> 8) * 0x1p-24f;
            float radius = sqrtf(-2 * log_f32(u)), sine, cosine;
            sincos_turn_f32(v, &sine, &cosine);
            number[pair][i] = radius * cosine;
            number[pair + 1][i] = radius * sine;
          }
        uint32_t used = width - 4 * b < 4 ? width - 4 * b : 4;
        for (uint32_t i = 0; i < count; i++)
          for (uint32_t n = 0; n < used; n++)
            out[((size_t)t * episodes + e0 + i) * width + 4 * b + n] = number[n][i];
      }
    }
}

static void widen(double *restrict out, const float *restrict in, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = in[i];
}

static void narrow(float *restrict out, const double *restrict in, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = (float)in[i];
}

#define REAL_f32 float
#define REAL_f64 double

// The table of one real type; SUFFIX is f32 or f64.
#define TABLE(SUFFIX)                                                                          \
  {                                                                                            \
    .activate = {identity_activate_##SUFFIX, tanh_activate_##SUFFIX, relu_activate_##SUFFIX},  \
    .reverse = {identity_reverse_##SUFFIX, tanh_reverse_##SUFFIX, relu_reverse_##SUFFIX},      \
    .tangent = {identity_tangent_##SUFFIX, tanh_tangent_##SUFFIX, relu_tangent_##SUFFIX},      \
    .reverse_tangent = {identity_reverse_tangent_##SUFFIX, tanh_reverse_tangent_##SUFFIX,      \
                        relu_reverse_tangent_##SUFFIX},                                        \
    .transpose = transpose_##SUFFIX, .narrow_product = narrow_product_##SUFFIX,                \
    .scaled_derivative = {identity_scaled_derivative_##SUFFIX, tanh_scaled_derivative_##SUFFIX,\
                          relu_scaled_derivative_##SUFFIX},                                    \
    .second_derivative = {no_second_derivative_##SUFFIX, tanh_second_derivative_##SUFFIX,      \
                          no_second_derivative_##SUFFIX},                                      \
    .input_products = input_products_##SUFFIX, .couple = couple_##SUFFIX,                      \
    .fused_lanes = VECTOR_BYTES / sizeof(REAL_##SUFFIX), .head_tangent = head_tangent_##SUFFIX,\
    .head_reverse = head_reverse_##SUFFIX,                                                     \
    .head_reverse_tangent = head_reverse_tangent_##SUFFIX,                                     \
    .bottom_tangent = bottom_tangent_##SUFFIX, .bottom_reverse = bottom_reverse_##SUFFIX,      \
    .add_scaled = add_scaled_##SUFFIX, .add_widened = add_widened_##SUFFIX                     \
  }

const metarl_kernels METARL_KERNELS;
const metarl_kernels METARL_KERNELS = {
    .f32 = TABLE(f32), .f64 = TABLE(f64), .normals = normals, .widen = widen, .narrow = narrow};
