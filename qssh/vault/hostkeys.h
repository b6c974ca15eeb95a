/* SPDX-License-Identifier: ISC */
/* The names that this vault's known_hosts give to host keys, found by a key's hash: the record has no more of a key. */
#ifndef QSSH_VAULT_HOSTKEYS_H
#define QSSH_VAULT_HOSTKEYS_H

#include "base/sha256.h"
#include "rules/rules.h"
#include "ssh/hostnames.h"
#include "store/knownhosts.h"

#include <stddef.h>
#include <stdint.h>

struct hostkey {
	uint8_t hash[SHA256_SIZE];
	struct names_line line; /* the next is another line of the same key */
};

struct hostkeys {
	struct hostkey *all; /* by hash */
	size_t count;
	uint8_t *texts[HOSTS_FILES]; /* what the lines point into */
};

/*
 * Reads the files. Plain lines alone: no @cert-authority, no @revoked.
 * A file that can't be read is empty.
 */
void hostkeys_read(struct hostkeys *h, const char *home);

/* Gives the memory back. */
void hostkeys_free(struct hostkeys *h);

/*
 * Gives a host that was proven or vouched, and each named hop, all names that its key has here; where it has none any
 * more, *f is left.
 */
void hostkeys_name(const struct hostkeys *h, struct facts *f);

/* The lines that name the key; NULL: there are none. */
const struct names_line *hostkeys_find(const struct hostkeys *h, const uint8_t hash[SHA256_SIZE]);

#endif
