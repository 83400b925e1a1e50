// Vector kernels and matrix products behind one interface, for DenseMath alone.
//
// All matrices are row-major and dense (no padding between rows). B rows of a batch, n columns.
// Every function is pure in its arguments and safe to call from several threads at once.

#ifndef METARL_CKERNELS_H
#define METARL_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Instruction sets the elementwise kernels are compiled for, in rising order.
enum { METARL_BASELINE = 0, METARL_AVX2 = 1, METARL_AVX512 = 2 };

// Elementwise passes for one real type. The activation passes come in three forms:
// 0 identity, 1 tanh, 2 relu.
#define METARL_DECLARE_TABLE(NAME, REAL)                                                       \
  typedef struct {                                                                             \
    /* y <- phi(y + bias), [B, n] */                                                           \
    void (*_Nonnull activate[3])(REAL *y, const REAL *bias, ptrdiff_t rows, ptrdiff_t columns);         \
    /* grad <- phi'(y) * grad, bias_gradient += column sums of it */                           \
    void (*_Nonnull reverse[3])(REAL *grad, const REAL *y, REAL *bias_gradient, ptrdiff_t rows,         \
                       ptrdiff_t columns);                                                     \
    /* zdot <- zdot + bias_tangent; ydot <- phi'(y) * zdot */                                  \
    void (*_Nonnull tangent[3])(REAL *zdot, REAL *ydot, const REAL *y, const REAL *bias_tangent,        \
                       ptrdiff_t rows, ptrdiff_t columns);                                     \
    /* graddot <- phi'(y) * graddot + phi''(z) * zdot * ybar, given zbar = phi'(y) * ybar;     \
       bias_gradient += column sums of it */                                                   \
    void (*_Nonnull reverse_tangent[3])(REAL *graddot, const REAL *y, const REAL *zdot,                 \
                               const REAL *zbar, REAL *bias_gradient, ptrdiff_t rows,          \
                               ptrdiff_t columns);                                             \
    /* out[columns, rows] <- in[rows, columns] transposed */                                   \
    void (*_Nonnull transpose)(REAL *out, const REAL *in, ptrdiff_t rows, ptrdiff_t columns);           \
    /* y[B, n] (+)= x[B, k] w[n, k]^T for narrow n (at most 8) */                              \
    void (*_Nonnull narrow_product)(REAL *y, const REAL *x, const REAL *w, ptrdiff_t rows,              \
                           ptrdiff_t inner, ptrdiff_t columns, int accumulate);                \
    /* out <- phi'(y) * s[row], with s = column `index` of x[B, inputs], or 1 for index =      \
       inputs */                                                                               \
    void (*_Nonnull scaled_derivative[3])(REAL *out, const REAL *y, const REAL *x,             \
                                          ptrdiff_t inputs, ptrdiff_t index, ptrdiff_t rows,   \
                                          ptrdiff_t columns);                                  \
    /* out <- phi''(z) * ybar, given zbar = phi'(y) * ybar */                                  \
    void (*_Nonnull second_derivative[3])(REAL *out, const REAL *y, const REAL *zbar,          \
                                          ptrdiff_t rows, ptrdiff_t columns);                  \
    /* out[B, (inputs + 1)^2] <- products of the entries of (x, 1) */                          \
    void (*_Nonnull input_products)(REAL *out, const REAL *x, ptrdiff_t inputs,                \
                                    ptrdiff_t rows);                                           \
    /* For every i < terms: second[k, j] += v[i, j] cross[i, k, j];                            \
       first[i, j] += sum_k w[k, j] cross[i, k, j] + sum_h own[i, h, j] v[h, j] */             \
    void (*_Nonnull couple)(REAL *second, REAL *first, const REAL *w, const REAL *v,           \
                            const REAL *cross, const REAL *own, ptrdiff_t terms,               \
                            ptrdiff_t second_width, ptrdiff_t first_width);                    \
    /* The five functions below take at least so many columns, and rows in fours. */           \
    ptrdiff_t fused_lanes;                                                                     \
    /* The head: a linear layer of `width` outputs (at most 8), w [width, n], on y = phi(z)    \
       with phi of `kind` 1 or 2. With t = phi'(y) * (zdot + bias_tangent):                    \
       out[B, width] = t w^T + y wdot^T + head_bias_tangent; head_gradient += gbar^T t unless  \
       gbar[B, width], the gradient at the outputs, is null */                                 \
    void (*_Nonnull head_tangent)(int kind, REAL *out, const REAL *zdot, const REAL *y,        \
                                  const REAL *bias_tangent, const REAL *w, const REAL *wdot,   \
                                  const REAL *head_bias_tangent,                               \
                                  const REAL *_Nullable gbar, REAL *_Nullable head_gradient,   \
                                  ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t width);         \
    /* zbar = phi'(y) * (gbar w); bias_gradient += column sums of it; head_gradient += gbar^T  \
       y */                                                                                    \
    void (*_Nonnull head_reverse)(int kind, REAL *zbar, const REAL *y, const REAL *w,          \
                                  const REAL *gbar, REAL *bias_gradient, REAL *head_gradient,  \
                                  ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t width);         \
    /* The tangent of head_reverse; of the head's gradient only gbardot^T y is added */        \
    void (*_Nonnull head_reverse_tangent)(int kind, REAL *zbardot, const REAL *y,              \
                                          const REAL *zdot, const REAL *bias_tangent,          \
                                          const REAL *w, const REAL *wdot, const REAL *gbar,   \
                                          const REAL *gbardot, REAL *bias_gradient,            \
                                          REAL *head_gradient, ptrdiff_t rows,                 \
                                          ptrdiff_t columns, ptrdiff_t width);                 \
    /* The bottom: a dense layer of `width` inputs (at most 8), phi of kind 1 or 2:            \
       ydot = phi'(y) * (x wdot + bias_tangent), wdot [width, n] */                            \
    void (*_Nonnull bottom_tangent)(int kind, REAL *ydot, const REAL *y, const REAL *x,        \
                                    const REAL *wdot, const REAL *bias_tangent,                \
                                    ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t width);       \
    /* gradient[n, width] += (phi' * ybar)^T x; bias_gradient += column sums of phi' * ybar */ \
    void (*_Nonnull bottom_reverse)(int kind, const REAL *ybar, const REAL *y, const REAL *x,  \
                                    REAL *gradient, REAL *bias_gradient, ptrdiff_t rows,       \
                                    ptrdiff_t columns, ptrdiff_t width);                       \
    /* y += scale * x */                                                                       \
    void (*_Nonnull add_scaled)(REAL *y, REAL scale, const REAL *x, ptrdiff_t count);          \
    /* sum += x, in double precision */                                                        \
    void (*_Nonnull add_widened)(double *sum, const REAL *x, ptrdiff_t count);                 \
  } NAME

