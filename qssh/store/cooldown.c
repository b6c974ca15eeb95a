/* SPDX-License-Identifier: ISC */
#include "store/cooldown.h"

#include "store/statefile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* As many events as count: a yes does not, and of each other kind the last few do. */
#define EVENTS 32u

struct event {
	int64_t time;
	uint32_t kind; /* 0: none */
	char subject[SUBJECT_HEX];
};

/* One client's file, oldest first. */
struct history {
	struct event events[EVENTS];
};

static bool
is_about(const struct event *e, const char subject[SUBJECT_HEX])
{
	return e->kind != 0 && strncmp(e->subject, subject, SUBJECT_HEX) == 0;
}

/* Since e; never before it, whatever the clock says. */
static bool
within(const struct event *e, int64_t ms, int64_t now)
{
	return now - e->time < ms;
}

/* A no, or the second timeout in a row. Events of more than COOLDOWN_CLIENT_MS ago are as if they had not been. */
static bool
request_refused(const struct history *h, const char subject[SUBJECT_HEX], int64_t now)
{
	const struct event *last = NULL, *before = NULL;

	for (size_t i = 0; i < EVENTS; i++) {
		const struct event *e = &h->events[i];

		if (!is_about(e, subject) || !within(e, COOLDOWN_CLIENT_MS, now) || e->kind == COOLDOWN_WITHDRAWN)
			continue;
		before = last;
		last = e;
	}
	if (last == NULL || !within(last, COOLDOWN_REQUEST_MS, now))
		return false;
	return last->kind == COOLDOWN_NO || (before != NULL && before->kind != COOLDOWN_YES);
}

/*
 * The last max events of these kinds lie within COOLDOWN_CLIENT_MS of each other, and the last of them is no
 * longer ago.
 */
static bool
too_many(const struct history *h, uint32_t kind, uint32_t or_kind, unsigned max, int64_t now)
{
	const struct event *last = NULL;
	unsigned count = 0;

	for (size_t i = EVENTS; i-- > 0;) {
		const struct event *e = &h->events[i];

		if (e->kind != kind && e->kind != or_kind)
			continue;
		if (last == NULL)
			last = e;
		if (++count == max)
			return within(last, COOLDOWN_CLIENT_MS, now) && last->time - e->time < COOLDOWN_CLIENT_MS;
	}
	return false;
}

static bool
client_refused(const struct history *h, int64_t now)
{
	return too_many(h, COOLDOWN_NO, COOLDOWN_TIMEOUT, COOLDOWN_MAX, now) ||
	       too_many(h, COOLDOWN_WITHDRAWN, COOLDOWN_WITHDRAWN, COOLDOWN_WITHDRAWN_MAX, now);
}

int
cooldown_check(int dir, const char *client, const char subject[SUBJECT_HEX], int64_t now)
{
	struct history h;
	int error = statefile_read(dir, client, &h, sizeof(h));

	if (error < 0 && error != -ENOENT)
		return error;
	if (client_refused(&h, now))
		return COOLDOWN_CLIENT;
	return request_refused(&h, subject, now) ? COOLDOWN_REQUEST : COOLDOWN_NONE;
}

int
cooldown_note(int dir, const char *client, const char subject[SUBJECT_HEX], enum cooldown_event event, int64_t now)
{
	struct history h;
	struct event e = { .time = now, .kind = (uint32_t)event };
	int fd = statefile_open(dir, client, &h, sizeof(h)), error;
	bool before;

	if (fd < 0)
		return fd;
	before = client_refused(&h, now);
	memcpy(e.subject, subject, SUBJECT_HEX);
	memmove(&h.events[0], &h.events[1], sizeof(h) - sizeof(e));
	h.events[EVENTS - 1] = e;
	error = statefile_save(fd, &h, sizeof(h));
	if (error < 0)
		return error;
	return !before && client_refused(&h, now);
}

int
cooldown_lift(int dir, const char *client)
{
	if (unlinkat(dir, client, 0) == 0)
		return 1;
	return errno == ENOENT ? 0 : -errno;
}
