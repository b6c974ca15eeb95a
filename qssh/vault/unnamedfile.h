/* SPDX-License-Identifier: ISC */
/* The host keys without a name, of the owner of a home: the store of unnamed.h as `hosts` and `trust` use it. */
#ifndef QSSH_VAULT_UNNAMEDFILE_H
#define QSSH_VAULT_UNNAMEDFILE_H

#include "store/unnamed.h"
#include "vault/ledger.h"

/*
 * Opens the store, and reads all of it; *out is malloc memory, for unnamedfile_close().
 * 0 or -errno; -ENOENT: nothing was ever kept.
 */
int unnamedfile_read(struct unnamed **out, const char *home, struct span *rest);
void unnamedfile_close(struct unnamed *s);

/*
 * A plain key whose type can stand in a known_hosts line: a filter that a client took over may have written
 * anything.
 */
bool unnamedfile_key(const struct unnamed_entry *untrusted_entry, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key);

/* Drops what the additions of *l name. It would not be listed any more, so a failure does no harm and is not told. */
void unnamedfile_forget(const struct ledger *l, const char *home);

#endif