METARL_DECLARE_TABLE(metarl_table_f32, float);
METARL_DECLARE_TABLE(metarl_table_f64, double);

typedef struct {
  metarl_table_f32 f32;
  metarl_table_f64 f64;
  // Standard normal numbers for out[steps, episodes, width], each at its own Philox address
  // (key; block of four numbers, first_step + step, first_episode + episode, task).
  void (*_Nonnull normals)(float *out, uint32_t key0, uint32_t key1, uint32_t task,
                  uint32_t first_episode, uint32_t episodes, uint32_t first_step,
                  uint32_t steps, uint32_t width);
  void (*_Nonnull widen)(double *out, const float *in, ptrdiff_t count);
  void (*_Nonnull narrow)(float *out, const double *in, ptrdiff_t count);
} metarl_kernels;

// The kernels of the instruction set in use. Chosen at the first call: the best the processor
// has, or METARL_INSTRUCTION_SET=baseline|avx2|avx512 from the environment where it has that.
const metarl_kernels *metarl_active_kernels(void);

// 0, or a reason in `message` why the library cannot work here (no BLAS found, say).
int metarl_start(char *message, size_t capacity);

// The instruction set in use, METARL_BASELINE and so on.
int metarl_instruction_set(void);
// The BLAS core that runs ("SkylakeX"), or "none".
const char *metarl_blas_core(void);
// The BLAS's own version line, or "none".
const char *metarl_blas_version(void);
// The instruction set that LIBXSMM generates code for ("avx512_clx"), or "none".
const char *metarl_small_product_target(void);

// y[B, n] = x[B, k] w[k, n], or += when accumulate is not 0.
void metarl_product_f32(float *y, const float *x, const float *w, ptrdiff_t rows, ptrdiff_t inner,
                        ptrdiff_t columns, int accumulate);
void metarl_product_f64(double *y, const double *x, const double *w, ptrdiff_t rows,
                        ptrdiff_t inner, ptrdiff_t columns, int accumulate);
// g[n, k] += z[B, n]^T x[B, k].
void metarl_outer_product_f32(float *g, const float *z, const float *x, ptrdiff_t rows,
                              ptrdiff_t columns, ptrdiff_t inner);
void metarl_outer_product_f64(double *g, const double *z, const double *x, ptrdiff_t rows,
                              ptrdiff_t columns, ptrdiff_t inner);

// y[B, n] = x[B, k] w[k, n] by the BLAS alone, whatever its size: the yardstick of benchmarks.
void metarl_blas_product_f32(float *y, const float *x, const float *w, ptrdiff_t rows,
                             ptrdiff_t inner, ptrdiff_t columns);

// Zeroed memory aligned to 64 bytes, large blocks on huge pages; NULL when there is none.
void *_Nullable metarl_allocate(size_t bytes);
void metarl_free(void *memory);

#pragma clang assume_nonnull end

#endif
