// Compiling a model in a process of its own, with limits, before it is compiled here.
//
// MuJoCo's compiler takes what a model says: it may crash, throw, loop or ask for any memory.
// The trial is this same executable, started again under the name GUARD_TRIAL_NAME: a constructor
// then takes over before `main`. It opens no file: the model's files come through its standard
// input, and after reading them it may open nothing and write nothing but its answer.
#ifndef CMUJOCO_TRIAL_H
#define CMUJOCO_TRIAL_H

// Part of CMuJoCoGuard.h, which includes it.
struct guard_file;

#define GUARD_TRIAL_NAME "metarl-model-trial"

// What a trial may take.
struct guard_limits {
  long long processor_milliseconds;
  long long wall_seconds;
  long long bytes;  // of address space, beyond what the program itself maps
};

// How a trial ended.
enum guard_trial_end {
  GUARD_TRIAL_COMPILED,       // the model can be compiled, copied and stepped
  GUARD_TRIAL_REFUSED,        // MuJoCo said why not: message
  GUARD_TRIAL_OUT_OF_MEMORY,  // it needs more than `bytes`
  GUARD_TRIAL_OUT_OF_TIME,    // it took longer than a limit
  GUARD_TRIAL_CRASHED,        // it ended by a signal: signal
  GUARD_TRIAL_NOT_STARTED,    // the process could not be started: message
};

// What a trial found.
struct guard_trial {
  enum guard_trial_end end;
  int signal;
  long long model_bytes;       // of the compiled model
  long long simulation_bytes;  // of one simulation of it, its stack included
  char message[1024];
};

// Tries the files, the first of which is the model, and waits for the end.
void guard_try(const struct guard_file *files, int count, struct guard_limits limits,
               struct guard_trial *trial);

#endif
