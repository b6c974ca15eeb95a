/* SPDX-License-Identifier: ISC */
/*
 * What the kernel tells of another process.
 * Source: proc(5), /proc/PID/stat and /proc/PID/comm.
 */
#ifndef QSSH_SYS_PROCESS_H
#define QSSH_SYS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
	pid_t parent; /* the process that started it, or adopted it */
	pid_t group;
	pid_t session;
	dev_t terminal; /* its controlling terminal; 0: it has none */
	pid_t foreground; /* the process group in that terminal's foreground; -1: none */
	unsigned long long began; /* clock ticks since boot */
	unsigned long long ended_faults; /* page faults of its children that have ended: 0 before the first has */
};

/* False: no such process. */
bool process_look(pid_t pid, struct process *p);

/* 0: no such process. */
pid_t process_parent(pid_t pid);

/* The process is called by this name, of at most 15 bytes. */
bool process_is(pid_t pid, const char *name);

#endif
