/* SPDX-License-Identifier: ISC */
/* `qssh active`: whether ssh should use the vault now. For the verb, and for qssh-active, which ssh and shells run. */
#ifndef QSSH_CLI_ACTIVE_H
#define QSSH_CLI_ACTIVE_H

#include <stdbool.h>

/*
 * The exit status: 0 where it should, else 1. needed: only where SSH_AUTH_SOCK does not lead there already.
 * needed: on ssh's terminal it says so, in one line, where ssh goes without the vault although Split SSH is on, and to
 * root, whom a user's socket, as `sudo -E` leaves it, does not serve. QSSH_QUIET silences it.
 * No stdio, so that qssh-active starts quickly.
 */
int active_run(bool needed);

#endif
