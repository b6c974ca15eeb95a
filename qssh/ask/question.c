/* SPDX-License-Identifier: ISC */
#include "ask/question.h"

#include "ask/dialog.h"
#include "ask/prompt.h"
#include "ask/queue.h"
#include "base/text.h"
#include "store/cooldown.h"
#include "store/grants.h"
#include "sys/askpass.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/rundir.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* qssh-notify's exit status for a server that has no buttons, or none at all. */
#define NOTIFY_NO_BUTTONS 3

struct question {
	struct asker *asker;
	const struct askmsg *m;
	char hex[SUBJECT_HEX]; /* of exactly this request, which may share a question */
	char alike[SUBJECT_HEX]; /* of what a person would call the same */
	int grants, cooldown, questions; /* directories */
	struct queue queue;
	bool remember; /* the answer is a yes that is to be remembered */
	int64_t until; /* it is shown until then */
	bool whole; /* it has all of its time */
};

/* No answer yet. */
#define UNDECIDED (-1)

/* A question that was shown for less than this, where it should have had longer, was not asked. */
#define LEAST_MS 5000

static int
can_ask(const struct question *q)
{
	if (q->asker->asker == ASKER_NONE)
		return ASK_OFF;
	if (q->asker->runtime_dir[0] == '\0')
		return ASK_NO_RUNTIME_DIR;
	if (!askpass_has_display())
		return ASK_NO_DISPLAY;
	return UNDECIDED;
}

static int
open_dirs(struct question *q)
{
	const char *runtime_dir = q->asker->runtime_dir;

	q->grants = rundir_open(runtime_dir, "grants");
	q->cooldown = rundir_open(runtime_dir, "cooldown");
	q->questions = rundir_open(runtime_dir, "questions");
	return q->grants < 0 || q->cooldown < 0 || q->questions < 0 ? ASK_NO_RUNTIME_DIR : UNDECIDED;
}

static void
close_dirs(struct question *q)
{
	const int all[] = { q->grants, q->cooldown, q->questions };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
}

/* What is known without a question. */
static int
decide(struct question *q)
{
	struct grants_now now;

	if (grants_now(&now) == 0 && grants_find(q->grants, q->asker->client, q->asker->arg, &q->m->subject, &now))
		return ASK_REMEMBERED;
	switch (cooldown_check(q->cooldown, q->asker->client, q->alike, clock_boot())) {
	case COOLDOWN_NONE: return UNDECIDED;
	case COOLDOWN_REQUEST: return ASK_NO_BEFORE;
	case COOLDOWN_CLIENT: return ASK_COOLDOWN;
	}
	return ASK_BROKEN;
}

/* A question that is shown has its time, unless the request has not so much left. Less than this is not worth
 * anybody's look. */
static int
take_time(struct question *q)
{
	q->until = clock_deadline(q->m->timeout_ms);
	q->whole = q->until <= q->m->deadline;
	if (q->whole)
		return UNDECIDED;
	q->until = q->m->deadline;
	return q->until - clock_now() < LEAST_MS ? (int)ASK_NO_TURN : UNDECIDED;
}

static int
await_turn(struct question *q)
{
	for (;;) {
		int64_t soon = clock_deadline(QUEUE_POLL_MS);
		int state = queue_poll_once(&q->queue);

		switch (state) {
		case QUEUE_MINE: return UNDECIDED;
		case QUEUE_YES: return ASK_YES;
		case QUEUE_NO: return ASK_NO;
		case QUEUE_TIMEOUT: return ASK_TIMEOUT;
		case QUEUE_WAIT: break;
		default: return ASK_BROKEN;
		}
		if (clock_now() >= q->m->deadline)
			return ASK_NO_TURN;
		if (asker_wait(q->asker, q->m->number, -1, soon < q->m->deadline ? soon : q->m->deadline) ==
		    ASKER_WITHDRAWN)
			return ASK_WITHDRAWN;
	}
}

static bool
can_remember(const struct question *q)
{
	return q->m->remember_seconds > 0 && q->m->subject.rememberable != 0;
}

/* How a child ended. */
struct ending {
	int status; /* as of wait(2), or -errno */
	char output[64];
};

/* Waits for the child's end: UNDECIDED, and how it ended; or the answer that came before. */
static int
await_child(struct question *q, struct child *c, struct ending *e)
{
	enum ask_answer instead = ASK_WITHDRAWN;

	switch (asker_wait(q->asker, q->m->number, c->pidfd, q->until)) {
	case ASKER_OTHER: e->status = child_take(c, e->output, sizeof(e->output)); return UNDECIDED;
	case ASKER_TIME: instead = ASK_TIMEOUT; break;
	case ASKER_WITHDRAWN: break;
	}
	child_end(c);
	return (int)instead;
}

static enum ask_answer
ask_dialog(struct question *q, const char *path)
{
	char words[sizeof(struct prompt) + 8];
	struct prompt p;
	struct dialog d = { .path = path, .prompt = words };

	prompt_of(&p, q->asker, q->m, q->queue.shared, can_remember(q));
	snprintf(words, sizeof(words), "%s\n\n%s\n\n%s", p.title, p.body, p.yes);
	prompt_wrap(words);
	d.typed = p.careful;
	q->remember = can_remember(q);
	return dialog_ask(q->asker, q->m->number, q->until, &d);
}

