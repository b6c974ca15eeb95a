/* SPDX-License-Identifier: ISC */
#include "store/grants.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENT "work"
#define ARG "-"
#define MINUTES 300u

static struct tempdir dir;

static int
fresh_dir(void)
{
	dir = tempdir_new();
	return dir.fd;
}

static void
drop_dir(void)
{
	tempdir_drop(&dir);
}

static struct subject
login(void)
{
	struct subject s = { .rememberable = 1 };

	strcpy(s.key, "SHA256:aaaa");
	strcpy(s.user, "git");
	strcpy(s.host, "proven github.com SHA256:bbbb");
	strcpy(s.purpose, "login");
	strcpy(s.data, "-");
	return s;
}

static struct grants_now
moment(int64_t boot_ms, int64_t wall_ms)
{
	struct grants_now n = { .boot_ms = boot_ms, .wall_ms = wall_ms };

	strcpy(n.boot, "00000000-0000-4000-8000-000000000001");
	return n;
}

/* One hour after the boot, some day. */
#define BOOT 3600000
#define WALL 1700000000000

static struct grants_now
later(int64_t ms)
{
	return moment(BOOT + ms, WALL + ms);
}

/* A directory with a yes of MINUTES for login(), given at later(0). */
static int
granted(void)
{
	int fd = fresh_dir();
	struct subject s = login();
	struct grants_now now = later(0);

	if (grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) != 0)
		abort();
	return fd;
}

static bool
covers(int fd, const struct subject *s, struct grants_now now)
{
	return grants_find(fd, CLIENT, ARG, s, &now);
}

static char *
path_of(char path[256])
{
	struct subject s = login();
	char name[SUBJECT_HEX];

	subject_hex(&s, CLIENT, ARG, name);
	snprintf(path, 256, "%s/%s", dir.path, name);
	return path;
}

static bool
is_there(void)
{
	char path[256];

	return access(path_of(path), F_OK) == 0;
}

static void
a_yes_covers_the_same_again(void)
{
	int fd = granted();
	struct subject s = login();

	CHECK(covers(fd, &s, later(0)));
	CHECK(covers(fd, &s, later(1)));
	CHECK(covers(fd, &s, later(MINUTES * 1000 - 1)));
	drop_dir();
}

static void
another_key_user_host_or_purpose_is_not_covered(void)
{
	int fd = granted();
	struct subject s;

	s = login(), strcpy(s.key, "SHA256:aaab");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.user, "root");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.host, "proven github.com SHA256:bbbc");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.host, "proven gitlab.com SHA256:bbbb");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.host, "vouched github.com SHA256:bbbb");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.purpose, "sshsig:git");
	CHECK(!covers(fd, &s, later(1)));
	s = login(), strcpy(s.data, "SHA256:cccc");
	CHECK(!covers(fd, &s, later(1)));
	s = login();
	CHECK(covers(fd, &s, later(1)));
	drop_dir();
}

static void
another_client_or_argument_is_not_covered(void)
{
	int fd = granted();
	struct subject s = login();
	struct grants_now now = later(1);

	CHECK(!grants_find(fd, "work2", ARG, &s, &now));
	CHECK(!grants_find(fd, "wor", ARG, &s, &now));
	CHECK(!grants_find(fd, "", ARG, &s, &now));
	CHECK(!grants_find(fd, CLIENT, "ci", &s, &now));
	CHECK(!grants_find(fd, CLIENT, "default", &s, &now));
	CHECK(grants_find(fd, CLIENT, ARG, &s, &now));
	drop_dir();
}

static void
what_is_not_rememberable_is_neither_kept_nor_found(void)
{
	int fd = granted();
	struct subject s = login();
	struct grants_now now = later(1);

	s.rememberable = 0;
	CHECK(!covers(fd, &s, now));
	CHECK(grants_put(fd, "other", ARG, &s, MINUTES, &now) == -EINVAL);
	drop_dir();
}

/* People are shown its words as they are. */
static void
one_with_words_that_are_not_escaped_does_not_count(void)
{
	struct subject s = login();
	struct grants_now now = later(1);
	int fd = granted();

	strcpy(s.user, "git\x1b[2J");
	CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == 0);
	CHECK(!covers(fd, &s, later(2)));
	s = login();
	CHECK(covers(fd, &s, later(2)));
	drop_dir();
}

static void
it_ends_by_either_clock(void)
{
	int fd = granted();
	struct subject s = login();

	CHECK(!covers(fd, &s, moment(BOOT + MINUTES * 1000, WALL + MINUTES * 1000 - 1)));
	drop_dir();
	fd = granted();
	CHECK(!covers(fd, &s, moment(BOOT + 1, WALL + MINUTES * 1000)));
	CHECK(!is_there());
	drop_dir();
}

static void
an_ended_one_does_not_return_with_the_clock(void)
{
	int fd = granted();
	struct subject s = login();

	CHECK(!covers(fd, &s, later(MINUTES * 1000)));
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
}

