/* SPDX-License-Identifier: ISC */
#include "agents/loaded.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

static void
an_agent_is_loaded_only_once_it_was_said(void)
{
	int fd;

	CHECK(!loaded_use(scratch_dir, "work"));
	CHECK(access(scratch_path("qssh/loaded/work"), F_OK) == -1);
	fd = loaded_lock(scratch_dir, "work");
	CHECK(fd >= 0 && !loaded_is(fd) && !loaded_use(scratch_dir, "work"));
	CHECK(loaded_set(fd, true) == 0 && loaded_is(fd) && loaded_use(scratch_dir, "work"));
	CHECK(!loaded_use(scratch_dir, "play"));
	CHECK(loaded_set(fd, false) == 0 && !loaded_is(fd) && !loaded_use(scratch_dir, "work"));
	close(fd);
}

static void
a_use_is_noted(void)
{
	const struct timespec past[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	int fd = loaded_lock(scratch_dir, "work");
	time_t now = time(NULL);

	loaded_set(fd, true);
	futimens(fd, past);
	CHECK(loaded_used(fd) == 1000);
	CHECK(loaded_use(scratch_dir, "work"));
	CHECK(loaded_used(fd) >= now - 1);
	close(fd);
}

static void
one_at_a_time_loads(void)
{
	int fd = loaded_lock(scratch_dir, "work"), other;

	other = open(scratch_path("qssh/loaded/work"), O_RDWR);
	CHECK(flock(other, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
	close(fd);
	CHECK(flock(other, LOCK_EX | LOCK_NB) == 0);
	close(other);
}

static void
a_link_is_not_followed(void)
{
	CHECK(symlink(scratch_path("target"), scratch_path("qssh/loaded/linked")) == 0);
	CHECK(loaded_lock(scratch_dir, "linked") == -ELOOP);
	CHECK(access(scratch_path("target"), F_OK) == -1);
}

int
main(void)
{
	scratch_make();
	TEST(an_agent_is_loaded_only_once_it_was_said);
	TEST(a_use_is_noted);
	TEST(one_at_a_time_loads);
	TEST(a_link_is_not_followed);
	return check_done();
}
