/* SPDX-License-Identifier: ISC */
/*
 * The client's whole service for one connection of ssh's: a frame from ssh, a frame to the vault, its answer back.
 * At most one qrexec call, started by the first request, or where keys are pinned (pinned.h) by the first SIGN.
 * When the call is refused, lost, garbled or late, that request and each later one gets SSH_AGENT_FAILURE until
 * ssh closes.
 */
#ifndef QSSH_CLIENT_RELAY_H
#define QSSH_CLIENT_RELAY_H

#include "client/call.h"
#include "client/peer.h"
#include "client/target.h"

#include <stdbool.h>
#include <stdint.h>

struct relay {
	int fd; /* ssh's connection, non-blocking */
	struct peer peer; /* who ssh is */
	struct target target;
	char refusal[CALL_SENTENCE_SIZE]; /* not empty: no call is ever made, and why */
	const char *program; /* qrexec-client-vm */
	const char *home; /* for the default target and the pins; may be NULL */
	const char *runtime_dir; /* for the history; may be NULL */
	int64_t answer_ms; /* each answer's deadline */
};

/* Serves until ssh closes, or sends what is not a frame. */
void relay_serve(struct relay *r);

#endif
