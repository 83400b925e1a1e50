// The kernels for AVX-512 (foundation, doubleword and quadword, byte and word, vector length).
#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#include "CKernels.h"
#pragma clang attribute push(                                                              \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma"))),       \
    apply_to = function)
#define VECTOR_BYTES 64
#define METARL_MASKED_LOOPS
#define METARL_KERNELS metarl_kernels_avx512
#include "elementwise_body.h"
#pragma clang attribute pop
#endif
