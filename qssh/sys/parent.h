/* SPDX-License-Identifier: ISC */
/* Which process started another, and what it is called. Source: proc(5), /proc/PID/stat and /proc/PID/comm. */
#ifndef QSSH_SYS_PARENT_H
#define QSSH_SYS_PARENT_H

#include <stdbool.h>

/* The process that started pid, or adopted it. 0: no such process. */
int parent_of(int pid);

/* The process is called by this name, of at most 15 bytes. */
bool parent_is(int pid, const char *name);

#endif
