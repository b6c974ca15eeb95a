/* SPDX-License-Identifier: ISC */
/*
 * What a question is about, in words that compare: two requests with the same subject are the same question, and a
 * remembered answer holds for one subject of one client and argument. Escaped text throughout (text.h), so that it
 * may cross to the asker. Pure.
 */
#ifndef QSSH_STORE_SUBJECT_H
#define QSSH_STORE_SUBJECT_H

#include "rules/rules.h"

#include <stdbool.h>

/* A field's bytes, its NUL included. What does not fit is stood for by its hash, and never remembered. */
#define SUBJECT_FIELD 512u

struct subject {
	char key[SUBJECT_FIELD]; /* the plain key's fingerprint */
	char user[SUBJECT_FIELD]; /* of a login or pam, else "-" */
	char host[SUBJECT_FIELD]; /* of a login: `proven NAME SHA256:…`, also vouched, unnamed, unknown; else "-";
				     behind it ` via SHA256:…` for what was forwarded, with each hop's key */
	char purpose[SUBJECT_FIELD]; /* login, sshsig:NAMESPACE, certificate, pam, opaque */
	char data[SUBJECT_FIELD]; /* certificate, pam, opaque: SHA256: of all that would be signed; else "-" */
	char alike[SUBJECT_FIELD]; /* in data's place where a person compares: of a certificate whom it is for, of
				      opaque its size; else "-" */
	int rememberable; /* not 0: a login to a proven host, or an SSHSIG, with every field whole */
};

#define SUBJECT_HEX 65u

/* The subject of what f asks for. */
void subject_of(struct subject *s, const struct facts *f);

/* Same fields. */
bool subject_same(const struct subject *a, const struct subject *b);

/* A hash over all fields and the client and argument, in hex: the name of a file about it. */
void subject_hex(const struct subject *s, const char *client, const char *arg, char out[SUBJECT_HEX]);

/* The same over what a person would call the same request: bytes that differ in each try aside. */
void subject_alike_hex(const struct subject *s, const char *client, const char *arg, char out[SUBJECT_HEX]);

/* Each field is a terminated line of printable ASCII and not empty: what another process sent is a subject. */
bool subject_ok(const struct subject *s);

#endif
