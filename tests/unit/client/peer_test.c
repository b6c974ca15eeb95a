/* SPDX-License-Identifier: ISC */
#include "client/peer.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int listener, connection, master, terminal;
static pid_t child;

static struct sockaddr_un
address(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/socket", scratch_dir);
	return a;
}

/* A process that connects to us, as uid, with err as its standard error. */
static void
begin_as(int err, uid_t uid)
{
	struct sockaddr_un a = address();

	child = fork();
	if (child == 0) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		dup2(err, 2);
		if (uid != getuid() && setuid(uid) == -1)
			_exit(1);
		if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1)
			_exit(1);
		for (;;)
			pause();
	}
	connection = accept(listener, NULL, NULL);
	CHECK(child > 0 && connection != -1);
}

static void
begin(int err)
{
	begin_as(err, getuid());
}

static void
end(void)
{
	close(connection);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
terminal_open(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	CHECK(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0);
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
	CHECK(terminal != -1);
}

static void
terminal_close(void)
{
	close(terminal);
	close(master);
}

/* What stands on the terminal. */
static const char *
screen(void)
{
	static char text[1024];
	struct pollfd p = { .fd = master, .events = POLLIN };
	ssize_t n = poll(&p, 1, 50) == 1 ? read(master, text, sizeof(text) - 1) : 0;

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Tells the peer of the connection a sentence. */
static void
tell(void)
{
	struct peer p;

	CHECK(peer_open(&p, connection) == 0);
	CHECK(p.pid == child && p.pidfd != -1);
	peer_tell(&p, "why");
	peer_close(&p);
	CHECK(p.pidfd == -1);
}

static void
a_sentence_reaches_the_terminal_as_a_line(void)
{
	terminal_open();
	begin(terminal);
	tell();
	CHECK(strstr(screen(), "qssh: why\r") != NULL);
	end();
	terminal_close();
}

static void
a_raw_terminal_stays_as_it_is(void)
{
	struct termios t;

	terminal_open();
	CHECK(tcgetattr(terminal, &t) == 0);
	cfmakeraw(&t);
	CHECK(tcsetattr(terminal, TCSANOW, &t) == 0);
	begin(terminal);
	tell();
	CHECK(strcmp(screen(), "") == 0);
	end();
	terminal_close();
}

static void
a_stopped_terminal_delays_nothing(void)
{
	struct timespec a, b;

	terminal_open();
	CHECK(tcflow(terminal, TCOOFF) == 0);
	begin(terminal);
	clock_gettime(CLOCK_MONOTONIC, &a);
	tell();
	clock_gettime(CLOCK_MONOTONIC, &b);
	CHECK(b.tv_sec - a.tv_sec < 2);
	CHECK(tcflow(terminal, TCOON) == 0);
	CHECK(strcmp(screen(), "") == 0);
	end();
	terminal_close();
}

static void
quiet_in_the_peers_environment_silences_it(void)
{
	terminal_open();
	child = fork();
	if (child == 0) {
		struct sockaddr_un a = address();
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		char *argv[] = { (char[]){ "sleep" }, (char[]){ "60" }, NULL };
		char *envp[] = { (char[]){ "A=b" }, (char[]){ "QSSH_QUIET=" }, NULL };

		dup2(terminal, 2);
		if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
			execve("/bin/sleep", argv, envp);
		_exit(1);
	}
	connection = accept(listener, NULL, NULL);
	usleep(100000); /* it is to have become sleep */
	tell();
	CHECK(strcmp(screen(), "") == 0);
	end();
	terminal_close();
}

static void
a_pipe_or_a_file_is_not_written_to(void)
{
	int ends[2], file = open(scratch_path("file"), O_RDWR | O_CREAT, 0600);
	char byte;

	CHECK(pipe2(ends, O_NONBLOCK) == 0);
	begin(ends[1]);
	tell();
	CHECK(read(ends[0], &byte, 1) == -1 && errno == EAGAIN);
	end();
	begin(file);
	tell();
	CHECK(scratch_get("file")[0] == '\0');
	end();
	close(ends[0]);
	close(ends[1]);
	close(file);
}

static void
somebody_elses_terminal_is_not_written_to(void)
{
	if (getuid() != 0)
		return;
	terminal_open();
	CHECK(fchown(terminal, 12345, (gid_t)-1) == 0);
	begin(terminal);
	tell();
	CHECK(strcmp(screen(), "") == 0);
	end();
	terminal_close();
}

static void
a_dead_peer_is_told_nothing(void)
{
	struct peer p;

	terminal_open();
	begin(terminal);
	CHECK(peer_open(&p, connection) == 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	peer_tell(&p, "why");
	peer_close(&p);
	CHECK(strcmp(screen(), "") == 0);
	close(connection);
	terminal_close();
}

static void
another_user_is_no_peer(void)
{
	struct peer p;

	if (getuid() != 0)
		return;
	chmod(scratch_dir, 0755);
	chmod(scratch_path("socket"), 0666);
	begin_as(2, 12345);
	CHECK(peer_open(&p, connection) == -EPERM && p.pidfd == -1);
	end();
}

static void
what_is_no_unix_stream_is_refused(void)
{
	struct peer p;
	int ends[2], tcp = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_UNIX, SOCK_DGRAM, 0);

	CHECK(pipe(ends) == 0);
	CHECK(peer_open(&p, ends[0]) == -ENOTSOCK);
	CHECK(peer_open(&p, tcp) == -ENOTSOCK);
	CHECK(peer_open(&p, datagram) == -ENOTSOCK);
	CHECK(peer_open(&p, -1) == -EBADF);
	close(ends[0]);
	close(ends[1]);
	close(tcp);
	close(datagram);
}

int
main(void)
{
	struct sockaddr_un a;

	scratch_make();
	a = address();
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) == -1 || listen(listener, 8) == -1)
		return 1;
	TEST(a_sentence_reaches_the_terminal_as_a_line);
	TEST(a_raw_terminal_stays_as_it_is);
	TEST(a_stopped_terminal_delays_nothing);
	TEST(quiet_in_the_peers_environment_silences_it);
	TEST(a_pipe_or_a_file_is_not_written_to);
	TEST(somebody_elses_terminal_is_not_written_to);
	TEST(a_dead_peer_is_told_nothing);
	TEST(another_user_is_no_peer);
	TEST(what_is_no_unix_stream_is_refused);
	return check_done();
}
