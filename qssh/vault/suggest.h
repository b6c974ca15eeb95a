/* SPDX-License-Identifier: ISC */
/* `qssh-vault suggest`: rules from what was done. See qssh-vault(1). */
#ifndef QSSH_VAULT_SUGGEST_H
#define QSSH_VAULT_SUGGEST_H

#include "vault/past.h"

#include <stdio.h>

/* The verb, with argv from it on. Its exit status. */
int suggest_run(int argc, char **argv);

/*
 * Writes the rules that decide each allowed request of p as it was decided, and refuse all else that was not
 * seen, as far as the language is that exact; refusals as comments.
 */
void suggest_write(FILE *to, const struct pasts *p);

#endif
