/* SPDX-License-Identifier: ISC */
#include "sys/display.h"

#include "check.h"
#include "sys/clock.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* An X server of this test's own, of which only the socket is real: what a client sends it, and what it says. */
static int server, peer;

static void
server_listen(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int n =
	    snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1, "/tmp/.X11-unix/X%d", (int)getpid() % 1000000 + 100);
	char name[128];

	snprintf(name, sizeof(name), ":%s.0", sun.sun_path + 1 + strlen("/tmp/.X11-unix/X"));
	setenv("DISPLAY", name, 1);
	setenv("XAUTHORITY", "/nowhere", 1);
	server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(server, (struct sockaddr *)&sun,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n + 1)) == -1 ||
	    listen(server, 4) == -1)
		abort();
}

/* A child that accepts one client and says this, in pieces. It goes when the client does. */
static pid_t
server_says(const uint8_t *bytes, size_t len, size_t piece)
{
	pid_t pid = fork();
	char scrap[256];

	if (pid != 0)
		return pid;
	peer = accept(server, NULL, NULL);
	while (len > 0) {
		size_t n = len < piece ? len : piece;

		if (write(peer, bytes, n) != (ssize_t)n)
			_exit(1);
		usleep(1000);
		bytes += n;
		len -= n;
	}
	while (read(peer, scrap, sizeof(scrap)) > 0)
		;
	_exit(0);
}

/*
 * The answer to the setup: 8 bytes of head, 32 of fixed fields, vendor "test", one format, one screen's root and
 * some more; then events.
 */
#define SETUP (8 + 32 + 4 + 8 + 40)

static void
put_setup(uint8_t m[SETUP])
{
	const uint16_t words = (SETUP - 8) / 4, vendor = 4;
	const uint32_t root = 0x123;

	memset(m, 0, SETUP);
	m[0] = 1;
	memcpy(m + 6, &words, 2);
	memcpy(m + 8 + 16, &vendor, 2);
	m[8 + 21] = 1;
	memcpy(m + 8 + 32 + 4 + 8, &root, 4);
}

static void
a_window_that_appears_is_heard_of(void)
{
	uint8_t m[SETUP + 64] = { 0 };
	struct display d;
	pid_t pid;
	int64_t before;

	put_setup(m);
	m[SETUP] = 22; /* ConfigureNotify: no window has appeared */
	m[SETUP + 32] = 19; /* MapNotify */
	for (size_t piece = 1; piece <= sizeof(m); piece = piece * 3 + 7) {
		pid = server_says(m, SETUP + 32, piece);
		CHECK(display_open(&d) == 0 && d.fd != -1);
		usleep(60000);
		display_step(&d);
		CHECK(d.appeared == 0);
		display_close(&d);
		waitpid(pid, NULL, 0);
		before = clock_now();
		pid = server_says(m, sizeof(m), piece);
		CHECK(display_open(&d) == 0);
		for (int i = 0; i < 100 && d.appeared == 0; i++) {
			usleep(10000);
			display_step(&d);
		}
		CHECK(d.appeared >= before && d.appeared <= clock_now());
		display_close(&d);
		waitpid(pid, NULL, 0);
	}
}

static void
a_display_that_says_no_or_nonsense_is_not_open(void)
{
	uint8_t refused[8] = { 0 }, torn[SETUP];
	struct display d;
	pid_t pid = server_says(refused, sizeof(refused), 8);

	CHECK(display_open(&d) == -EACCES && d.fd == -1);
	waitpid(pid, NULL, 0);
	put_setup(torn);
	torn[6] = 3; /* shorter than its fixed fields */
	pid = server_says(torn, sizeof(torn), sizeof(torn));
	CHECK(display_open(&d) == -EBADMSG);
	waitpid(pid, NULL, 0);
	put_setup(torn);
	torn[8 + 21] = 200; /* more formats than there is room for */
	pid = server_says(torn, sizeof(torn), sizeof(torn));
	CHECK(display_open(&d) == -EBADMSG);
	waitpid(pid, NULL, 0);
}

static void
a_server_that_ends_is_no_longer_listened_to(void)
{
	uint8_t m[SETUP];
	struct display d;
	pid_t pid;

	put_setup(m);
	pid = server_says(m, sizeof(m), sizeof(m));
	CHECK(display_open(&d) == 0);
	shutdown(d.fd, SHUT_WR);
	waitpid(pid, NULL, 0);
	display_step(&d);
	CHECK(d.fd == -1 && d.appeared == 0);
	display_step(&d);
	display_close(&d);
}

static void
only_a_display_of_this_machine_is_looked_at(void)
{
	static const char *const others[] = { "", "host:0", "localhost:10.0", "0", ":", ":x", ":0x", ":123456789" };
	struct display d;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		setenv("DISPLAY", others[i], 1);
		CHECK(display_open(&d) == -ENOTSUP && d.fd == -1);
	}
	unsetenv("DISPLAY");
	CHECK(display_open(&d) == -ENOTSUP);
	setenv("DISPLAY", ":4999999", 1);
	CHECK(display_open(&d) == -ENOENT || display_open(&d) == -ECONNREFUSED);
}

int
main(void)
{
	server_listen();
	TEST(a_window_that_appears_is_heard_of);
	TEST(a_display_that_says_no_or_nonsense_is_not_open);
	TEST(a_server_that_ends_is_no_longer_listened_to);
	TEST(only_a_display_of_this_machine_is_looked_at);
	return check_done();
}
