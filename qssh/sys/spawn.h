/* SPDX-License-Identifier: ISC */
/*
 * Starting a program: no shell, each of its three streams named, signals as they are by default.
 * Nothing else of ours is left open in it, since all that we open is close-on-exec.
 */
#ifndef QSSH_SYS_SPAWN_H
#define QSSH_SYS_SPAWN_H

#include <sys/types.h>

/* A stream that is empty to read from and takes whatever is written. */
#define SPAWN_NULL (-1)

/* Whose process group and session it is in. */
enum spawn_group {
	SPAWN_OURS, /* the caller's: an interrupt at the terminal reaches both */
	SPAWN_GROUP, /* a process group of its own: whatever it starts can be ended with it */
	SPAWN_SESSION, /* a session of its own, too: it has no terminal */
};

struct spawn {
	const char *const *argv; /* a path or a name to be looked up in PATH, arguments, NULL */
	const char *const *environment; /* NAME=VALUE strings, NULL at the end; NULL: our own */
	int in, out, errors; /* descriptors, or SPAWN_NULL; they stay open here */
	enum spawn_group group;
};

/* 0 with *pid; or -errno: it could not be started, which with some C libraries an exit status of 127 says instead. */
int spawn_start(const struct spawn *s, pid_t *pid);

#endif
