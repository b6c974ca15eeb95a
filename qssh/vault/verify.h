/* SPDX-License-Identifier: ISC */
/* Whether the record is as it was written: each line has the hash of the one before it (store/recordfile.h). */
#ifndef QSSH_VAULT_VERIFY_H
#define QSSH_VAULT_VERIFY_H

/*
 * Reads all files of ~/.local/state/qssh/record and prints a line for each client's signatures and requests, and
 * one for each place where a line was changed, added or taken away. client: only this one; NULL: all. 0: whole;
 * 1: not, or it can't be read.
 */
int verify_run(const char *state_dir, const char *client);

#endif
