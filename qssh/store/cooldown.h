/* SPDX-License-Identifier: ISC */
/*
 * No nagging: what a person refused is not asked again at once, and a client whose questions are refused or left
 * unanswered again and again is not heard for a while.
 * Kept per client in $XDG_RUNTIME_DIR/qssh/cooldown/, under flock(2).
 * Times are clock_boot().
 */
#ifndef QSSH_STORE_COOLDOWN_H
#define QSSH_STORE_COOLDOWN_H

#include "store/subject.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A request that got a no is refused for so long.
 * So is one that nobody answered twice in a row: a mere timeout allows one retry.
 */
#define COOLDOWN_REQUEST_MS (30 * 1000)

/* So many refusals and timeouts of one client within so long refuse all its questions for as long again. */
#define COOLDOWN_MAX 3u
#define COOLDOWN_CLIENT_MS (5 * 60 * 1000)

/* The same for questions that the client took back while they were shown: flicker is a way to nag too. */
#define COOLDOWN_WITHDRAWN_MAX 10u

enum cooldown_event { COOLDOWN_NO = 1, COOLDOWN_YES, COOLDOWN_TIMEOUT, COOLDOWN_WITHDRAWN };

enum cooldown_verdict { COOLDOWN_NONE, COOLDOWN_REQUEST, COOLDOWN_CLIENT };

/* Whether this question may be asked now: an enum cooldown_verdict, or -errno. */
int cooldown_check(int dir, const char *client, const char subject[SUBJECT_HEX], int64_t now);

/*
 * Notes what became of a question that was shown.
 * 1 if all of the client's are refused from now on, 0 if not, or -errno.
 */
int cooldown_note(int dir, const char *client, const char subject[SUBJECT_HEX], enum cooldown_event event, int64_t now);

/* The client's questions are heard again. 1; 0 if nothing was against it; or -errno. */
int cooldown_lift(int dir, const char *client);

#endif