/* qssh-notify writes the action's name and ends: see its manual. */
static enum ask_answer
judge_notification(struct question *q, const struct ending *e)
{
	const char *output = e->output;
	int status = e->status;

	if (status < 0)
		return ASK_BROKEN;
	if (!WIFEXITED(status))
		return ASK_BROKEN;
	if (WEXITSTATUS(status) == NOTIFY_NO_BUTTONS || WEXITSTATUS(status) == 127)
		return ASK_NO_DIALOG;
	if (WEXITSTATUS(status) != 0)
		return ASK_BROKEN;
	if (strcmp(output, "expired\n") == 0)
		return ASK_TIMEOUT;
	if (strcmp(output, "allow\n") == 0)
		return ASK_YES;
	q->remember = can_remember(q) && strcmp(output, "allow-for\n") == 0;
	return q->remember ? ASK_YES : ASK_NO;
}

static enum ask_answer
ask_notification(struct question *q)
{
	char duration[32], ask[] = "ask", warn[] = "warn";
	struct prompt p;
	char *argv[] = { q->asker->notify, ask, p.title, p.body, NULL, NULL };
	struct ending e;
	struct child c;
	struct text t;
	int answer;

	prompt_of(&p, q->asker, q->m, q->queue.shared, can_remember(q));
	if (p.careful)
		argv[1] = warn;
	if (can_remember(q)) {
		text_open(&t, duration, sizeof(duration));
		wording_duration(&t, q->m->remember_seconds);
		argv[4] = duration;
	}
	if (child_start(&c, q->asker->notify, argv, true) < 0)
		return ASK_BROKEN;
	answer = await_child(q, &c, &e);
	return answer == UNDECIDED ? judge_notification(q, &e) : (enum ask_answer)answer;
}

static enum ask_answer
ask_person(struct question *q)
{
	char path[4096];
	bool dialog = q->asker->asker != ASKER_NOTIFICATION && askpass_find(path, sizeof(path));

	if (dialog)
		return ask_dialog(q, path);
	return q->asker->asker == ASKER_DIALOG ? ASK_NO_DIALOG : ask_notification(q);
}

static void
note(struct question *q, enum cooldown_event event)
{
	char title[LIMIT_QUBE + 64], body[256];

	if (cooldown_note(q->cooldown, q->asker->client, q->alike, event, clock_boot()) != 1 ||
	    q->asker->shows == NOTIFY_NONE)
		return;
	snprintf(title, sizeof(title), "%s is refused for 5 minutes", q->asker->client);
	snprintf(body, sizeof(body),
	    "Too many of its questions were answered with no, or not at all. To be asked again before: "
	    "qssh-vault revoke --cooldown %s",
	    q->asker->client);
	asker_show(q->asker, title, body);
}

static void
remember(const struct question *q)
{
	struct grants_now now;

	if (grants_now(&now) == 0)
		(void)grants_put(
		    q->grants, q->asker->client, q->asker->arg, &q->m->subject, q->m->remember_seconds, &now);
}

/* What follows from an answer that a question got. */
static void
settle(struct question *q, enum ask_answer answer)
{
	switch (answer) {
	case ASK_YES:
		note(q, COOLDOWN_YES);
		if (q->remember)
			remember(q);
		queue_answer(&q->queue, QUEUE_YES);
		break;
	case ASK_NO:
		note(q, COOLDOWN_NO);
		queue_answer(&q->queue, QUEUE_NO);
		break;
	case ASK_TIMEOUT:
		if (q->whole)
			note(q, COOLDOWN_TIMEOUT);
		queue_answer(&q->queue, QUEUE_TIMEOUT);
		break;
	case ASK_WITHDRAWN: note(q, COOLDOWN_WITHDRAWN); break;
	default: break;
	}
}

/* Decided once more when the turn has come: another question's answer may have settled this one. */
static int
take_turn(struct question *q)
{
	int error = queue_join(&q->queue, q->questions, q->asker->client, q->hex), answer;

	if (error < 0)
		return error == -EBUSY ? ASK_TOO_MANY : ASK_BROKEN;
	answer = await_turn(q);
	if (answer == UNDECIDED)
		answer = decide(q);
	if (answer == UNDECIDED)
		answer = take_time(q);
	if (answer == UNDECIDED) {
		answer = (int)ask_person(q);
		settle(q, (enum ask_answer)answer);
	}
	queue_leave(&q->queue);
	return answer;
}

enum ask_answer
question_put(struct asker *a, const struct askmsg *m)
{
	struct question q = { .asker = a, .m = m, .grants = -1, .cooldown = -1, .questions = -1 };
	int answer = can_ask(&q);

	if (answer != UNDECIDED)
		return (enum ask_answer)answer;
	subject_hex(&m->subject, a->client, a->arg, q.hex);
	subject_alike_hex(&m->subject, a->client, a->arg, q.alike);
	answer = open_dirs(&q);
	if (answer == UNDECIDED)
		answer = decide(&q);
	if (answer == UNDECIDED)
		answer = take_turn(&q);
	close_dirs(&q);
	return (enum ask_answer)answer;
}
