/* SPDX-License-Identifier: ISC */
/* A request that the command line describes, tried out on the rules by the functions that serve requests. */
#ifndef QSSH_VAULT_TRIAL_H
#define QSSH_VAULT_TRIAL_H

#include "base/limits.h"
#include "rules/rules.h"
#include "ssh/hostnames.h"
#include "store/rulesfile.h"

#include <stdbool.h>

/* What describes it: each is a C string, or NULL; TRIAL_CLIENT is always there. */
enum trial_word {
	TRIAL_CLIENT,
	TRIAL_ARG,
	TRIAL_KEY,
	TRIAL_TO,
	TRIAL_HOST,
	TRIAL_FOR,
	TRIAL_FORWARDED,
	TRIAL_VIA,
	TRIAL_WORDS
};

/* A request, and what its facts borrow from. */
struct trial {
	struct facts facts;
	struct names_line host;
	struct names_line hops[LIMIT_BINDS];
	char comment[256];
	bool has_key;
	const char *no_name; /* of the host: what this vault has no name for, or NULL */
};

/* Reads the words into *t, which is zeroed before and borrows from them. 0, or -EINVAL with a complaint on stderr. */
int trial_read(struct trial *t, const char *const words[TRIAL_WORDS]);

/* Prints what the rules of f say to it, by which line, and what would be missing all the same. */
enum verdict trial_decide(struct trial *t, const struct rulesfile *f, const char *home);

/* Prints a line of the rules, escaped: a file may hold what a terminal should not get. */
void trial_print_line(const struct rulesfile *f, unsigned number);

#endif
