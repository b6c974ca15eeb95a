/* SPDX-License-Identifier: ISC */
#include "store/hostsfile.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
the_files_are_those_of_openssh_and_our_own(void)
{
	char path[HOSTS_PATH], *deep = calloc(1, HOSTS_PATH);

	CHECK(hosts_path(0, "/home/user", path) == 0 && strcmp(path, "/home/user/.config/qssh/known_hosts") == 0);
	CHECK(hosts_path(1, "/home/user", path) == 0 && strcmp(path, "/home/user/.ssh/known_hosts") == 0);
	CHECK(hosts_path(2, "/home/user", path) == 0 && strcmp(path, "/etc/ssh/ssh_known_hosts") == 0);
	CHECK(hosts_path(0, NULL, path) == -EINVAL && hosts_path(1, "user", path) == -EINVAL);
	CHECK(hosts_path(2, NULL, path) == 0);
	CHECK(deep != NULL);
	memset(deep, '/', HOSTS_PATH - 1);
	CHECK(hosts_path(0, deep, path) == -ENAMETOOLONG);
	free(deep);
}

static void
a_file_is_read_whole_or_not_at_all(void)
{
	uint8_t *text;
	size_t len;

	scratch_put("known_hosts", "12345");
	CHECK(hosts_read(scratch_path("known_hosts"), 4, &text, &len) == -E2BIG && text == NULL);
	CHECK(hosts_read(scratch_path("known_hosts"), 5, &text, &len) == 0 && len == 5);
	CHECK(memcmp(text, "12345", 5) == 0);
	free(text);
	CHECK(hosts_read(scratch_path("nowhere"), 5, &text, &len) == 0 && len == 0 && text == NULL);
	CHECK(hosts_read(scratch_path("known_hosts/below"), 5, &text, &len) == 0 && text == NULL);
	CHECK(hosts_read(scratch_dir, 5, &text, &len) == -EISDIR && text == NULL);
}

/* Its size says nothing: it is read until it ends. */
static void
a_pipe_is_read_to_its_end(void)
{
	uint8_t bytes[1000], *text;
	size_t len;
	int fd[2];

	memset(bytes, 'a', sizeof(bytes));
	for (size_t max = 999; max <= 1000; max++) {
		CHECK(pipe(fd) == 0 && write(fd[1], bytes, sizeof(bytes)) == sizeof(bytes) && close(fd[1]) == 0);
		CHECK(hosts_read_fd(fd[0], max, &text, &len) == (max < 1000 ? -E2BIG : 0));
		CHECK(max < 1000 ? text == NULL : len == 1000 && memcmp(text, bytes, 1000) == 0);
		free(text);
		close(fd[0]);
	}
}

int
main(void)
{
	scratch_make();
	TEST(the_files_are_those_of_openssh_and_our_own);
	TEST(a_file_is_read_whole_or_not_at_all);
	TEST(a_pipe_is_read_to_its_end);
	return check_done();
}
