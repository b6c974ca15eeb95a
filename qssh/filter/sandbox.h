/* SPDX-License-Identifier: ISC */
/*
 * Confinement of the filter: from here on the process can open, start and reach nothing new, and each
 * descriptor that it holds is good for one thing. Sources: seccomp(2), prctl(2), setrlimit(2).
 *
 * A build with -DQSSH_UNCONFINED leaves it out, for sanitizers, valgrind and coverage, which can't live under it.
 * Nothing switches it at run time.
 */
#ifndef QSSH_FILTER_SANDBOX_H
#define QSSH_FILTER_SANDBOX_H

#include "base/limits.h"

/* The descriptors that the loop uses, and for what. -1: it is not there. */
struct sandbox {
	int in; /* read */
	int out; /* writev */
	int agent, witness; /* read, writev, close */
	int asker; /* send and recv without an address, without waiting */
	int journal; /* writev */
	int signatures, requests; /* write, pread, flock; O_APPEND: nothing that is there can be changed */
	int brake[2]; /* pread */
	int rate; /* flock, pread, pwrite */
	int share; /* fcntl, to look whether others wait */
	int unnamed; /* as rate, and ftruncate to at most UNNAMED_SIZE */
};

/*
 * Confines this process for good: no_new_privs, not dumpable, no core, no processes, no more memory than now.
 * No more descriptors than the highest in use, no file larger than SANDBOX_FILE_MAX.
 * And a list of system calls with the arguments that the loop gives them; any other call ends the process.
 * 0 or -errno: not confined.
 */
int sandbox_enter(const struct sandbox *s);

/* More than any file that the loop writes to may have: a record is rotated long before. */
#define SANDBOX_FILE_MAX LIMIT_RECORD_FILE

#endif
