/* SPDX-License-Identifier: ISC */
/* `qssh-vault trust --file`: another known_hosts file, whose lines are added to ours. */
#ifndef QSSH_VAULT_TRUSTFILE_H
#define QSSH_VAULT_TRUSTFILE_H

#include <stdbool.h>

/*
 * Adds the lines of the file at path, after showing each and, without yes, a yes on the terminal.
 * A line for a changed or a revoked key is refused; a line with wildcards, unless for an authority, is passed
 * over.
 * Waits for a pipe's writer: a person can end it.
 * The exit code (said.h).
 */
int trustfile_add(const char *path, bool yes, const char *home);

#endif
