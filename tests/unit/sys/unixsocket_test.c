/* SPDX-License-Identifier: ISC */
#include "sys/unixsocket.h"

#include "check.h"
#include "scratch.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
listening(const char *name, int type)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", scratch_dir, name);
	if (fd == -1 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) == -1 ||
	    (type == SOCK_STREAM && listen(fd, 0) == -1))
		abort();
	return fd;
}

static void
a_listener_is_reached_by_its_type(void)
{
	int l = listening("stream", SOCK_STREAM), d = listening("datagram", SOCK_DGRAM);
	int fd = unixsocket_connect(scratch_path("stream"), SOCK_STREAM, 0);

	CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
	close(fd);
	fd = unixsocket_connect(scratch_path("datagram"), SOCK_DGRAM, 0);
	CHECK(fd >= 0);
	close(fd);
	CHECK(unixsocket_connect(scratch_path("datagram"), SOCK_STREAM, 0) == -EPROTOTYPE);
	close(l);
	close(d);
}

static void
a_full_backlog_is_waited_for_so_long(void)
{
	int l = listening("full", SOCK_STREAM), first = unixsocket_connect(scratch_path("full"), SOCK_STREAM, 100);
	int64_t begin = clock_now();

	CHECK(first >= 0);
	CHECK(unixsocket_connect(scratch_path("full"), SOCK_STREAM, 100) == -ETIMEDOUT);
	CHECK(clock_now() - begin >= 100);
	close(first);
	close(l);
}

static void
nobody_and_no_name_are_errors(void)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];

	CHECK(unixsocket_connect(scratch_path("none"), SOCK_STREAM, 0) == -ENOENT);
	close(listening("dead", SOCK_STREAM));
	CHECK(unixsocket_connect(scratch_path("dead"), SOCK_STREAM, 0) == -ECONNREFUSED);
	CHECK(unixsocket_connect("", SOCK_STREAM, 0) == -ENAMETOOLONG);
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	CHECK(unixsocket_connect(path, SOCK_STREAM, 0) == -ENAMETOOLONG);
	path[sizeof(path) - 2] = '\0';
	CHECK(unixsocket_connect(path, SOCK_STREAM, 0) == -ENOENT);
}

int
main(void)
{
	scratch_make();
	TEST(a_listener_is_reached_by_its_type);
	TEST(a_full_backlog_is_waited_for_so_long);
	TEST(nobody_and_no_name_are_errors);
	return check_done();
}
