// Which instruction set's engine runs, and the room for a group.
#ifdef METARL_MUJOCO

#include <stdlib.h>

#include "CKernels.h"
#include "work.h"

typedef unsigned run_function(const lane_model *, lane_work *, struct mjData_ *const *, int, int,
                              int);
run_function lane_run_baseline, lane_run_avx2, lane_run_avx512;

lane_work *lane_work_make(const lane_model *model) {
  size_t entries = 0;
  for (int i = 0; i < model->slots; i++)
    entries += (size_t)(model->slot[i].rows * model->slot[i].length);
  // A multiple of the alignment, as aligned_alloc asks for: every part of it is one.
  lane_work *work = aligned_alloc(64, sizeof *work + entries * sizeof(vd));
  if (work) work->counts = (struct lane_counts){0};
  return work;
}

void lane_work_free(lane_work *work) { free(work); }

struct lane_counts lane_counts_of(const lane_work *work) { return work->counts; }

unsigned lane_step(const lane_model *model, lane_work *work, struct mjData_ *const *data, int count,
                   int steps, int results) {
  run_function *run = lane_run_baseline;
#if defined(__x86_64__)
  int set = metarl_instruction_set();
  run = set == METARL_AVX512 ? lane_run_avx512 : set == METARL_AVX2 ? lane_run_avx2 : run;
#endif
  return run(model, work, data, count, steps, results);
}

#else
typedef int lanes_are_built_without_mujoco;
#endif
