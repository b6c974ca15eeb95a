/*
 * The asker: a process of its own that shows notifications, asks a person, and remembers answers. It is started before confinement, holds none of the
 * service's stdin, stdout and stderr, and is fed escaped text over a socketpair: no byte of it comes from the other qube unescaped.
 *
 * The filter's side works after confinement: send, recv and poll on one descriptor.
 */
#ifndef QSSH_ASK_H
#define QSSH_ASK_H

#include "rules.h"

#include <stdint.h>

struct ask {
	int fd; /* the filter's end; -1: no asker */
};

/* What the asker needs to know of its surroundings. Strings outlive ask_start(). */
struct ask_config {
	const char *runtime_dir; /* NULL: no remembered answers, and no questions */
	const char *state_dir;
	const char *client; /* checked qube name */
	const char *arg;
	enum rules_asker asker;
	enum rules_notify notify;
};

/* Starts the asker. 0 or -errno; then nothing is shown, and every question is a no. */
int ask_start(struct ask *a, const struct ask_config *config);

enum ask_answer {
	ASK_NO, /* a person said no, or the same was refused a moment ago */
	ASK_YES,
	ASK_NOBODY, /* nobody can be asked: no asker, no display, no dialog */
	ASK_TIMEOUT, /* nobody answered in time */
	ASK_WITHDRAWN, /* the client hung up: the question is gone */
	ASK_REFUSED, /* not asked: too many waiting questions, or this client's questions are refused for a while */
};

/*
 * Asks one question: the sentence of f, with d's options. Waits until deadline (frame.h's clock) at most; in is the client's descriptor, whose end withdraws the question.
 */
enum ask_answer ask_question(struct ask *a, const struct facts *f, const struct decision *d, int in, int64_t deadline);

/* Shows that a signature was given, unless it is to be quiet. Never blocks, never fails. */
void ask_show_signed(struct ask *a, const struct facts *f, const struct decision *d);

/* Shows a refusal, rate-limited. Never blocks, never fails. */
void ask_show_refused(struct ask *a, const struct facts *f, const struct decision *d);

/* Shows that the client only listed (`notify all`), once a call. */
void ask_show_listed(struct ask *a);

/* Shows a trouble of the vault's own (rules broken, no agent, …): our own words. Once per text and a while. */
void ask_show_trouble(struct ask *a, const char *words);

#endif
