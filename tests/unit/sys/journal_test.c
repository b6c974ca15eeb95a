/* SPDX-License-Identifier: ISC */
#include "sys/journal.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The journal's end and ours, non-blocking as journal_open() makes it. */
static int there, here;

static void
start(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1)
		abort();
	there = pair[0];
	here = pair[1];
}

static void
end(void)
{
	close(there);
	close(here);
}

static void
an_entry_is_one_datagram_of_lines(void)
{
	const char *const fields[] = { "MESSAGE=a b", "QSSH_KEY=", "PRIORITY=6" };
	char buf[256];
	ssize_t n;

	start();
	journal_send(here, fields, 3);
	n = recv(there, buf, sizeof(buf), MSG_DONTWAIT);
	CHECK(n == 33 && memcmp(buf, "MESSAGE=a b\nQSSH_KEY=\nPRIORITY=6\n", 33) == 0);
	CHECK(recv(there, buf, sizeof(buf), MSG_DONTWAIT) == -1);
	end();
}

static void
fields_beyond_the_most_are_left_out(void)
{
	const char *fields[40];
	char buf[256];

	for (size_t i = 0; i < 40; i++)
		fields[i] = "A=1";
	start();
	journal_send(here, fields, 40);
	CHECK(recv(there, buf, sizeof(buf), MSG_DONTWAIT) == 16 * 4);
	end();
}

static void
a_journal_that_does_not_read_holds_nobody_up(void)
{
	const char *const fields[] = { "MESSAGE=x" };
	int left;

	start();
	for (left = 100000; left > 0 && send(here, "x", 1, MSG_DONTWAIT) == 1; left--)
		;
	CHECK(left > 0);
	alarm(5);
	journal_send(here, fields, 1);
	alarm(0);
	end();
}

static void
a_journal_that_is_gone_ends_nobody(void)
{
	const char *const fields[] = { "MESSAGE=x" };

	start();
	close(there);
	journal_send(here, fields, 1);
	close(here);
	journal_send(-1, fields, 1);
	CHECK(fcntl(here, F_GETFD) == -1);
}

/* This machine may have a journal or not: either way there is something to write to. */
static void
a_stream_can_always_be_written(void)
{
	int fd = journal_stream("qssh-journal-test");

	CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(write(fd, "", 0) == 0);
	close(fd);
	fd = journal_open();
	CHECK(fd == -1 || (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	if (fd != -1)
		close(fd);
}

int
main(void)
{
	TEST(an_entry_is_one_datagram_of_lines);
	TEST(fields_beyond_the_most_are_left_out);
	TEST(a_journal_that_does_not_read_holds_nobody_up);
	TEST(a_journal_that_is_gone_ends_nobody);
	TEST(a_stream_can_always_be_written);
	return check_done();
}
