/* SPDX-License-Identifier: ISC */
#include "ask/ask.h"

#include "check.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The asker is played by this test: a.fd is one end of line, and in one end of client. */
static struct ask a;
static int line[2], client[2];
static struct facts f;
static struct decision d;

static void
begin(enum rules_notify notify)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, line) == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, client) == -1)
		abort();
	a = (struct ask){ .fd = line[0], .notify = notify };
	f = (struct facts){ .what = { .purpose = PURPOSE_OPAQUE }, .key = { .type = span_of("ssh-ed25519") } };
	d = (struct decision){ .timeout_seconds = 20, .reason = "because" };
}

static void
end(void)
{
	close(line[0]);
	close(line[1]);
	close(client[0]);
	close(client[1]);
}

static void
reply(uint32_t number, enum ask_answer answer)
{
	struct askmsg_reply r = { number, (uint32_t)answer };

	CHECK(askmsg_send_reply(line[1], &r) == 0);
}

static enum ask_answer
ask_within(int ms)
{
	return ask_question(&a, &f, &d, client[0], clock_deadline(ms));
}

static bool
waited_for(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* The next thing that the asker hears, or -1 for nothing. */
static int
heard(struct askmsg *m)
{
	return askmsg_receive(line[1], m) == 1 ? (int)m->kind : -1;
}

static void
the_answer_to_the_question_counts(void)
{
	struct askmsg m;

	begin(NOTIFY_SIGN);
	reply(1, ASK_YES);
	CHECK(ask_within(20000) == ASK_YES);
	CHECK(heard(&m) == ASKMSG_QUESTION && m.number == 1 && m.title[0] != '\0');
	reply(2, ASK_REMEMBERED);
	CHECK(ask_within(20000) == ASK_REMEMBERED);
	CHECK(heard(&m) == ASKMSG_QUESTION && m.number == 2);
	CHECK(heard(&m) == -1);
	/* A client that has sent its next request already waits like any other. */
	CHECK(write(client[1], "more", 4) == 4);
	reply(3, ASK_YES);
	CHECK(ask_within(20000) == ASK_YES);
	end();
}

static void
an_answer_to_another_question_does_not(void)
{
	struct askmsg m;

	begin(NOTIFY_SIGN);
	reply(7, ASK_YES);
	reply(0, ASK_YES);
	reply(1, ASK_NO);
	CHECK(ask_within(20000) == ASK_NO);
	/* One that comes after its question was given up. */
	a.questions = 1;
	CHECK(ask_within(-2000) == ASK_TIMEOUT);
	reply(2, ASK_YES);
	CHECK(ask_within(-2000) == ASK_TIMEOUT);
	CHECK(heard(&m) == ASKMSG_QUESTION);
	CHECK(heard(&m) == ASKMSG_QUESTION && m.number == 2);
	CHECK(heard(&m) == ASKMSG_WITHDRAW && m.number == 2);
	end();
}

static void
a_client_that_hangs_up_withdraws_its_question(void)
{
	struct askmsg m;

	begin(NOTIFY_SIGN);
	/* Even where it has more requests on their way, and an answer is there. */
	CHECK(write(client[1], "more", 4) == 4);
	CHECK(shutdown(client[1], SHUT_WR) == 0);
	reply(1, ASK_YES);
	CHECK(ask_within(20000) == ASK_WITHDRAWN);
	CHECK(heard(&m) == ASKMSG_QUESTION);
	CHECK(heard(&m) == ASKMSG_WITHDRAW && m.number == 1);
	end();
}

static void
an_asker_that_dies_is_a_no_for_good(void)
{
	begin(NOTIFY_SIGN);
	CHECK(shutdown(line[1], SHUT_WR) == 0);
	CHECK(ask_within(20000) == ASK_NO_ASKER);
	CHECK(a.fd == -1);
	CHECK(ask_within(20000) == ASK_NO_ASKER);
	ask_show_refused(&a, &f, &d);
	ask_end(&a);
	line[0] = dup(line[1]);
	end();
}

static void
the_wait_and_the_showing_have_each_their_time(void)
{
	struct askmsg m;
	int64_t now;

	begin(NOTIFY_SIGN);
	reply(1, ASK_NO);
	reply(2, ASK_NO);
	reply(3, ASK_NO);
	now = clock_now();
	CHECK(ask_within(5000) == ASK_NO && heard(&m) == ASKMSG_QUESTION);
	CHECK(m.deadline >= now + 5000 && m.deadline < now + 6000 && m.timeout_ms == 20000);
	CHECK(ask_within(90000) == ASK_NO && heard(&m) == ASKMSG_QUESTION);
	CHECK(m.deadline >= now + 90000 && m.deadline < now + 92000);
	/* An allow that has used up its silent signatures has none of its own. */
	d.timeout_seconds = 0;
	CHECK(ask_within(90000) == ASK_NO && heard(&m) == ASKMSG_QUESTION);
	CHECK(m.timeout_ms == 60000);
	end();
}

/* What is heard when everything that could be shown is. */
static unsigned
heard_of(enum rules_notify notify, bool quiet)
{
	struct askmsg m;
	unsigned kinds = 0;
	int kind;

	begin(notify);
	d.quiet = quiet;
	ask_show_signed(&a, &f, &d);
	ask_flush(&a);
	ask_show_touch(&a, &f, &d);
	ask_flush(&a);
	ask_show_refused(&a, &f, &d);
	ask_flush(&a);
	ask_show_listed(&a);
	ask_flush(&a);
	ask_show_trouble(&a, "no agent");
	ask_flush(&a);
	while ((kind = heard(&m)) != -1)
		kinds |= 1u << kind;
	end();
	return kinds;
}

static void
notify_and_quiet_choose_what_is_shown(void)
{
	enum { SIGNED = 1 << ASKMSG_SIGNED, REFUSED = 1 << ASKMSG_REFUSED, LISTED = 1 << ASKMSG_LISTED };
	const unsigned trouble = 1 << ASKMSG_TROUBLE, touch = 1 << ASKMSG_TOUCH;

	CHECK(heard_of(NOTIFY_SIGN, false) == (SIGNED | REFUSED | touch | trouble));
	CHECK(heard_of(NOTIFY_ALL, false) == (SIGNED | REFUSED | LISTED | touch | trouble));
	CHECK(heard_of(NOTIFY_REFUSED, false) == (REFUSED | touch | trouble));
	CHECK(heard_of(NOTIFY_NONE, false) == 0);
	CHECK(heard_of(NOTIFY_SIGN, true) == trouble);
}

/* The asker reads a little later: what is told of a signature waits for that, a refusal is counted. */
static void
a_signature_is_told_behind_a_flood(void)
{
	struct askmsg m;
	pid_t pid;

	begin(NOTIFY_SIGN);
	do {
		ask_show_refused(&a, &f, &d);
		ask_flush(&a);
	} while (a.missed == 0);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 150; i++) {
			usleep(10000);
			while (recv(line[1], &m, sizeof(m), MSG_DONTWAIT) > 0)
				if (m.kind == ASKMSG_SIGNED)
					_exit(0);
		}
		_exit(1);
	}
	ask_show_signed(&a, &f, &d);
	ask_flush(&a);
	CHECK(waited_for(pid));
	end();
}

