// The engine for whatever the compiler's target guarantees (SSE2 on x86-64, NEON on arm64).
#define LANE_RUN lane_run_baseline
#include "body.h"
