#ifdef METARL_MUJOCO

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "trial_answer.h"

#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <signal.h>
#include <unistd.h>

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
// Sanitizers map terabytes and read files of their own; what they watch is the compiler's memory.
#define TRIAL_IS_WATCHED 1
#endif
#endif

static void limit(int resource, rlim_t most) {
  struct rlimit both = {most, most};
  setrlimit(resource, &both);
}

// Bytes of address space that this process maps.
static rlim_t mapped_bytes(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  unsigned long long pages = 0;
  if (file == NULL) return 0;
  if (fscanf(file, "%llu", &pages) != 1) pages = 0;
  fclose(file);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static struct guard_file *read_files(int *count) {
  if (!trial_read(TRIAL_INPUT, count, sizeof *count) || *count <= 0) return NULL;
  struct guard_file *files = calloc((size_t)*count, sizeof *files);
  for (int i = 0; files != NULL && i < *count; i++) {
    long long lengths[2];
    if (!trial_read(TRIAL_INPUT, lengths, sizeof lengths)) return NULL;
    char *name = calloc(1, (size_t)lengths[0] + 1);
    unsigned char *bytes = malloc((size_t)lengths[1] + 1);
    if (name == NULL || bytes == NULL || !trial_read(TRIAL_INPUT, name, (size_t)lengths[0])
        || !trial_read(TRIAL_INPUT, bytes, (size_t)lengths[1])) {
      return NULL;
    }
    files[i] = (struct guard_file){name, bytes, (size_t)lengths[1]};
  }
  return files;
}

static void answer(const struct guard_trial *trial) {
  trial_write(TRIAL_OUTPUT, trial, sizeof *trial);
  _exit(0);
}

// Everything that later runs on a model: a simulation, its steps, a scaled copy.
//
// Errors that MuJoCo raises in a step are values there too, and no reason to refuse it.
static void try_out(mjModel *model, struct guard_trial *trial) {
  mjData *data = guard_make_data(model);
  if (data == NULL) {
    trial->end = GUARD_TRIAL_OUT_OF_MEMORY;
    return;
  }
  trial->model_bytes = mj_sizeModel(model);
  trial->simulation_bytes = guard_simulation_bytes(data);
  guard_run(model, data, GUARD_RESET, 0);
  if (guard_run(model, data, GUARD_FORWARD, 0)) guard_run(model, data, GUARD_STEP, 3);
  guard_run(model, data, GUARD_CONTACT_FORCES, 0);
  guard_run(model, data, GUARD_KINEMATICS, 0);
  mjModel *copy = guard_copy_model(NULL, model);
  if (copy == NULL) {
    trial->end = GUARD_TRIAL_OUT_OF_MEMORY;
    return;
  }
  guard_run(copy, data, GUARD_RESET, 0);
  guard_set_constants(copy, data);
}

static void run(char **arguments) {
  long long milliseconds = atoll(arguments[1]);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  // The timer ends it by SIGPROF, which distinguishes this end from others; a limit of whole seconds
  // stands behind it.
  struct itimerval timer = {{0, 0}, {milliseconds / 1000, milliseconds % 1000 * 1000}};
  setitimer(ITIMER_PROF, &timer, NULL);
  rlim_t seconds = (rlim_t)(milliseconds / 1000 + 1);
  struct rlimit time = {seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &time);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm((unsigned)atoll(arguments[2]) + 1);
  struct guard_trial trial = {.end = GUARD_TRIAL_COMPILED};
  int count = 0;
  struct guard_file *files = read_files(&count);
  if (files == NULL) {
    trial.end = GUARD_TRIAL_OUT_OF_MEMORY;
    answer(&trial);
  }
#ifndef TRIAL_IS_WATCHED
  limit(RLIMIT_AS, mapped_bytes() + (rlim_t)atoll(arguments[3]));
  limit(RLIMIT_NOFILE, 0);
#endif
  guard_install_handlers();
  int is_memory = 0;
  mjModel *model = guard_load(files, count, trial.message, sizeof trial.message, &is_memory);
  if (model != NULL) {
    try_out(model, &trial);
  } else {
    trial.end = is_memory ? GUARD_TRIAL_OUT_OF_MEMORY : GUARD_TRIAL_REFUSED;
  }
  answer(&trial);
}

// Takes over before `main` when the program was started as a trial.
__attribute__((constructor)) static void become_trial(int count, char **arguments) {
  if (count == 4 && strcmp(arguments[0], GUARD_TRIAL_NAME) == 0) run(arguments);
}

#else

// An empty translation unit is not C.
typedef int guard_trial_child_is_built_without_mujoco;

#endif