static void
nothing_is_sent_before_the_flush(void)
{
	struct askmsg m;

	begin(NOTIFY_SIGN);
	ask_flush(&a);
	CHECK(heard(&m) == -1);
	ask_show_refused(&a, &f, &d);
	CHECK(heard(&m) == -1);
	ask_flush(&a);
	CHECK(heard(&m) == ASKMSG_REFUSED && m.count == 1 && strstr(m.words, "because") != NULL);
	ask_flush(&a);
	CHECK(heard(&m) == -1);
	end();
}

static void
refusals_that_come_too_fast_are_counted(void)
{
	struct askmsg m;
	unsigned sent = 0, told = 0;

	begin(NOTIFY_SIGN);
	for (int i = 0; i < 1000; i++) {
		ask_show_refused(&a, &f, &d);
		ask_flush(&a);
	}
	CHECK(a.missed > 0);
	while (heard(&m) == ASKMSG_REFUSED) {
		sent++;
		told += m.count;
	}
	CHECK(sent == told && told < 1000);
	ask_end(&a);
	CHECK(heard(&m) == ASKMSG_REFUSED && told + m.count == 1000);
	CHECK(a.missed == 0);
	end();
}

/* What the asker hears of a rule to offer for f and d. */
static bool
is_offered(void)
{
	struct askmsg m;

	ask_show_signed(&a, &f, &d);
	ask_offer(&a, &f, &d, "3f9c12.2");
	ask_flush(&a);
	return heard(&m) == ASKMSG_SIGNED && strcmp(m.offer, "3f9c12.2") == 0;
}

