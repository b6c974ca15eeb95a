/* SPDX-License-Identifier: ISC */
#include "filter/share.h"

#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* A call that waits looks so often whether the one before it has moved on. */
#define STEP_MS 20

void
share_open(struct share *s, const char *runtime_dir, const char *client)
{
	int dir = runtime_dir == NULL ? -1 : rundir_open(runtime_dir, "calls");

	*s = (struct share){ .fd = -1, .silence_ms = SHARE_SILENCE_MS, .look_ms = SHARE_LOOK_MS };
	if (dir < 0)
		return;
	s->fd = openat(dir, client, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	close(dir);
}

static struct flock
places(unsigned first, unsigned count, short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)first, .l_len = (off_t)count };
}

/* 0; -EBUSY: another call has it; -errno. */
static int
lock(const struct share *s, unsigned place)
{
	struct flock f = places(place, 1, F_WRLCK);

	if (fcntl(s->fd, F_OFD_SETLK, &f) == 0)
		return 0;
	return errno == EAGAIN ? -EBUSY : -errno;
}

static void
unlock(const struct share *s, unsigned place)
{
	struct flock f = places(place, 1, F_UNLCK);

	(void)fcntl(s->fd, F_OFD_SETLK, &f);
}

/* The first free one of the places from first up to end. */
static int
lock_first(struct share *s, unsigned first, unsigned end)
{
	int error = -EBUSY;

	for (unsigned i = first; i < end && error == -EBUSY; i++) {
		error = lock(s, i);
		if (error == 0)
			s->place = i;
	}
	return error;
}

/* The call at the head of those that wait takes any place that is served; the others take the one before theirs. */
static int
move_up(struct share *s)
{
	unsigned old = s->place;
	int error = old == SHARE_SERVED ? lock_first(s, 0, SHARE_SERVED) : lock_first(s, old - 1, old);

	if (error == 0)
		unlock(s, old);
	return error;
}

/* Sleeps for a step. False: the client hung up altogether. */
static bool
step(int watch)
{
	struct pollfd p = { .fd = watch };

	return poll(&p, 1, STEP_MS) <= 0; /* no event is asked for: what there is, is a hang-up or an error */
}

int
share_take(struct share *s, int watch)
{
	int error = s->fd == -1 ? 0 : lock_first(s, 0, SHARE_CALLS);

	while (s->place >= SHARE_SERVED && (error == 0 || error == -EBUSY)) {
		error = move_up(s);
		if (error == -EBUSY && !step(watch))
			return -ECANCELED;
	}
	return error;
}

bool
share_is_wanted(const struct share *s)
{
	struct flock f = places(SHARE_SERVED, SHARE_CALLS - SHARE_SERVED, F_WRLCK);

	return fcntl(s->fd, F_OFD_GETLK, &f) == 0 && f.l_type != F_UNLCK;
}

int
share_await(const struct share *s, int in)
{
	int error;

	if (s->fd == -1)
		return frame_wait(in, -1, CLOCK_NEVER);
	error = frame_wait(in, -1, clock_deadline(s->silence_ms));
	while (error == -ETIMEDOUT) {
		if (share_is_wanted(s))
			return -EBUSY;
		error = frame_wait(in, -1, clock_deadline(s->look_ms));
	}
	return error;
}
