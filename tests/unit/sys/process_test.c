/* SPDX-License-Identifier: ISC */
#include "sys/process.h"

#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
our_parent_is_found(void)
{
	CHECK(process_parent(getpid()) == getppid());
	CHECK(process_parent(0) == 0);
	CHECK(process_parent(99999999) == 0);
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
	while (!process_is(child, "a) S 1 (b"))
		usleep(1000);
	CHECK(process_parent(child) == getpid());
	CHECK(!process_is(child, "a"));
	CHECK(!process_is(0, "a"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
whether_a_child_has_ended_is_told(void)
{
	struct process p;
	pid_t child;
	int ready[2];

	CHECK(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		CHECK(process_look(getpid(), &p) && p.ended_faults == 0);
		if (fork() == 0)
			_exit(0);
		wait(NULL);
		CHECK(process_look(getpid(), &p) && p.ended_faults > 0);
		(void)!write(ready[1], "", p.ended_faults > 0 ? 1 : 0);
		_exit(0);
	}
	close(ready[1]);
	CHECK(read(ready[0], &(char){ 0 }, 1) == 1);
	close(ready[0]);
	waitpid(child, NULL, 0);
}

/* A session of its own on a terminal: what its leader, and a group in its background, are seen as. */
static void
sessions_groups_and_terminals_are_told(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), ready[2];
	struct process p, us;
	struct stat st;
	pid_t child, grandchild = 0;

	CHECK(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0 && pipe(ready) == 0);
	CHECK(stat(ptsname(master), &st) == 0 && process_look(getpid(), &us));
	CHECK(us.group == getpgrp() && us.session == getsid(0) && us.began > 0);
	child = fork();
	if (child == 0) {
		alarm(10);
		setsid();
		CHECK(open(ptsname(master), O_RDWR) != -1);
		grandchild = fork();
		if (grandchild == 0) {
			alarm(10);
			setpgid(0, 0);
			grandchild = getpid();
			(void)!write(ready[1], &grandchild, sizeof(grandchild));
		}
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &grandchild, sizeof(grandchild)) == sizeof(grandchild));
	CHECK(process_look(child, &p));
	CHECK(p.parent == getpid() && p.group == child && p.session == child && p.foreground == child);
	CHECK(p.terminal == st.st_rdev && p.began >= us.began);
	CHECK(process_look(grandchild, &p));
	CHECK(p.parent == child && p.group == grandchild && p.session == child && p.foreground == child);
	kill(grandchild, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CHECK(!process_look(child, &p));
	close(master);
}

int
main(void)
{
	TEST(our_parent_is_found);
	TEST(a_name_misleads_nobody);
	TEST(whether_a_child_has_ended_is_told);
	TEST(sessions_groups_and_terminals_are_told);
	return check_done();
}
