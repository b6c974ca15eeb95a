/* SPDX-License-Identifier: ISC */
/*
 * A connection that the client relays, for unit tests: the test is ssh at its one end, and a process of its own serves
 * the other, as systemd would have it, with the vaults of fakevault.h.
 */
#ifndef QSSH_RELAYED_H
#define QSSH_RELAYED_H

#include "client/relay.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include "check.h"
#include "fakevault.h"
#include "scratch.h"

#include <sys/socket.h>
#include <sys/wait.h>

static pid_t relayed_server;
static int relayed_ssh;
static uint8_t relayed_answer[LIMIT_FRAME]; /* to the last request */
static int relayed_len; /* of it, or -errno */

/* Serves a connection to the socket of that name, with a fresh log of what the vaults were asked. */
static inline void
relayed_begin(const char *socket)
{
	int pair[2];

	unlink(scratch_path("log"));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 || (relayed_server = fork()) == -1) {
		perror("relayed_begin");
		exit(1);
	}
	if (relayed_server == 0) {
		static struct connection r;

		close(pair[0]);
		r.fd = pair[1];
		r.peer.pidfd = -1;
		r.program = "/proc/self/exe";
		r.home = scratch_dir;
		r.runtime_dir = scratch_dir;
		r.answer_ms = 300;
		frame_prepare(r.fd);
		target_parse(&r.target, span_of(socket));
		relay_serve(&r);
		exit(0);
	}
	close(pair[1]);
	relayed_ssh = pair[0];
	frame_prepare(relayed_ssh);
}

/* ssh hangs up: the server ends, within its deadline. */
static inline void
relayed_end(void)
{
	int status = -1;

	close(relayed_ssh);
	CHECK(waitpid(relayed_server, &status, 0) == relayed_server && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Sends a request. The answer's first byte, or -1. */
static inline int
relayed_ask(struct span request)
{
	relayed_len = frame_write(relayed_ssh, -1, request, clock_deadline(1000));
	if (relayed_len == 0)
		relayed_len = frame_read(relayed_ssh, -1, relayed_answer, clock_deadline(3000));
	return relayed_len > 0 ? relayed_answer[0] : -1;
}

/* Asks for a signature by the key of that letter. */
static inline int
relayed_sign(char letter)
{
	uint8_t buf[256], key[64];
	struct wire_out out;

	wire_out_open(&out, buf, sizeof(buf));
	wire_put_u8(&out, AGENTMSG_SIGN);
	wire_put_string(&out, fakevault_key(letter, key));
	wire_put_string(&out, span_of("data"));
	wire_put_u32(&out, 0);
	return relayed_ask(wire_out_span(&out));
}

/* Sends a bind whose host key has that many bytes. */
static inline int
relayed_bind(size_t size)
{
	static uint8_t buf[LIMIT_FRAME], zeros[LIMIT_FRAME];
	struct wire_out out;

	wire_out_open(&out, buf, sizeof(buf));
	wire_put_u8(&out, AGENTMSG_EXTENSION);
	wire_put_string(&out, span_of("session-bind@openssh.com"));
	wire_put_string(&out, (struct span){ zeros, size });
	wire_put_string(&out, span_of("session"));
	wire_put_string(&out, span_of("signature"));
	wire_put_u8(&out, 0);
	return relayed_ask(wire_out_span(&out));
}

/* The history of calls has this text. */
static inline bool
relayed_history_says(const char *text)
{
	return strstr(scratch_get("qssh-calls"), text) != NULL;
}

#endif
