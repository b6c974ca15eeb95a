/* SPDX-License-Identifier: ISC */
/*
 * Loads keys into an ssh-agent by ssh-add(1), one at a time, as keydir.h and keyoptions.h say.
 * What fails is said: in the record, on standard error, and for a notification.
 */
#ifndef QSSH_AGENTS_KEYLOAD_H
#define QSSH_AGENTS_KEYLOAD_H

#include "agents/keydir.h"
#include "agents/keyoptions.h"
#include "base/text.h"
#include "store/record.h"

#include <stdint.h>

struct keyload {
	const char *home;
	struct record *record;
	int64_t deadline; /* by clock_now(), for all keys together: passphrases are asked for until then */
	struct text *failures; /* a line for each key that was not loaded */
	unsigned loaded, failed; /* results */
};

/*
 * Loads agent name's keys into the agent at SSH_AUTH_SOCK. 0, also where keys failed; or -errno as keydir_check():
 * nothing was loaded.
 */
int keyload_run(struct keyload *l, const char *name);

/*
 * Reads the key's option file; none is no options.
 * 0, or -EINVAL with why, the end of a sentence that begins with the key.
 */
int keyload_options(const struct keydir_key *key, struct keyoptions *o, char *why, size_t size);

#endif
