/* SPDX-License-Identifier: ISC */
/*
 * The filter's side of the asker, a process of its own that shows notifications, asks a person, and remembers
 * answers. It is started before confinement, holds none of the service's descriptors, and is told nothing but escaped
 * text. It ends when the filter does: an open question is withdrawn, and what is to be shown is still shown, for a
 * few seconds at most.
 *
 * Showing waits for nothing and never fails. After ask_start() this side needs send(2), recv(2), poll(2) and
 * clock_gettime(2) alone.
 */
#ifndef QSSH_ASK_ASK_H
#define QSSH_ASK_ASK_H

#include "ask/asker.h"
#include "ask/askmsg.h"
#include "rules/rules.h"

#include <stdint.h>

struct ask {
	int fd; /* -1: no asker */
	enum rules_notify notify;
	bool own_rules; /* the person's own, so that one can be added */
	uint32_t questions; /* asked so far */
	bool pending; /* next is to be sent */
	uint32_t missed; /* refusals that could not be sent */
	struct askmsg next;
};

/*
 * Starts the asker. 0 or -errno: then nothing is shown, and nobody can be asked. Call it before anything that the
 * asker must not see is read, and with no thread but one.
 */
int ask_start(struct ask *a, const struct asker_config *config);

/*
 * Asks one question: f's sentence, with d's options. Waits for its turn and for an answer until deadline (clock.h),
 * and from when it is shown for the rule's timeout. in is the client's descriptor, whose end withdraws the question.
 */
enum ask_answer ask_question(struct ask *a, const struct facts *f, const struct decision *d, int in, int64_t deadline);

/* The answer in our own words, for the record. */
const char *ask_reason(enum ask_answer answer);

/*
 * What is to be shown of this request, unless the directive `notify` or the rule's `quiet` says otherwise;
 * ask_flush() sends it, when the client has its answer. A later one replaces an earlier one that was not sent.
 */
void ask_show_signed(struct ask *a, const struct facts *f, const struct decision *d);

/*
 * What is to be shown of this signature comes of a person's yes, so a rule for it is offered, where there can be one:
 * of a login to a proven host, or a git signature, that a rule asked about. line: record_name(). After
 * ask_show_signed().
 */
void ask_offer(struct ask *a, const struct facts *f, const struct decision *d, const char *line);
void ask_show_refused(struct ask *a, const struct facts *f, const struct decision *d);

/* A security key waits to be touched for this signature: for now, not for the record. Not where notify is none. */
void ask_show_touch(struct ask *a, const struct facts *f, const struct decision *d);

/* The client only listed keys (`notify all`). */
void ask_show_listed(struct ask *a);

/* Nothing can be signed, and why, in our own words. The same words are shown once in a while. */
void ask_show_trouble(struct ask *a, const char *words);

/*
 * Tells the person that the agent wants to be unlocked, in our own words, unless that was told a moment ago. True: it
 * is worth waiting. in is as in ask_question(). ask_unlocked(): that was not in vain.
 */
bool ask_unlock(struct ask *a, const char *words, int in);
void ask_unlocked(struct ask *a);

/* No key is listed because the bound host, f's, has no name here, or only a hashed one. */
void ask_show_unnamed(struct ask *a, const struct facts *f);

void ask_flush(struct ask *a);

/* The client is gone: sends what is pending, and the number of refusals that could not be sent; waits ASK_LAST_MS for
 * that at most. */
#define ASK_LAST_MS 200
void ask_end(struct ask *a);

#endif