static void
a_wall_clock_set_back_ends_it(void)
{
	struct subject s = login();
	int fd = granted();

	CHECK(!covers(fd, &s, moment(BOOT + 1, WALL - 1)));
	drop_dir();
	/* Back, but not behind the yes. */
	fd = granted();
	CHECK(!covers(fd, &s, moment(BOOT + 120000, WALL + 60000)));
	drop_dir();
	/* What slewing takes is not a setting back. */
	fd = granted();
	CHECK(covers(fd, &s, moment(BOOT + 120000, WALL + 119500)));
	CHECK(covers(fd, &s, moment(BOOT + 290000, WALL + 290000 - 1200)));
	CHECK(!covers(fd, &s, moment(BOOT + 290000, WALL + 290000 - 1300)));
	drop_dir();
}

static void
another_boot_ends_it(void)
{
	struct subject s = login();
	struct grants_now now = later(1);
	int fd = granted();

	strcpy(now.boot, "00000000-0000-4000-8000-000000000002");
	CHECK(!covers(fd, &s, now));
	drop_dir();
	fd = granted();
	CHECK(!covers(fd, &s, moment(BOOT - 1, WALL + 1)));
	drop_dir();
}

static void
a_wrong_owner_mode_link_or_kind_does_not_count(void)
{
	struct subject s = login();
	char path[256], link_path[300];
	int fd = granted();

	if (geteuid() == 0) {
		CHECK(chown(path_of(path), 65534, 65534) == 0);
		CHECK(!covers(fd, &s, later(1)));
	}
	drop_dir();
	for (unsigned mode = 0; mode < 4; mode++) {
		fd = granted();
		CHECK(chmod(path_of(path), (mode_t[]){ 0640, 0604, 0400, 04600 }[mode]) == 0);
		CHECK(!covers(fd, &s, later(1)));
		CHECK(!is_there());
		drop_dir();
	}
	fd = granted();
	snprintf(link_path, sizeof(link_path), "%s/second", dir.path);
	CHECK(link(path_of(path), link_path) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
	fd = granted();
	snprintf(link_path, sizeof(link_path), "%s/elsewhere", dir.path);
	CHECK(rename(path_of(path), link_path) == 0 && symlink(link_path, path) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
	fd = granted();
	CHECK(unlink(path_of(path)) == 0 && mkfifo(path, 0600) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
}

/* Replaces the first old in the grant's file, byte for byte. */
static void
edit(const char *old, const char *new)
{
	char path[256], text[4096], *at;
	FILE *f = fopen(path_of(path), "r+");
	size_t n;

	if (f == NULL)
		abort();
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	at = strstr(text, old);
	if (at == NULL || strlen(old) != strlen(new))
		abort();
	memcpy(at, new, strlen(new));
	rewind(f);
	fwrite(text, 1, n, f);
	fclose(f);
}

static void
every_field_of_the_file_is_compared(void)
{
	static const char *const edits[][2] = { { "qssh-grant 1", "qssh-grant 2" }, { "client work", "client wort" },
		{ "arg -", "arg c" }, { "key SHA256:aaaa", "key SHA256:aaax" }, { "user git", "user gix" },
		{ "host proven", "host provex" }, { "purpose login", "purpose logix" }, { "data -", "data x" },
		{ "\nid ", "\nix " }, { "\nid 1", "\nid 0" }, { "boot 0", "boot 1" }, { "boot-until ", "boot_until " },
		{ "boot-until 3", "boot-until x" }, { "wall-until 1", "wall-until -" },
		{ "wall-given ", "wall_given " }, { "wall-given 1700000000000", "wall-given 170000000000x" } };

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		int fd = granted();
		struct subject s = login();
		bool covered;

		edit(edits[i][0], edits[i][1]);
		covered = covers(fd, &s, later(1));
		if (covered)
			fprintf(stderr, "%s\n", edits[i][1]);
		CHECK(!covered);
		drop_dir();
	}
}

static void
a_torn_or_longer_file_does_not_count(void)
{
	struct subject s = login();
	char path[256];
	struct stat st;
	int fd = granted(), file;

	CHECK(stat(path_of(path), &st) == 0 && truncate(path, st.st_size - 1) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
	fd = granted();
	file = open(path_of(path), O_WRONLY | O_APPEND);
	CHECK(write(file, "x\n", 2) == 2);
	close(file);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
	fd = granted();
	CHECK(stat(path_of(path), &st) == 0 && truncate(path, st.st_size + 1) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
	fd = granted();
	CHECK(truncate(path_of(path), 8192) == 0);
	CHECK(!covers(fd, &s, later(1)));
	drop_dir();
}

static void
a_duration_is_from_one_second_to_a_day(void)
{
	int fd = fresh_dir();
	struct subject s = login();
	struct grants_now now = later(0);

	CHECK(grants_put(fd, CLIENT, ARG, &s, 0, &now) == -EINVAL);
	CHECK(grants_put(fd, CLIENT, ARG, &s, GRANTS_SECONDS_MAX + 1, &now) == -EINVAL);
	CHECK(grants_put(fd, CLIENT, ARG, &s, GRANTS_SECONDS_MAX, &now) == 0);
	CHECK(covers(fd, &s, later(GRANTS_SECONDS_MAX * INT64_C(1000) - 1)));
	drop_dir();
}

static void
a_second_yes_replaces_the_first(void)
{
	int fd = granted();
	struct subject s = login();
	struct grants_now now = later(200000);
	static struct grant all[GRANTS_MAX];

	CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == 0);
	CHECK(grants_list(fd, &now, all) == 1);
	CHECK(covers(fd, &s, later(200000 + MINUTES * 1000 - 1)));
	drop_dir();
}

static void
they_are_listed_by_numbers_that_stay(void)
{
	static struct grant all[GRANTS_MAX];
	int fd = fresh_dir();
	struct grants_now now;
	struct subject s = login();

	CHECK(grants_now(&now) == 0);
	CHECK(grants_put(fd, "one", ARG, &s, MINUTES, &now) == 0);
	CHECK(grants_put(fd, "two", "ci", &s, MINUTES, &now) == 0);
	CHECK(grants_put(fd, "three", ARG, &s, MINUTES, &now) == 0);
	CHECK(grants_list(fd, &now, all) == 3);
	CHECK(all[0].id == 1 && strcmp(all[0].client, "one") == 0);
	CHECK(all[1].id == 2 && strcmp(all[1].client, "two") == 0 && strcmp(all[1].arg, "ci") == 0);
	CHECK(strcmp(all[1].subject.host, s.host) == 0);
	CHECK(all[2].id == 3);
	CHECK(grants_revoke(fd, 2) == 1);
	CHECK(grants_revoke(fd, 2) == 0);
	CHECK(grants_list(fd, &now, all) == 2 && all[1].id == 3);
	CHECK(!grants_find(fd, "two", "ci", &s, &now));
	CHECK(grants_find(fd, "three", ARG, &s, &now));
	CHECK(grants_revoke(fd, 0) == 2);
	CHECK(grants_list(fd, &now, all) == 0);
	CHECK(!grants_find(fd, "one", ARG, &s, &now));
	drop_dir();
}

static void
there_are_no_more_than_the_limit(void)
{
	int fd = fresh_dir();
	struct subject s = login();
	struct grants_now now = later(0);

	for (unsigned i = 0; i < GRANTS_MAX; i++) {
		snprintf(s.user, sizeof(s.user), "u%u", i);
		CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == 0);
	}
	strcpy(s.user, "one-too-many");
	CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == -ENOSPC);
	CHECK(!covers(fd, &s, now));
	/* Those that have ended make room. */
	now = later(MINUTES * 1000);
	CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == 0);
	drop_dir();
}

