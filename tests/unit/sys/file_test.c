#include "sys/file.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <sys/stat.h>

static char buf[16];

static void
a_file_is_replaced_whole_with_its_directories(void)
{
	struct stat st;

	CHECK(file_replace(scratch_path("a/b/c"), span_of("one")) == 0);
	CHECK(stat(scratch_path("a/b"), &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK(stat(scratch_path("a/b/c"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(file_replace(scratch_path("a/b/c"), span_of("2")) == 0);
	CHECK(strcmp(scratch_get("a/b/c"), "2") == 0);
}

static void
a_failed_replacement_leaves_nothing_beside(void)
{
	mkdir(scratch_path("dir"), 0700);
	mkdir(scratch_path("dir/target"), 0700);
	CHECK(file_replace(scratch_path("dir/target"), span_of("x")) == -EISDIR);
	CHECK(rmdir(scratch_path("dir/target")) == 0);
	CHECK(rmdir(scratch_path("dir")) == 0);
	scratch_put("plain", "");
	CHECK(file_replace(scratch_path("plain/x"), span_of("x")) == -ENOTDIR);
}

static void
removing_tells_whether_it_was_there(void)
{
	bool was;

	scratch_put("gone", "");
	CHECK(file_remove(scratch_path("gone"), &was) == 0 && was);
	CHECK(file_remove(scratch_path("gone"), &was) == 0 && !was);
	CHECK(file_remove(scratch_path("plain/x"), &was) == 0 && !was);
	CHECK(file_remove(scratch_path("."), &was) < 0 && !was);
}

static void
a_file_is_read_if_it_fits(void)
{
	scratch_put("text", "0123456789abcde");
	CHECK(file_read(scratch_path("text"), buf, sizeof(buf)) == 15 && memcmp(buf, "0123456789abcde", 15) == 0);
	scratch_put("text", "0123456789abcdef");
	CHECK(file_read(scratch_path("text"), buf, sizeof(buf)) == -EFBIG);
	CHECK(file_read(scratch_path("missing"), buf, sizeof(buf)) == -ENOENT);
}

static void
only_a_regular_file_is_read(void)
{
	CHECK(file_read(scratch_path("."), buf, sizeof(buf)) == -EINVAL);
	CHECK(mkfifo(scratch_path("fifo"), 0600) == 0);
	CHECK(file_read(scratch_path("fifo"), buf, sizeof(buf)) == -EINVAL);
}

static void
a_path_needs_a_home_and_must_fit(void)
{
	char path[FILE_PATH_SIZE], home[FILE_PATH_SIZE];

	CHECK(file_path(path, "/home/user", ".x") == 0 && strcmp(path, "/home/user/.x") == 0);
	CHECK(file_path(path, NULL, ".x") == -ENOENT);
	CHECK(file_path(path, "", ".x") == -ENOENT);
	memset(home, 'h', sizeof(home) - 1);
	home[sizeof(home) - 1] = '\0';
	CHECK(file_path(path, home, ".x") == -ENAMETOOLONG);
	CHECK(file_replace(home, span_of("x")) == -ENAMETOOLONG);
}

int
main(void)
{
	scratch_make();
	TEST(a_file_is_replaced_whole_with_its_directories);
	TEST(a_failed_replacement_leaves_nothing_beside);
	TEST(removing_tells_whether_it_was_there);
	TEST(a_file_is_read_if_it_fits);
	TEST(only_a_regular_file_is_read);
	TEST(a_path_needs_a_home_and_must_fit);
	return check_done();
}
