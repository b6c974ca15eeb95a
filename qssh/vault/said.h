/* SPDX-License-Identifier: ISC */
/* What qssh-vault's verbs `hosts` and `trust` say: lines on stdout and stderr, built with text.h, and exit codes. */
#ifndef QSSH_VAULT_SAID_H
#define QSSH_VAULT_SAID_H

#include "base/text.h"
#include "ssh/sshkey.h"

#include <stdio.h>

/* What such a verb returns: what was asked holds; refused, or nothing there; usage. */
enum verb_exit { VERB_DONE, VERB_REFUSED, VERB_USAGE };

/* Characters of a line's names, or of a path, that are shown. */
#define SAID_FIELD 256u

/* One line of ours: two fields, each character an escape of 10 bytes at most, are cut. */
#define SAID_SIZE 4096u

struct said {
	struct text t;
	char buf[SAID_SIZE];
};

/* Begins a line with words of ours; more goes into t. */
void said_open(struct said *s, const char *begin);

/* Adds `FINGERPRINT TYPE`. */
void said_key(struct said *s, const struct sshkey *key);

/* Prints the line. */
void said_close(struct said *s, FILE *to);

/* Says on stderr what is wrong with what: in words, or of -errno. VERB_REFUSED. */
int said_complain(const char *untrusted_what, const char *why);
int said_error(const char *untrusted_what, int error);

#endif
