/* SPDX-License-Identifier: ISC */
#include "proxy/duplex.h"

#include "check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A duplex_run() in a child, and its surroundings: what ssh has of the pipes, and what the host has of the socket. */
struct setup {
	pid_t pid;
	int in, out, host;
};

static void
begin(struct setup *s)
{
	int in[2], out[2], pair[2];

	CHECK(pipe(in) == 0 && pipe(out) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	s->pid = fork();
	if (s->pid == 0) {
		close(in[1]);
		close(out[0]);
		close(pair[1]);
		alarm(20);
		_exit(duplex_run(in[0], out[1], pair[0]) == 0 ? 0 : 1);
	}
	close(in[0]);
	close(out[1]);
	close(pair[0]);
	s->in = in[1];
	s->out = out[0];
	s->host = pair[1];
}

/* It has ended, and well. */
static bool
ended(const struct setup *s)
{
	int status;

	return waitpid(s->pid, &status, 0) == s->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
is_quiet(int fd)
{
	struct pollfd f = { .fd = fd, .events = POLLIN };

	return poll(&f, 1, 100) == 0;
}

static bool
reads(int fd, const char *want)
{
	char buf[64];
	size_t len = 0;
	ssize_t n;

	while (len < strlen(want) && (n = read(fd, buf + len, strlen(want) - len)) > 0)
		len += (size_t)n;
	return len == strlen(want) && memcmp(buf, want, len) == 0;
}

static bool
reads_end(int fd)
{
	char c;

	return read(fd, &c, 1) == 0;
}

static void
bytes_pass_both_ways(void)
{
	struct setup s;

	begin(&s);
	CHECK(write(s.in, "up", 2) == 2);
	CHECK(reads(s.host, "up"));
	CHECK(write(s.host, "down", 4) == 4);
	CHECK(reads(s.out, "down"));
	close(s.in);
	close(s.host);
	CHECK(reads_end(s.out));
	close(s.out);
	CHECK(ended(&s));
}

static void
an_end_from_ssh_leaves_the_way_back_open(void)
{
	struct setup s;

	begin(&s);
	CHECK(write(s.in, "last", 4) == 4);
	close(s.in);
	CHECK(reads(s.host, "last"));
	CHECK(reads_end(s.host));
	CHECK(is_quiet(s.out));
	CHECK(write(s.host, "answer", 6) == 6);
	CHECK(reads(s.out, "answer"));
	close(s.host);
	CHECK(reads_end(s.out));
	close(s.out);
	CHECK(ended(&s));
}

static void
an_end_from_the_host_leaves_the_way_up_open(void)
{
	struct setup s;

	begin(&s);
	CHECK(write(s.host, "last", 4) == 4);
	CHECK(shutdown(s.host, SHUT_WR) == 0);
	CHECK(reads(s.out, "last"));
	CHECK(reads_end(s.out));
	CHECK(is_quiet(s.host));
	CHECK(write(s.in, "more", 4) == 4);
	CHECK(reads(s.host, "more"));
	close(s.in);
	CHECK(reads_end(s.host));
	close(s.host);
	close(s.out);
	CHECK(ended(&s));
}

static void
it_ends_when_nobody_reads_any_more(void)
{
	struct setup s;

	begin(&s);
	CHECK(is_quiet(s.host));
	close(s.out);
	CHECK(reads_end(s.host));
	CHECK(ended(&s));
	close(s.in);
	close(s.host);
}

static void
a_host_that_is_gone_ends_it_with_what_it_had_sent(void)
{
	struct setup s;

	begin(&s);
	CHECK(write(s.host, "bye", 3) == 3);
	close(s.host);
	CHECK(reads(s.out, "bye"));
	CHECK(reads_end(s.out));
	CHECK(write(s.in, "too late", 8) == 8);
	CHECK(ended(&s));
	close(s.in);
	close(s.out);
}

/* The byte at place i of a stream whose period shares no factor with any buffer's size. */
static char
byte_at(size_t i)
{
	return (char)(i % 251);
}

#define STREAM ((size_t)3 * 1024 * 1024 + 7)

static pid_t
begin_writer(int fd)
{
	pid_t pid = fork();
	char buf[4096];
	size_t done = 0;
	ssize_t n;

	if (pid != 0)
		return pid;
	while (done < STREAM) {
		size_t len = STREAM - done < sizeof(buf) ? STREAM - done : sizeof(buf);

		for (size_t i = 0; i < len; i++)
			buf[i] = byte_at(done + i);
		n = write(fd, buf, len);
		if (n <= 0)
			_exit(1);
		done += (size_t)n;
	}
	_exit(0);
}

static bool
reads_stream(int fd)
{
	char buf[8192];
	size_t done = 0;
	ssize_t n;

	while (done < STREAM) {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != byte_at(done + (size_t)i))
				return false;
		done += (size_t)n;
	}
	return true;
}

/* The way down is full all the while that the way up is read, so each must go on without the other. */
static void
megabytes_pass_while_the_other_way_is_stuck(void)
{
	struct setup s;
	pid_t up, down;
	int status;

	begin(&s);
	up = begin_writer(s.in);
	down = begin_writer(s.host);
	CHECK(reads_stream(s.host));
	CHECK(reads_stream(s.out));
	CHECK(waitpid(up, &status, 0) == up && status == 0);
	CHECK(waitpid(down, &status, 0) == down && status == 0);
	close(s.in);
	close(s.host);
	close(s.out);
	CHECK(ended(&s));
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(30);
	TEST(bytes_pass_both_ways);
	TEST(an_end_from_ssh_leaves_the_way_back_open);
	TEST(an_end_from_the_host_leaves_the_way_up_open);
	TEST(it_ends_when_nobody_reads_any_more);
	TEST(a_host_that_is_gone_ends_it_with_what_it_had_sent);
	TEST(megabytes_pass_while_the_other_way_is_stuck);
	return check_done();
}
