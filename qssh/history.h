/*
 * The client's last calls and what became of them, for `qssh status`: $XDG_RUNTIME_DIR/qssh-calls, 0600, one line a call, "TIME SOCKET TARGET
 * SENTENCE" (RFC 3339 in UTC; one space between; the sentence is the rest). At most 64 KiB: then the older half is dropped. It lasts as long as the session.
 */
#ifndef QSSH_HISTORY_H
#define QSSH_HISTORY_H

#include "target.h"

/* Adds one line. Best effort: without a runtime directory there is no history. */
void history_add(const char *runtime_dir, const struct target *t, const char *sentence);

/* Calls line for each kept line, oldest first, NUL-terminated without its newline. 0, or -errno; -ENOENT: no calls yet. */
int history_each(const char *runtime_dir, void (*line)(void *ctx, const char *untrusted_line), void *ctx);

#endif
