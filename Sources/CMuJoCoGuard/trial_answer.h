// What passes between a program and the trial of a model: the files one way, the answer back.
#ifndef CMUJOCO_TRIAL_ANSWER_H
#define CMUJOCO_TRIAL_ANSWER_H

#include "CMuJoCoGuard.h"

// The trial's standard input starts with the number of files (an int); each is then
// {length of the name, length of the bytes} (two long longs), the name, the bytes.
#define TRIAL_INPUT 0
// The trial's standard output takes a struct guard_trial.
#define TRIAL_OUTPUT 1

// Reads or writes everything; 0 when it could not.
int trial_read(int descriptor, void *bytes, size_t count);
int trial_write(int descriptor, const void *bytes, size_t count);

#endif
