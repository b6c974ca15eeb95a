/* SPDX-License-Identifier: ISC */
/* A question put by a notification, which a script answers; what is known without one is not shown at all. */
#include "ask/question.h"

#include "check.h"
#include "scratch.h"

#include <sys/socket.h>
#include <sys/stat.h>

static struct asker a;
static struct askmsg m;
static int filter; /* the other end of the asker's line */

/* The script answers so, and writes that it was shown. */
static void
person_says(const char *answer)
{
	char script[512];

	snprintf(script, sizeof(script), "#!/bin/sh\necho shown >>%s/shown\n%s\n", scratch_dir, answer);
	scratch_put("notify", script);
	chmod(scratch_path("notify"), 0700);
}

static void
begin(void)
{
	int pair[2];

	scratch_make();
	setenv("DISPLAY", ":99", 1);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		abort();
	filter = pair[1];
	a = (struct asker){ .fd = pair[0], .asker = ASKER_NOTIFICATION, .shows = NOTIFY_NONE, .shown = -1, .arg = "-" };
	snprintf(a.client, sizeof(a.client), "work");
	snprintf(a.runtime_dir, sizeof(a.runtime_dir), "%s", scratch_dir);
	snprintf(a.notify, sizeof(a.notify), "%s/notify", scratch_dir);
	a.display.fd = -1;
	notices_open(&a.notices, a.notify);
	offer_open(&a.offer, a.notify, a.client);
	m = (struct askmsg){ .kind = ASKMSG_QUESTION, .number = 1, .timeout_ms = 20000 };
	m.deadline = clock_deadline(60000);
	snprintf(m.subject.key, sizeof(m.subject.key), "SHA256:key");
	snprintf(m.subject.user, sizeof(m.subject.user), "root");
	snprintf(m.subject.host, sizeof(m.subject.host), "proven host SHA256:host");
	snprintf(m.subject.purpose, sizeof(m.subject.purpose), "login");
	snprintf(m.subject.data, sizeof(m.subject.data), "-");
	snprintf(m.subject.alike, sizeof(m.subject.alike), "-");
	m.subject.rememberable = 1;
	person_says("echo allow");
}

static void
end(void)
{
	close(filter);
	close(a.fd);
	scratch_remove();
	snprintf(scratch_dir, sizeof(scratch_dir), "/tmp/qssh-unit.XXXXXX");
}

static unsigned
shown(void)
{
	return (unsigned)strlen(scratch_get("shown")) / (unsigned)strlen("shown\n");
}

static void
a_yes_is_for_once(void)
{
	begin();
	CHECK(question_put(&a, &m) == ASK_YES && shown() == 1);
	CHECK(question_put(&a, &m) == ASK_YES && shown() == 2);
	end();
}

static void
a_yes_for_a_while_is_remembered_where_the_rule_says_so(void)
{
	begin();
	person_says("echo allow-for");
	CHECK(question_put(&a, &m) == ASK_NO && shown() == 1);
	end();
	begin();
	person_says("echo allow-for");
	m.remember_seconds = 300;
	CHECK(question_put(&a, &m) == ASK_YES && shown() == 1);
	CHECK(question_put(&a, &m) == ASK_REMEMBERED && shown() == 1);
	end();
}

static void
what_may_not_be_remembered_is_asked_again(void)
{
	begin();
	person_says("echo allow-for");
	m.remember_seconds = 300;
	m.subject.rememberable = 0;
	CHECK(question_put(&a, &m) == ASK_NO);
	end();
}

static void
after_a_no_the_same_is_not_asked_again(void)
{
	begin();
	person_says("echo deny");
	CHECK(question_put(&a, &m) == ASK_NO && shown() == 1);
	CHECK(question_put(&a, &m) == ASK_NO_BEFORE && shown() == 1);
	snprintf(m.subject.user, sizeof(m.subject.user), "other");
	CHECK(question_put(&a, &m) == ASK_NO && shown() == 2);
	end();
}

static void
three_that_were_refused_are_enough(void)
{
	begin();
	person_says("echo deny");
	for (int i = 0; i < 3; i++) {
		snprintf(m.subject.user, sizeof(m.subject.user), "user%d", i);
		CHECK(question_put(&a, &m) == ASK_NO);
	}
	snprintf(m.subject.user, sizeof(m.subject.user), "another");
	CHECK(question_put(&a, &m) == ASK_COOLDOWN && shown() == 3);
	end();
}

static void
nobody_is_asked_where_nobody_can_be(void)
{
	begin();
	a.asker = ASKER_NONE;
	CHECK(question_put(&a, &m) == ASK_OFF);
	a.asker = ASKER_NOTIFICATION;
	a.runtime_dir[0] = '\0';
	CHECK(question_put(&a, &m) == ASK_NO_RUNTIME_DIR);
	snprintf(a.runtime_dir, sizeof(a.runtime_dir), "%s", scratch_dir);
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	CHECK(question_put(&a, &m) == ASK_NO_DISPLAY && shown() == 0);
	end();
}

/* Of the three directories each is needed. */
static void
nobody_is_asked_where_answers_can_not_be_kept(void)
{
	static const char *const names[] = { "qssh/grants", "qssh/cooldown", "qssh/questions" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		begin();
		mkdir(scratch_path("qssh"), 0700);
		scratch_put(names[i], "a file");
		CHECK(question_put(&a, &m) == ASK_NO_RUNTIME_DIR && shown() == 0);
		end();
	}
}

static void
a_question_that_would_be_shown_for_a_moment_is_not_shown(void)
{
	begin();
	m.deadline = clock_deadline(4000);
	CHECK(question_put(&a, &m) == ASK_NO_TURN && shown() == 0);
	m.timeout_ms = 3000;
	CHECK(question_put(&a, &m) == ASK_YES && shown() == 1);
	end();
}

static void
a_notification_that_can_not_ask_is_no_answer(void)
{
	begin();
	person_says("exit 3");
	CHECK(question_put(&a, &m) == ASK_NO_DIALOG);
	person_says("exit 1");
	CHECK(question_put(&a, &m) == ASK_BROKEN);
	person_says("kill -9 $$");
	CHECK(question_put(&a, &m) == ASK_BROKEN);
	person_says("echo expired");
	CHECK(question_put(&a, &m) == ASK_TIMEOUT);
	person_says("echo nonsense");
	CHECK(question_put(&a, &m) == ASK_NO);
	end();
}

static void
a_question_that_is_withdrawn_ends(void)
{
	begin();
	person_says("sleep 20");
	close(filter);
	filter = -1;
	CHECK(question_put(&a, &m) == ASK_WITHDRAWN);
	end();
}

int
main(void)
{
	TEST(a_yes_is_for_once);
	TEST(a_yes_for_a_while_is_remembered_where_the_rule_says_so);
	TEST(what_may_not_be_remembered_is_asked_again);
	TEST(after_a_no_the_same_is_not_asked_again);
	TEST(three_that_were_refused_are_enough);
	TEST(nobody_is_asked_where_nobody_can_be);
	TEST(nobody_is_asked_where_answers_can_not_be_kept);
	TEST(a_question_that_would_be_shown_for_a_moment_is_not_shown);
	TEST(a_notification_that_can_not_ask_is_no_answer);
	TEST(a_question_that_is_withdrawn_ends);
	return check_done();
}
