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

/* How often a slot is looked for by whose turn it is; and the turn by the others, more and more seldom. */
#define SLOT_MS 5
#define TURN_MS 1
#define TURN_MS_MAX 32

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

/* A pause of ms, less at the deadline. 0, -ETIMEDOUT after the deadline, -ECANCELED where watch hung up. */
static int
pause_for(int ms, int watch, int64_t deadline)
{
	struct pollfd f = { .fd = watch, .events = 0 };
	int left = clock_poll_timeout(deadline);

	if (left == 0)
		return -ETIMEDOUT;
	if (poll(&f, 1, left != -1 && left < ms ? left : ms) > 0)
		return -ECANCELED;
	return 0;
}

static int
wait_for_slot(int fd, int watch, int64_t deadline)
{
	int error = 0;

	for (int ms = TURN_MS; error == 0 && !lock_byte(fd, F_WRLCK, TURN); ms = ms < TURN_MS_MAX ? 2 * ms : ms)
		error = pause_for(ms, watch, deadline);
	while (error == 0 && !lock_any(fd))
		error = pause_for(SLOT_MS, watch, deadline);
	lock_byte(fd, F_UNLCK, TURN);
	return error;
}

int
slots_take(const char *runtime_dir, const char *qube, int watch, int64_t deadline, int *slot)
{
	int error = 0;

	*slot = open_slots(runtime_dir, qube);
	if (*slot != -1)
		error = wait_for_slot(*slot, watch, deadline);
	if (error < 0) {
		close(*slot);
		*slot = -1;
	}
	return error;
}
