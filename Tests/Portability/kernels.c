// Prints what the portable kernels make of fixed inputs, a line a kernel and precision: its name
// and a few weighted sums of its results. Two processors that print the same within rounding
// agree on every kernel.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "CKernels.h"

extern const metarl_kernels metarl_kernels_baseline;

enum { ROWS = 12, COLUMNS = 70, WIDTH = 3, LARGEST = 4096 };

static uint64_t state;

// Numbers in [-2, 2] that are the same everywhere.
static double next(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 40) / (double)(1 << 22) - 2;
}

#define DEFINE_CHECK(SUFFIX, REAL)                                                              \
  static void fill_##SUFFIX(REAL *out, int count) {                                             \
    for (int i = 0; i < count; ++i) out[i] = (REAL)next();                                      \
  }                                                                                             \
  static void show_##SUFFIX(const char *name, const REAL *values, int count) {                  \
    double plain = 0, weighted = 0;                                                             \
    for (int i = 0; i < count; ++i) {                                                           \
      plain += fabs((double)values[i]);                                                         \
      weighted += (double)values[i] * ((i * 37) % 101 - 50);                                    \
    }                                                                                           \
    printf("%s %s %.17e %.17e\n", #SUFFIX, name, plain, weighted);                              \
  }                                                                                             \
  static void check_##SUFFIX(const metarl_table_##SUFFIX *table) {                              \
    static REAL a[LARGEST], b[LARGEST], c[LARGEST], d[LARGEST], y[LARGEST], x[LARGEST];         \
    static REAL p[LARGEST], q[LARGEST], r[LARGEST];                                             \
    char name[64];                                                                              \
    const int count = ROWS * COLUMNS;                                                           \
    state = 7;                                                                                  \
    fill_##SUFFIX(b, LARGEST), fill_##SUFFIX(c, LARGEST), fill_##SUFFIX(d, LARGEST);            \
    fill_##SUFFIX(x, LARGEST), fill_##SUFFIX(p, LARGEST), fill_##SUFFIX(q, LARGEST);            \
    for (int kind = 0; kind < 3; ++kind) {                                                      \
      fill_##SUFFIX(y, LARGEST);                                                                \
      table->activate[kind](y, b, ROWS, COLUMNS);                                               \
      snprintf(name, sizeof name, "activate-%d", kind), show_##SUFFIX(name, y, count);          \
      memcpy(a, c, sizeof a), memcpy(r, d, sizeof r);                                           \
      table->reverse[kind](a, y, r, ROWS, COLUMNS);                                             \
      snprintf(name, sizeof name, "reverse-%d", kind), show_##SUFFIX(name, a, count);           \
      show_##SUFFIX(name, r, COLUMNS);                                                          \
      memcpy(a, c, sizeof a);                                                                   \
      table->tangent[kind](a, r, y, b, ROWS, COLUMNS);                                          \
      snprintf(name, sizeof name, "tangent-%d", kind), show_##SUFFIX(name, r, count);           \
      memcpy(a, c, sizeof a), memcpy(r, d, sizeof r);                                           \
      table->reverse_tangent[kind](a, y, x, p, r, ROWS, COLUMNS);                               \
      snprintf(name, sizeof name, "reverse-tangent-%d", kind), show_##SUFFIX(name, a, count);   \
      show_##SUFFIX(name, r, COLUMNS);                                                          \
      table->scaled_derivative[kind](a, y, x, WIDTH, 1, ROWS, COLUMNS);                         \
      snprintf(name, sizeof name, "scaled-derivative-%d", kind), show_##SUFFIX(name, a, count); \
      table->second_derivative[kind](a, y, p, ROWS, COLUMNS);                                   \
      snprintf(name, sizeof name, "second-derivative-%d", kind), show_##SUFFIX(name, a, count); \
      if (kind == 0) continue;                                                                  \
      memcpy(r, d, sizeof r);                                                                   \
      table->head_tangent(kind, a, x, y, b, c, q, d, p, r, ROWS, COLUMNS, WIDTH);               \
      show_##SUFFIX("head-tangent", a, ROWS *WIDTH), show_##SUFFIX("of it", r, count / 4);      \
      table->head_reverse(kind, a, y, c, p, r, q, ROWS, COLUMNS, WIDTH);                        \
      show_##SUFFIX("head-reverse", a, count), show_##SUFFIX("of it", q, COLUMNS *WIDTH);       \
      table->head_reverse_tangent(kind, a, y, x, b, c, d, p, d, r, q, ROWS, COLUMNS, WIDTH);    \
      show_##SUFFIX("head-reverse-tangent", a, count);                                          \
      table->bottom_tangent(kind, a, y, x, c, b, ROWS, COLUMNS, WIDTH);                         \
      show_##SUFFIX("bottom-tangent", a, count);                                                \
      memcpy(r, d, sizeof r);                                                                   \
      table->bottom_reverse(kind, c, y, x, r, q, ROWS, COLUMNS, WIDTH);                         \
      show_##SUFFIX("bottom-reverse", r, COLUMNS *WIDTH);                                       \
    }                                                                                           \
    table->transpose(a, c, ROWS, COLUMNS), show_##SUFFIX("transpose", a, count);                \
    table->narrow_product(a, x, c, ROWS, COLUMNS, WIDTH, 0);                                    \
    show_##SUFFIX("narrow-product", a, ROWS *WIDTH);                                            \
    table->input_products(a, x, WIDTH, ROWS);                                                   \
    show_##SUFFIX("input-products", a, ROWS *(WIDTH + 1) * (WIDTH + 1));                        \
    memset(a, 0, sizeof a), memset(r, 0, sizeof r);                                             \
    table->couple(a, r, b, c, d, x, WIDTH, 20, 24);                                             \
    show_##SUFFIX("couple", a, 20 * 24), show_##SUFFIX("of it", r, WIDTH * 24);                 \
    memcpy(a, c, sizeof a);                                                                     \
    table->add_scaled(a, (REAL)0.3, b, LARGEST), show_##SUFFIX("add-scaled", a, LARGEST);       \
    static double wide[LARGEST];                                                                \
    table->add_widened(wide, c, LARGEST);                                                       \
    double sum = 0;                                                                             \
    for (int i = 0; i < LARGEST; ++i) sum += wide[i] * (i % 13);                                \
    printf("%s add-widened %.17e\n", #SUFFIX, sum);                                             \
  }

DEFINE_CHECK(f32, float)
DEFINE_CHECK(f64, double)

int main(void) {
  const metarl_kernels *kernels = &metarl_kernels_baseline;
  check_f32(&kernels->f32);
  check_f64(&kernels->f64);
  static float normals[3 * 5 * 7];
  kernels->normals(normals, 1, 2, 3, 4, 5, 6, 3, 7);
  show_f32("normals", normals, 3 * 5 * 7);
  return 0;
}
