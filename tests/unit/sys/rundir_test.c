/* SPDX-License-Identifier: ISC */
#include "sys/rundir.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <sys/stat.h>

static mode_t
mode_of(const struct tempdir *d, const char *name)
{
	char path[64];
	struct stat st = { 0 };

	snprintf(path, sizeof(path), "%s/%s", d->path, name);
	if (stat(path, &st) == -1)
		return 0;
	return st.st_mode & 07777;
}

static void
it_is_made_for_the_owner_alone(void)
{
	struct tempdir d = tempdir_new();
	int fd;

	umask(0);
	fd = rundir_open(d.path, "grants");
	CHECK(fd >= 0);
	close(fd);
	CHECK(mode_of(&d, "qssh/grants") == 0700);
	CHECK(mode_of(&d, "qssh") == 0700);
	fd = rundir_open(d.path, "grants");
	CHECK(fd >= 0);
	close(fd);
	tempdir_drop(&d);
}

static int
opens(const struct tempdir *d)
{
	int fd = rundir_open(d->path, "grants");

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static void
what_others_may_write_to_or_look_into_is_refused(void)
{
	struct tempdir d = tempdir_new();
	char path[64], top[64];

	CHECK(opens(&d) == 0);
	snprintf(path, sizeof(path), "%s/qssh/grants", d.path);
	snprintf(top, sizeof(top), "%s/qssh", d.path);
	chmod(path, 0750);
	CHECK(opens(&d) == -EPERM);
	chmod(path, 0701);
	CHECK(opens(&d) == -EPERM);
	chmod(path, 0700);
	chmod(top, 0755);
	CHECK(opens(&d) == 0);
	chmod(top, 0770);
	CHECK(opens(&d) == -EPERM);
	chmod(top, 0700);
	if (geteuid() == 0) {
		CHECK(chown(path, 65534, 65534) == 0);
		CHECK(opens(&d) == -EPERM);
	}
	tempdir_drop(&d);
}

static void
a_link_or_a_file_in_its_place_is_refused(void)
{
	struct tempdir d = tempdir_new(), elsewhere = tempdir_new();
	char path[64];

	CHECK(opens(&d) == 0);
	snprintf(path, sizeof(path), "%s/qssh/grants", d.path);
	CHECK(rmdir(path) == 0 && symlink(elsewhere.path, path) == 0);
	CHECK(opens(&d) < 0);
	CHECK(unlink(path) == 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	CHECK(opens(&d) == -ENOTDIR);
	CHECK(rundir_open("/nowhere", "grants") == -ENOENT);
	tempdir_drop(&elsewhere);
	tempdir_drop(&d);
}

static void
the_runtime_directory_is_ours_or_none(void)
{
	struct tempdir d = tempdir_new();
	char out[64];
	int unset;

	setenv("XDG_RUNTIME_DIR", d.path, 1);
	CHECK(rundir_find(out, sizeof(out)) == 0 && strcmp(out, d.path) == 0);
	CHECK(rundir_find(out, 5) == -ENAMETOOLONG);
	chmod(d.path, 0770);
	CHECK(rundir_find(out, sizeof(out)) == -EPERM);
	setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
	CHECK(rundir_find(out, sizeof(out)) == -ENOENT);
	/* Empty or relative, it is as unset. */
	unsetenv("XDG_RUNTIME_DIR");
	unset = rundir_find(out, sizeof(out));
	setenv("XDG_RUNTIME_DIR", "", 1);
	CHECK(rundir_find(out, sizeof(out)) == unset);
	CHECK(chdir(d.path) == 0 && mkdir("below", 0700) == 0);
	setenv("XDG_RUNTIME_DIR", "below", 1);
	CHECK(rundir_find(out, sizeof(out)) == unset && strcmp(out, "below") != 0);
	CHECK(chdir("/") == 0);
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(it_is_made_for_the_owner_alone);
	TEST(what_others_may_write_to_or_look_into_is_refused);
	TEST(a_link_or_a_file_in_its_place_is_refused);
	TEST(the_runtime_directory_is_ours_or_none);
	return check_done();
}
