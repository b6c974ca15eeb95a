/* SPDX-License-Identifier: ISC */
#include "ask/asker.h"

#include "base/text.h"
#include "store/throttle.h"
#include "store/unlock.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the filter is found after leave_service(). */
#define FILTER_FD 3

/* Lets go of all that is the service's: a child that keeps its stdin, stdout or stderr holds the qrexec call open. */
static void
leave_service(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null == -1)
		_exit(1);
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (dup2(null, i) == -1)
			_exit(1);
	if (fd != FILTER_FD && dup2(fd, FILTER_FD) == -1)
		_exit(1);
	if (fcntl(FILTER_FD, F_SETFD, FD_CLOEXEC) == -1 || syscall(SYS_close_range, FILTER_FD + 1u, ~0u, 0u) == -1)
		_exit(1);
}

static void
become_plain(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	umask(077);
	(void)!chdir("/");
	prctl(PR_SET_NAME, "qssh-asker");
}

/* The filter wants something. False: it has ended, as most do, without a question and with nothing to show. */
static bool
is_wanted(void)
{
	struct pollfd p = { .fd = FILTER_FD, .events = POLLIN };

	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			return false;
	return (p.revents & POLLIN) != 0;
}

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

static void
prepare(struct asker *a, const struct asker_config *config)
{
	struct text t;

	a->fd = FILTER_FD;
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

/* Only for something to show: most connections have nothing, and are to cost nothing. */
static bool
open_shown(struct asker *a)
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
	bool may = open_shown(a) && flood_take(a->shown, a->client, count, clock_boot(), &due);

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

	if (!open_shown(a) || !flood_once(a->shown, m->words, clock_boot()))
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

static void
show(struct asker *a, const struct askmsg *m)
{
	switch ((enum askmsg_kind)m->kind) {
	case ASKMSG_SIGNED: show_signed(a, m); break;
	case ASKMSG_LISTED: notices_add(&a->notices, NOTICE_SIGNED, a->client, "Listed its keys."); break;
	case ASKMSG_TOUCH: notices_add(&a->notices, NOTICE_NOW, m->title, m->words); break;
	case ASKMSG_REFUSED: show_refused(a, m); break;
	case ASKMSG_TROUBLE:
	case ASKMSG_UNNAMED: show_trouble(a, m); break;
	case ASKMSG_UNLOCKED:
		if (open_shown(a))
			unlock_end(a->shown, true, clock_boot());
		break;
	case ASKMSG_UNLOCK:
	case ASKMSG_QUESTION:
	case ASKMSG_WITHDRAW: break;
	}
}

/* At once, since nobody waits for what nobody was told. False: it was not shown. */
static bool
show_now(const struct asker *a, char *title, char *body)
{
	char program[sizeof(a->notify)], word[] = "show", critical[] = "critical";
	char *argv[] = { program, word, critical, title, body, NULL };
	struct pollfd p = { .events = POLLIN };
	struct child c;

	snprintf(program, sizeof(program), "%s", a->notify);
	if (child_start(&c, program, argv, false) < 0)
		return false;
	p.fd = c.pidfd;
	if (poll(&p, 1, NOTICES_DELIVERY_MS) > 0)
		return child_take(&c, NULL, 0) == 0;
	child_end(&c);
	return false;
}

/* The agent is empty: it is worth waiting for a person who can see that. */
static bool
is_worth_waiting(struct asker *a, struct askmsg *m)
{
	char title[LIMIT_QUBE + 64];
	enum unlock_state state = open_shown(a) ? unlock_begin(a->shown, clock_boot()) : UNLOCK_VAIN;

	if (state != UNLOCK_TELL)
		return state == UNLOCK_WAIT;
	snprintf(title, sizeof(title), "%s waits %d seconds for a key: unlock it", a->client, LIMIT_UNLOCK_MS / 1000);
	if (show_now(a, title, m->words)) {
		(void)flood_once(a->shown, m->words, clock_boot()); /* the same words of trouble are told by that */
		return true;
	}
	unlock_end(a->shown, false, clock_boot());
	return false;
}

static void
answer_unlock(struct asker *a, struct askmsg *m)
{
	struct askmsg_reply r = { .number = m->number };

	r.answer = is_worth_waiting(a, m) ? ASK_YES : ASK_NO;
	(void)askmsg_send_reply(a->fd, &r);
}

static void
filter_gone(struct asker *a)
{
	close(a->fd);
	a->fd = -1;
}

/* A filter that was taken over may name any deadline: no question keeps the others waiting for longer than one may. */
static void
answer(struct asker *a, struct askmsg *m)
{
	struct askmsg_reply r = { .number = m->number };
	int64_t latest = clock_deadline(LIMIT_SIGN_MS);

	if (m->deadline > latest)
		m->deadline = latest;
	a->said_yes = false;
	r.answer = (uint32_t)a->put(a, m);
	a->said_yes = r.answer == ASK_YES;
	/* One that can't be told would wait for the answer in vain. */
	if (a->fd != -1 && askmsg_send_reply(a->fd, &r) < 0)
		filter_gone(a);
}

/* Only a filter that was taken over sends what is not a message: it is heard no more. */
static int
take_message(struct asker *a, struct askmsg *m)
{
	int n = askmsg_receive(a->fd, m);

	if (n == 1 || n == -EAGAIN)
		return n;
	filter_gone(a);
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
		show(a, &m);
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

static void
serve_filter(struct asker *a)
{
	struct pollfd p[WAITED];
	struct askmsg m;

	while (a->fd != -1) {
		notices_step(&a->notices);
		wait_once(a, p, -1, CLOCK_NEVER);
		if (p[0].revents == 0 || take_message(a, &m) != 1)
			continue;
		if (m.kind == ASKMSG_QUESTION)
			answer(a, &m);
		else if (m.kind == ASKMSG_UNLOCK)
			answer_unlock(a, &m);
		else
			show(a, &m);
	}
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

static void
finish(struct asker *a)
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

void
asker_run(int fd, const struct asker_config *config, enum ask_answer (*put)(struct asker *, const struct askmsg *))
{
	static struct asker a;

	leave_service(fd);
	become_plain();
	if (!is_wanted())
		_exit(0);
	prepare(&a, config);
	a.put = put;
	serve_filter(&a);
	finish(&a);
	_exit(0);
}
