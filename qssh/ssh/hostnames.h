/* SPDX-License-Identifier: ISC */
/*
 * The names that this vault has for one host key: the host fields of the known_hosts lines that hold it.
 * Pure: no I/O, no malloc.
 * Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; OpenSSH hostfile.c, match.c.
 */
#ifndef QSSH_SSH_HOSTNAMES_H
#define QSSH_SSH_HOSTNAMES_H

#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* One known_hosts line's host field, and the next line with the same key. */
struct names_line {
	struct span field;
	const struct names_line *next;
};

struct names {
	const struct names_line *plain; /* lines that hold the key itself */
	const struct names_line *authority; /* @cert-authority lines that hold the CA of its certificate */
	struct span principals; /* of that certificate: a sequence of strings, for span_string() */
};

/*
 * The key is named so, by OpenSSH's own match: lists, !, patterns, hashed names; for an authority's line the
 * certificate must also carry the name as a principal. port 22 is the bare name, any other [host]:port.
 * Lines of wildcards alone name nothing, but for authorities.
 */
bool names_has(const struct names *n, struct span host, uint16_t port);

/*
 * One of the key's literal, unhashed names matches the pattern (* and ?; host part without case).
 * Of an authority: a principal that its line matches.
 */
bool names_like(const struct names *n, struct span pattern, uint16_t port);

/* What names_has() or names_like() takes at most for a usual name, in steps of glob_match(). */
uint64_t names_work(const struct names *n);

/* The key has a name here: a literal or hashed one, or a principal that its authority's line matches. */
bool names_any(const struct names *n);

/* The key has a hashed name among its lines: one that no pattern sees, and nobody can read. */
bool names_hashed(const struct names *n);

/*
 * A name to show: the first literal one, as it stands in the file ("[host]:port" for ports); empty where all are
 * hashed.
 */
struct span names_shown(const struct names *n);

#endif
