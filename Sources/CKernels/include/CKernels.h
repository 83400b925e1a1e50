#ifndef METARL_CKERNELS_H
#define METARL_CKERNELS_H
int metarl_kernels_version(void);
#endif
