// The engine for AVX2 with fused multiply-add.
#if defined(__x86_64__)
#ifdef METARL_MUJOCO
#include <math.h>
#include <mujoco/mujoco.h>
#endif
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANE_RUN lane_run_avx2
#include "body.h"
#pragma clang attribute pop
#endif
