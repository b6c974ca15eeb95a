/* SPDX-License-Identifier: ISC */
#include "proxy/proxied.h"

#include "check.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int
pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static bool
has_ended(int pidfd)
{
	struct pollfd f = { .fd = pidfd, .events = POLLIN };

	return poll(&f, 1, 0) == 1;
}

/* A child that does nothing until it is killed, holding what we hold. */
static pid_t
begin_idler(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		alarm(20);
		pause();
		_exit(0);
	}
	return pid;
}

static void
end_idler(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A listener as a proxy agent has one. */
static int
listen_at(struct sockaddr_un *a, char dir[64])
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(dir, "/tmp/proxied_test.XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(a->sun_path, sizeof(a->sun_path), "%s/k", dir);
	CHECK(bind(fd, (struct sockaddr *)a, sizeof(*a)) == 0 && listen(fd, 4) == 0);
	return fd;
}

static void
remove_listener(int fd, const struct sockaddr_un *a, const char *dir)
{
	close(fd);
	unlink(a->sun_path);
	rmdir(dir);
}

/* Announces in a child; its exit status is the answer, or 100 for an error, 101 for a refused connection. */
static pid_t
begin_announcer(const struct sockaddr_un *a, const struct proxied *g, const char *socket)
{
	pid_t pid = fork();
	int result;

	if (pid != 0)
		return pid;
	result = proxied_send(a, g, socket, clock_deadline(5000));
	_exit(result >= 0 ? result : result == -ECONNREFUSED ? 101 : 100);
}

static int
status_of(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
an_announcement_arrives_whole_and_is_answered(void)
{
	char dir[64], socket[PROXIED_SOCKET_SIZE];
	struct sockaddr_un a;
	int listener = listen_at(&a, dir), fd;
	pid_t idler = begin_idler(), announcer;
	struct proxied g = { .pidfd = pidfd_of(idler), .connection = 0x123456789abcdefu }, got;

	announcer = begin_announcer(&a, &g, "work-vault:git");
	fd = accept(listener, NULL, NULL);
	CHECK(proxied_receive(fd, &got, socket, clock_deadline(5000)) == 0);
	CHECK(strcmp(socket, "work-vault:git") == 0);
	CHECK(got.connection == 0x123456789abcdefu);
	proxied_answer(fd, PROXIED_OTHER);
	CHECK(status_of(announcer) == PROXIED_OTHER);
	CHECK(!has_ended(got.pidfd));
	end_idler(idler);
	CHECK(has_ended(got.pidfd));
	close(got.pidfd);
	close(g.pidfd);
	close(fd);
	remove_listener(listener, &a, dir);
}

static void
a_proxy_agent_that_is_gone_refuses(void)
{
	char dir[64];
	struct sockaddr_un a;
	int listener = listen_at(&a, dir), fd;
	struct proxied g = { .pidfd = pidfd_of(getpid()) };
	pid_t announcer = begin_announcer(&a, &g, "default");

	/* Gone without an answer. */
	fd = accept(listener, NULL, NULL);
	close(fd);
	CHECK(status_of(announcer) == 101);
	/* Killed: its socket file stays. */
	close(listener);
	CHECK(proxied_send(&a, &g, "default", clock_deadline(1000)) == -ECONNREFUSED);
	unlink(a.sun_path);
	CHECK(proxied_send(&a, &g, "default", clock_deadline(1000)) == -ECONNREFUSED);
	rmdir(dir);
	close(g.pidfd);
}

static void
a_proxy_agent_that_hangs_is_given_up(void)
{
	char dir[64];
	struct sockaddr_un a;
	int listener = listen_at(&a, dir);
	struct proxied g = { .pidfd = pidfd_of(getpid()) };

	CHECK(proxied_send(&a, &g, "default", clock_deadline(50)) == -ETIMEDOUT);
	close(g.pidfd);
	remove_listener(listener, &a, dir);
}

/* What another program might send. */
static void
check_refused(const void *message, size_t len)
{
	char socket[PROXIED_SOCKET_SIZE];
	struct proxied got;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	CHECK(send(pair[1], message, len, 0) == (ssize_t)len);
	CHECK(proxied_receive(pair[0], &got, socket, clock_deadline(1000)) == -EINVAL);
	close(pair[0]);
	close(pair[1]);
}

static void
messages_of_another_shape_are_refused(void)
{
	static const char good[] = "\1\0\0\0\7default\0\0\0\0\0\0\0\0"; /* but for its descriptor */
	char bad[sizeof(good)];

	check_refused(good, sizeof(good) - 1);
	check_refused(good, sizeof(good));
	check_refused(good, sizeof(good) - 2);
	memcpy(bad, good, sizeof(bad));
	bad[0] = 2;
	check_refused(bad, sizeof(bad) - 1);
	bad[0] = 1;
	bad[4] = 6;
	check_refused(bad, sizeof(bad) - 1);
}

static void
a_silent_announcer_is_not_waited_for(void)
{
	char socket[PROXIED_SOCKET_SIZE];
	struct proxied got;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	CHECK(proxied_receive(pair[0], &got, socket, clock_deadline(20)) == -ETIMEDOUT);
	close(pair[1]);
	CHECK(proxied_receive(pair[0], &got, socket, clock_deadline(1000)) == -EPIPE);
	close(pair[0]);
}

static void
a_proxied_ssh_is_followed_to_who_holds_its_connection(void)
{
	struct proxied g;
	pid_t first, second;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	first = begin_idler();
	second = begin_idler();
	g = (struct proxied){ .pidfd = pidfd_of(first), .connection = proxied_connection(pair[0]) };
	CHECK(g.connection != 0);
	close(pair[0]);
	end_idler(first);
	CHECK(has_ended(g.pidfd));
	CHECK(proxied_follow(&g));
	CHECK(!has_ended(g.pidfd));
	end_idler(second);
	CHECK(has_ended(g.pidfd));
	CHECK(!proxied_follow(&g));
	close(g.pidfd);
	close(pair[1]);
}

static void
a_proxied_ssh_without_a_connection_is_not_followed(void)
{
	pid_t idler = begin_idler();
	struct proxied g = { .pidfd = pidfd_of(idler), .connection = 0 };

	end_idler(idler);
	CHECK(!proxied_follow(&g));
	close(g.pidfd);
}

static void
only_a_socket_is_a_connection(void)
{
	int p[2];

	CHECK(pipe(p) == 0);
	CHECK(proxied_connection(p[0]) == 0);
	CHECK(proxied_connection(-1) == 0);
	close(p[0]);
	close(p[1]);
}

int
main(void)
{
	alarm(30);
	TEST(an_announcement_arrives_whole_and_is_answered);
	TEST(a_proxy_agent_that_is_gone_refuses);
	TEST(a_proxy_agent_that_hangs_is_given_up);
	TEST(messages_of_another_shape_are_refused);
	TEST(a_silent_announcer_is_not_waited_for);
	TEST(a_proxied_ssh_is_followed_to_who_holds_its_connection);
	TEST(a_proxied_ssh_without_a_connection_is_not_followed);
	TEST(only_a_socket_is_a_connection);
	return check_done();
}
