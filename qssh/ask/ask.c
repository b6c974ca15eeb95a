/* SPDX-License-Identifier: ISC */
#include "ask/ask.h"

#include "ask/loop.h"
#include "base/text.h"
#include "rules/wording.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A rule's timeout where the question comes of a rule that has none: an allow that has used up its silent signatures.
 */
#define TIMEOUT_SECONDS 60

/* A yes to more of a burst holds for so long. */
#define BURST_SECONDS 300

/* The asker ends a question by itself; one that does not within this time after the deadline is taken for dead. */
#define GRACE_MS 1000

/* Before why nothing can be signed. */
#define NOTHING "Nothing can be signed: "

/* For telling the person that the agent is locked. */
#define UNLOCK_MS (NOTICES_DELIVERY_MS + GRACE_MS)

int
ask_start(struct ask *a, const struct asker_config *config)
{
	int pair[2];
	pid_t pid;

	*a = (struct ask){ .fd = -1, .notify = config->notify, .own_rules = config->own_rules };
	if (config->asker == ASKER_NONE && config->notify == NOTIFY_NONE)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return -errno;
	/* Nobody waits for it: the filter, whose child it is, lives no longer than a call. */
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		loop_run(pair[1], config);
	}
	close(pair[1]);
	if (pid == -1) {
		close(pair[0]);
		return -EAGAIN;
	}
	a->fd = pair[0];
	return 0;
}

const char *
ask_reason(enum ask_answer answer)
{
	switch (answer) {
	case ASK_NO: return "a person said no";
	case ASK_YES: return "a person said yes";
	case ASK_REMEMBERED: return "a remembered yes";
	case ASK_NO_BEFORE: return "a person said no to the same a moment ago";
	case ASK_TIMEOUT: return "nobody answered in time";
	case ASK_WITHDRAWN: return "the client hung up before an answer";
	case ASK_NO_TURN: return "the questions before it took all of its time";
	case ASK_TOO_MANY: return "too many questions of this client are waiting";
	case ASK_COOLDOWN:
		return "this client's questions are refused for a while, after too many that were refused or not "
		       "answered";
	case ASK_OFF: return "a person would have to be asked, and the rules say asker none";
	case ASK_NO_ASKER: return "a person would have to be asked, and the asker is not there";
	case ASK_NO_RUNTIME_DIR: return "a person would have to be asked, and there is no runtime directory";
	case ASK_NO_DISPLAY: return "a person would have to be asked, and there is no display";
	case ASK_NO_DIALOG:
		return "a person would have to be asked, and there is neither an askpass program nor a notification "
		       "server with buttons";
	case ASK_BROKEN: break;
	}
	return "the dialog failed";
}

/* Where the rule that decided stands, or nothing where none did. */
static void
put_rule(struct text *t, const struct decision *d)
{
	if (d->builtin) {
		text_add(t, "the built-in rules");
	} else if (d->line != 0) {
		text_add(t, "rules:");
		text_number(t, d->line);
	}
}

static void
put_question(struct askmsg *m, const struct facts *f, const struct decision *d)
{
	const char *cost = wording_cost(f);
	struct text t;

	text_open(&t, m->title, sizeof(m->title));
	wording_action(&t, f);
	text_open(&t, m->cost, sizeof(m->cost));
	text_add(&t, cost == NULL ? "" : cost);
	text_open(&t, m->lines, sizeof(m->lines));
	wording_lines(&t, f, d->nickname);
}

/* Its key, and the rule and the reason. */
static void
put_words(struct askmsg *m, const struct facts *f, const struct decision *d)
{
	struct text t;

	text_open(&t, m->words, sizeof(m->words));
	if (f->key.type.len > 0) {
		text_add(&t, "key: ");
		wording_key(&t, f, d->nickname);
		text_add(&t, "\n");
	}
	put_rule(&t, d);
	text_add(&t, d->builtin || d->line != 0 ? ": " : "");
	text_add(&t, d->reason[0] != '\0' ? d->reason : "allowed");
}

/* Anything on the asker's line that is not this question's answer belongs to one that was given up. */
static bool
take_answer(struct ask *a, uint32_t number, enum ask_answer *answer)
{
	struct askmsg_reply r;
	int n;

	while ((n = askmsg_receive_reply(a->fd, &r)) == 1) {
		if (r.number != number)
			continue;
		*answer = (enum ask_answer)r.answer;
		return true;
	}
	if (n == -EAGAIN)
		return false;
	close(a->fd);
	a->fd = -1;
	*answer = ASK_NO_ASKER;
	return true;
}

