/* SPDX-License-Identifier: ISC */
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

/* Where one goes: what is to be done now in front, a signature behind the last one, the rest at the end. */
static unsigned
place_of(const struct notices *n, enum notice_kind kind)
{
	unsigned at = kind == NOTICE_NOW ? 0 : n->count;

	while (kind == NOTICE_SIGNED && at > 0 && n->queue[at - 1].kind == NOTICE_OTHER)
		at--;
	return at;
}

void
notices_add(struct notices *n, enum notice_kind kind, const char *title, const char *body)
{
	unsigned at = place_of(n, kind);
	struct notice *next = &n->queue[at];

	if (n->count == NOTICES_MAX) {
		n->missed[at == n->count ? kind : NOTICE_OTHER]++;
		if (at == n->count)
			return;
		n->count--;
	}
	memmove(next + 1, next, (n->count - at) * sizeof(*next));
	next->kind = kind;
	snprintf(next->title, sizeof(next->title), "%s", title);
	snprintf(next->body, sizeof(next->body), "%s", body);
	n->count++;
}

/* In place of those that did not fit, once the rest is told. */
static void
tell_missed(struct notices *n)
{
	static const char body[] = "qssh-vault log shows them all.";
	char title[80];

	if (n->count > 0)
		return;
	if (n->missed[NOTICE_SIGNED] > 0) {
		snprintf(title, sizeof(title), "and %u more signed", n->missed[NOTICE_SIGNED]);
		notices_add(n, NOTICE_SIGNED, title, body);
	}
	if (n->missed[NOTICE_OTHER] > 0) {
		snprintf(title, sizeof(title), "and %u more", n->missed[NOTICE_OTHER]);
		notices_add(n, NOTICE_OTHER, title, body);
	}
	n->missed[NOTICE_SIGNED] = n->missed[NOTICE_OTHER] = 0;
}

static void
deliver(struct notices *n)
{
	struct notice *next = &n->queue[0];
	char show[] = "show", normal[] = "normal", critical[] = "critical";
	char *argv[] = { (char *)(uintptr_t)n->program, show, next->kind == NOTICE_SIGNED ? normal : critical,
		next->title, next->body, NULL };

	n->failed = child_start(&n->child, n->program, argv, false) < 0;
	n->until = clock_deadline(NOTICES_DELIVERY_MS);
	n->count--;
	memmove(next, next + 1, n->count * sizeof(*next));
}

/* Where one can't be shown, those behind it have waited long enough. */
static void
give_up(struct notices *n)
{
	n->failed = true;
	n->count = n->missed[NOTICE_SIGNED] = n->missed[NOTICE_OTHER] = 0;
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
	n->count = n->missed[NOTICE_SIGNED] = n->missed[NOTICE_OTHER] = 0;
}
