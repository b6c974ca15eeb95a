/* SPDX-License-Identifier: ISC */
/*
 * One qrexec call to a vault: qrexec-client-vm on a socketpair, whole frames both ways, and what became of it in
 * words.
 * Source: qrexec-client-vm(1) for the options and exit statuses.
 */
#ifndef QSSH_CLIENT_CALL_H
#define QSSH_CLIENT_CALL_H

#include "base/wire.h"
#include "client/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who can mend a call that failed. */
enum call_fault {
	CALL_HERE, /* this qube: the call was not made */
	CALL_POLICY, /* dom0, which refused at once: its policy perhaps */
	CALL_DOM0, /* dom0, which refused later: a no, or a vault that does not start */
	CALL_NO_SERVICE, /* the vault, to which dom0 let the call through: it lacks the service */
	CALL_VAULT, /* the vault, whatever else failed there */
	CALL_NOBODY, /* unknown, or a matter of time */
};

struct call {
	struct target target; /* whom it is to */
	int fd; /* -1: not started, or ended */
	pid_t pid; /* qrexec-client-vm */
	bool grouped; /* it leads a process group of its own */
	int64_t started; /* by clock_now() */
	enum call_fault fault; /* once it has failed */
	/* The next ones are to be set after call_start(). */
	int watch; /* an exchange is given up where the peer of this hangs up; -1: none */
	/* What an exchange does once if it has no answer after so long. */
	void (*slow)(void *ctx);
	int slow_ms;
	void *ctx;
};

/* How long a person does not wonder. */
#define CALL_SLOW_MS 4000

/* One sentence, NUL-terminated ASCII: our own words, a checked qube name, at most a path of our own. */
#define CALL_SENTENCE_SIZE 320u

#define CALL_NONE ((struct call){ .fd = -1, .pid = -1, .watch = -1 })

/* Whose process group the program is in. */
enum call_group {
	CALL_OWN, /* its own: whatever it starts ends with it */
	CALL_OURS, /* the caller's: an interrupt at the terminal reaches both */
};

/*
 * Starts `program --use-stdin-socket -- TARGET qubes.SshAgent[+ARG]`, its stderr to the journal.
 * 0, or -errno with why filled.
 * A program that can't be executed may show only at the first exchange.
 */
int call_start(
    struct call *c, const char *program, const struct target *t, enum call_group group, char why[CALL_SENTENCE_SIZE]);

/*
 * Sends one request and reads its answer's body into answer (LIMIT_FRAME bytes) by the deadline.
 * The answer's length; -ECANCELED where the peer of c->watch hung up.
 * Any other failure ends the call, fills why and the call's fault, and is -errno; the call takes no further exchange.
 */
int call_exchange(struct call *c, struct span request, uint8_t *answer, int64_t deadline, char why[CALL_SENTENCE_SIZE]);

/* The words for an answer that is a frame but not of the shape that its request wants. */
void call_garbled(const struct target *t, char why[CALL_SENTENCE_SIZE]);

/*
 * Hangs up: the vault sees the end of its input.
 * Waits a moment for the program, then ends it, with its group where it has one.
 */
void call_end(struct call *c);

#endif
