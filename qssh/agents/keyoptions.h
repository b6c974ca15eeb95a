/* SPDX-License-Identifier: ISC */
/*
 * KEY.ssh-add-option: how ssh-add is to add one key.
 * The name and the form are those of Qubes' split-ssh package.
 * Pure: no I/O, no malloc.
 *
 * Words stand apart by spaces, tabs and ends of line; '…' and "…" keep spaces in a word; a '#' that starts a word
 * comments to the end of its line.
 * Only options that say how a key is added count: -c, -k, -q, -v, -C, -N, and with a value -t, -h, -H, -S, -E.
 * Anything else is an error: another file's name, or an option that would remove keys or lock the agent.
 */
#ifndef QSSH_AGENTS_KEYOPTIONS_H
#define QSSH_AGENTS_KEYOPTIONS_H

#include "base/wire.h"

#include <stddef.h>

#define KEYOPTIONS_SIZE 4096u
#define KEYOPTIONS_MAX 128u

struct keyoptions {
	size_t count;
	char *word[KEYOPTIONS_MAX]; /* each ends in a NUL, and lies in text */
	char text[KEYOPTIONS_SIZE];
};

/*
 * Parses a file's text.
 * 0; -E2BIG: too long, or too many words; -EINVAL with *bad the word that is wrong, NULL where a quote or a value
 * is missing.
 */
int keyoptions_parse(struct keyoptions *o, struct span text, const char **bad);

#endif
