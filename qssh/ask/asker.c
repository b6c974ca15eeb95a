/* SPDX-License-Identifier: ISC */
#include "ask/asker.h"

#include "base/text.h"
#include "store/throttle.h"
#include "store/unlock.h"
#include "sys/rundir.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Beside this program, wherever it is installed. */
static void
find_notify(struct asker *a)
{
	static const char name[] = "/qssh-notify";
	ssize_t n = readlink("/proc/self/exe", a->notify, sizeof(a->notify) - sizeof(name));
	char *slash;

	a->notify[n > 0 ? n : 0] = '\0';
	slash = strrchr(a->notify, '/');
	memcpy(slash == NULL ? a->notify : slash, name, sizeof(name));
}

void
asker_open(struct asker *a, int fd, const struct asker_config *config)
{
	struct text t;

	a->fd = fd;
	a->asker = config->asker;
	a->shows = config->notify;
	snprintf(a->client, sizeof(a->client), "%s", config->client);
	text_open(&t, a->arg, sizeof(a->arg));
	text_word(&t, span_of(config->arg), LIMIT_NAME);
	if (config->runtime_dir != NULL)
		snprintf(a->runtime_dir, sizeof(a->runtime_dir), "%s", config->runtime_dir);
	find_notify(a);
	notices_open(&a->notices, a->notify);
	offer_open(&a->offer, a->notify, a->client);
	a->shown = -1;
	a->display.fd = -1;
}

void
asker_show(struct asker *a, const char *title, const char *body)
{
	notices_add(&a->notices, NOTICE_OTHER, title, body);
}

bool
asker_open_shown(struct asker *a)
{
	if (a->shown < 0 && a->runtime_dir[0] != '\0')
		a->shown = rundir_open(a->runtime_dir, "shown");
	return a->shown >= 0;
}

/* The flood's limit; what is held back is told later, by this asker if it is the one that has taken it on. */
static bool
may_show(struct asker *a, uint32_t count)
{
	int64_t due = 0;
	bool may = asker_open_shown(a) && flood_take(a->shown, a->client, count, clock_boot(), &due);

	if (due != 0)
		a->summary = due;
	return may;
}

static void
show_refused(struct asker *a, const struct askmsg *m)
{
	if (m->count > 0 && may_show(a, m->count))
		asker_show(a, m->title, m->words);
}

/* A client that mints host keys finds new words each time, so the flood's limit holds for them too. */
static void
show_trouble(struct asker *a, const struct askmsg *m)
{
	char title[LIMIT_QUBE + 64];

	if (!asker_open_shown(a) || !flood_once(a->shown, m->words, clock_boot()))
		return;
	if (m->kind == ASKMSG_UNNAMED && !may_show(a, 1))
		return;
	snprintf(
	    title, sizeof(title), m->kind == ASKMSG_UNNAMED ? "%s gets no key" : "%s gets no signature", a->client);
	asker_show(a, title, m->words);
}

static void
show_summary(struct asker *a)
{
	char title[LIMIT_QUBE + 64];
	unsigned held;

	if (a->summary == 0 || clock_boot() < a->summary)
		return;
	a->summary = 0;
	held = flood_collect(a->shown, a->client, clock_boot());
	if (held == 0)
		return;
	snprintf(title, sizeof(title), "Refused: and %u more of %s", held, a->client);
	asker_show(a, title, "qssh-vault log shows them all.");
}

/* A filter that has been taken over may offer anything: once for a yes that a person gave. */
static void
show_signed(struct asker *a, const struct askmsg *m)
{
	bool offers = m->offer[0] != '\0' && a->said_yes;

	a->said_yes = false;
	if (!offers || !offer_begin(&a->offer, m))
		notices_add(&a->notices, NOTICE_SIGNED, m->title, m->words);
}

void
asker_show_message(struct asker *a, const struct askmsg *m)
{
	switch ((enum askmsg_kind)m->kind) {
	case ASKMSG_SIGNED: show_signed(a, m); break;
	case ASKMSG_LISTED: notices_add(&a->notices, NOTICE_SIGNED, a->client, "Listed its keys."); break;
	case ASKMSG_TOUCH: notices_add(&a->notices, NOTICE_NOW, m->title, m->words); break;
	case ASKMSG_REFUSED: show_refused(a, m); break;
	case ASKMSG_TROUBLE:
	case ASKMSG_UNNAMED: show_trouble(a, m); break;
	case ASKMSG_UNLOCKED:
		if (asker_open_shown(a))
			unlock_end(a->shown, true, clock_boot());
		break;
	case ASKMSG_UNLOCK:
	case ASKMSG_QUESTION:
	case ASKMSG_WITHDRAW: break;
	}
}

