/* SPDX-License-Identifier: ISC */
/*
 * The client's whole service for one connection of ssh's: a frame from ssh, a frame to the vault, its answer back.
 * At most one qrexec call to a vault, started by the first request, or where keys are pinned (pinned.h) by the first
 * SIGN. A socket of several vaults (group.h) calls the one that has the key.
 * When a call is refused, lost, garbled or late, that request and each later one for that vault gets
 * SSH_AGENT_FAILURE until ssh closes.
 */
#ifndef QSSH_CLIENT_RELAY_H
#define QSSH_CLIENT_RELAY_H

#include "client/connection.h"

/* Serves until ssh closes, or sends what is not a frame. */
void relay_serve(struct connection *c);

#endif
