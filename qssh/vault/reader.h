/* SPDX-License-Identifier: ISC */
/* Reads the record's files, whole or what they grew by, and makes a line of what in them is none. */
#ifndef QSSH_VAULT_READER_H
#define QSSH_VAULT_READER_H

#include "vault/entries.h"

/*
 * Reads what the files of ~/.local/state/qssh hold beyond what *e has seen of them; at first: everything. A line
 * without its newline is left for later. 0, -ENOENT: there is no record, or -errno. What was there is forgotten:
 * e->all is what is new.
 */
int reader_read(struct entries *e, const char *state_dir);

#endif