static void
a_rule_is_offered_only_for_what_a_rule_can_name(void)
{
	static const enum purpose others[] = { PURPOSE_OPAQUE, PURPOSE_CERTIFICATE, PURPOSE_PAM };

	begin(NOTIFY_SIGN);
	a.own_rules = true;
	f.what = (struct signdata){ .purpose = PURPOSE_SSHSIG, .ns = span_of("git") };
	d.line = 2;
	CHECK(is_offered());
	a.own_rules = false;
	CHECK(!is_offered());
	a.own_rules = true;
	f.what.ns = span_of("file");
	CHECK(!is_offered());
	f.what = (struct signdata){ .purpose = PURPOSE_LOGIN, .user = span_of("u") };
	for (unsigned known = HOST_UNKNOWN; known < HOST_PROVEN; known++) {
		f.host = (enum host_known)known;
		CHECK(!is_offered());
	}
	f.host = HOST_PROVEN;
	CHECK(is_offered());
	f.forwarded = TRI_YES;
	CHECK(!is_offered());
	f.forwarded = TRI_NO;
	d.timeout_seconds = 0;
	CHECK(!is_offered());
	d.timeout_seconds = 20;
	d.builtin = true;
	CHECK(!is_offered());
	d.builtin = false;
	d.quiet = true;
	CHECK(!is_offered());
	d.quiet = false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		f.what.purpose = others[i];
		CHECK(!is_offered());
	}
	end();
}

static void
an_agent_is_waited_for_where_a_person_was_told(void)
{
	struct askmsg m;

	begin(NOTIFY_REFUSED);
	reply(1, ASK_YES);
	CHECK(ask_unlock(&a, "it is locked", client[0]));
	CHECK(heard(&m) == ASKMSG_UNLOCK && m.number == 1 && strstr(m.words, "it is locked") != NULL);
	reply(2, ASK_NO);
	CHECK(!ask_unlock(&a, "it is locked", client[0]) && heard(&m) == ASKMSG_UNLOCK);
	ask_unlocked(&a);
	CHECK(heard(&m) == ASKMSG_UNLOCKED);
	a.notify = NOTIFY_NONE;
	CHECK(!ask_unlock(&a, "it is locked", client[0]) && heard(&m) == -1);
	a.notify = NOTIFY_ALL;
	shutdown(client[1], SHUT_RDWR);
	CHECK(!ask_unlock(&a, "it is locked", client[0]));
	end();
}

static void
every_answer_has_its_words(void)
{
	for (unsigned i = 0; i <= ASK_ANSWER_LAST; i++)
		for (unsigned k = 0; k < i; k++)
			CHECK(strcmp(ask_reason((enum ask_answer)i), ask_reason((enum ask_answer)k)) != 0);
}

int
main(void)
{
	TEST(the_answer_to_the_question_counts);
	TEST(an_answer_to_another_question_does_not);
	TEST(a_client_that_hangs_up_withdraws_its_question);
	TEST(an_asker_that_dies_is_a_no_for_good);
	TEST(the_wait_and_the_showing_have_each_their_time);
	TEST(notify_and_quiet_choose_what_is_shown);
	TEST(a_signature_is_told_behind_a_flood);
	TEST(nothing_is_sent_before_the_flush);
	TEST(refusals_that_come_too_fast_are_counted);
	TEST(a_rule_is_offered_only_for_what_a_rule_can_name);
	TEST(an_agent_is_waited_for_where_a_person_was_told);
	TEST(every_answer_has_its_words);
	return check_done();
}
