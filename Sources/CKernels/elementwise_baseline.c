// The kernels for whatever the compiler's target guarantees (SSE2 on x86-64, NEON on arm64).
#define VECTOR_BYTES 16
#define METARL_KERNELS metarl_kernels_baseline
#include "elementwise_body.h"
