/* SPDX-License-Identifier: ISC */
/*
 * qrexec-client-vm as a client qube has it, for tests: same command line, same exit statuses, same words on
 * stderr.
 *
 * 	qrexec-client-vm [--use-stdin-socket] [--] TARGET SERVICE[+ARG]
 *
 * Bytes for the service come from fd 0; its output goes to fd 0 too with --use-stdin-socket, else to fd 1.
 * Nothing is read from fd 0 before the call is accepted.
 * Exits with the service's status, or 126 refused, 127 no such service, 125 bad configuration or fd 0 closed, 255
 * the other qube went away, 1 no dom0 to talk to, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "link.h"

struct call {
	int conn;
	int in; /* -1 once it has ended */
	int out; /* -1 once nobody reads it */
	uint32_t most;
	struct link_box to; /* to dom0 */
	struct link_box from; /* from dom0; whole when held is set */
	int held;
};

static int
dom0_connect(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = LINK_PATH };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		perror("qrexec-client-vm: connect to qrexec");
		exit(1);
	}
	return fd;
}

static _Noreturn void
usage(void)
{
	fputs("usage: qrexec-client-vm [--use-stdin-socket] [--] TARGET SERVICE[+ARG]\n", stderr);
	exit(2);
}

/* The answer to the call itself, however long it takes. */
static void
await_accept(struct call *c)
{
	int r;

	while ((r = link_receive(&c->from, c->conn)) == 0)
		;
	if (r < 0)
		exit(255);
	if (c->from.frame.type == LINK_REFUSED) {
		fputs("Request refused\n", stderr);
		exit(126);
	}
	memcpy(&c->most, c->from.frame.body, sizeof(c->most));
	c->from.used = 0;
}

/* Handles the frame that came. Leaves held set while its bytes are still to be handed over. */
static void
take_frame(struct call *c)
{
	uint32_t status;

	switch (c->from.frame.type) {
	case LINK_OUT:
		if (c->from.frame.len > 0 && c->out >= 0) {
			c->held = 1;
			return;
		}
		if (c->out >= 0 && shutdown(c->out, SHUT_WR) < 0 && c->out != c->in)
			close(c->out);
		c->out = -1;
		break;
	case LINK_ERR:
		if (write(STDERR_FILENO, c->from.frame.body, c->from.frame.len) < 0)
			break; /* a caller that does not listen is not a reason to stop */
		break;
	case LINK_EXIT: memcpy(&status, c->from.frame.body, sizeof(status)); exit((int)status);
	default: exit(255);
	}
	c->from.used = 0;
}

static void
step(struct call *c)
{
	int sending = c->to.used > 0;
	struct pollfd p[3] = {
		{ .fd = c->conn, .events = (short)((c->held ? 0 : POLLIN) | (sending ? POLLOUT : 0)) },
		{ .fd = sending ? -1 : c->in, .events = POLLIN },
		{ .fd = c->held ? c->out : -1, .events = POLLOUT },
	};
	int r;

	if (poll(p, 3, -1) < 0)
		return;
	if (p[2].revents && (r = link_deliver(&c->from, c->out, c->most)) != 0) {
		c->held = 0;
		c->from.used = 0;
		if (r < 0)
			c->out = -1;
	}
	if (p[1].revents) {
		long n = link_fill(&c->to, LINK_IN, c->in, LINK_CHUNK);

		if (n == -EAGAIN || n == -EINTR)
			return;
		if (n < 0) /* a reset is an end as well */
			link_put(&c->to, LINK_IN, NULL, 0);
		if (n <= 0)
			c->in = -1;
	}
	/* Nobody listens any more, but what the other end said last is still to be read. */
	if (sending && (p[0].revents & POLLOUT) && link_send(&c->to, c->conn) < 0) {
		c->to.used = 0;
		c->in = -1;
	}
	if (!c->held && (p[0].revents & (POLLIN | POLLHUP | POLLERR))) {
		r = link_receive(&c->from, c->conn);
		if (r < 0)
			exit(255);
		if (r > 0)
			take_frame(c);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = { { "use-stdin-socket", no_argument, NULL, 's' }, { 0 } };
	static struct call c = { .in = STDIN_FILENO, .out = STDOUT_FILENO };
	char text[512];
	int o, n;

	while ((o = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (o != 's')
			usage();
		c.out = STDIN_FILENO;
	}
	if (argc - optind != 2)
		usage();
	if (fcntl(STDIN_FILENO, F_GETFD) < 0)
		return 125;
	signal(SIGPIPE, SIG_IGN);
	n = snprintf(text, sizeof(text), "%s %s", argv[optind][0] ? argv[optind] : "@default", argv[optind + 1]);
	if (n < 0 || (size_t)n >= sizeof(text))
		usage();
	c.conn = dom0_connect();
	link_put(&c.to, LINK_CALL, text, (size_t)n);
	while ((o = link_send(&c.to, c.conn)) == 0)
		;
	if (o < 0)
		return 255;
	await_accept(&c);
	link_nonblock(c.conn);
	for (;;)
		step(&c);
}
