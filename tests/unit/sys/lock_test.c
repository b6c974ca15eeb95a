/* SPDX-License-Identifier: ISC */
#include "sys/lock.h"

#include "check.h"
#include "scratch.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Two descriptions of one file: what two processes have. */
static int
open_one(void)
{
	return open(scratch_path("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void
a_lock_is_taken_once(void)
{
	int mine = open_one(), other = open_one();

	CHECK(lock_take(mine, 0) == 0);
	CHECK(lock_take(other, 0) == -EBUSY);
	lock_release(mine);
	CHECK(lock_take(other, 0) == 0);
	close(other);
	CHECK(lock_take(mine, 0) == 0);
	close(mine);
}

static void
a_deadline_is_waited_for(void)
{
	int mine = open_one(), other = open_one();
	int64_t begin = clock_now();

	CHECK(lock_take(mine, CLOCK_NEVER) == 0);
	CHECK(lock_take(other, clock_deadline(60)) == -EBUSY);
	CHECK(clock_now() - begin >= 60);
	close(mine);
	close(other);
}

/* A child holds the lock for a moment, and a signal comes meanwhile. */
static void
a_lock_that_is_given_back_is_taken(int64_t deadline)
{
	int mine = open_one(), told[2], status;
	char byte;
	pid_t pid;

	if (pipe(told) == -1)
		abort();
	pid = fork();
	if (pid == 0) {
		int other = open_one();

		if (lock_take(other, 0) < 0 || write(told[1], "", 1) != 1)
			_exit(1);
		usleep(50000);
		kill(getppid(), SIGUSR1);
		usleep(50000);
		_exit(0);
	}
	CHECK(read(told[0], &byte, 1) == 1);
	CHECK(lock_take(mine, deadline) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(mine);
	close(told[0]);
	close(told[1]);
}

static void
nothing(int signal)
{
	(void)signal;
}

static void
waiting_ends_with_the_lock(void)
{
	const struct sigaction a = { .sa_handler = nothing };

	sigaction(SIGUSR1, &a, NULL);
	a_lock_that_is_given_back_is_taken(CLOCK_NEVER);
	a_lock_that_is_given_back_is_taken(clock_deadline(5000));
}

static void
what_is_not_open_is_an_error(void)
{
	CHECK(lock_take(-1, CLOCK_NEVER) == -EBADF);
}

int
main(void)
{
	scratch_make();
	TEST(a_lock_is_taken_once);
	TEST(a_deadline_is_waited_for);
	TEST(waiting_ends_with_the_lock);
	TEST(what_is_not_open_is_an_error);
	return check_done();
}
