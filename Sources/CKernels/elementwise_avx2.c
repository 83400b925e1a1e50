// The kernels for AVX2 with fused multiply-add.
#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VECTOR_BYTES 32
#define METARL_KERNELS metarl_kernels_avx2
#include "elementwise_body.h"
#pragma clang attribute pop
#endif
