// Memory for matrices: small blocks from malloc, large ones out of chunks on huge pages.
//
// Curvature products stream through all cached activations of a meta-batch again and again;
// with pages of 4 KiB the prefetchers stop at every page and the address translation misses all
// the time. A chunk is given back when the last block in it is freed.

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "CKernels.h"

enum { ALIGNMENT = 64 };
#define HUGE_PAGE ((size_t)2 << 20)
#define CHUNK ((size_t)16 << 20)
#define SMALL ((size_t)64 << 10)

typedef struct chunk {
  size_t used, size, live;
} chunk;

// What stands before every block.
typedef struct {
  chunk *owner;
  char padding[ALIGNMENT - sizeof(chunk *)];
} header;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static chunk *current;

static chunk *new_chunk(size_t bytes) {
  size_t size = (bytes + ALIGNMENT + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  if (size < CHUNK) size = CHUNK;
  // One huge page more than wanted, then the ends are cut off to what is aligned.
  char *raw = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) return NULL;
  size_t before = (HUGE_PAGE - (size_t)raw % HUGE_PAGE) % HUGE_PAGE;
  if (before) munmap(raw, before);
  if (HUGE_PAGE - before) munmap(raw + before + size, HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
  madvise(raw + before, size, MADV_HUGEPAGE);
#endif
  chunk *c = (chunk *)(raw + before);
  *c = (chunk){.used = ALIGNMENT, .size = size, .live = 0};
  return c;
}

void *metarl_allocate(size_t bytes) {
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  header *block;
  if (bytes < SMALL) {
    block = aligned_alloc(ALIGNMENT, bytes + sizeof(header));
    if (!block) return NULL;
    block->owner = NULL;
    memset(block + 1, 0, bytes);
    return block + 1;
  }
  size_t whole = bytes + sizeof(header);
  pthread_mutex_lock(&lock);
  if (!current || current->size - current->used < whole) {
    chunk *fresh = new_chunk(whole);
    if (!fresh) {
      pthread_mutex_unlock(&lock);
      return NULL;
    }
    if (current && current->live == 0) munmap(current, current->size);
    current = fresh;
  }
  block = (header *)((char *)current + current->used);
  current->used += whole;
  current->live++;
  block->owner = current;
  pthread_mutex_unlock(&lock);
  // Fresh from the kernel: zeros already.
  return block + 1;
}

void metarl_free(void *memory) {
  header *block = (header *)memory - 1;
  chunk *owner = block->owner;
  if (!owner) {
    free(block);
    return;
  }
  pthread_mutex_lock(&lock);
  if (--owner->live == 0 && owner != current) munmap(owner, owner->size);
  pthread_mutex_unlock(&lock);
}
