#include "CRevision.h"

#include <stddef.h>

const char *metarl_git_revision(void) {
#ifdef METARL_REVISION
  return METARL_REVISION;
#else
  return NULL;
#endif
}
