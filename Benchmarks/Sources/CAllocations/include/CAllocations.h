// Counts what the whole process asks of the allocator, libraries included.
//
// The functions of <stdlib.h> are defined here again and hand on to glibc's own; while counting
// is off they cost one branch.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stddef.h>
#include <stdint.h>

// Requests since counting was switched on, and their bytes.
struct allocation_count {
  int64_t requests;
  int64_t bytes;
};

// A place that asked: return addresses, the innermost first, and how often.
enum { allocation_depth = 24 };
struct allocation_site {
  void *frames[allocation_depth];
  int depth;
  int64_t requests;
  int64_t bytes;
};

// Sets the counts to zero and starts counting; with sites, also by place, which is slow.
void allocations_start(int with_sites);

// Stops counting and gives the counts.
struct allocation_count allocations_stop(void);

// Fills `sites` with at most `capacity` places, in no order; gives how many there are.
size_t allocations_sites(struct allocation_site *sites, size_t capacity);

// How far into the program's own file a return address lies; 0 when it is in another.
size_t allocations_offset(const void *address);

#endif
