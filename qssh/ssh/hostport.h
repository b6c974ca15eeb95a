/* SPDX-License-Identifier: ISC */
/* Names of hosts as known_hosts lines and rules have them. Pure: no I/O, no malloc. */
#ifndef QSSH_SSH_HOSTPORT_H
#define QSSH_SSH_HOSTPORT_H

#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* A bare name's. */
#define HOSTNAME_PORT 22u

/* The longest name, with brackets, port and NUL: a host name has at most 253 characters (RFC 1123). */
#define HOSTNAME_LEN 253u
#define HOSTNAME_SIZE (HOSTNAME_LEN + sizeof("[]:65535"))

/*
 * Splits [HOST]:PORT at the last ']'.
 * What does not begin with '[' is a bare name, for port 22.
 * HOST is not looked into.
 * False: no HOST, or PORT is not 1 to 65535 without a leading zero; *host and *port are then not to be read.
 */
bool hostport_split(struct span s, struct span *host, uint16_t *port);

/* The same as known_hosts has it: OpenSSH writes and looks up port 22 as the bare name, so [HOST]:22 is false. */
bool hostport_split_known(struct span s, struct span *host, uint16_t *port);

/*
 * One host's name, checked strictly: a host name in ASCII, an IPv4 or an IPv6 address, for port 22; [HOST]:PORT
 * for any other port.
 * No wildcard, list, negation or hash.
 * False: it is not one, and *host and *port are not to be read.
 */
bool hostport_read(struct span s, struct span *host, uint16_t *port);
bool hostport_is(struct span s);

/*
 * Takes the next part, which may be empty, off a list separated by commas.
 * False: none is left; the list is then { NULL, 0 }.
 */
bool hostport_next(struct span *list, struct span *part);

#endif
