/* SPDX-License-Identifier: ISC */
#include "filter/share.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct tempdir dir;

/* A client that stays: nothing hangs up. */
static int client[2];

/* Opens the file anew, as another call does. */
static struct share
opened(const char *name)
{
	struct share s;

	share_open(&s, dir.path, name);
	s.silence_ms = 30;
	s.look_ms = 10;
	return s;
}

static void
take_places(struct share s[], unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++) {
		s[i] = opened(name);
		CHECK(share_take(&s[i], client[0]) == 0);
	}
}

static void
close_all(struct share s[], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		close(s[i].fd);
}

/*
 * Another call of the client, in a process of its own: it waits, then ends with 0 once it is served, else with an
 * errno.
 */
static pid_t
begin_call(const char *name, int watch)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct share s;

		/* A lock lives as long as any descriptor of it. */
		for (int fd = 3; fd < 256; fd++)
			if (fd != watch)
				close(fd);
		s = opened(name);
		_exit(-share_take(&s, watch));
	}
	return pid;
}

static int
call_status(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
wait_until_wanted(const struct share *s)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < 5000 && !share_is_wanted(s); i++)
		nanosleep(&ms, NULL);
	CHECK(share_is_wanted(s));
}

static void
each_call_has_a_place_of_its_own(void)
{
	struct share s[SHARE_SERVED];

	take_places(s, SHARE_SERVED, "places");
	for (unsigned i = 0; i < SHARE_SERVED; i++)
		CHECK(s[i].place == i);
	CHECK(!share_is_wanted(&s[0]));
	close_all(s, SHARE_SERVED);
}

static void
one_more_waits_for_any_of_them(void)
{
	struct share s[SHARE_SERVED];
	pid_t waiting;

	take_places(s, SHARE_SERVED, "more");
	waiting = begin_call("more", client[0]);
	wait_until_wanted(&s[5]);
	CHECK(waitpid(waiting, NULL, WNOHANG) == 0);
	close(s[5].fd);
	CHECK(call_status(waiting) == 0);
	s[5] = opened("more");
	close_all(s, SHARE_SERVED);
}

static void
those_that_wait_move_up(void)
{
	struct share s[SHARE_SERVED];
	pid_t waiting[5];

	take_places(s, SHARE_SERVED, "line");
	for (int i = 0; i < 5; i++)
		waiting[i] = begin_call("line", client[0]);
	wait_until_wanted(&s[0]);
	close(s[31].fd);
	for (int i = 0; i < 5; i++)
		CHECK(call_status(waiting[i]) == 0);
	CHECK(!share_is_wanted(&s[0]));
	close_all(s, SHARE_SERVED - 1);
}

static void
beyond_all_places_a_call_is_ended(void)
{
	struct share s[SHARE_SERVED];
	pid_t waiting[SHARE_CALLS - SHARE_SERVED], ended;

	take_places(s, SHARE_SERVED, "full");
	for (unsigned i = 0; i < SHARE_CALLS - SHARE_SERVED; i++) {
		waiting[i] = begin_call("full", client[0]);
		wait_until_wanted(&s[0]);
	}
	/* The last one to come finds no place; which one that is, is theirs to settle. */
	ended = begin_call("full", client[0]);
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EBUSY);
		for (unsigned i = 0; i < SHARE_CALLS - SHARE_SERVED; i++)
			if (waiting[i] == pid)
				waiting[i] = ended;
		break;
	}
	close_all(s, SHARE_SERVED);
	for (unsigned i = 0; i < SHARE_CALLS - SHARE_SERVED; i++)
		CHECK(call_status(waiting[i]) == 0);
}

static void
another_client_has_its_own(void)
{
	struct share s[SHARE_SERVED], other = opened("other");

	take_places(s, SHARE_SERVED, "one");
	CHECK(share_take(&other, client[0]) == 0);
	CHECK(other.place == 0);
	close(other.fd);
	close_all(s, SHARE_SERVED);
}

static void
a_client_that_hangs_up_waits_no_longer(void)
{
	struct share s[SHARE_SERVED], more = opened("gone");
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	take_places(s, SHARE_SERVED, "gone");
	shutdown(pair[1], SHUT_WR);
	alarm(10);
	close(pair[1]);
	CHECK(share_take(&more, pair[0]) == -ECANCELED);
	alarm(0);
	close(pair[0]);
	close(more.fd);
	close_all(s, SHARE_SERVED);
}

static void
silence_ends_a_call_only_where_others_wait(void)
{
	struct share s[SHARE_SERVED];
	pid_t waiting;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	take_places(s, SHARE_SERVED, "silent");
	CHECK(write(pair[1], "x", 1) == 1);
	CHECK(share_await(&s[0], pair[0]) == 0);
	waiting = begin_call("silent", client[0]);
	wait_until_wanted(&s[0]);
	CHECK(share_await(&s[0], pair[0]) == 0);
	CHECK(read(pair[0], &(char){ 0 }, 1) == 1);
	CHECK(share_await(&s[0], pair[0]) == -EBUSY);
	close(s[0].fd);
	CHECK(call_status(waiting) == 0);
	close(pair[0]);
	close(pair[1]);
	close_all(s + 1, SHARE_SERVED - 1);
}

static void
silence_alone_ends_nothing(void)
{
	struct share s = opened("alone");
	struct timespec a, b;
	int pair[2];
	pid_t late;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(share_take(&s, client[0]) == 0);
	late = fork();
	if (late == 0) {
		usleep(150000);
		_exit(write(pair[1], "x", 1) == 1 ? 0 : 1);
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	CHECK(share_await(&s, pair[0]) == 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	CHECK((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 100);
	CHECK(call_status(late) == 0);
	close(pair[0]);
	close(pair[1]);
	close(s.fd);
}

static void
an_error_of_the_lock_is_no_full_share(void)
{
	struct share s = opened("errors");

	close(s.fd);
	s.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(share_take(&s, client[0]) == -EBADF);
	close(s.fd);
}

static void
without_a_directory_there_is_no_bound(void)
{
	struct share s;
	int pair[2];

	share_open(&s, NULL, "none");
	CHECK(s.fd == -1);
	CHECK(share_take(&s, client[0]) == 0);
	share_open(&s, "/nowhere", "none");
	CHECK(s.fd == -1);
	CHECK(share_take(&s, client[0]) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	close(pair[1]);
	CHECK(share_await(&s, pair[0]) == 0);
	close(pair[0]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, client) == -1)
		abort();
	dir = tempdir_new();
	TEST(each_call_has_a_place_of_its_own);
	TEST(one_more_waits_for_any_of_them);
	TEST(those_that_wait_move_up);
	TEST(beyond_all_places_a_call_is_ended);
	TEST(another_client_has_its_own);
	TEST(a_client_that_hangs_up_waits_no_longer);
	TEST(silence_ends_a_call_only_where_others_wait);
	TEST(silence_alone_ends_nothing);
	TEST(an_error_of_the_lock_is_no_full_share);
	TEST(without_a_directory_there_is_no_bound);
	tempdir_drop(&dir);
	return check_done();
}
