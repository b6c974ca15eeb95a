/* SPDX-License-Identifier: ISC */
/*
 * qssh-client: the helper that systemd starts for each connection to a vault's socket, with the connection on fd
 * 0.
 * See qssh-client(8).
 */
#include "base/version.h"
#include "client/config.h"
#include "client/peer.h"
#include "client/relay.h"
#include "client/target.h"
#include "sys/frame.h"
#include "sys/journal.h"
#include "sys/relro.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: qssh-client [--version]\n"
    "\n"
    "Serves one ssh-agent connection, which is its standard input, with the keys of a vault qube.\n"
    "systemd starts it for qssh.socket; nobody needs to start it by hand. See qssh-client(8), and qssh(1) for what a "
    "person types.\n";

/* Where the socket's own name is not a target, the connection is served with refusals. */
static void
find_target(struct connection *r)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(a);
	char path[sizeof(a.sun_path) + 1] = "";
	const char *name;

	/* sun_path need not end in a NUL. */
	if (getsockname(r->fd, (struct sockaddr *)&a, &len) == 0)
		memcpy(path, a.sun_path, sizeof(a.sun_path));
	name = strrchr(path, '/');
	if (name == NULL || target_parse(&r->target, span_of(name + 1)) < 0) {
		snprintf(r->refusal, sizeof(r->refusal),
		    "the agent socket's name is not a vault: it must be default, QUBE, QUBE:ARGUMENT or "
		    "default:ARGUMENT");
		snprintf(r->target.socket, sizeof(r->target.socket), "?");
		snprintf(r->target.qube, sizeof(r->target.qube), "?");
	}
}

/*
 * `sudo -E ssh`, a container whose root is the qube's. Whoever has become root by accident would use the user's keys
 * where nobody expects them, so it is told what to do instead.
 */
static void
refuse_root(struct connection *r)
{
	snprintf(r->refusal, sizeof(r->refusal),
	    "root's processes are not served with a user's keys: run ssh as the user, or see qssh-proxy(1) for root");
}

static void
complain(int error)
{
	char message[128];
	const char *fields[] = { message, "PRIORITY=4", "SYSLOG_IDENTIFIER=qssh-client" };

	snprintf(message, sizeof(message), "MESSAGE=closed a connection: %s",
	    error == -EPERM ? "it came from another user" : strerror(-error));
	journal_send(journal_open(), fields, sizeof(fields) / sizeof(fields[0]));
}

int
main(int argc, char **argv)
{
	static struct connection r;
	bool root = false;
	int error;

	if (relro_protect() < 0)
		return 1;
	if (argc > 1) {
		int help = argc == 2 && strcmp(argv[1], "--help") == 0;

		if (argc == 2 && strcmp(argv[1], "--version") == 0)
			return puts("qssh-client " QSSH_VERSION) == EOF;

		fputs(USAGE, help ? stdout : stderr);
		return help ? 0 : 2;
	}
	signal(SIGPIPE, SIG_IGN);
	r.fd = STDIN_FILENO;
	error = peer_open(&r.peer, r.fd);
	if (error == -ENOTSOCK) {
		fputs(USAGE, stderr);
		return 2;
	}
	if (error == -EPERM && peer_is_root(r.fd)) {
		root = true;
		error = 0;
	}
	if (error == 0)
		error = frame_prepare(r.fd);
	if (error < 0) {
		complain(error);
		return 1;
	}
	find_target(&r);
	if (root)
		refuse_root(&r);
	r.program = config_program();
	r.home = getenv("HOME");
	r.runtime_dir = config_runtime_dir();
	r.answer_ms = config_answer_ms();
	relay_serve(&r);
	return 0;
}
