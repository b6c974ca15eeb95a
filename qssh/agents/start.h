/* SPDX-License-Identifier: ISC */
/* Starts agents of ours, by systemd's user manager where there is one, else by itself. */
#ifndef QSSH_AGENTS_START_H
#define QSSH_AGENTS_START_H

#include <stddef.h>

/*
 * Starts those that names lists, checked names with NULL at the end, and waits until their keys are loaded,
 * LIMIT_START_MS at most for all.
 * The manager first gets what our environment says of the session, its display, bus and dialog program:
 * passphrases and confirmations are asked for there.
 * 0, or -errno where one did not start, or not in time.
 */
int agentstart_run(const char *runtime_dir, const char *const names[]);

/* name's unit: qssh-agent@NAME.service, with what a unit's name can't hold escaped as systemd-escape(1) does. */
#define AGENTSTART_UNIT 320u
void agentstart_unit(const char *name, char unit[AGENTSTART_UNIT]);

/* The other way: the name of the unit's instance, in place. */
void agentstart_unescape(char *instance);

/* The path of another of our programs, which are all in one directory. 0 or -errno. */
int agentstart_beside(const char *program, char *path, size_t size);

#endif
