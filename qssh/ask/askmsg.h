/* SPDX-License-Identifier: ISC */
/*
 * What the filter and its asker say to each other: one struct a datagram over a SOCK_SEQPACKET pair. Both are the
 * same program, so the layout is the compiler's; what arrives is checked all the same: its exact size, kinds, and
 * texts that end and are inert.
 */
#ifndef QSSH_ASK_ASKMSG_H
#define QSSH_ASK_ASKMSG_H

#include "base/limits.h"
#include "rules/wording.h"
#include "store/subject.h"

#include <stdint.h>

/* Our own words why, and what to do about it. */
#define ASKMSG_WORDS 768u
#define ASKMSG_COST 256u

/* What the record's line of a signature is called, as `qssh-vault allow` takes it. */
#define ASKMSG_OFFER 32u

/* What became of a question. */
enum ask_answer {
	ASK_NO, /* a person said no */
	ASK_YES,
	ASK_REMEMBERED, /* a yes of a while ago */
	ASK_NO_BEFORE, /* not asked: a person said no to the same a moment ago */
	ASK_TIMEOUT,
	ASK_WITHDRAWN, /* the client hung up */
	ASK_NO_TURN, /* not asked: others' questions took all of the time */
	ASK_TOO_MANY, /* not asked: the client has too many questions waiting */
	ASK_COOLDOWN, /* not asked: the client's questions are refused for a while */
	ASK_OFF, /* not asked: the directive `asker none` */
	ASK_NO_ASKER, /* it could not be started, or has died */
	ASK_NO_RUNTIME_DIR,
	ASK_NO_DISPLAY,
	ASK_NO_DIALOG, /* neither a dialog program nor notifications with buttons */
	ASK_BROKEN, /* the dialog failed, so nobody answered */
	ASK_ANSWER_LAST = ASK_BROKEN,
};

enum askmsg_kind {
	ASKMSG_SIGNED, /* title, words, offer */
	ASKMSG_TOUCH, /* title, words */
	ASKMSG_REFUSED, /* title, words, count */
	ASKMSG_LISTED,
	ASKMSG_TROUBLE, /* words */
	ASKMSG_UNNAMED, /* words */
	ASKMSG_QUESTION, /* all but words and count */
	ASKMSG_WITHDRAW, /* number */
	ASKMSG_UNLOCK, /* words, number: ASK_YES if it is worth waiting, else ASK_NO */
	ASKMSG_UNLOCKED, /* keys came */
	ASKMSG_LAST = ASKMSG_UNLOCKED,
};

struct askmsg {
	uint32_t kind; /* enum askmsg_kind */
	uint32_t number; /* of a question: its answer has the same */
	int64_t deadline; /* clock_now(): later answers are of no use */
	uint32_t timeout_ms; /* of the question, from when it is shown */
	uint32_t remember_seconds; /* 0: a yes holds for this request alone */
	uint32_t count; /* refusals that it stands for: those that could not be sent as well */
	uint32_t rate,
	    rate_seconds; /* so many in so long are used up: it asks about more of them; 0: about one request */
	char title[WORDING_DEED]; /* of a question: wording_action() */
	char cost[ASKMSG_COST]; /* empty: none */
	char lines[WORDING_LINES]; /* with line ends */
	char words[ASKMSG_WORDS]; /* with line ends */
	char offer[ASKMSG_OFFER]; /* empty: no rule is offered for it */
	struct subject subject;
};

struct askmsg_reply {
	uint32_t number;
	uint32_t answer; /* enum ask_answer */
};

/* Sends without waiting. 0 or -errno: -EAGAIN when the other end is far behind. */
int askmsg_send(int fd, const struct askmsg *m);
int askmsg_send_reply(int fd, const struct askmsg_reply *r);

/* Takes one that is there. 1; 0 at the end; -EAGAIN for none; -EBADMSG for one that is not as described above; or
 * -errno. */
int askmsg_receive(int fd, struct askmsg *m);
int askmsg_receive_reply(int fd, struct askmsg_reply *r);

#endif
