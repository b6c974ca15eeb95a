/* SPDX-License-Identifier: ISC */
/*
 * The notification after a person's yes, with the button "Always allow this". The filter names a line of the record
 * and no more: what is shown is the rule that `qssh-vault allow` would make of that line, and a click has it added.
 * Where there is no such rule, it is a notification as any other.
 */
#ifndef QSSH_ASK_OFFER_H
#define QSSH_ASK_OFFER_H

#include "ask/askmsg.h"
#include "ask/notices.h"
#include "sys/child.h"

#include <stdint.h>

/* The button works for so long: whoever has just answered is still there. */
#define OFFER_MS 60000

/* Reading the record, and writing the rules. */
#define OFFER_VAULT_MS 20000

enum offer_state {
	OFFER_NONE,
	OFFER_LOOKS, /* qssh-vault says what the rule would be */
	OFFER_SHOWN, /* by qssh-notify */
	OFFER_ADDS, /* qssh-vault adds it */
};

struct offer {
	const char *notify; /* qssh-notify's path */
	const char *client; /* whose requests they are */
	enum offer_state state;
	struct child child; /* of that state */
	int64_t until; /* clock_now() */
	char line[ASKMSG_OFFER]; /* of the record */
	char title[WORDING_DEED]; /* what is shown where no rule is offered */
	char words[ASKMSG_WORDS];
};

/* None is open. Both strings must outlive it. */
void offer_open(struct offer *o, const char *notify, const char *client);

/* Offers it, in place of one that is still shown. False: not now, and m is to be shown without a button. */
bool offer_begin(struct offer *o, const struct askmsg *m);

/*
 * Does what can be done now: to be called when o->child.pidfd is readable, or until has come. What is to be shown
 * without a button is added to n: m where there is no rule for it, and what a click came to.
 */
void offer_step(struct offer *o, struct notices *n);

/* Gives it up: a button on the screen does nothing from then on. */
void offer_close(struct offer *o);

#endif
