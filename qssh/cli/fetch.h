/* What a vault offers, asked once: a call of our own, one LIST, its answer. */
#ifndef QSSH_CLI_FETCH_H
#define QSSH_CLI_FETCH_H

#include "base/limits.h"
#include "client/call.h"
#include "client/target.h"

struct fetch {
	size_t len; /* of the LIST answer */
	uint8_t answer[LIMIT_FRAME];
	char why[CALL_SENTENCE_SIZE]; /* where it failed */
};

/*
 * Asks the vault of t for its keys; `default` becomes the vault that is chosen. 0 with a checked LIST answer, or -errno with why. It ends at an interrupt
 * from the terminal as any program does, and by QSSH_TIMEOUT. home may be NULL.
 */
int fetch_keys(struct fetch *f, struct target *t, const char *home);

#endif
