/* SPDX-License-Identifier: ISC */
/* `qssh active`: whether ssh should use the vault now. For the verb, and for qssh-active, which ssh and shells run. */
#ifndef QSSH_CLI_ACTIVE_H
#define QSSH_CLI_ACTIVE_H

#include <stdbool.h>

/*
 * The exit status: 0 where it should, else 1. needed: only where SSH_AUTH_SOCK does not lead there already.
 * On ssh's terminal root is told why a user's socket, as `sudo -E` leaves it, serves it nothing. No stdio, so that
 * qssh-active starts quickly.
 */
int active_run(bool needed);

#endif
