/* SPDX-License-Identifier: ISC */
/*
 * Directories of this boot: $XDG_RUNTIME_DIR/qssh/NAME, made where missing, 0700.
 * What lies there is trusted, so a directory that another user owns or may write to is refused.
 */
#ifndef QSSH_SYS_RUNDIR_H
#define QSSH_SYS_RUNDIR_H

#include <stdbool.h>

/*
 * Opens runtime_dir/qssh/name, and makes it.
 * A directory's descriptor, or -errno: -EPERM for one with the wrong owner or mode.
 */
int rundir_open(const char *runtime_dir, const char *name);

/*
 * Finds the user's runtime directory: $XDG_RUNTIME_DIR, else logind's /run/user/UID, which a bare login shell does
 * not name.
 * It must be ours, and nobody else may write to it.
 * 0 with the path in out (size bytes), or -errno.
 */
int rundir_find(char *out, unsigned size);

/* Nothing more can be written there: no room, or no more files. */
bool rundir_is_full(const char *runtime_dir);

#endif
