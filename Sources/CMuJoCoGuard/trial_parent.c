#ifdef METARL_MUJOCO

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "trial_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int trial_read(int descriptor, void *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t now = read(descriptor, (char *)bytes + done, count - done);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return 0;
    done += (size_t)now;
  }
  return 1;
}

int trial_write(int descriptor, const void *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t now = write(descriptor, (const char *)bytes + done, count - done);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return 0;
    done += (size_t)now;
  }
  return 1;
}

// The files in memory, as the trial reads them; -1 when there is none for them.
static int written_files(const struct guard_file *files, int count) {
  int memory = memfd_create(GUARD_TRIAL_NAME, MFD_CLOEXEC);
  if (memory < 0) return -1;
  int whole = trial_write(memory, &count, sizeof count);
  for (int i = 0; i < count && whole; i++) {
    long long lengths[2] = {(long long)strlen(files[i].name), (long long)files[i].size};
    whole = trial_write(memory, lengths, sizeof lengths)
            && trial_write(memory, files[i].name, strlen(files[i].name))
            && trial_write(memory, files[i].bytes, files[i].size);
  }
  if (whole && lseek(memory, 0, SEEK_SET) == 0) return memory;
  close(memory);
  return -1;
}

// The variables that a trial is started with: where libraries lie and how sanitizers report.
// What else is set here (preloaded libraries, say) is not for it.
static void choose_environment(char *chosen[], int room) {
  static const char *const kept[] = {"LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "TSAN_OPTIONS=",
                                     "UBSAN_OPTIONS=", "LSAN_OPTIONS="};
  int count = 0;
  // OpenBLAS would start threads before the trial begins.
  static char threads[] = "OPENBLAS_NUM_THREADS=1";
  chosen[count++] = threads;
  for (char **variable = environ; *variable != NULL && count < room - 1; variable++) {
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
      if (strncmp(*variable, kept[i], strlen(kept[i])) == 0) {
        chosen[count++] = *variable;
        break;
      }
    }
  }
  chosen[count] = NULL;
}

// Starts the trial; its process number, or -1 with errno.
static pid_t start(int input, int output, struct guard_limits limits) {
  char numbers[3][32];
  snprintf(numbers[0], sizeof numbers[0], "%lld", limits.processor_milliseconds);
  snprintf(numbers[1], sizeof numbers[1], "%lld", limits.wall_seconds);
  snprintf(numbers[2], sizeof numbers[2], "%lld", limits.bytes);
  char name[] = GUARD_TRIAL_NAME;
  char *arguments[] = {name, numbers[0], numbers[1], numbers[2], NULL};
  char *environment[16];
  choose_environment(environment, 16);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, TRIAL_INPUT);
  posix_spawn_file_actions_adddup2(&actions, output, TRIAL_OUTPUT);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  // Signals as a new program has them, and a group of its own: control-C is for this program.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t process = -1;
  int code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code == 0) return process;
  errno = code;
  return -1;
}

// Waits until there is something to read or the other end is closed; 0 when the time is over.
static int wait_for(int descriptor, long long seconds) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long long end = 1000 * (now.tv_sec + seconds) + now.tv_nsec / 1000000;
  for (;;) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long left = end - 1000 * (long long)now.tv_sec - now.tv_nsec / 1000000;
    if (left <= 0) return 0;
    struct pollfd ready = {descriptor, POLLIN, 0};
    int count = poll(&ready, 1, left > 1000000 ? 1000000 : (int)left);
    if (count > 0) return 1;
    if (count < 0 && errno != EINTR) return 0;
  }
}

static void fail(struct guard_trial *trial, const char *what) {
  trial->end = GUARD_TRIAL_NOT_STARTED;
  snprintf(trial->message, sizeof trial->message, "%s: %s", what, strerror(errno));
}

void guard_try(const struct guard_file *files, int count, struct guard_limits limits,
               struct guard_trial *trial) {
  memset(trial, 0, sizeof *trial);
  int input = written_files(files, count);
  if (input < 0) {
    fail(trial, "no memory for the files");
    return;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    fail(trial, "no pipe");
    close(input);
    return;
  }
  pid_t process = start(input, ends[1], limits);
  int code = errno;
  close(input);
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    errno = code;
    fail(trial, "no process");
    return;
  }
  struct guard_trial answer;
  int in_time = wait_for(ends[0], limits.wall_seconds);
  int answered = in_time && trial_read(ends[0], &answer, sizeof answer);
  close(ends[0]);
  // Nothing that it does after its answer matters.
  kill(process, SIGKILL);
  int status = 0;
  pid_t ended;
  do { ended = waitpid(process, &status, 0); } while (ended < 0 && errno == EINTR);
  if (answered) {
    *trial = answer;
    trial->message[sizeof trial->message - 1] = '\0';
  } else if (!in_time || (ended == process && WIFSIGNALED(status)
                          && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGXCPU))) {
    trial->end = GUARD_TRIAL_OUT_OF_TIME;
  } else {
    trial->end = GUARD_TRIAL_CRASHED;
    trial->signal = ended == process && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
}

#else

// An empty translation unit is not C.
typedef int guard_trial_is_built_without_mujoco;

#endif
