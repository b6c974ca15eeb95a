/* SPDX-License-Identifier: ISC */
#include "sys/parent.h"

#include "check.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
our_parent_is_found(void)
{
	CHECK(parent_of(getpid()) == getppid());
	CHECK(parent_of(0) == 0);
	CHECK(parent_of(99999999) == 0);
}

/* A name may hold parentheses and spaces, and what looks like the fields behind it. */
static void
a_name_misleads_nobody(void)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_NAME, "a) S 1 (b");
		alarm(10);
		for (;;)
			pause();
	}
	while (!parent_is(child, "a) S 1 (b"))
		usleep(1000);
	CHECK(parent_of(child) == getpid());
	CHECK(!parent_is(child, "a"));
	CHECK(!parent_is(0, "a"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int
main(void)
{
	TEST(our_parent_is_found);
	TEST(a_name_misleads_nobody);
	return check_done();
}
