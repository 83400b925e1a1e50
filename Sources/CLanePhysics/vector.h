// Numbers of eight lanes, and three-vectors of them.
//
// Compiled for each instruction set: one register with AVX-512, two with AVX2, four without. No
// operation mixes lanes, so that a lane's bits depend on its own numbers alone.
#ifndef METARL_LANE_VECTOR_H
#define METARL_LANE_VECTOR_H

#include <math.h>

#include "CLanePhysics.h"

// Every function with vectors among its arguments is inlined: how they would be passed does not
// matter.
#pragma clang diagnostic ignored "-Wpsabi"

// One number a lane.
typedef double vd __attribute__((ext_vector_type(8), aligned(64)));
// One truth a lane: -1 or 0.
typedef __typeof__((vd){0} < (vd){0}) vm;

#define LANE_INLINE static inline __attribute__((always_inline))

LANE_INLINE vd pick(vm truth, vd yes, vd no) { return truth ? yes : no; }
LANE_INLINE vd only(vm truth, vd yes) { return truth ? yes : (vd)0.0; }
LANE_INLINE int any(vm truth) { return __builtin_reduce_or(truth) != 0; }
LANE_INLINE vd vmax(vd a, vd b) { return a > b ? a : b; }
LANE_INLINE vd vmin(vd a, vd b) { return a < b ? a : b; }
LANE_INLINE vd vabs(vd a) { return __builtin_elementwise_abs(a); }
LANE_INLINE vd vsqrt(vd a) { return __builtin_elementwise_sqrt(a); }

typedef struct {
  vd x, y, z;
} v3;

LANE_INLINE v3 v3_of(const vd *p) { return (v3){p[0], p[1], p[2]}; }
LANE_INLINE void v3_put(vd *p, v3 a) { p[0] = a.x, p[1] = a.y, p[2] = a.z; }
LANE_INLINE v3 v3_all(const double *p) { return (v3){p[0], p[1], p[2]}; }
LANE_INLINE v3 v3_add(v3 a, v3 b) { return (v3){a.x + b.x, a.y + b.y, a.z + b.z}; }
LANE_INLINE v3 v3_sub(v3 a, v3 b) { return (v3){a.x - b.x, a.y - b.y, a.z - b.z}; }
LANE_INLINE v3 v3_times(v3 a, vd s) { return (v3){a.x * s, a.y * s, a.z * s}; }
LANE_INLINE vd v3_dot(v3 a, v3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
LANE_INLINE v3 v3_cross(v3 a, v3 b) {
  return (v3){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
// a + s b
LANE_INLINE v3 v3_plus(v3 a, vd s, v3 b) {
  return (v3){a.x + s * b.x, a.y + s * b.y, a.z + s * b.z};
}

// Matrix (row by row) times vector, and its transpose times vector.
LANE_INLINE v3 turn(const vd *r, v3 a) {
  return (v3){r[0] * a.x + r[1] * a.y + r[2] * a.z, r[3] * a.x + r[4] * a.y + r[5] * a.z,
              r[6] * a.x + r[7] * a.y + r[8] * a.z};
}
LANE_INLINE v3 turn_back(const vd *r, v3 a) {
  return (v3){r[0] * a.x + r[3] * a.y + r[6] * a.z, r[1] * a.x + r[4] * a.y + r[7] * a.z,
              r[2] * a.x + r[5] * a.y + r[8] * a.z};
}
// Matrix times a constant matrix; `to` is not `r`.
LANE_INLINE void turn_all(vd *to, const vd *r, const double *c) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      to[3 * i + j] = r[3 * i] * c[j] + r[3 * i + 1] * c[3 + j] + r[3 * i + 2] * c[6 + j];
}

// Sine and cosine, to about an ulp.
//
// x = k pi/2 + r with |r| <= pi/4: pi/2 in three parts of at most 33 bits, so that their products
// with k are exact up to 2^20; then Taylor's series, whose next terms are below 2^-60. Larger
// angles go through the C library, lane by lane.
LANE_INLINE void sine_cosine(vd angle, vd *sine, vd *cosine) {
  const double round = 0x1.8p52;
  vm far = ~(vabs(angle) < (vd)1e6);
  vd x = pick(far, (vd)0.0, angle);
  vd shifted = x * 0x1.45f306dc9c883p-1 + round;
  vd k = shifted - round;
  vm quadrant = __builtin_bit_cast(vm, shifted) & 3;
  vd r = ((x - k * 0x1.921fb544p+0) - k * 0x1.0b4611a6p-34) - k * 0x1.3198a2e037073p-69;
  vd q = r * r;
  vd s = -1.0 / 1307674368000 + q * (1.0 / 355687428096000);
  s = 1.0 / 6227020800 + q * s;
  s = -1.0 / 39916800 + q * s;
  s = 1.0 / 362880 + q * s;
  s = -1.0 / 5040 + q * s;
  s = 1.0 / 120 + q * s;
  s = -1.0 / 6 + q * s;
  s = r + r * q * s;
  vd c = -1.0 / 87178291200 + q * (1.0 / 20922789888000);
  c = 1.0 / 479001600 + q * c;
  c = -1.0 / 3628800 + q * c;
  c = 1.0 / 40320 + q * c;
  c = -1.0 / 720 + q * c;
  c = 1.0 / 24 + q * c;
  c = 1 - (0.5 * q - q * q * c);
  vm odd = (quadrant & 1) != 0;
  vd a = pick(odd, c, s), b = pick(odd, s, c);
  *sine = pick((quadrant & 2) != 0, -a, a);
  *cosine = pick(((quadrant + 1) & 2) != 0, -b, b);
  if (!any(far)) return;
  for (int i = 0; i < LANE_WIDTH; i++)
    if (far[i]) {
      (*sine)[i] = sin(angle[i]);
      (*cosine)[i] = cos(angle[i]);
    }
}

#endif
