/* SPDX-License-Identifier: ISC */
#include "proxy/sockdir.h"

#include "check.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A home of its own for each test; what is left in it goes with it. */
struct home {
	char path[64], ssh[80], dir[96];
};

static void
home_make(struct home *h)
{
	strcpy(h->path, "/tmp/sockdir_test.XXXXXX");
	CHECK(mkdtemp(h->path) != NULL);
	snprintf(h->ssh, sizeof(h->ssh), "%s/.ssh", h->path);
	snprintf(h->dir, sizeof(h->dir), "%s/qssh", h->ssh);
}

static void
home_remove(const struct home *h)
{
	unlink(h->dir);
	rmdir(h->dir);
	unlink(h->ssh);
	rmdir(h->ssh);
	rmdir(h->path);
}

static void
a_home_without_either_gets_both_private(void)
{
	struct home h;
	struct sockdir d;
	struct stat st;
	char why[SOCKDIR_WHY_SIZE];
	mode_t old = umask(0);

	home_make(&h);
	CHECK(sockdir_open(&d, h.path, why) == 0);
	CHECK(strcmp(d.path, h.dir) == 0);
	CHECK(stat(h.ssh, &st) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(stat(h.dir, &st) == 0 && (st.st_mode & 07777) == 0700);
	sockdir_close(&d);
	CHECK(sockdir_open(&d, h.path, why) == 0);
	sockdir_close(&d);
	home_remove(&h);
	umask(old);
}

static void
any_mode_but_0700_is_refused_and_named(void)
{
	static const mode_t modes[] = { 0770, 0720, 0710, 0701, 0702, 0755, 0777, 02700, 0500 };
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE];

	home_make(&h);
	CHECK(mkdir(h.ssh, 0700) == 0 && mkdir(h.dir, 0700) == 0);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(h.dir, modes[i]) == 0);
		CHECK(sockdir_open(&d, h.path, why) == -EPERM);
		CHECK(strstr(why, h.dir) != NULL && strstr(why, "mode") != NULL);
		CHECK(d.fd == -1);
	}
	home_remove(&h);
}

static void
a_parent_that_others_can_write_in_is_refused_and_named(void)
{
	static const mode_t modes[] = { 0770, 0702, 0777 }, good[] = { 0700, 0755, 0711 };
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE];

	home_make(&h);
	CHECK(mkdir(h.ssh, 0700) == 0);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(h.ssh, modes[i]) == 0);
		CHECK(sockdir_open(&d, h.path, why) == -EPERM);
		CHECK(strstr(why, h.ssh) != NULL && strstr(why, "chmod go-w") != NULL);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(chmod(h.ssh, good[i]) == 0);
		CHECK(sockdir_open(&d, h.path, why) == 0);
		sockdir_close(&d);
	}
	home_remove(&h);
}

static void
a_parent_may_be_a_link_of_ours(void)
{
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE], elsewhere[80];

	home_make(&h);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", h.path);
	CHECK(mkdir(elsewhere, 0700) == 0 && symlink("elsewhere", h.ssh) == 0);
	CHECK(sockdir_open(&d, h.path, why) == 0);
	sockdir_close(&d);
	if (getuid() == 0) {
		CHECK(chown(elsewhere, 12345, 0) == 0);
		CHECK(sockdir_open(&d, h.path, why) == -EPERM);
		CHECK(strstr(why, "belongs to user 12345") != NULL);
	}
	rmdir(h.dir);
	rmdir(elsewhere);
	home_remove(&h);
}

static void
another_owner_is_refused_and_named(void)
{
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE];

	if (getuid() != 0)
		return;
	home_make(&h);
	CHECK(mkdir(h.ssh, 0700) == 0 && mkdir(h.dir, 0700) == 0 && chown(h.dir, 12345, 0) == 0);
	CHECK(sockdir_open(&d, h.path, why) == -EPERM);
	CHECK(strstr(why, "belongs to user 12345") != NULL);
	home_remove(&h);
}

