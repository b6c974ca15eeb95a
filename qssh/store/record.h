/* SPDX-License-Identifier: ISC */
/*
 * The vault's record: each SIGN that is forwarded, and its outcome, in the client's file `signatures`;
 * everything else in `requests` (recorddir.h says where); and the same as journal entries. Lines of key=value
 * words, at most LIMIT_RECORD_LINE bytes, one write(2) each.
 *
 * Each line begins so: time= (RFC 3339, UTC), prev= (recordfile.h), conn= (random, of one connection), seq= (1
 * and more, over both files of a connection), client=, arg=, event=. A word that does not fit is left out with
 * all behind it, and the line then ends in cut=yes.
 */
#ifndef QSSH_STORE_RECORD_H
#define QSSH_STORE_RECORD_H

#include "base/limits.h"
#include "rules/rules.h"
#include "store/recordfile.h"
#include "store/recordwords.h"

#include <stdint.h>

/* Lines that one connection may add to `requests`; more are counted, not written. */
#define RECORD_REQUESTS_MAX 128u

/* A reason in our own words, with its NUL; a longer one is cut. */
#define RECORD_REASON_SIZE (RECORDWORDS_OURS_MAX + 1)

/* What names a connection, in hex, with its NUL. */
#define RECORD_CONN 13u

struct record {
	struct recordfile signatures, requests;
	int journal; /* -1: none */
	struct span client, arg;
	char conn[RECORD_CONN];
	unsigned seq; /* of the last line, in either file */
	unsigned written; /* lines of this connection in requests */
	unsigned repeats; /* of the last line, not written */
	char last[LIMIT_RECORD_LINE]; /* that line from client= on */
};

/*
 * Opens the client's files below state_dir, as recordshare_open() does, and the journal. client and arg must
 * outlive *rec. 0, or -errno where a file can't be opened: the record is then usable, and refuses each signature.
 */
int record_open(struct record *rec, const char *state_dir, struct span client, struct span arg);

/*
 * Records that a signature is about to be asked of the agent; before it is. 0 or -errno: then nothing may be signed.
 */
int record_sign(struct record *rec, const struct facts *f, const struct decision *d);

/* Does what the next line would have to wait for, where nobody waits. */
void record_prepare(struct record *rec);

/* What the line of the last signature is called: its connection and its place in it, `3f9c12aa77b0.2`. */
#define RECORD_NAME 32u
void record_name(const struct record *rec, char name[RECORD_NAME]);

/* Records what became of it: "signed", or why not. */
void record_outcome(struct record *rec, const struct facts *f, const char *outcome);

/* Records a SIGN that is refused, and why. f may lack what was not reached: zero fields are left out. */
void record_refusal(struct record *rec, const struct facts *f, const struct decision *d);

/*
 * Records any other request: its name, what became of it, and a detail of our own words or NULL. Equal lines in
 * a row become one with a count.
 */
void record_request(struct record *rec, const char *request, const char *verdict, const char *detail);

/* Writes the counts that are still owed. */
void record_close(struct record *rec);

#endif
