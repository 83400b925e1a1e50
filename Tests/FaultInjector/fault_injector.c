// Counts what a program does to the files of a folder, and ends or fails it at the n-th call.
//
// Loaded by LD_PRELOAD; what it reads from the environment:
//
//   METARL_FAULT_FOLDER  calls on paths that contain this count; without it nothing does
//   METARL_FAULT_LOG     every counted call is written there: number, call, path
//   METARL_FAULT_AT      the call that is hit, from 1
//   METARL_FAULT_KIND    kill         SIGKILL before the call
//                        kill-after   SIGKILL behind it
//                        kill-half    SIGKILL behind half of a write (before any other call)
//                        short        half of a write, which says so (any other call is done)
//                        error        fails with METARL_FAULT_ERRNO; so do all later calls that
//                                     write when METARL_FAULT_STAYS is set
//                        silent       says that it was done and does nothing
//   METARL_FAULT_MEMORY  the memory that MuJoCo asks for is not given as soon as this file exists
//
// Counted are calls that change something, and fsync and flock.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { NONE, KILL, KILL_AFTER, KILL_HALF, SHORT, ERROR, SILENT };

static const char *folder;
static enum kind kind;
static long at;
static int error_number, stays, log_descriptor = -1;
static atomic_long calls;

__attribute__((constructor)) static void read_environment(void) {
  static const char *const names[] = {"", "kill", "kill-after", "kill-half", "short", "error", "silent"};
  const char *text = getenv("METARL_FAULT_KIND");
  for (int i = KILL; text && i <= SILENT; i++) {
    if (!strcmp(text, names[i])) kind = (enum kind)i;
  }
  if ((text = getenv("METARL_FAULT_AT"))) at = atol(text);
  if ((text = getenv("METARL_FAULT_ERRNO"))) error_number = atoi(text);
  stays = getenv("METARL_FAULT_STAYS") != NULL;
  if ((text = getenv("METARL_FAULT_LOG"))) {
    log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, text,
                                  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  folder = getenv("METARL_FAULT_FOLDER");
}

/// What befalls a call on a path.
static enum kind fate(const char *call, const char *path) {
  if (!folder || !path || !strstr(path, folder)) return NONE;
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (log_descriptor >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
    syscall(SYS_write, log_descriptor, line, (size_t)length);
  }
  if (at > 0 && (number == at || (number > at && stays && kind == ERROR))) return kind;
  return NONE;
}

static void end_process(void) {
  syscall(SYS_kill, (int)syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

static const char *path_of(int descriptor, char *buffer) {
  char link[64];
  if (descriptor <= STDERR_FILENO || !folder) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  int before = errno;
  ssize_t length = syscall(SYS_readlink, link, buffer, (size_t)(PATH_MAX - 1));
  errno = before;
  if (length < 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

static const char *absolute(const char *path, char *buffer) {
  if (!path || path[0] == '/' || !folder) return path;
  if (syscall(SYS_getcwd, buffer, (size_t)PATH_MAX) < 0) return path;
  size_t length = strlen(buffer);
  snprintf(buffer + length, PATH_MAX, "/%s", path);
  return buffer;
}

// A call whose arguments are handed on as they are.
#define CALL(name, path, expression)                                   \
  char buffer[2 * PATH_MAX];                                           \
  static __typeof__(&name) real;                                       \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);        \
  switch (fate(#name, path)) {                                         \
    case KILL: case KILL_HALF: end_process();                          \
    case KILL_AFTER: (void)(expression); end_process();                \
    case ERROR: errno = error_number; return -1;                       \
    case SILENT: return 0;                                             \
    case NONE: case SHORT: break;                                      \
  }                                                                    \
  return (expression)

int fsync(int descriptor) { CALL(fsync, path_of(descriptor, buffer), real(descriptor)); }
int flock(int descriptor, int operation) {
  CALL(flock, path_of(descriptor, buffer), real(descriptor, operation));
}
int ftruncate(int descriptor, off_t size) {
  CALL(ftruncate, path_of(descriptor, buffer), real(descriptor, size));
}
int ftruncate64(int descriptor, off64_t size) {
  CALL(ftruncate64, path_of(descriptor, buffer), real(descriptor, size));
}
int rename(const char *from, const char *to) {
  CALL(rename, absolute(to, buffer), real(from, to));
}
int unlink(const char *path) { CALL(unlink, absolute(path, buffer), real(path)); }
int rmdir(const char *path) { CALL(rmdir, absolute(path, buffer), real(path)); }
int mkdir(const char *path, mode_t mode) {
  CALL(mkdir, absolute(path, buffer), real(path, mode));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  CALL(pwrite, path_of(descriptor, buffer), real(descriptor, bytes, count, offset));
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  CALL(pwrite64, path_of(descriptor, buffer), real(descriptor, bytes, count, offset));
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  char buffer[2 * PATH_MAX];
  if (!real) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  switch (fate("write", path_of(descriptor, buffer))) {
    case KILL: end_process();
    case KILL_AFTER: (void)!real(descriptor, bytes, count); end_process();
    case KILL_HALF: (void)!real(descriptor, bytes, count / 2); end_process();
    case SHORT: return real(descriptor, bytes, count > 1 ? count / 2 : count);
    case ERROR: errno = error_number; return -1;
    case SILENT: return (ssize_t)count;
    case NONE: break;
  }
  return real(descriptor, bytes, count);
}

// Opening counts where it may make or change the file.
static int changes(int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0; }

#define OPEN(name, path_argument, ...)                                            \
  va_list rest;                                                                   \
  va_start(rest, flags);                                                          \
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;         \
  va_end(rest);                                                                   \
  CALL(name, changes(flags) ? absolute(path_argument, buffer) : NULL, real(__VA_ARGS__, flags, mode))

int open(const char *path, int flags, ...) { OPEN(open, path, path); }
int open64(const char *path, int flags, ...) { OPEN(open64, path, path); }
int openat(int base, const char *path, int flags, ...) { OPEN(openat, path, base, path); }

// MuJoCo's arrays come from posix_memalign; what the rest of the program asks for is given.
int posix_memalign(void **place, size_t alignment, size_t size) {
  static int (*real)(void **, size_t, size_t);
  if (!real) real = (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT, "posix_memalign");
  const char *path = getenv("METARL_FAULT_MEMORY");
  Dl_info caller;
  if (path && dladdr(__builtin_return_address(0), &caller) && caller.dli_fname &&
      strstr(caller.dli_fname, "libmujoco") && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK)) {
    return ENOMEM;
  }
  return real(place, alignment, size);
}
