#ifdef METARL_MUJOCO

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

extern "C" {
#include "CMuJoCoGuard.h"
#include "guard_jump.h"
}

#include <exception>
#include <mujoco/mujoco.h>
#include <new>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace {

struct load {
  const guard_file *files;
  int count;
  char *message;
  int message_size;
  int *is_memory;
  mjModel *model;
};

// Puts a file into MuJoCo's virtual file system; 0, or what MuJoCo answers (2 for a name that is
// there already: then the bytes are the same).
int add(mjVFS *system, const guard_file &file) {
#if mjVERSION_HEADER >= 320
  return mj_addBufferVFS(system, file.name, file.bytes, (int)file.size);
#else
  int code = mj_makeEmptyFileVFS(system, file.name, (int)file.size);
  if (code != 0) return code;
  int index = mj_findFileVFS(system, file.name);
  memcpy(system->filedata[index], file.bytes, file.size);
  return 0;
#endif
}

mjModel *compile(load *job, mjVFS *system) {
  for (int i = 0; i < job->count; i++) {
    int code = add(system, job->files[i]);
    if (code == 0 || code == 2) continue;
    snprintf(job->message, (size_t)job->message_size, "there is no room for the file '%s'",
             job->files[i].name);
    return nullptr;
  }
  return mj_loadXML(job->files[0].name, system, job->message, job->message_size);
}

// Compiles under the guard; exceptions that leave MuJoCo become messages.
void *run(void *argument) {
  load *job = static_cast<load *>(argument);
  mjVFS *system = static_cast<mjVFS *>(malloc(sizeof(mjVFS)));
  if (system == nullptr) {
    *job->is_memory = 1;
    return nullptr;
  }
  mj_defaultVFS(system);
  jmp_buf here;
  guard_return_point = &here;
  if (setjmp(here) == 0) {
    try {
      job->model = compile(job, system);
    } catch (const std::bad_alloc &) {
      *job->is_memory = 1;
    } catch (const std::exception &error) {
      snprintf(job->message, (size_t)job->message_size, "exception: %s", error.what());
    } catch (...) {
      snprintf(job->message, (size_t)job->message_size, "exception of an unknown kind");
    }
  } else {
    snprintf(job->message, (size_t)job->message_size, "%s", guard_message());
  }
  guard_return_point = nullptr;
  if (strstr(job->message, "ould not allocate") != nullptr) *job->is_memory = 1;
  mj_deleteVFS(system);
  free(system);
  return nullptr;
}

}  // namespace

extern "C" mjModel *guard_load(const guard_file *files, int count, char *message,
                               int message_size, int *is_memory) {
  message[0] = '\0';
  *is_memory = 0;
  load job = {files, count, message, message_size, is_memory, nullptr};
  // A stack of its own: compiling recurses with the depth of the model, and the threads of this
  // program may have small ones.
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)GUARD_LOAD_STACK);
  int code = pthread_create(&thread, &attributes, run, &job);
  pthread_attr_destroy(&attributes);
  if (code != 0) {
    *is_memory = 1;
    return nullptr;
  }
  pthread_join(thread, nullptr);
  return job.model;
}

#endif
