/* SPDX-License-Identifier: ISC */
/* The verbs pin and unpin, and the call that they and doctor make. client/pins.h keeps the pinned keys. */
#ifndef QSSH_CLI_PIN_H
#define QSSH_CLI_PIN_H

#include "base/limits.h"
#include "client/call.h"
#include "client/target.h"

/* What a vault offers, asked once: a call of our own, one LIST, its answer. */
struct pin_answer {
	size_t len; /* of the LIST answer */
	uint8_t answer[LIMIT_FRAME];
	char why[CALL_SENTENCE_SIZE]; /* where it failed */
	enum call_fault fault;
};

/*
 * Asks the vault of t for its keys; `default` becomes the vault that is chosen. home may be NULL.
 * It ends at an interrupt from the terminal as any program does, and by QSSH_TIMEOUT.
 * 0 with a checked LIST answer, or -errno with why and fault.
 */
int pin_fetch(struct pin_answer *f, struct target *t, const char *home);

/* The verbs. Their exit status. */
int pin_keep(int argc, char **argv);
int pin_forget(int argc, char **argv);

#endif
