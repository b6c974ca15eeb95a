/* Loads keys into an ssh-agent by ssh-add(1), one at a time, as keydir.h and keyoptions.h say. What fails is said: in the record, on standard error, and for a notification. */
#ifndef QSSH_KEYLOAD_H
#define QSSH_KEYLOAD_H

#include "audit.h"
#include "text.h"

#include <stdint.h>

struct keyload {
	const char *home;
	struct audit *audit;
	int64_t deadline; /* frame.h's clock, for all keys together: passphrases are asked for until then */
	struct text *failures; /* a line for each key that was not loaded */
	unsigned loaded, failed; /* results */
};

/* Loads agent name's keys into the agent at SSH_AUTH_SOCK. 0, also where keys failed; or -errno as keydir_check(): nothing was loaded. */
int keyload_run(struct keyload *l, const char *name);

#endif