static int
milliseconds_left(int64_t deadline)
{
	int64_t left = deadline - clock_now();

	return left <= 0 ? 0 : left > 1000000 ? 1000000 : (int)left;
}

/* POLLRDHUP tells the client's end even where requests that it sent before are still unread. */
static enum ask_answer
await_answer(struct ask *a, uint32_t number, int in, int64_t deadline)
{
	enum ask_answer answer;

	for (;;) {
		struct pollfd p[2] = { { .fd = a->fd, .events = POLLIN }, { .fd = in, .events = POLLRDHUP } };
		int n = poll(p, 2, milliseconds_left(deadline));

		if (n == -1 && errno != EINTR)
			return ASK_NO_ASKER;
		if (n > 0 && p[1].revents != 0)
			return ASK_WITHDRAWN;
		if (n > 0 && take_answer(a, number, &answer))
			return answer;
		if (milliseconds_left(deadline) == 0)
			return ASK_TIMEOUT;
	}
}

static void
withdraw(struct ask *a, uint32_t number)
{
	struct askmsg m = { .kind = ASKMSG_WITHDRAW, .number = number };

	(void)askmsg_send(a->fd, &m);
}

/* What may not be lost. Behind a flood of refusals an asker may be busy for a moment. */
static int
send_surely(struct ask *a, const struct askmsg *m)
{
	struct pollfd p = { .fd = a->fd, .events = POLLOUT };
	int error = askmsg_send(a->fd, m);

	if (error != -EAGAIN)
		return error;
	(void)poll(&p, 1, GRACE_MS);
	return askmsg_send(a->fd, m);
}

enum ask_answer
ask_question(struct ask *a, const struct facts *f, const struct decision *d, int in, int64_t deadline)
{
	struct askmsg m = {
		.kind = ASKMSG_QUESTION,
		.remember_seconds = d->burst ? BURST_SECONDS : d->remember_seconds,
		.deadline = deadline,
		.rate = d->burst ? d->rate : 0,
		.rate_seconds = d->rate_seconds,
		.timeout_ms = 1000 * (d->timeout_seconds != 0 ? d->timeout_seconds : TIMEOUT_SECONDS),
	};
	enum ask_answer answer;

	if (a->fd == -1)
		return ASK_NO_ASKER;
	m.number = ++a->questions;
	put_question(&m, f, d);
	subject_of(&m.subject, f);
	if (send_surely(a, &m) < 0)
		return ASK_NO_ASKER;
	answer = await_answer(a, m.number, in, m.deadline + GRACE_MS);
	if (answer == ASK_WITHDRAWN || answer == ASK_TIMEOUT)
		withdraw(a, m.number);
	return answer;
}

bool
ask_unlock(struct ask *a, const char *words, int in)
{
	struct askmsg m = { .kind = ASKMSG_UNLOCK };
	struct text t;

	if (a->fd == -1 || a->notify == NOTIFY_NONE)
		return false;
	m.number = ++a->questions;
	text_open(&t, m.words, sizeof(m.words));
	text_add(&t, NOTHING);
	text_add(&t, words);
	return send_surely(a, &m) == 0 && await_answer(a, m.number, in, clock_deadline(UNLOCK_MS)) == ASK_YES;
}

void
ask_unlocked(struct ask *a)
{
	struct askmsg m = { .kind = ASKMSG_UNLOCKED };

	if (a->fd != -1)
		(void)askmsg_send(a->fd, &m);
}

/* Begins what is to be shown next. */
static struct askmsg *
show(struct ask *a, enum askmsg_kind kind)
{
	memset(&a->next, 0, sizeof(a->next));
	a->next.kind = kind;
	a->pending = true;
	return &a->next;
}

void
ask_show_signed(struct ask *a, const struct facts *f, const struct decision *d)
{
	struct askmsg *m;
	struct text t;

	if (a->fd == -1 || d->quiet || (a->notify != NOTIFY_SIGN && a->notify != NOTIFY_ALL))
		return;
	m = show(a, ASKMSG_SIGNED);
	text_open(&t, m->title, sizeof(m->title));
	wording_signed(&t, f);
	put_words(m, f, d);
}

/* A rule that asks has a time for it; an allow beyond its limits would be no other with one more rule. */
static bool
can_offer(const struct facts *f, const struct decision *d)
{
	const struct signdata *what = &f->what;

	if (d->builtin || d->line == 0 || d->timeout_seconds == 0 || f->forwarded == TRI_YES)
		return false;
	return (what->purpose == PURPOSE_LOGIN && f->host == HOST_PROVEN) ||
	       (what->purpose == PURPOSE_SSHSIG && span_is(what->ns, "git"));
}

