#include "CKernels.h"
int metarl_kernels_version(void) { return 1; }
