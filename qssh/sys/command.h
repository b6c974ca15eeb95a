/* SPDX-License-Identifier: ISC */
/* A program that is run for what it says or does: no shell, standard input empty, an end within a given time. */
#ifndef QSSH_SYS_COMMAND_H
#define QSSH_SYS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command {
	const char *const *argv; /* a path or a name to be looked up in PATH, arguments, NULL */
	const char *const *environment; /* NAME=VALUE strings, NULL at the end; NULL: our own */
	int ms; /* how long it may take */
	bool with_errors; /* its standard error is read too, not thrown away */
	bool alone; /* in a session of its own: without a terminal, and what it started is killed with it */
	int status; /* result: its exit status, 128 + N where signal N ended it */
};

/*
 * Runs it; what it says goes nowhere.
 * Its exit status; -ETIMEDOUT where it was killed for its time, or -errno: it could not be started.
 */
int command_run(struct command *c);

/*
 * Runs it and reads what it says, all of it, into text; NUL-terminated.
 * The length; -EFBIG where it filled size bytes, -ETIMEDOUT, or -errno; status says how it ended.
 */
int command_read(struct command *c, char *text, size_t size);

#endif
