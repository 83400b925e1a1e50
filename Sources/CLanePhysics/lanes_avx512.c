// The engine for AVX-512 (foundation, doubleword and quadword, byte and word, vector length).
#if defined(__x86_64__)
#ifdef METARL_MUJOCO
#include <math.h>
#include <mujoco/mujoco.h>
#endif
#pragma clang attribute push(                                                        \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma"))), \
    apply_to = function)
#define LANE_RUN lane_run_avx512
#include "body.h"
#pragma clang attribute pop
#endif
