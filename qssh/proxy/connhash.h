/* SPDX-License-Identifier: ISC */
/*
 * ssh's %C: the name that ssh_config(5) gives a connection, SHA-1 of %l%h%p%r in hexadecimal. ssh expands it in
 * IdentityAgent and not in ProxyCommand, so that a ProxyCommand has to compute it.
 * OpenSSH 9.6 and later append %j, which is empty wherever a ProxyCommand is in use.
 * Source: OpenSSH readconf.c, ssh_connection_hash().
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_PROXY_CONNHASH_H
#define QSSH_PROXY_CONNHASH_H

#define CONNHASH_SIZE 41u

/* local is gethostname(2)'s answer in full; port is decimal. 0, or -E2BIG where the four together exceed 4 KiB. */
int connhash_of(const char *local, const char *host, const char *port, const char *user, char hex[CONNHASH_SIZE]);

#endif
