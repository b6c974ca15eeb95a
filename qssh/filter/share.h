/* SPDX-License-Identifier: ISC */
/*
 * Each client's share of the vault: so many of its calls are served at a time, so many more wait for a place, and
 * the rest are ended.
 * Places are locks on the bytes of $XDG_RUNTIME_DIR/qssh/calls/CLIENT, which the kernel takes back when a process
 * ends.
 * Source: fcntl(2), open file description locks.
 *
 * A vault's qrexec-daemon has 128 ports, so one client that takes all that it can get leaves 28 to the others.
 * Where there is no runtime directory there is no bound.
 */
#ifndef QSSH_FILTER_SHARE_H
#define QSSH_FILTER_SHARE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Calls of one client that are served at a time; and with those that wait, as many as a client qube's helpers make
 * at a time.
 */
#define SHARE_SERVED 32u
#define SHARE_CALLS 100u

/*
 * A call that has said nothing for so long is ended when another of its client waits, and then looks for that so
 * often.
 */
#define SHARE_SILENCE_MS (10 * 60 * 1000)
#define SHARE_LOOK_MS (10 * 1000)

struct share {
	int fd; /* -1: no bound */
	unsigned place; /* of this call; below SHARE_SERVED it is served */
	int silence_ms, look_ms; /* SHARE_SILENCE_MS, SHARE_LOOK_MS */
};

/* Opens the client's file; client is a checked qube name. Where that fails, *s has no bound. */
void share_open(struct share *s, const char *runtime_dir, const char *client);

/*
 * Takes a place, and waits for one of those that are served. watch is the descriptor that hangs up with the client.
 * 0; -EBUSY: SHARE_CALLS of this client are here already; -ECANCELED: the client hung up; -errno.
 */
int share_take(struct share *s, int watch);

/*
 * Waits until in has something to read; ends a wait that is silent for long while others of the client wait for a
 * place.
 * 0, -EBUSY for that, or as frame_wait().
 */
int share_await(const struct share *s, int in);

/* Another call of this client waits; there is a bound. Works after confinement: fcntl with F_OFD_GETLK on fd alone. */
bool share_is_wanted(const struct share *s);

#endif
