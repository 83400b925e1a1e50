// Guarded calls: an error of MuJoCo's between GUARD_OR and GUARD_END jumps back.
#ifndef CMUJOCO_GUARD_JUMP_H
#define CMUJOCO_GUARD_JUMP_H

#include <setjmp.h>
#include <stddef.h>

// Where this thread's guarded call waits for an error; NULL outside a guarded call. (`__thread`
// is the same in C and C++.)
extern __thread jmp_buf *guard_return_point;

// Starts a guarded call; what is in the parentheses runs after an error and must return.
#define GUARD_OR(...)           \
  jmp_buf guard_here;           \
  guard_return_point = &guard_here; \
  if (setjmp(guard_here) != 0) { \
    guard_return_point = NULL;  \
    __VA_ARGS__;                \
  }

// Ends a guarded call that came through.
#define GUARD_END() (guard_return_point = NULL)

#endif
