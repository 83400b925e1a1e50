#define _GNU_SOURCE
#include "CAllocations.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

// glibc's allocator under the names it keeps for those who replace the public ones.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static atomic_int mode;  // 0: off, 1: counts, 2: counts and sites
static atomic_llong requests, bytes;

enum { site_capacity = 8192 };
static struct allocation_site sites[site_capacity];
static size_t site_count;
static pthread_mutex_t site_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int is_recording;

// Finds or adds the place of this request; the two innermost frames are this file's own.
static void record_site(size_t size) {
  void *frames[allocation_depth + 2];
  int depth = backtrace(frames, allocation_depth + 2) - 2;
  if (depth <= 0) return;
  size_t hash = 14695981039346656037u;
  for (int i = 0; i < depth; i++) hash = (hash ^ (size_t)frames[i + 2]) * 1099511628211u;
  pthread_mutex_lock(&site_lock);
  for (size_t probe = 0; probe < site_capacity; probe++) {
    struct allocation_site *site = &sites[(hash + probe) % site_capacity];
    if (site->depth == 0 && site_count < site_capacity / 2) {
      site->depth = depth;
      memcpy(site->frames, frames + 2, sizeof(void *) * (size_t)depth);
      site_count++;
    }
    if (site->depth == 0) break;
    if (site->depth == depth &&
        memcmp(site->frames, frames + 2, sizeof(void *) * (size_t)depth) == 0) {
      site->requests++;
      site->bytes += (int64_t)size;
      break;
    }
  }
  pthread_mutex_unlock(&site_lock);
}

static inline __attribute__((always_inline)) void note(size_t size) {
  int now = atomic_load_explicit(&mode, memory_order_relaxed);
  if (__builtin_expect(now == 0, 1) || is_recording) return;
  atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, (long long)size, memory_order_relaxed);
  if (now < 2) return;
  is_recording = 1;
  record_site(size);
  is_recording = 0;
}

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  note(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  note(size);
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  note(size);
  void *found = __libc_memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *memory = found;
  return 0;
}

void free(void *memory) { __libc_free(memory); }

void allocations_start(int with_sites) {
  // The first backtrace loads the unwinder, which allocates.
  void *frame;
  backtrace(&frame, 1);
  memset(sites, 0, sizeof sites);
  site_count = 0;
  atomic_store(&requests, 0);
  atomic_store(&bytes, 0);
  atomic_store(&mode, with_sites ? 2 : 1);
}

struct allocation_count allocations_stop(void) {
  atomic_store(&mode, 0);
  return (struct allocation_count){atomic_load(&requests), atomic_load(&bytes)};
}

size_t allocations_sites(struct allocation_site *found, size_t capacity) {
  size_t count = 0;
  for (size_t i = 0; i < site_capacity && count < capacity; i++) {
    if (sites[i].depth > 0) found[count++] = sites[i];
  }
  return count;
}

size_t allocations_offset(const void *address) {
  Dl_info there, here;
  if (dladdr(address, &there) == 0 || dladdr((void *)allocations_offset, &here) == 0) return 0;
  if (there.dli_fbase != here.dli_fbase) return 0;
  return (size_t)((const char *)address - (const char *)there.dli_fbase);
}
