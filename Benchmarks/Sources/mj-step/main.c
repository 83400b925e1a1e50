// Environment steps a second of MuJoCo alone: mj_step with random controls, one mjData a thread.
//
//   mj-step MODEL.xml FRAME_SKIP HORIZON SECONDS THREADS
//
// The yardstick for sampling: the same model and frame skip, fresh uniform controls every step, the
// start state with uniform noise of 0.1 every HORIZON steps. Prints one JSON line.

#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const mjModel *model;
static int frame_skip, horizon;
static double seconds;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double uniform(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) * 0x1p-52 - 1;
}

static void *run(void *argument) {
  double *rate = argument;
  uint64_t state = (uint64_t)(size_t)argument;
  mjData *data = mj_makeData(model);
  long steps = 0;
  double start = now(), elapsed = 0;
  while (elapsed < seconds) {
    mj_resetData(model, data);
    for (int i = 0; i < model->nq; i++) data->qpos[i] += 0.1 * uniform(&state);
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < model->nu; i++) data->ctrl[i] = uniform(&state);
      for (int f = 0; f < frame_skip; f++) mj_step(model, data);
      steps++;
    }
    elapsed = now() - start;
  }
  *rate = (double)steps / elapsed;
  mj_deleteData(data);
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: mj-step MODEL.xml FRAME_SKIP HORIZON SECONDS THREADS\n");
    return 64;
  }
  char reason[1000] = "";
  model = mj_loadXML(arguments[1], NULL, reason, sizeof reason);
  if (!model) {
    fprintf(stderr, "mj-step: %s: %s\n", arguments[1], reason);
    return 64;
  }
  frame_skip = atoi(arguments[2]);
  horizon = atoi(arguments[3]);
  seconds = atof(arguments[4]);
  int threads = atoi(arguments[5]);
  if (frame_skip < 1 || horizon < 1 || seconds <= 0 || threads < 1 || threads > 1024) {
    fprintf(stderr, "mj-step: every number must be positive\n");
    return 64;
  }
  pthread_t handles[1024];
  double rates[1024] = {0}, total = 0;
  for (int i = 0; i < threads; i++) pthread_create(&handles[i], NULL, run, &rates[i]);
  for (int i = 0; i < threads; i++) {
    pthread_join(handles[i], NULL);
    total += rates[i];
  }
  printf("{\"steps_per_second\": %.0f, \"threads\": %d}\n", total, threads);
  return 0;
}
