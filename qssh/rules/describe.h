/* SPDX-License-Identifier: ISC */
/* Facts → the sentence a person reads. Pure: no I/O, no malloc. Every untrusted part goes through text.h. */
#ifndef QSSH_RULES_DESCRIBE_H
#define QSSH_RULES_DESCRIBE_H

#include "base/text.h"
#include "rules/rules.h"

/*
 * What is asked for, without the client's name: `log in to git@github.com (can only log in there) with "work
 * laptop" ED25519 SHA256:…`. nickname, where not empty, stands for the key's comment.
 * Needs LIMIT_SENTENCE bytes to be whole, whatever the names hold; a smaller text is cut.
 *
 * Names of users, hosts and principals stand bare where they are made of letters, digits and ._-:[] alone, else
 * between quotes.
 * A certificate's dates come last, in UTC; its life is rounded up, but for the two minutes that ssh-keygen adds.
 * Of f->what after -EKEYREJECTED the sentence is safe too.
 */
void describe_request(struct text *t, const struct facts *f, struct span nickname);

/*
 * The hosts that a forwarded request came by, the client's next one first: `bastion and gate`, `bastion, gate, db and 2
 * more`. What is not verified says so.
 */
void describe_way(struct text *t, const struct facts *f);

/* The key alone: `"work laptop" ED25519 SHA256:…`. */
void describe_key(struct text *t, const struct facts *f, struct span nickname);

/* A key's kind, as ssh-keygen -l names it. */
void describe_type(struct text *t, const struct sshkey *key);

/*
 * The word for a purpose, as rules write it: login, git, sshsig:NAMESPACE, certificate, pam, opaque; as one word
 * of a record.
 */
void describe_purpose(struct text *t, const struct signdata *s);

/* proven, vouched, unnamed, unknown. */
const char *describe_host_known(enum host_known k);

/* "allow", "ask", "deny". */
const char *describe_verdict(enum verdict v);

#endif