/*
 * Uses and revocations in turn, from two processes: after a revocation has returned, no use that begins finds the
 * grant.
 */
static void
no_use_that_begins_after_a_revocation_is_covered(void)
{
	int fd = fresh_dir();
	struct subject s = login();
	struct grants_now now;
	pid_t child;

	CHECK(grants_now(&now) == 0);
	child = fork();
	if (child == 0) {
		int own = tempdir_again(&dir);

		for (;;)
			(void)grants_find(own, CLIENT, ARG, &s, &now);
	}
	for (unsigned i = 0; i < 500; i++) {
		CHECK(grants_put(fd, CLIENT, ARG, &s, MINUTES, &now) == 0);
		CHECK(grants_find(fd, CLIENT, ARG, &s, &now));
		CHECK(grants_revoke(fd, 0) == 1);
		CHECK(!grants_find(fd, CLIENT, ARG, &s, &now));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	drop_dir();
}

int
main(void)
{
	TEST(a_yes_covers_the_same_again);
	TEST(another_key_user_host_or_purpose_is_not_covered);
	TEST(another_client_or_argument_is_not_covered);
	TEST(what_is_not_rememberable_is_neither_kept_nor_found);
	TEST(one_with_words_that_are_not_escaped_does_not_count);
	TEST(it_ends_by_either_clock);
	TEST(an_ended_one_does_not_return_with_the_clock);
	TEST(a_wall_clock_set_back_ends_it);
	TEST(another_boot_ends_it);
	TEST(a_wrong_owner_mode_link_or_kind_does_not_count);
	TEST(every_field_of_the_file_is_compared);
	TEST(a_torn_or_longer_file_does_not_count);
	TEST(a_duration_is_from_one_second_to_a_day);
	TEST(a_second_yes_replaces_the_first);
	TEST(they_are_listed_by_numbers_that_stay);
	TEST(there_are_no_more_than_the_limit);
	TEST(no_use_that_begins_after_a_revocation_is_covered);
	return check_done();
}
