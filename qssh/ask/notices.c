#include "ask/notices.h"

#include "sys/clock.h"
#include "sys/frame.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
notices_open(struct notices *n, const char *program)
{
	memset(n, 0, sizeof(*n));
	n->program = program;
	n->child = (struct child){ .pid = -1, .pidfd = -1, .out = -1 };
}

bool
notices_idle(const struct notices *n)
{
	return n->count == 0 && n->child.pidfd == -1;
}

void
notices_add(struct notices *n, bool urgent, const char *title, const char *body)
{
	struct notice *next = &n->queue[(n->first + n->count) % NOTICES_MAX];

	if (n->count == NOTICES_MAX) {
		n->missed++;
		return;
	}
	next->urgent = urgent;
	snprintf(next->title, sizeof(next->title), "%s", title);
	snprintf(next->body, sizeof(next->body), "%s", body);
	n->count++;
}

/* The titles of one asker are all its client's. */
static void
tell_missed(struct notices *n)
{
	char body[80], title[LIMIT_QUBE + 1];

	if (n->missed == 0 || n->count > 0)
		return;
	snprintf(body, sizeof(body), "%u more notifications are left out.", n->missed);
	snprintf(title, sizeof(title), "%s", n->queue[n->first].title);
	n->missed = 0;
	notices_add(n, false, title, body);
}

static void
deliver(struct notices *n)
{
	struct notice *next = &n->queue[n->first];
	char show[] = "show", normal[] = "normal", critical[] = "critical";
	char *argv[] = { (char *)(uintptr_t)n->program, show, next->urgent ? critical : normal, next->title, next->body,
		NULL };

	n->failed = child_start(&n->child, n->program, argv, false) < 0;
	n->until = clock_deadline(NOTICES_DELIVERY_MS);
	n->first = (n->first + 1) % NOTICES_MAX;
	n->count--;
}

/* Where one can't be shown, those behind it have waited long enough. */
static void
give_up(struct notices *n)
{
	n->failed = true;
	n->count = n->missed = 0;
}

static void
finish(struct notices *n)
{
	struct pollfd p = { .fd = n->child.pidfd, .events = POLLIN };

	if (n->child.pidfd == -1)
		return;
	if (poll(&p, 1, 0) > 0) {
		n->failed = child_take(&n->child, NULL, 0) != 0;
	} else if (clock_now() >= n->until) {
		child_end(&n->child);
		n->failed = true;
	}
	if (n->failed)
		give_up(n);
}

void
notices_step(struct notices *n)
{
	finish(n);
	tell_missed(n);
	if (n->count > 0 && n->child.pidfd == -1)
		deliver(n);
}

void
notices_close(struct notices *n)
{
	child_end(&n->child);
	n->count = n->missed = 0;
}
