/* SPDX-License-Identifier: ISC */
/* `qssh-vault suggest`: rules from what was done. See qssh-vault(1). */
#ifndef QSSH_VAULT_SUGGEST_H
#define QSSH_VAULT_SUGGEST_H

#include "vault/pasts.h"

#include <stdio.h>

/* The verb, with argv from it on. Its exit status. */
int suggest_run(int argc, char **argv);

/*
 * Writes the rules that decide each allowed request of p as it was decided, and refuse all else that was not
 * seen, as far as the language is that exact; refusals as comments.
 * Where that would be too long for a rules file, the comments are left out.
 * Where it still is, so are the requests that were longest ago, and a comment says how many, which is also returned.
 */
size_t suggest_write(FILE *to, const struct pasts *p);

#endif
