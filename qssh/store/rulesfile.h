/* SPDX-License-Identifier: ISC */
/*
 * The rules that hold: found, believed and read once per connection, before the first untrusted byte.
 * The language is qssh-rules(5).
 *
 * ~/.config/qssh/rules replaces /etc/qssh/rules; with neither, the built-in rules hold.
 * Only a file that is not there counts as none: one that can't be read, may be written by somebody else, or does
 * not parse refuses everything.
 */
#ifndef QSSH_STORE_RULESFILE_H
#define QSSH_STORE_RULESFILE_H

#include "base/limits.h"
#include "rules/rules.h"

#include <stdint.h>

/* A public key file: the longest key that OpenSSH makes has 4 KiB, its certificate some more. */
#define RULESFILE_KEY_SIZE (32u * 1024u)

/* Some 7 MiB, of which only what the file fills is touched. Keep it in static storage; it must not move. */
struct rulesfile {
	struct rules rules;
	char path[4096]; /* the file; empty: the built-in rules */
	unsigned bad_line; /* of an error of grammar; else 0 */
	size_t len; /* of text */
	char reason[768]; /* of an error: FILE:LINE:COLUMN: reason, or FILE: reason; cut if need be */
	uint8_t text[LIMIT_RULES_SIZE + 1]; /* what the rules borrow from */
};

/*
 * Finds and reads the rules of the user whose home this is.
 * 0, or -errno with f->reason set and f->rules refusing everything.
 */
int rulesfile_open(struct rulesfile *f, const char *home);

/* The same with another file than /etc/qssh/rules for everybody. */
int rulesfile_find(struct rulesfile *f, const char *home, const char *everybody);

/*
 * After an error of grammar: takes the bad line out and reads the rest, so that all errors can be shown.
 * 0: the rest is in order; -EINVAL with another reason; -ENOENT: no more can be found.
 */
int rulesfile_rest(struct rulesfile *f, const char *home);

/*
 * The hash of the one public key in a .pub file.
 * 0; -EINVAL: no public key, -E2BIG: more than one; -errno. ctx is not used.
 */
int rulesfile_key_hash(void *ctx, const char *path, uint8_t out[SHA256_SIZE]);

/*
 * Parses text as if it stood in the file path. As rulesfile_open().
 */
int rulesfile_parse(struct rulesfile *f, const char *path, struct span text, const char *home);

/*
 * Reads this file, whoever owns it and may write to it: for trying rules out.
 * As rulesfile_open(); a file that is not there is an error.
 */
int rulesfile_read(struct rulesfile *f, const char *path, const char *home);

#endif
