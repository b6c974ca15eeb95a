/* SPDX-License-Identifier: ISC */
/*
 * The client's last calls and what became of them, for `qssh status`: $XDG_RUNTIME_DIR/qssh-calls, 0600, one line
 * a call, "TIME SOCKET TARGET SENTENCE" (RFC 3339 in UTC; one space between; the sentence is the rest).
 * At most 64 KiB: then the older half is dropped.
 * It lasts as long as the session.
 */
#ifndef QSSH_CLIENT_HISTORY_H
#define QSSH_CLIENT_HISTORY_H

#include "client/target.h"

#include <stdbool.h>
#include <time.h>

/* One line taken apart; the strings point into it. */
struct history_call {
	time_t ended;
	const char *socket;
	const char *target;
	const char *untrusted_sentence;
};

/*
 * Adds one line of a call to t, made for the socket of this name: a member's too has the name of the socket that was
 * dialled. Best effort: without a runtime directory there is no history.
 */
void history_add(const char *runtime_dir, const char *socket, const struct target *t, const char *sentence);

/* Takes a line apart, writing NULs into it. False: it has not this shape. */
bool history_parse(char *untrusted_line, struct history_call *out);

/*
 * Calls line for each kept line, oldest first, NUL-terminated without its newline.
 * 0, or -errno; -ENOENT: no calls yet.
 */
int history_each(const char *runtime_dir, void (*line)(void *ctx, char *untrusted_line), void *ctx);

#endif
