/* SPDX-License-Identifier: ISC */
/*
 * One file of the record: whole lines, each with the hash of the one before it, written by many processes in turn.
 *
 * A line's second word is `prev=`: the SHA-256 of the line before it, without its newline, in base64 without
 * padding; `-` for the first line there ever was. The first line of a file that took another's place has the
 * hash of a line of that one. A writer holds flock(2) from the moment it looks at the last line until its own is there.
 */
#ifndef QSSH_STORE_RECORDFILE_H
#define QSSH_STORE_RECORDFILE_H

#include "base/limits.h"
#include "base/wire.h"

#include <stdbool.h>
#include <sys/types.h>

/* A hash in base64 without padding, and its NUL. */
#define RECORDFILE_HASH 44u

/* What recordfile_append() adds to a line: " prev=", a hash, and the newline. A longer line than this is -EMSGSIZE. */
#define RECORDFILE_LINE (LIMIT_RECORD_LINE - RECORDFILE_HASH - 6u)

/* How long the lock is waited for: the others hold it for microseconds. */
#define RECORDFILE_LOCK_MS 1000

/* A file whose last line has this word gets no further ones: it is about to be removed. */
#define RECORDFILE_CLOSED "event=closed"

/* Bytes at the end of a file, so that its last line is among them whole, with the newline before it. */
#define RECORDFILE_TAIL (2u * LIMIT_RECORD_LINE)

struct recordfile {
	int fd; /* -1: can't be written */
	off_t end; /* what follows is about the file up to here */
	bool torn; /* the last line has no newline */
	bool closed;
	bool hashed; /* the last line is, into prev; else it is kept */
	char prev[RECORDFILE_HASH];
	uint8_t last[RECORDFILE_TAIL];
	size_t last_len;
};

/* The hash of a line, its newline left out. */
void recordfile_hash(struct span line, char out[RECORDFILE_HASH]);

/*
 * Opens dir/name to append, and makes it. Never waits: 0; -EINVAL for what is not a regular file; or -errno. f->fd
 * is -1 unless 0.
 */
int recordfile_open(struct recordfile *f, int dir, const char *name);
void recordfile_close(struct recordfile *f);

/*
 * Appends a line: a first word, and the rest behind a space; neither a newline nor `prev=` in it. One write(2), at most
 * LIMIT_RECORD_LINE bytes and one to end a torn line. 0; -EBADF: not open; -EBUSY: the lock was not to be had;
 * -ESTALE: closed; -EIO: a part of it is there; -errno: nothing is. Calls flock, poll, pread and write alone: it
 * works after confinement.
 */
int recordfile_append(struct recordfile *f, struct span line);

/*
 * The last line's hash; "-" for none. It is made when it is first asked for, or by the next append: who has the time
 * asks before.
 */
const char *recordfile_prev(struct recordfile *f);

/* Appends the line that closes the file, so that nobody's line is lost with it. 0 or as recordfile_append(). */
int recordfile_end(struct recordfile *f, const char *time_word);

#endif
