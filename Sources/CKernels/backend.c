// Which instruction set, which BLAS, which small-product generator; and the matrix products.
//
// Small products (a few hundred rows, widths of a policy network) run in code that LIBXSMM
// generates for the exact shape; what it declines, and every product on other processors, runs
// in OpenBLAS. OpenBLAS is loaded at run time because its choice of kernels happens while it
// loads: releases before 0.3.24 do not know recent AMD processors and fall to Haswell's kernels,
// half as fast, unless OPENBLAS_CORETYPE says otherwise before that moment.

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CKernels.h"

#if defined(__x86_64__) && __has_include(<libxsmm.h>)
#include <libxsmm.h>
#define METARL_HAS_XSMM 1
#else
#define METARL_HAS_XSMM 0
#endif

extern const metarl_kernels metarl_kernels_baseline;
#if defined(__x86_64__)
extern const metarl_kernels metarl_kernels_avx2;
extern const metarl_kernels metarl_kernels_avx512;
#endif

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };
typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int,
                               const float *, int, float, float *, int);
typedef void (*dgemm_function)(int, int, int, int, int, int, double, const double *, int,
                               const double *, int, double, double *, int);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct {
  int instruction_set;
  int small_products;
  const metarl_kernels *kernels;
  sgemm_function sgemm;
  dgemm_function dgemm;
  const char *core;
  const char *version;
  const char *target;
  char failure[512];
} backend;

static int best_instruction_set(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd"))
    return METARL_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return METARL_AVX2;
#endif
  return METARL_BASELINE;
}

static void choose_instruction_set(void) {
  static const char *const names[] = {"baseline", "avx2", "avx512"};
  int best = best_instruction_set();
  const char *wanted = getenv("METARL_INSTRUCTION_SET");
  backend.instruction_set = best;
  if (wanted && *wanted) {
    int found = -1;
    for (int i = 0; i <= METARL_AVX512; i++)
      if (strcmp(wanted, names[i]) == 0) found = i;
    if (found < 0)
      snprintf(backend.failure, sizeof backend.failure,
               "METARL_INSTRUCTION_SET is '%.40s'; give baseline, avx2 or avx512, or unset it",
               wanted);
    else if (found > best)
      snprintf(backend.failure, sizeof backend.failure,
               "METARL_INSTRUCTION_SET asks for %s, which this processor does not have; its best "
               "is %s",
               names[found], names[best]);
    else
      backend.instruction_set = found;
  }
#if defined(__x86_64__)
  backend.kernels = backend.instruction_set == METARL_AVX512 ? &metarl_kernels_avx512
                    : backend.instruction_set == METARL_AVX2 ? &metarl_kernels_avx2
                                                             : &metarl_kernels_baseline;
#else
  backend.kernels = &metarl_kernels_baseline;
#endif
}

static void load_blas(void) {
#if defined(__x86_64__)
  static const char *const cores[] = {"PRESCOTT", "HASWELL", "SKYLAKEX"};
  // Chosen for this processor, also where the environment says otherwise: a setting made for
  // another program would halve our speed. METARL_BLAS_CORE is ours.
  const char *core_wanted = getenv("METARL_BLAS_CORE");
  setenv("OPENBLAS_CORETYPE",
         core_wanted && *core_wanted ? core_wanted : cores[backend.instruction_set], 1);
#endif
  // Work is parallel over tasks: one thread a call.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  backend.core = backend.version = "none";
  if (!library) {
    snprintf(backend.failure, sizeof backend.failure,
             "OpenBLAS cannot be loaded (%s); install it, on Debian and Ubuntu: "
             "apt-get install libopenblas0-pthread",
             dlerror());
    return;
  }
  backend.sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
  backend.dgemm = (dgemm_function)dlsym(library, "cblas_dgemm");
  if (!backend.sgemm || !backend.dgemm)
    snprintf(backend.failure, sizeof backend.failure,
             "OpenBLAS was loaded but has no cblas_sgemm and cblas_dgemm; install a build with "
             "the C interface, on Debian and Ubuntu: apt-get install libopenblas0-pthread");
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  if (set_threads) set_threads(1);
  char *(*core)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
  if (core) backend.core = core();
  char *(*version)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
  if (version) backend.version = version();
}

#if METARL_HAS_XSMM
// LIBXSMM opens a lock file of a fixed name for writing as it starts, and would wait for ever
// where somebody has put a pipe of that name, or open what a link leads to.
static int lock_file_is_ordinary(void) {
  char path[64];
  struct stat status;
  snprintf(path, sizeof path, "/tmp/.libxsmm.%u", (unsigned)getuid());
  if (lstat(path, &status) != 0 || S_ISREG(status.st_mode)) return 1;
  snprintf(backend.failure, sizeof backend.failure,
           "'%s', the lock file of LIBXSMM, is not an ordinary file; remove it", path);
  return 0;
}
#endif

static void start_small_products(void) {
  backend.target = "none";
#if METARL_HAS_XSMM
  if (backend.instruction_set == METARL_BASELINE) return;
  if (!lock_file_is_ordinary()) return;
  libxsmm_init();
  int limit = backend.instruction_set == METARL_AVX512 ? LIBXSMM_X86_AVX512_CORE
                                                       : LIBXSMM_X86_AVX2;
  libxsmm_set_target_archid(limit);
  backend.target = libxsmm_get_target_arch();
  backend.small_products = 1;
#endif
}

static void start(void) {
  choose_instruction_set();
  if (!backend.failure[0]) load_blas();
  if (!backend.failure[0]) start_small_products();
}

