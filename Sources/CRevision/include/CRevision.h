#ifndef CREVISION_H
#define CREVISION_H

/// The git revision that the program was built from, or NULL where the build was not told.
///
/// In C, because a Swift package can hand a text to the compiler only as a macro of C.
const char *metarl_git_revision(void);

#endif
