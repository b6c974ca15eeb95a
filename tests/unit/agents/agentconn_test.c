/* SPDX-License-Identifier: ISC */
#include "agents/agentconn.h"

#include "base/limits.h"
#include "check.h"
#include "scratch.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static uint8_t answer[LIMIT_FRAME];

/* A socket that is bound to NAME in the scratch directory. */
static int
bound(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", scratch_dir, name);
	if (fd == -1 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) == -1)
		abort();
	return fd;
}

static int
listening(const char *name)
{
	int fd = bound(name);

	if (listen(fd, 1) == -1)
		abort();
	return fd;
}

static void
an_agent_of_ours_is_reached(void)
{
	int l = listening("ours"), fd = agent_connect_path(scratch_path("ours"));

	CHECK(fd >= 0);
	CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	close(fd);
	close(l);
}

static void
nobody_listening_is_an_error(void)
{
	char path[200];

	CHECK(agent_connect_path(scratch_path("none")) == -ENOENT);
	close(listening("dead"));
	CHECK(agent_connect_path(scratch_path("dead")) == -ECONNREFUSED);
	CHECK(agent_connect_path("") == -ENAMETOOLONG);
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[sizeof(((struct sockaddr_un *)0)->sun_path)] = '\0';
	CHECK(agent_connect_path(path) == -ENAMETOOLONG);
	path[sizeof(((struct sockaddr_un *)0)->sun_path) - 1] = '\0';
	CHECK(agent_connect_path(path) == -ENOENT);
}

/* Who listens is who called listen(2): a child, as somebody else, on a socket of ours. Only root can try. */
static void
an_agent_of_somebody_elses_is_refused(void)
{
	int fd, ready[2];
	char byte;
	pid_t pid;

	if (getuid() != 0)
		return;
	fd = bound("others");
	if (pipe(ready) == -1 || (pid = fork()) == -1)
		abort();
	if (pid == 0) {
		if (setgid(65534) == -1 || setuid(65534) == -1 || listen(fd, 1) == -1 || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK(agent_connect_path(scratch_path("others")) == -EPERM);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	close(fd);
}

/* One exchange with an agent that has said this already, and hangs up if end. */
static int
exchange(const char *said, size_t len, bool end, int64_t ms)
{
	int pair[2], n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1 ||
	    send(pair[1], said, len, 0) != (ssize_t)len)
		abort();
	if (end)
		shutdown(pair[1], SHUT_WR);
	n = agent_exchange(pair[0], -1, span_of("request"), answer, clock_deadline(ms));
	close(pair[0]);
	close(pair[1]);
	return n;
}

static void
one_request_gets_one_answer(void)
{
	char sent[64];
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1)
		abort();
	CHECK(send(pair[1], "\0\0\0\003yes\0\0\0\001n", 12, 0) == 12);
	CHECK(agent_exchange(pair[0], -1, span_of("ask"), answer, clock_deadline(5000)) == 3);
	CHECK(memcmp(answer, "yes", 3) == 0);
	CHECK(recv(pair[1], sent, sizeof(sent), 0) == 7 && memcmp(sent, "\0\0\0\003ask", 7) == 0);
	CHECK(agent_exchange(pair[0], -1, span_of("more"), answer, clock_deadline(5000)) == 1 && answer[0] == 'n');
	close(pair[0]);
	close(pair[1]);
}

static void
an_agent_that_fails_is_told_apart(void)
{
	CHECK(exchange("", 0, true, 5000) == -EPIPE);
	CHECK(exchange("\0\0\0\003ye", 6, true, 5000) == -EPIPE);
	CHECK(exchange("\0\0", 2, true, 5000) == -EPIPE);
	CHECK(exchange("\0\0\0\0", 4, false, 5000) == -EMSGSIZE);
	CHECK(exchange("\377\377\377\377", 4, false, 5000) == -EMSGSIZE);
	CHECK(exchange("SSH-2.0-x", 9, false, 5000) == -EMSGSIZE);
	CHECK(exchange("", 0, false, 20) == -ETIMEDOUT);
	CHECK(exchange("\0\0\0\003ye", 6, false, 20) == -ETIMEDOUT);
}

static void
a_client_that_hangs_up_ends_the_wait(void)
{
	int pair[2], client[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, client) == -1)
		abort();
	close(client[1]);
	CHECK(agent_exchange(pair[0], client[0], span_of("ask"), answer, clock_deadline(5000)) == -ECANCELED);
	close(client[0]);
	close(pair[0]);
	close(pair[1]);
}

/* A connection to an agent that this test plays at there. */
static struct agentconn
conn_to(int *there)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1)
		abort();
	*there = pair[1];
	return (struct agentconn){ .fd = pair[0], .watch = -1, .missing = "never lost" };
}

static void
a_connection_tells_and_hears(void)
{
	struct span got;
	int there;
	struct agentconn a = conn_to(&there);

	CHECK(frame_write(there, -1, span_of("yes"), clock_deadline(5000)) == 0);
	got = agentconn_ask(&a, span_of("ask"), answer, clock_deadline(5000));
	CHECK(span_is(got, "yes") && a.fd != -1 && strcmp(a.missing, "never lost") == 0);
	CHECK(frame_read(there, -1, answer, clock_deadline(5000)) == 3 && memcmp(answer, "ask", 3) == 0);
	close(a.fd);
	close(there);
}

/* Asks once more than the agent answers; why it is lost is in a->missing. */
static bool
is_lost(struct agentconn *a, int ms, const char *why)
{
	struct span got = agentconn_hear(a, answer, clock_deadline(ms));

	return got.len == 0 && a->fd == -1 && strcmp(a->missing, why) == 0;
}

static void
a_failure_loses_it_and_says_why(void)
{
	int there, client[2];
	struct agentconn a = conn_to(&there);

	CHECK(is_lost(&a, 20, "the agent did not answer in time"));
	close(there);
	a = conn_to(&there);
	close(there);
	CHECK(is_lost(&a, 5000, "the agent closed the connection"));
	a = conn_to(&there);
	CHECK(write(there, "\xff\xff\xff\xff", 4) == 4);
	CHECK(is_lost(&a, 5000, "the agent talks garbage"));
	close(there);
	a = conn_to(&there);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, client) == 0);
	a.watch = client[0];
	close(client[1]);
	CHECK(is_lost(&a, 5000, "the client hung up"));
	close(client[0]);
	close(there);
	a = conn_to(&there);
	close(there);
	agentconn_tell(&a, span_of("ask"), clock_deadline(5000));
	CHECK(a.fd == -1 && strcmp(a.missing, "the agent closed the connection") == 0);
}

static void
a_lost_one_is_silent(void)
{
	struct agentconn a = { .fd = -1, .watch = -1, .missing = "never there" };

	CHECK(agentconn_ask(&a, span_of("ask"), answer, clock_deadline(5000)).len == 0);
	CHECK(a.fd == -1 && strcmp(a.missing, "never there") == 0);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	scratch_make();
	TEST(an_agent_of_ours_is_reached);
	TEST(nobody_listening_is_an_error);
	TEST(an_agent_of_somebody_elses_is_refused);
	TEST(one_request_gets_one_answer);
	TEST(an_agent_that_fails_is_told_apart);
	TEST(a_client_that_hangs_up_ends_the_wait);
	TEST(a_connection_tells_and_hears);
	TEST(a_failure_loses_it_and_says_why);
	TEST(a_lost_one_is_silent);
	return check_done();
}
