/* SPDX-License-Identifier: ISC */
/*
 * The terminal of whoever started a program: where a sentence for that person goes.
 * Source: proc(5), credentials(7) for sessions and the foreground group.
 */
#ifndef QSSH_CLIENT_TERMINAL_H
#define QSSH_CLIENT_TERMINAL_H

#include <sys/types.h>

/*
 * Opens the terminal that pid's standard error is.
 * Or, where git took that into a pipe (it reads what ssh-keygen says, and tells its own story), the terminal that
 * git's is: only for pid in the foreground of it, as its session's controlling terminal.
 * A pipe or a file that the person chose is left alone, and so is one of any other program.
 *
 * The terminal is ours and in canonical mode: no editor's screen, and nobody else's.
 * Opened so that a write never waits, and never as our own controlling terminal.
 * A descriptor to close, or -1: there is no such terminal.
 * Whether pid still lives is for the caller to find out afterwards.
 */
int terminal_open(pid_t pid);

#endif
