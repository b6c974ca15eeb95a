/* SPDX-License-Identifier: ISC */
/*
 * A TCP connection to an SSH server, as ssh itself makes one: every address of the host in turn, IPv4 and IPv6, in
 * the resolver's order.
 */
#ifndef QSSH_PROXY_DIAL_H
#define QSSH_PROXY_DIAL_H

#define DIAL_WHY_SIZE 1280u

/*
 * Connects to host, a name or an address, at port, decimal.
 * The socket, blocking, close-on-exec, with SO_KEEPALIVE (ssh's default, and nothing that ssh would set on a
 * socket it was handed); or -errno with why, which is the line that ssh prints for that failure.
 * Waits as long as the kernel does: ssh does not tell its ProxyCommand a ConnectTimeout.
 */
int dial_host(const char *host, const char *port, char why[DIAL_WHY_SIZE]);

#endif
