/* SPDX-License-Identifier: ISC */
/*
 * A flood of refusals becomes a handful of notifications: the first few one by one, the rest as a number now and
 * then, over all connections of a client.
 * Kept in small files of $XDG_RUNTIME_DIR/qssh/shown/, under flock(2).
 * Times are clock_boot().
 */
#ifndef QSSH_STORE_THROTTLE_H
#define QSSH_STORE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

/* Refusals that are shown one by one, until none has come for FLOOD_CALM_MS. */
#define FLOOD_SINGLE 3u
#define FLOOD_CALM_MS 10000

/* The first wait before the others are told as a number; it doubles as long as the flood goes on. */
#define FLOOD_WAIT_MS 3000
#define FLOOD_WAIT_MAX_MS 60000

/* The same words of trouble are not shown again so soon. */
#define FLOOD_ONCE_MS (10 * 60 * 1000)

/* Texts that are remembered for that. */
#define FLOOD_ONCE_MAX 64u

/*
 * count more refusals of client, 1 or more.
 * True: show the first of them; the others are counted.
 * False: all are.
 * Where *due is not 0, the caller has taken it on to call flood_collect() then.
 * A file that can't be used counts as a flood.
 */
bool flood_take(int dir, const char *client, uint32_t count, int64_t now, int64_t *due);

/* How many were counted since. */
unsigned flood_collect(int dir, const char *client, int64_t now);

/* True if these words were not shown lately; they are now. */
bool flood_once(int dir, const char *words, int64_t now);

#endif
