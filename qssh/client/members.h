/* SPDX-License-Identifier: ISC */
/*
 * The vaults of a socket that serves several, `qssh add all=work-vault,personal`.
 * They stand in the socket's own unit, ~/.config/systemd/user/qssh-to-NAME.socket, so that socket and list come and go
 * together:
 *
 *	[X-Split-SSH]
 *	Members=work-vault,personal
 *
 * Source: systemd.unit(5), sections whose names begin with X- are left to others.
 */
#ifndef QSSH_CLIENT_MEMBERS_H
#define QSSH_CLIENT_MEMBERS_H

#include "base/wire.h"
#include "client/target.h"

#include <stdbool.h>

/* The directory of the sockets' units in the user's home, and what a unit's name has around its socket's. */
#define MEMBERS_UNITS ".config/systemd/user"
#define MEMBERS_BEFORE "qssh-to-"
#define MEMBERS_BEHIND ".socket"

/* The line that lists them, up to the list. */
#define MEMBERS_SECTION "[X-Split-SSH]"
#define MEMBERS_LINE "Members="

#define MEMBERS_MAX 8u

struct members {
	unsigned count;
	struct target list[MEMBERS_MAX]; /* as they were named: the first that has a key signs with it */
};

/*
 * Reads a list: sockets' names (target.h) with commas between.
 * 0; -EINVAL with *bad the first word that is not a name, -EEXIST with the first that stands twice; -E2BIG for
 * more than MEMBERS_MAX.
 */
int members_parse(struct members *m, struct span untrusted_list, struct span *bad);

/*
 * Reads the members of a socket, by its checked name.
 * 0; -ENOENT: it is a socket of one vault, or there is no such unit; -EBADMSG: its list is malformed; or -errno.
 */
int members_read(struct members *m, const char *home, const char *socket);

/* One of them has this socket's name. */
bool members_hold(const struct members *m, const char *socket);

#endif
