/* SPDX-License-Identifier: ISC */
#include "ask/loop.h"

#include "ask/question.h"
#include "store/throttle.h"
#include "store/unlock.h"
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
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
	enum unlock_state state = asker_open_shown(a) ? unlock_begin(a->shown, clock_boot()) : UNLOCK_VAIN;

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

/* A filter that was taken over may name any deadline: no question keeps the others waiting for longer than one may. */
static void
answer(struct asker *a, struct askmsg *m)
{
	struct askmsg_reply r = { .number = m->number };
	int64_t latest = clock_deadline(LIMIT_SIGN_MS);

	if (m->deadline > latest)
		m->deadline = latest;
	a->said_yes = false;
	r.answer = (uint32_t)question_put(a, m);
	a->said_yes = r.answer == ASK_YES;
	/* One that can't be told would wait for the answer in vain. */
	if (a->fd != -1 && askmsg_send_reply(a->fd, &r) < 0)
		asker_lose_filter(a);
}

static void
serve_filter(struct asker *a)
{
	struct askmsg m;

	while (asker_next(a, &m)) {
		if (m.kind == ASKMSG_QUESTION)
			answer(a, &m);
		else if (m.kind == ASKMSG_UNLOCK)
			answer_unlock(a, &m);
		else
			asker_show_message(a, &m);
	}
}

void
loop_run(int fd, const struct asker_config *config)
{
	static struct asker a;

	leave_service(fd);
	become_plain();
	if (!is_wanted())
		_exit(0);
	asker_open(&a, FILTER_FD, config);
	serve_filter(&a);
	asker_finish(&a);
	_exit(0);
}
