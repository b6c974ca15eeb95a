/* SPDX-License-Identifier: ISC */
#include "client/slots.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* The byte behind the slots: who holds its lock is the next to have one. */
#define TURN SLOTS_MAX

/* The pause before the next look, for a slot and for the turn: each is twice the last one, up to the longest. */
#define SLOT_MS 5
#define TURN_MS 1
#define PAUSE_MS_MAX 80

static int
open_slots(const char *runtime_dir, const char *qube)
{
	char path[4096];

	if (runtime_dir == NULL ||
	    snprintf(path, sizeof(path), "%s/qssh-slots.%s", runtime_dir, qube) >= (int)sizeof(path))
		return -1;
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

/* F_WRLCK without waiting, or F_UNLCK. */
static bool
lock_byte(int fd, int type, int at)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

/* Begins where others do not, so that mostly the first one is free. */
static bool
lock_any(int fd)
{
	int first = (int)(getpid() % SLOTS_MAX);

	for (int i = 0; i < SLOTS_MAX; i++)
		if (lock_byte(fd, F_WRLCK, (first + i) % SLOTS_MAX))
			return true;
	return false;
}

/* Good enough to part those that came at once. The constants are the C standard's own example's. */
static unsigned
random_next(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16;
}

struct waiting {
	int watch; /* or -1 */
	int64_t deadline;
	int ms; /* of the next pause, on average three quarters of it */
	unsigned random; /* random_next()'s state */
};

/*
 * Pauses, and doubles the next pause.
 * 0, -ETIMEDOUT after the deadline, -ECANCELED where watch hung up.
 */
static int
pause_longer(struct waiting *w)
{
	struct pollfd f = { .fd = w->watch, .events = 0 };
	int left = clock_poll_timeout(w->deadline), ms;

	if (left == 0)
		return -ETIMEDOUT;
	ms = w->ms - (int)(random_next(&w->random) % (unsigned)(w->ms / 2 + 1));
	w->ms = w->ms < PAUSE_MS_MAX / 2 ? 2 * w->ms : PAUSE_MS_MAX;
	if (poll(&f, 1, left != -1 && left < ms ? left : ms) > 0)
		return -ECANCELED;
	return 0;
}

static int
wait_for_slot(int fd, struct waiting *w)
{
	int error = 0;

	w->ms = TURN_MS;
	while (error == 0 && !lock_byte(fd, F_WRLCK, TURN))
		error = pause_longer(w);
	w->ms = SLOT_MS;
	while (error == 0 && !lock_any(fd))
		error = pause_longer(w);
	lock_byte(fd, F_UNLCK, TURN);
	return error;
}

int
slots_take(const char *runtime_dir, const char *qube, int watch, int64_t deadline, int *slot)
{
	struct waiting w = { .watch = watch, .deadline = deadline, .random = (unsigned)getpid() };
	int error = 0;

	*slot = open_slots(runtime_dir, qube);
	if (*slot != -1)
		error = wait_for_slot(*slot, &w);
	if (error < 0) {
		close(*slot);
		*slot = -1;
	}
	return error;
}
