/* SPDX-License-Identifier: ISC */
#include "sys/frame.h"

#include "base/limits.h"
#include "sys/clock.h"

#include "check.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int ours, theirs;
static uint8_t buf[LIMIT_FRAME];

static void
connect_pair(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		exit(1);
	ours = pair[0];
	theirs = pair[1];
	frame_prepare(ours);
}

static void
disconnect(void)
{
	close(ours);
	if (theirs != -1)
		close(theirs);
	theirs = -1;
}

static void
send_bytes(const void *bytes, size_t len)
{
	CHECK(write(theirs, bytes, len) == (ssize_t)len);
}

static int
read_frame(int64_t ms)
{
	return frame_read(ours, -1, buf, clock_deadline(ms));
}

static void
a_frame_is_a_length_and_as_many_bytes(void)
{
	connect_pair();
	send_bytes("\0\0\0\3abc\0\0\0\1d", 12);
	CHECK(read_frame(1000) == 3 && memcmp(buf, "abc", 3) == 0);
	CHECK(read_frame(1000) == 1 && buf[0] == 'd');
	disconnect();
}

static void
a_frame_in_single_bytes_is_whole(void)
{
	connect_pair();
	if (fork() == 0) {
		for (int i = 0; i < 8; i++) {
			usleep(2000);
			(void)!write(theirs, &"\0\0\0\4wxyz"[i], 1);
		}
		_exit(0);
	}
	CHECK(read_frame(3000) == 4 && memcmp(buf, "wxyz", 4) == 0);
	wait(NULL);
	disconnect();
}

static void
an_end_between_frames_is_told_from_one_inside(void)
{
	connect_pair();
	shutdown(theirs, SHUT_WR);
	CHECK(read_frame(1000) == 0);
	disconnect();
	for (size_t len = 1; len < 7; len++) {
		connect_pair();
		send_bytes("\0\0\0\3abc", len);
		shutdown(theirs, SHUT_WR);
		CHECK(read_frame(1000) == -EPIPE);
		disconnect();
	}
}

static void
a_length_out_of_range_is_refused_and_can_be_skipped(void)
{
	connect_pair();
	send_bytes("\0\0\0\0\0\0\0\1a", 9);
	CHECK(read_frame(1000) == -EMSGSIZE);
	CHECK(frame_discard(ours, -1, buf, clock_deadline(1000)) == 0);
	CHECK(read_frame(1000) == 1 && buf[0] == 'a');
	send_bytes("\0\4\0\1", 4);
	CHECK(read_frame(1000) == -EMSGSIZE);
	disconnect();
}

static void
the_longest_frame_passes(void)
{
	static uint8_t body[LIMIT_FRAME];

	connect_pair();
	memset(body, 7, sizeof(body));
	if (fork() == 0) {
		struct span all = { body, sizeof(body) };

		frame_prepare(theirs);
		_exit(frame_write(theirs, -1, all, clock_deadline(3000)) == 0 ? 0 : 1);
	}
	CHECK(read_frame(3000) == (int)LIMIT_FRAME && buf[LIMIT_FRAME - 1] == 7);
	wait(NULL);
	CHECK(frame_write(ours, -1, (struct span){ body, sizeof(body) + 1 }, clock_deadline(100)) == -EMSGSIZE);
	CHECK(frame_write(ours, -1, (struct span){ body, 0 }, clock_deadline(100)) == -EMSGSIZE);
	disconnect();
}

static void
every_wait_ends_at_its_deadline(void)
{
	static uint8_t body[LIMIT_FRAME];
	int64_t begun = clock_now();

	connect_pair();
	CHECK(frame_wait(ours, -1, clock_deadline(20)) == -ETIMEDOUT);
	CHECK(read_frame(20) == -ETIMEDOUT);
	send_bytes("\0\0", 2);
	CHECK(read_frame(20) == -ETIMEDOUT);
	while (frame_write(ours, -1, (struct span){ body, sizeof(body) }, clock_deadline(20)) == 0)
		;
	CHECK(clock_now() - begun >= 80 && clock_now() - begun < 2000);
	disconnect();
}

static void
a_peer_that_left_ends_a_wait_for_another(void)
{
	int pair[2];

	connect_pair();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(frame_wait(ours, pair[0], clock_deadline(20)) == -ETIMEDOUT);
	shutdown(pair[1], SHUT_WR);
	CHECK(frame_wait(ours, pair[0], clock_deadline(20)) == -ETIMEDOUT);
	close(pair[1]);
	CHECK(frame_wait(ours, pair[0], clock_deadline(3000)) == -ECANCELED);
	CHECK(frame_read(ours, pair[0], buf, clock_deadline(3000)) == -ECANCELED);
	close(pair[0]);
	disconnect();
}

static void
a_write_to_nobody_is_an_error(void)
{
	connect_pair();
	close(theirs);
	theirs = -1;
	CHECK(frame_write(ours, -1, span_of("x"), clock_deadline(1000)) == -EPIPE);
	disconnect();
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	TEST(a_frame_is_a_length_and_as_many_bytes);
	TEST(a_frame_in_single_bytes_is_whole);
	TEST(an_end_between_frames_is_told_from_one_inside);
	TEST(a_length_out_of_range_is_refused_and_can_be_skipped);
	TEST(the_longest_frame_passes);
	TEST(every_wait_ends_at_its_deadline);
	TEST(a_peer_that_left_ends_a_wait_for_another);
	TEST(a_write_to_nobody_is_an_error);
	return check_done();
}