void
ask_offer(struct ask *a, const struct facts *f, const struct decision *d, const char *line)
{
	struct text t;

	if (!a->pending || a->next.kind != ASKMSG_SIGNED || !a->own_rules || !can_offer(f, d))
		return;
	text_open(&t, a->next.offer, sizeof(a->next.offer));
	text_add(&t, line);
}

void
ask_show_touch(struct ask *a, const struct facts *f, const struct decision *d)
{
	bool login = f->what.purpose == PURPOSE_LOGIN;
	struct askmsg *m;
	struct text t;

	if (a->fd == -1 || d->quiet || a->notify == NOTIFY_NONE)
		return;
	m = show(a, ASKMSG_TOUCH);
	text_open(&t, m->title, sizeof(m->title));
	text_add(&t, "Touch the security key: ");
	text_add(&t, wording_deed(f));
	text_add(&t, login ? " of " : " for ");
	text_untrusted(&t, f->client, LIMIT_QUBE);
	text_add(&t, login ? " to " : "");
	wording_place(&t, f);
	text_open(&t, m->words, sizeof(m->words));
	text_add(&t, "It waits now. If you did not start this, leave it alone.\nkey: ");
	wording_key(&t, f, d->nickname);
}

/* What was refused before its key was read is of no kind. */
void
ask_show_refused(struct ask *a, const struct facts *f, const struct decision *d)
{
	bool login = f->what.purpose == PURPOSE_LOGIN;
	struct askmsg *m;
	struct text t;

	if (a->fd == -1 || d->quiet || a->notify == NOTIFY_NONE)
		return;
	m = show(a, ASKMSG_REFUSED);
	m->count = 1;
	text_open(&t, m->title, sizeof(m->title));
	text_add(&t, "Refused: ");
	text_add(&t, f->key.type.len > 0 ? wording_deed(f) : "signature");
	text_add(&t, login ? " of " : " for ");
	text_untrusted(&t, f->client, LIMIT_QUBE);
	text_add(&t, login ? " to " : "");
	wording_place(&t, f);
	put_words(m, f, d);
}

void
ask_show_listed(struct ask *a)
{
	if (a->fd != -1 && a->notify == NOTIFY_ALL)
		show(a, ASKMSG_LISTED);
}

void
ask_show_trouble(struct ask *a, const char *words)
{
	struct askmsg *m;
	struct text t;

	if (a->fd == -1 || a->notify == NOTIFY_NONE)
		return;
	m = show(a, ASKMSG_TROUBLE);
	text_open(&t, m->words, sizeof(m->words));
	text_add(&t, NOTHING);
	text_add(&t, words);
}

void
ask_show_unnamed(struct ask *a, const struct facts *f)
{
	struct askmsg *m;
	struct text t;

	if (a->fd == -1 || a->notify == NOTIFY_NONE)
		return;
	m = show(a, ASKMSG_UNNAMED);
	text_open(&t, m->words, sizeof(m->words));
	text_add(
	    &t, f->host == HOST_UNNAMED
		    ? "No key is offered to a host that this vault has no name for. If you know that the host's key is "
		      "this one: qssh-vault trust "
		    : "No key is offered to a host whose name is hashed in known_hosts, where a rule's pattern doesn't "
		      "see it. To add a readable name: qssh-vault trust ");
	text_fingerprint(&t, f->host_hash);
	text_add(&t, " NAME");
}

void
ask_flush(struct ask *a)
{
	if (!a->pending)
		return;
	a->pending = false;
	if (a->fd == -1)
		return;
	if (a->next.kind == ASKMSG_REFUSED)
		a->next.count += a->missed;
	if (a->next.kind == ASKMSG_SIGNED)
		(void)send_surely(a, &a->next);
	else if (askmsg_send(a->fd, &a->next) == 0 && a->next.kind == ASKMSG_REFUSED)
		a->missed = 0;
	else if (a->next.kind == ASKMSG_REFUSED)
		a->missed = a->next.count;
}

void
ask_end(struct ask *a)
{
	struct pollfd p = { .fd = a->fd, .events = POLLOUT };

	ask_flush(a);
	if (a->fd == -1 || a->missed == 0 || poll(&p, 1, ASK_LAST_MS) <= 0)
		return;
	strcpy(show(a, ASKMSG_REFUSED)->title, "Refused: too many requests to tell one by one");
	ask_flush(a);
}
