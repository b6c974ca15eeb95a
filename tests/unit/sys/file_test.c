/* SPDX-License-Identifier: ISC */
#include "sys/file.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

static unsigned
count(DIR *entries)
{
	unsigned n = 0;

	for (struct dirent *e; entries != NULL && (e = readdir(entries)) != NULL;)
		n += e->d_name[0] != '.';
	if (entries != NULL)
		closedir(entries);
	return n;
}

static void
a_directory_is_read_from_its_start_each_time(void)
{
	int dir, file;

	CHECK(mkdir(scratch_path("list"), 0700) == 0);
	scratch_put("list/one", "");
	scratch_put("list/two", "");
	dir = open(scratch_path("list"), O_RDONLY | O_DIRECTORY);
	CHECK(count(file_entries(dir)) == 2 && count(file_entries(dir)) == 2);
	close(dir);
	file = open(scratch_path("list/one"), O_RDONLY);
	errno = 0;
	CHECK(file_entries(file) == NULL && errno == ENOTDIR);
	close(file);
}

static void
a_directory_that_is_not_there_is_no_error(void)
{
	DIR *dir;

	CHECK(file_open_dir(&dir, scratch_dir, "list") == 0 && count(dir) == 2);
	CHECK(file_open_dir(&dir, scratch_dir, "nowhere") == 0 && dir == NULL);
	CHECK(file_open_dir(&dir, scratch_dir, "list/one") == -ENOTDIR && dir == NULL);
	CHECK(file_open_dir(&dir, NULL, "list") == -ENOENT && dir == NULL);
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

static void
a_directory_is_made_with_those_above_it(void)
{
	struct stat st;

	CHECK(file_make_dir(scratch_path("d/e/f")) == 0 && stat(scratch_path("d/e/f"), &st) == 0);
	CHECK(S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
	CHECK(file_make_dir(scratch_path("d/e/f")) == 0);
	CHECK(file_make_dir(scratch_path("plain/x")) == -ENOTDIR);
}

static void
a_name_in_a_directory_is_replaced_whole(void)
{
	char name[NAME_MAX + 1];
	int dir = open(scratch_dir, O_RDONLY | O_DIRECTORY);
	struct stat st;

	scratch_put(".one.new", "left by a crash");
	CHECK(file_replace_at(dir, "one", span_of("1")) == 0 && strcmp(scratch_get("one"), "1") == 0);
	CHECK(file_replace_at(dir, "one", span_of("")) == 0 && strcmp(scratch_get("one"), "") == 0);
	CHECK(stat(scratch_path("one"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(access(scratch_path(".one.new"), F_OK) == -1);
	mkdir(scratch_path("taken"), 0700);
	CHECK(file_replace_at(dir, "taken", span_of("x")) == -EISDIR && access(scratch_path(".taken.new"), F_OK) == -1);
	mkdir(scratch_path(".two.new"), 0700);
	CHECK(file_replace_at(dir, "two", span_of("x")) == -EISDIR);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(file_replace_at(dir, name, span_of("x")) == -ENAMETOOLONG);
	CHECK(file_replace_at(-1, "one", span_of("x")) == -EBADF);
	close(dir);
}

static bool
add_line(void *ctx, unsigned number, char *line)
{
	char *all = ctx;

	sprintf(all + strlen(all), "%u:%s;", number, line);
	return strcmp(line, "stop") != 0;
}

static void
a_file_is_read_by_lines(void)
{
	char all[100] = "";

	scratch_put("lines", "one\n\nstop\nmore\n");
	CHECK(file_each_line(scratch_path("lines"), add_line, all) && strcmp(all, "1:one;2:;3:stop;") == 0);
	all[0] = '\0';
	scratch_put("lines", "a\nlast");
	CHECK(file_each_line(scratch_path("lines"), add_line, all) && strcmp(all, "1:a;2:last;") == 0);
	CHECK(!file_each_line(scratch_path("missing"), add_line, all));
}

static void
what_is_made_replaces_nothing(void)
{
	struct stat st;

	CHECK(file_make(scratch_path("made/here"), span_of("one")) == 0);
	CHECK(stat(scratch_path("made/here"), &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_nlink == 1);
	CHECK(file_make(scratch_path("made/here"), span_of("two")) == -EEXIST);
	CHECK(strcmp(scratch_get("made/here"), "one") == 0);
	CHECK(symlink("nowhere", scratch_path("made/link")) == 0);
	CHECK(file_make(scratch_path("made/link"), span_of("two")) == -EEXIST);
	CHECK(file_make(scratch_path("made/here/x"), span_of("two")) == -ENOTDIR);
	/* Nothing is left beside them. */
	CHECK(unlink(scratch_path("made/here")) == 0 && unlink(scratch_path("made/link")) == 0);
	CHECK(rmdir(scratch_path("made")) == 0);
}

int
main(void)
{
	scratch_make();
	TEST(a_file_is_replaced_whole_with_its_directories);
	TEST(a_failed_replacement_leaves_nothing_beside);
	TEST(removing_tells_whether_it_was_there);
	TEST(a_directory_is_read_from_its_start_each_time);
	TEST(a_directory_that_is_not_there_is_no_error);
	TEST(a_file_is_read_if_it_fits);
	TEST(only_a_regular_file_is_read);
	TEST(a_path_needs_a_home_and_must_fit);
	TEST(a_directory_is_made_with_those_above_it);
	TEST(a_name_in_a_directory_is_replaced_whole);
	TEST(a_file_is_read_by_lines);
	TEST(what_is_made_replaces_nothing);
	return check_done();
}
