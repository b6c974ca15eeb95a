/* SPDX-License-Identifier: ISC */
/* A line that is to be added to our known_hosts, for `qssh-vault trust`: what becomes of it, and saying so. */
#ifndef QSSH_VAULT_TRUSTLINE_H
#define QSSH_VAULT_TRUSTLINE_H

#include "vault/ledger.h"
#include "vault/said.h"

#include <stdbool.h>
#include <stdio.h>

/* Everything that a line is judged by. */
struct trustline_known {
	struct ledger *ledger;
	struct hosts *hosts;
	const char *home;
};

/*
 * Reads it, under the ledger's lock until it is closed.
 * VERB_DONE, or VERB_REFUSED after a complaint: nothing to close.
 */
int trustline_open(struct trustline_known *k, const char *home);
void trustline_close(struct trustline_known *k);

enum trustline_fate {
	TRUSTLINE_ADD,
	TRUSTLINE_THERE, /* already */
	TRUSTLINE_CHANGED, /* a name of it has another key of that type */
	TRUSTLINE_REVOKED, /* its key is */
};

/* The type's name can stand in a known_hosts line: it ends no word and no line. */
bool trustline_is_type(struct span s);

/* key is the line's (ledger_key()). *other is set for CHANGED: the line with the other key. */
enum trustline_fate trustline_judge(const struct trustline_known *k, const struct hosts_line *line,
    const struct sshkey *key, const struct ledger_line **other);

/* Says `FINGERPRINT TYPE NAMES` behind words that say what of it, and the other line unless it is NULL. */
void trustline_say(const char *result, const struct hosts_line *line, const struct sshkey *key,
    const struct ledger_line *other, FILE *to);

/* Says on stderr what to do about the changed key of a host called name, whose other line is in the file at path. */
void trustline_advise(const char *path, const char *name);

/*
 * Writes what was added to the ledger, and forgets those keys among the ones without a name.
 * VERB_DONE, or VERB_REFUSED after a complaint.
 */
int trustline_commit(struct trustline_known *k);

#endif
