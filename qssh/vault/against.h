/* SPDX-License-Identifier: ISC */
/* `qssh-vault suggest --against`: what a rules file would have decided of what was asked for. See qssh-vault(1). */
#ifndef QSSH_VAULT_AGAINST_H
#define QSSH_VAULT_AGAINST_H

#include "vault/pasts.h"

/* Prints what would change. 0: nothing; 3: something; 1: the rules are wrong, and refuse everything. */
int against_run(const struct pasts *p, const char *rules_path, const char *home);

#endif