int metarl_start(char *message, size_t capacity) {
  pthread_once(&once, start);
  if (capacity) snprintf(message, capacity, "%s", backend.failure);
  return backend.failure[0] ? 1 : 0;
}

const metarl_kernels *metarl_active_kernels(void) {
  pthread_once(&once, start);
  return backend.kernels;
}

int metarl_instruction_set(void) {
  pthread_once(&once, start);
  return backend.instruction_set;
}

const char *metarl_blas_core(void) {
  pthread_once(&once, start);
  return backend.core;
}

const char *metarl_blas_version(void) {
  pthread_once(&once, start);
  return backend.version;
}

const char *metarl_small_product_target(void) {
  pthread_once(&once, start);
  return backend.target;
}

// LIBXSMM is column-major: its C[m, n] = A[m, k] B[k, n] is our y[n, m] = x[n, k] w[k, m].
#if METARL_HAS_XSMM
#define SMALL_PRODUCTS(REAL, DISPATCH, FUNCTION)                                              \
  static FUNCTION product_##REAL(int m, int n, int k, int accumulate) {                       \
    REAL one = 1, beta = accumulate ? 1 : 0;                                                  \
    int flags = LIBXSMM_GEMM_FLAG_NONE;                                                       \
    return DISPATCH(m, n, k, &m, &k, &m, &one, &beta, &flags, NULL);                          \
  }                                                                                           \
  static FUNCTION outer_##REAL(int m, int n, int k) {                                         \
    REAL one = 1;                                                                             \
    int flags = LIBXSMM_GEMM_FLAG_TRANS_B;                                                    \
    return DISPATCH(m, n, k, &m, &n, &m, &one, &one, &flags, NULL);                           \
  }
SMALL_PRODUCTS(float, libxsmm_smmdispatch, libxsmm_smmfunction)
SMALL_PRODUCTS(double, libxsmm_dmmdispatch, libxsmm_dmmfunction)
#define TRY_SMALL(call, ...)                                  \
  if (backend.small_products && rows <= 4096) {               \
    __typeof__(call) function = call;                         \
    if (function) {                                           \
      function(__VA_ARGS__);                                  \
      return;                                                 \
    }                                                         \
  }
#else
#define TRY_SMALL(call, ...)
#endif

// Greatest size of the gradient of a layer with few inputs that is computed transposed.
enum { TURNED = 4096 };
// Rows of one outer product, and the multiple below which rows are added one by one.
enum { PIECE = 128, ODD = 32 };

#define PRODUCTS(SUFFIX, REAL, GEMM)                                                          \
  void metarl_product_##SUFFIX(REAL *y, const REAL *x, const REAL *w, ptrdiff_t rows,         \
                               ptrdiff_t inner, ptrdiff_t columns, int accumulate) {          \
    pthread_once(&once, start);                                                               \
    TRY_SMALL(product_##REAL((int)columns, (int)rows, (int)inner, accumulate), w, x, y)       \
    backend.GEMM(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)rows, (int)columns, (int)inner,  \
                 1, x, (int)inner, w, (int)columns, accumulate ? 1 : 0, y, (int)columns);     \
  }                                                                                           \
  void metarl_outer_product_##SUFFIX(REAL *g, const REAL *z, const REAL *x, ptrdiff_t rows,   \
                                     ptrdiff_t columns, ptrdiff_t inner) {                    \
    pthread_once(&once, start);                                                               \
    if (inner < 16 && columns > inner && inner * columns <= TURNED) {                         \
      /* Few inputs would leave most of a vector idle: compute the transpose and add it. */   \
      REAL turned[TURNED];                                                                    \
      memset(turned, 0, sizeof(REAL) * (size_t)(inner * columns));                            \
      metarl_outer_product_##SUFFIX(turned, x, z, rows, inner, columns);                      \
      for (ptrdiff_t j = 0; j < columns; j++)                                                 \
        for (ptrdiff_t i = 0; i < inner; i++) g[j * inner + i] += turned[i * columns + j];    \
      return;                                                                                 \
    }                                                                                         \
    /* Rows in blocks of few different sizes: each size is code to generate. */               \
    while (rows > PIECE) {                                                                    \
      metarl_outer_product_##SUFFIX(g, z, x, PIECE, columns, inner);                          \
      z += PIECE * columns, x += PIECE * inner, rows -= PIECE;                                \
    }                                                                                         \
    ptrdiff_t odd = rows % ODD;                                                               \
    for (ptrdiff_t r = rows - odd; r < rows; r++)                                             \
      for (ptrdiff_t j = 0; j < columns; j++)                                                 \
        for (ptrdiff_t i = 0; i < inner; i++) g[j * inner + i] += z[r * columns + j] * x[r * inner + i]; \
    rows -= odd;                                                                              \
    if (rows == 0) return;                                                                    \
    TRY_SMALL(outer_##REAL((int)inner, (int)columns, (int)rows), x, z, g)                     \
    backend.GEMM(ROW_MAJOR, TRANSPOSE, NO_TRANSPOSE, (int)columns, (int)inner, (int)rows, 1,  \
                 z, (int)columns, x, (int)inner, 1, g, (int)inner);                           \
  }
PRODUCTS(f32, float, sgemm)
PRODUCTS(f64, double, dgemm)

void metarl_blas_product_f32(float *y, const float *x, const float *w, ptrdiff_t rows,
                             ptrdiff_t inner, ptrdiff_t columns) {
  pthread_once(&once, start);
  backend.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)rows, (int)columns, (int)inner, 1, x,
                (int)inner, w, (int)columns, 0, y, (int)columns);
}