void
asker_lose_filter(struct asker *a)
{
	close(a->fd);
	a->fd = -1;
}

/* Only a filter that was taken over sends what is not a message: it is heard no more. */
static int
take_message(struct asker *a, struct askmsg *m)
{
	int n = askmsg_receive(a->fd, m);

	if (n == 1 || n == -EAGAIN)
		return n;
	asker_lose_filter(a);
	return 0;
}

/* Only shows and a withdrawal can come while the filter waits for an answer. */
static bool
take_while_asking(struct asker *a, uint32_t number)
{
	struct askmsg m;

	while (take_message(a, &m) == 1) {
		if (m.kind == ASKMSG_WITHDRAW && m.number == number)
			return true;
		asker_show_message(a, &m);
	}
	return a->fd == -1;
}

/* For poll(2): until the sooner of until and what the asker has to do by itself. */
static int
poll_timeout(const struct asker *a, int64_t until)
{
	int64_t now = clock_now(), left;

	if (a->notices.child.pidfd != -1 && a->notices.until < until)
		until = a->notices.until;
	if (a->offer.child.pidfd != -1 && a->offer.until < until)
		until = a->offer.until;
	if (a->summary != 0 && now + (a->summary - clock_boot()) < until)
		until = now + (a->summary - clock_boot());
	if (until == CLOCK_NEVER)
		return -1;
	left = until - now;
	return left <= 0 ? 0 : left > 3600 * 1000 ? 3600 * 1000 : (int)left;
}

/* Of all that is waited for. */
#define WAITED 5

/* One wait for all that can happen; p[0] is the filter, p[1] is other. */
static void
wait_once(struct asker *a, struct pollfd p[WAITED], int other, int64_t until)
{
	p[0] = (struct pollfd){ .fd = a->fd, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = other, .events = POLLIN };
	p[2] = (struct pollfd){ .fd = a->notices.child.pidfd, .events = POLLIN };
	p[3] = (struct pollfd){ .fd = a->display.fd, .events = POLLIN };
	p[4] = (struct pollfd){ .fd = a->offer.child.pidfd, .events = POLLIN };
	if (poll(p, WAITED, poll_timeout(a, until)) <= 0)
		p[0].revents = p[1].revents = 0;
	display_step(&a->display);
	offer_step(&a->offer, &a->notices);
	show_summary(a);
}

enum asker_event
asker_wait(struct asker *a, uint32_t number, int other, int64_t until)
{
	struct pollfd p[WAITED];

	while (a->fd != -1) {
		notices_step(&a->notices);
		wait_once(a, p, other, until);
		if (p[0].revents != 0 && take_while_asking(a, number))
			return ASKER_WITHDRAWN;
		if (p[1].revents != 0)
			return ASKER_OTHER;
		if (clock_now() >= until)
			return ASKER_TIME;
	}
	return ASKER_WITHDRAWN;
}

bool
asker_next(struct asker *a, struct askmsg *m)
{
	struct pollfd p[WAITED];

	while (a->fd != -1) {
		notices_step(&a->notices);
		wait_once(a, p, -1, CLOCK_NEVER);
		if (p[0].revents != 0 && take_message(a, m) == 1)
			return true;
	}
	return false;
}

/* A rule is offered, or being added. */
static bool
is_open(const struct asker *a)
{
	return a->offer.child.pidfd != -1;
}

/* The number of a flood's refusals is worth waiting for, where there is somebody to tell it to. */
static bool
is_finished(struct asker *a)
{
	notices_step(&a->notices);
	return notices_idle(&a->notices) && !is_open(a) && (a->summary == 0 || a->notices.failed);
}

void
asker_finish(struct asker *a)
{
	int64_t until = clock_deadline(ASKER_LAST_MS);
	struct pollfd p[WAITED];

	/* Nothing may end between the look and the wait: there would be nothing to wait for. */
	while (!is_finished(a)) {
		if (notices_idle(&a->notices))
			until = clock_deadline(ASKER_LAST_MS);
		else if (clock_now() >= until)
			break;
		wait_once(a, p, -1, a->summary != 0 || is_open(a) ? CLOCK_NEVER : until);
	}
	notices_close(&a->notices);
	offer_close(&a->offer);
}
