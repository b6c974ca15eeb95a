/* SPDX-License-Identifier: ISC */
/* One connection of ssh's to a socket of ours: what its caller gives, and what all that serve it have to know. */
#ifndef QSSH_CLIENT_CONNECTION_H
#define QSSH_CLIENT_CONNECTION_H

#include "client/call.h"
#include "client/peer.h"
#include "client/target.h"

#include <stdbool.h>
#include <stdint.h>

struct connection {
	int fd; /* ssh's connection, non-blocking */
	struct peer peer; /* who ssh is */
	struct target target;
	char refusal[CALL_SENTENCE_SIZE]; /* not empty: no call is ever made, and why */
	const char *program; /* qrexec-client-vm */
	const char *home; /* for the default target, the members and the pins; may be NULL */
	const char *runtime_dir; /* for the history; may be NULL */
	int64_t answer_ms; /* each answer's deadline */
	/* relay_serve() sets these. */
	bool bound; /* a bind came: what is listed is listed for its host */
	bool touch; /* the present request is for a signature by a security key */
	bool forwarding; /* a forwarding bind came: ssh's terminal is another host's screen now */
};

#endif
