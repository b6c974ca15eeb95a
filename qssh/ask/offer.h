/* SPDX-License-Identifier: ISC */
/*
 * The notification after a person's yes, with the button "Always allow this". A click makes `qssh-vault allow` add the
 * rule: it judges for itself, by the record's line. Where it can't be clicked it is a notification as any other.
 */
#ifndef QSSH_ASK_OFFER_H
#define QSSH_ASK_OFFER_H

#include "ask/askmsg.h"
#include "ask/notices.h"
#include "sys/child.h"

#include <stdint.h>

/* The button works for so long: whoever has just answered is still there. */
#define OFFER_MS 60000

/* Reading the record and writing the rules. */
#define OFFER_ADD_MS 20000

struct offer {
	struct child child; /* qssh-notify, then qssh-vault */
	bool adding;
	int64_t until; /* clock_now() */
	char line[ASKMSG_OFFER]; /* of the record */
};

/* None is open. */
void offer_open(struct offer *o);

/* Shows it, in place of one that is still open. False: it can't be shown so, and is to be shown without a button. */
bool offer_show(struct offer *o, const char *notify, const struct askmsg *m);

/*
 * Does what can be done now: to be called when o->child.pidfd is readable, or until has come. client: whose request
 * it was. What a click came to is added to n.
 */
void offer_step(struct offer *o, const char *client, struct notices *n);

/* Gives it up: a button on the screen does nothing from then on. */
void offer_close(struct offer *o);

#endif