static void
a_symbolic_link_is_refused_even_to_a_good_directory(void)
{
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE], good[80];

	home_make(&h);
	snprintf(good, sizeof(good), "%s/good", h.path);
	CHECK(mkdir(h.ssh, 0700) == 0 && mkdir(good, 0700) == 0 && symlink(good, h.dir) == 0);
	CHECK(sockdir_open(&d, h.path, why) < 0);
	CHECK(strstr(why, "symbolic link") != NULL);
	rmdir(good);
	CHECK(sockdir_open(&d, h.path, why) < 0);
	CHECK(strstr(why, "symbolic link") != NULL);
	home_remove(&h);
}

static void
a_file_in_its_place_is_refused(void)
{
	struct home h;
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE];
	FILE *f;

	home_make(&h);
	CHECK(mkdir(h.ssh, 0700) == 0);
	f = fopen(h.dir, "w");
	CHECK(f != NULL && fclose(f) == 0);
	CHECK(sockdir_open(&d, h.path, why) < 0);
	CHECK(strstr(why, "not a directory") != NULL);
	home_remove(&h);
}

static void
a_home_that_is_not_there_is_an_error_in_words(void)
{
	struct sockdir d;
	char why[SOCKDIR_WHY_SIZE];

	CHECK(sockdir_open(&d, "/nonexistent", why) == -ENOENT);
	CHECK(strstr(why, "/nonexistent/.ssh: No such file") != NULL);
}

static void
paths_beyond_sun_path_are_refused_never_cut(void)
{
	struct sockdir d = { .fd = -1, .path = "/d" };
	struct sockaddr_un a;
	char home[200], name[200], why[SOCKDIR_WHY_SIZE];

	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	CHECK(sockdir_open(&d, home, why) == -ENAMETOOLONG);
	CHECK(strstr(why, "too long") != NULL);

	strcpy(d.path, "/d");
	memset(name, 'n', sizeof(name));
	name[SOCKDIR_PATH_SIZE - 1 - strlen("/d/")] = '\0';
	CHECK(sockdir_address(&d, name, &a) == 0);
	CHECK(strlen(a.sun_path) == sizeof(a.sun_path) - 1);
	strcat(name, "n");
	CHECK(sockdir_address(&d, name, &a) == -ENAMETOOLONG);
}

static void
the_gate_lets_one_in_at_a_time(void)
{
	struct home h;
	struct sockdir d, other;
	char why[SOCKDIR_WHY_SIZE];
	int64_t began;

	home_make(&h);
	CHECK(sockdir_open(&d, h.path, why) == 0 && sockdir_reopen(&d, &other) == 0);
	CHECK(sockdir_lock(&d, 0) == 0);
	CHECK(sockdir_lock(&other, 0) == -EBUSY);
	began = clock_now();
	CHECK(sockdir_lock(&other, clock_deadline(50)) == -EBUSY);
	CHECK(clock_now() - began >= 50);
	sockdir_unlock(&d);
	CHECK(sockdir_lock(&other, 0) == 0);
	sockdir_close(&other);
	CHECK(sockdir_lock(&d, 0) == 0);
	sockdir_close(&d);
	home_remove(&h);
}

int
main(void)
{
	TEST(a_home_without_either_gets_both_private);
	TEST(any_mode_but_0700_is_refused_and_named);
	TEST(a_parent_that_others_can_write_in_is_refused_and_named);
	TEST(a_parent_may_be_a_link_of_ours);
	TEST(another_owner_is_refused_and_named);
	TEST(a_symbolic_link_is_refused_even_to_a_good_directory);
	TEST(a_file_in_its_place_is_refused);
	TEST(a_home_that_is_not_there_is_an_error_in_words);
	TEST(paths_beyond_sun_path_are_refused_never_cut);
	TEST(the_gate_lets_one_in_at_a_time);
	return check_done();
}
