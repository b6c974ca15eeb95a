/*
 * The vault's record: ~/.local/state/qssh/signatures (each SIGN that is forwarded, and its outcome) and requests (everything else), and
 * the same as journal entries. Lines of key=value words, time first (RFC 3339, UTC), one write(2) each, at most LIMIT_RECORD_LINE bytes.
 * Each file is rotated to FILE.1 beyond LIMIT_RECORD_SIZE, when it is opened.
 */
#ifndef QSSH_STORE_RECORD_H
#define QSSH_STORE_RECORD_H

#include "base/limits.h"
#include "rules/rules.h"

#include <stdint.h>

/* Lines that one connection may add to `requests`; more are counted, not written. */
#define AUDIT_REQUESTS_MAX 128u

/* A reason in our own words, with its NUL; a longer one is cut. */
#define RECORD_REASON_SIZE 241u

struct audit {
	int signatures, requests; /* descriptors; -1: can't be written */
	int journal; /* -1: none */
	struct span client, arg;
	unsigned written; /* lines of this connection in requests */
	unsigned repeats; /* of the last line, not written */
	char last[LIMIT_RECORD_LINE]; /* that line without its time */
};

/*
 * Opens both files in state_dir, made 0700 if need be, rotated if need be, and the journal. client and arg must outlive *a. 0, or -errno where a file can't be
 * opened: the audit is then usable, and refuses each signature.
 */
int audit_open(struct audit *a, const char *state_dir, struct span client, struct span arg);

/*
 * Records that a signature is about to be asked of the agent; before it is. 0 or -errno: then nothing may be signed.
 */
int audit_sign(struct audit *a, const struct facts *f, const struct decision *d);

/* Records what became of it: "signed", or why not. */
void audit_outcome(struct audit *a, const struct facts *f, const char *outcome);

/* Records a SIGN that is refused, and why. f may lack what was not reached: zero fields are left out. */
void audit_refusal(struct audit *a, const struct facts *f, const struct decision *d);

/* Records any other request: its name, what became of it, and a detail of our own words or NULL. Equal lines in a row become one with a count. */
void audit_request(struct audit *a, const char *request, const char *verdict, const char *detail);

/* Writes the counts that are still owed. */
void audit_close(struct audit *a);

#endif
