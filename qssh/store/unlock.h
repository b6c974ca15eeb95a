/* SPDX-License-Identifier: ISC */
/*
 * Whether to wait for a person who has been told to unlock the agent: all calls wait while that may still be, and
 * none for a while where it was in vain. One small file of $XDG_RUNTIME_DIR/qssh/shown/. Times are clock_boot().
 */
#ifndef QSSH_STORE_UNLOCK_H
#define QSSH_STORE_UNLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* After a wait that was in vain: nobody is there. */
#define UNLOCK_VAIN_MS (10 * 60 * 1000)

enum unlock_state { UNLOCK_TELL, UNLOCK_WAIT, UNLOCK_VAIN };

/* TELL: the caller tells the person, and waits as the others do. A file that can't be used: VAIN. */
enum unlock_state unlock_begin(int dir, int64_t now);

/* How it ended: with keys, or in vain, also where nobody could be told. */
void unlock_end(int dir, bool keys, int64_t now);

#endif
