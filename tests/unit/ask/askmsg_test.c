/* SPDX-License-Identifier: ISC */
#include "ask/askmsg.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2];

static void
open_pair(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		abort();
}

static void
close_pair(void)
{
	close(pair[0]);
	close(pair[1]);
}

static struct askmsg
question(void)
{
	struct askmsg m = { .kind = ASKMSG_QUESTION, .number = 7, .deadline = 1 };

	strcpy(m.title, "log in to h\xc3\xb6st");
	strcpy(m.subject.key, "k");
	strcpy(m.subject.user, "u");
	strcpy(m.subject.host, "h");
	strcpy(m.subject.purpose, "p");
	strcpy(m.subject.data, "-");
	strcpy(m.subject.alike, "-");
	return m;
}

/* What becomes of a message at the other end. */
static int
receives(struct askmsg m)
{
	struct askmsg got;

	CHECK(send(pair[0], &m, sizeof(m), 0) == (ssize_t)sizeof(m));
	return askmsg_receive(pair[1], &got);
}

static void
a_message_arrives_as_it_was_sent(void)
{
	struct askmsg m = question(), got;

	open_pair();
	CHECK(askmsg_receive(pair[1], &got) == -EAGAIN);
	CHECK(askmsg_send(pair[0], &m) == 0);
	CHECK(askmsg_receive(pair[1], &got) == 1 && got.kind == m.kind && got.number == 7 && got.deadline == 1);
	CHECK(strcmp(got.title, m.title) == 0 && subject_same(&got.subject, &m.subject));
	close(pair[0]);
	CHECK(askmsg_receive(pair[1], &got) == 0);
	close(pair[1]);
}

static void
a_message_of_another_size_is_none(void)
{
	struct askmsg m = question(), got;
	char longer[sizeof(m) + 1] = { 0 };

	open_pair();
	memcpy(longer, &m, sizeof(m));
	CHECK(send(pair[0], &m, sizeof(m) - 1, 0) > 0 && askmsg_receive(pair[1], &got) == -EBADMSG);
	CHECK(send(pair[0], longer, sizeof(longer), 0) > 0 && askmsg_receive(pair[1], &got) == -EBADMSG);
	CHECK(send(pair[0], "x", 1, 0) == 1 && askmsg_receive(pair[1], &got) == -EBADMSG);
	CHECK(receives(m) == 1);
	close_pair();
}

static void
texts_end_and_hold_no_control_character(void)
{
	struct askmsg m;

	open_pair();
	m = question(), m.kind = ASKMSG_LAST + 1;
	CHECK(receives(m) == -EBADMSG);
	m = question(), m.kind = UINT32_MAX;
	CHECK(receives(m) == -EBADMSG);
	m = question(), memset(m.title, 'x', sizeof(m.title));
	CHECK(receives(m) == -EBADMSG);
	m = question(), memset(m.words, 'x', sizeof(m.words));
	CHECK(receives(m) == -EBADMSG);
	m = question(), strcpy(m.lines, "user: a\nkey: b"), strcpy(m.words, "key: b\nrules:1");
	CHECK(receives(m) == 1);
	m = question(), m.lines[0] = '\r';
	CHECK(receives(m) == -EBADMSG);
	m = question(), m.cost[0] = '\n';
	CHECK(receives(m) == -EBADMSG);
	m = question(), m.title[0] = '\n';
	CHECK(receives(m) == -EBADMSG);
	m = question(), m.title[0] = '\x7f';
	CHECK(receives(m) == -EBADMSG);
	m = question(), strcpy(m.words, "\x1b[31m");
	CHECK(receives(m) == -EBADMSG);
	m = question(), m.subject.user[0] = '\0';
	CHECK(receives(m) == -EBADMSG);
	m.kind = ASKMSG_SIGNED;
	CHECK(receives(m) == 1);
	close_pair();
}

/* It becomes a word of a command line. */
static void
an_offer_is_a_line_of_the_record(void)
{
	static const char *const wrong[] = { "--yes", ".2", "3f9c.", "3f9c", "3F9C.2", "3f9c.2 x", "3f9c.a", "-1.2" };
	struct askmsg m;

	open_pair();
	m = question(), strcpy(m.offer, "3f9c12aa77b0.12");
	CHECK(receives(m) == 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		m = question(), strcpy(m.offer, wrong[i]);
		CHECK(receives(m) == -EBADMSG);
	}
	m = question(), memset(m.offer, '1', sizeof(m.offer));
	CHECK(receives(m) == -EBADMSG);
	close_pair();
}

static void
an_answer_is_one_that_there_is(void)
{
	struct askmsg_reply r = { .number = 3, .answer = ASK_YES }, got;

	open_pair();
	CHECK(askmsg_receive_reply(pair[1], &got) == -EAGAIN);
	CHECK(askmsg_send_reply(pair[0], &r) == 0);
	CHECK(askmsg_receive_reply(pair[1], &got) == 1 && got.number == 3 && got.answer == ASK_YES);
	r.answer = ASK_ANSWER_LAST + 1;
	CHECK(askmsg_send_reply(pair[0], &r) == 0 && askmsg_receive_reply(pair[1], &got) == -EBADMSG);
	CHECK(send(pair[0], &r, 4, 0) == 4 && askmsg_receive_reply(pair[1], &got) == -EBADMSG);
	close_pair();
}

static void
sending_waits_for_nobody(void)
{
	struct askmsg m = question();
	int error, sent = 0;

	open_pair();
	while ((error = askmsg_send(pair[0], &m)) == 0 && sent < 100000)
		sent++;
	CHECK(error == -EAGAIN && sent > 8);
	close(pair[1]);
	error = askmsg_send(pair[0], &m);
	CHECK(error < 0 && error != -EAGAIN);
	close(pair[0]);
}

int
main(void)
{
	TEST(a_message_arrives_as_it_was_sent);
	TEST(a_message_of_another_size_is_none);
	TEST(texts_end_and_hold_no_control_character);
	TEST(an_offer_is_a_line_of_the_record);
	TEST(an_answer_is_one_that_there_is);
	TEST(sending_waits_for_nobody);
	return check_done();
}
