/* SPDX-License-Identifier: ISC */
/*
 * What lies in the record and is no line of qssh's: a filter that was taken over can append what it likes to its
 * client's files, a disk can damage them.
 *
 * Each such place becomes a line of its own, event=damaged, with the client whose directory it lies in, so that no
 * reader of the record meets the bytes themselves, and none goes for a line of another client.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_VAULT_DAMAGE_H
#define QSSH_VAULT_DAMAGE_H

#include "base/limits.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>

/* The largest line made here, with its NUL. */
#define DAMAGE_SIZE LIMIT_RECORD_LINE

/* The `time=` of a line, without the key; of no time: zeroes. */
#define DAMAGE_TIME 25u
#define DAMAGE_NO_TIME "0000-00-00T00:00:00.000Z"

/*
 * Not a line that qssh writes: words of printable ASCII (and our own mark of a cut), none twice, first the time, and
 * the client and the event among them; the client is this one (NULL: any). A line is at most LIMIT_RECORD_LINE bytes
 * with its newline.
 */
bool damage_is(struct span untrusted_line, const char *client);

/* Copies the time of a line, if it has one. */
void damage_time(char out[DAMAGE_TIME], struct span line);

/* The line for so many of them in a row, of which this is the first. Its length. */
size_t damage_lines(
    char out[DAMAGE_SIZE], const char *client, const char *time, unsigned long count, struct span untrusted_first);

/* The line for a file that can't be read, or not all of it; why is in our own words. Its length. */
size_t damage_file(char out[DAMAGE_SIZE], const char *client, const char *file, const char *why);

#endif
