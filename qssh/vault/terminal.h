/* SPDX-License-Identifier: ISC */
/* The terminal that a verb was typed at, for a question that standard input may not answer. */
#ifndef QSSH_VAULT_TERMINAL_H
#define QSSH_VAULT_TERMINAL_H

/* Asks; y or yes is a yes, all else a no. 1, 0, or -ENOTTY: there is no terminal. */
int terminal_confirm(const char *question);

#endif
