/* SPDX-License-Identifier: ISC */
/*
 * The proxy agent: the process behind the agent socket that `qssh proxy` serves.
 * It is detached from the terminal and from ssh's descriptors, serves each connection in a child (relay.h), and
 * lives while one of its proxied ssh processes does: the ssh processes that dial the same host, port and user have
 * the same socket (ssh's %C) and share it.
 * The last one out removes the socket.
 *
 * Beside NAME, the agent socket, the directory has NAME.k, where proxied ssh processes are announced.
 * Both are made, joined and removed under the directory's gate; a proxy agent that was killed leaves sockets that
 * refuse, which the next one replaces.
 */
#ifndef QSSH_PROXY_PROXYAGENT_H
#define QSSH_PROXY_PROXYAGENT_H

#include "client/target.h"
#include "proxy/proxied.h"
#include "proxy/sockdir.h"

#define PROXYAGENT_WHY_SIZE 512u

/*
 * Has g served at NAME of d with t's vault: by the proxy agent that is there, or by a new one.
 * When it returns 0 the socket listens and g is watched.
 * -errno with why; -EBUSY where the proxy agent that is there serves another vault or has no room. home, for the
 * vault's configuration, may be NULL.
 */
int proxyagent_join(const struct sockdir *d, const char *name, const struct target *t, const char *home,
    const struct proxied *g, char why[PROXYAGENT_WHY_SIZE]);

#endif
