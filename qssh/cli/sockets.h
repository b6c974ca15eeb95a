/* SPDX-License-Identifier: ISC */
/*
 * The sockets that this qube has. `default` is qssh.socket; each further one has a socket unit of its own,
 * qssh-to-NAME.socket in ~/.config/systemd/user, which comes and goes with qssh.socket and takes its settings from
 * qssh-to-.socket.d. So the verbs add and remove (unit.h) touch no other socket.
 * A socket leads to one vault, or to the several that its unit lists (client/members.h).
 */
#ifndef QSSH_CLI_SOCKETS_H
#define QSSH_CLI_SOCKETS_H

#include "client/target.h"

#include <stdbool.h>
#include <stddef.h>

/* Far more than anybody types. */
#define SOCKETS_MAX 64u

/* As a socket's address can hold (unix(7), sun_path), its NUL included. */
#define SOCKETS_PATH_SIZE 108u

/* qssh-to-, a socket's name in which each '+' takes four bytes, and .socket. */
#define SOCKETS_UNIT_SIZE (24u + 4u * sizeof(((struct target *)0)->socket))

struct sockets {
	size_t count;
	struct target list[SOCKETS_MAX]; /* `default` first, the others in order */
};

/* Reads them. 0; -E2BIG: there are more, which are left out; or -errno. */
int sockets_read(struct sockets *s, const char *home);

/*
 * The path of a socket below the runtime directory. 0; -ENAMETOOLONG: no socket can have that name; -ENOENT without a
 * runtime directory.
 */
int sockets_path(char path[SOCKETS_PATH_SIZE], const char *runtime_dir, const struct target *t);

/* The socket unit that listens for t. */
void sockets_unit(char unit[SOCKETS_UNIT_SIZE], const struct target *t);

/* Parses a socket's name that a person typed; complains, naming verb, if it can't be one. 0 or -EINVAL. */
int sockets_parse(const char *verb, struct target *t, const char *name);

/* qssh-to-NAME, and what is behind it. */
void sockets_unit_name(char *unit, size_t size, const struct target *t, const char *behind);

/* Whether some socket of several vaults has t among them. */
bool sockets_is_member(const char *home, const struct target *t);

/* Whether any socket leads to t: one of its name, or one of several vaults with t among them. */
bool sockets_lead_to(const char *home, const struct target *t);

/* The same; complains, naming verb, if not. */
bool sockets_is_known(const char *verb, const char *home, const struct target *t);

#endif
