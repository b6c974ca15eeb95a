/* SPDX-License-Identifier: ISC */
/* Whether the vault's agents hold a key, for `qssh-vault check`. Starts no agent. */
#ifndef QSSH_VAULT_HELD_H
#define QSSH_VAULT_HELD_H

#include "rules/rules.h"

/* HELD_UNKNOWN: the agent is not there, or is started only when it is needed. */
enum held { HELD_UNKNOWN, HELD_NO, HELD_YES };

/*
 * The agent for f->arg holds a key with f->key_hash, or where that is all zeroes one with f->comment. home is the
 * user's; NULL or not absolute: HELD_UNKNOWN. Waits LIMIT_AGENT_MS at most.
 */
enum held held_find(const struct rules *r, const char *home, const struct facts *f);

#endif
