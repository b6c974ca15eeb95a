/* SPDX-License-Identifier: ISC */
/*
 * A rule for one request of the record, on its way into ~/.config/qssh/rules: where it has to stand so that it
 * decides that request, whether it does, by the functions that serve requests, and the writing.
 */
#ifndef QSSH_VAULT_ADDITION_H
#define QSSH_VAULT_ADDITION_H

#include "store/rulesfile.h"
#include "vault/past.h"

#include <stddef.h>

enum addition_state {
	ADDITION_READY,
	ADDITION_USELESS, /* the rules allow it already, by what is in line */
	ADDITION_REFUSED, /* why says why not */
};

struct addition {
	struct rulesfile *now, *then; /* the rules that hold, and those that would */
	char *rule; /* the comment and the rule, each with its newline */
	size_t rule_len;
	unsigned before; /* it goes before this line, which asks; 0: at the end, since no line matches */
	unsigned line; /* of the new rule; where useless: of the rule that allows it; 0: a built-in one */
	char path[4096]; /* of the rules that hold; empty: the built-in ones */
	char why[1024];
	char *text; /* of the whole new file */
	size_t text_len;
};

/* Finds the place. name: what the line of the record is called. */
enum addition_state addition_plan(struct addition *a, const struct past *p, const char *name, const char *home);

/* Replaces the file, if it still is what it was for addition_plan(). 0, or -errno with why. */
int addition_write(struct addition *a, const char *home);

void addition_free(struct addition *a);

#endif
