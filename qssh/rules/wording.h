/* SPDX-License-Identifier: ISC */
/*
 * A request as a person is asked about it, in parts: what is wanted, what a yes could cost, and the facts, each on
 * its line. Pure: no I/O, no malloc. Every untrusted part goes through text.h, so a line's end is ours. describe.h
 * has the one sentence that the journal gets.
 */
#ifndef QSSH_RULES_WORDING_H
#define QSSH_RULES_WORDING_H

#include "base/text.h"
#include "rules/rules.h"

/* Room enough for each, whatever the names hold. */
#define WORDING_ACTION 160u
#define WORDING_DEED 640u
#define WORDING_LINES 1280u

/* Behind "let CLIENT": `log in to host`, `sign a git commit, tag or push certificate`. The host is named where it is
 * proven or vouches, and its name is bare. */
void wording_action(struct text *t, const struct facts *f);

/* What it is called when it is done or refused: `login`, `git signature`; and of a login, where: `remote@host`; and by
 * which way, if it was forwarded: `, by way of bastion`. */
const char *wording_deed(const struct facts *f);
void wording_place(struct text *t, const struct facts *f);

/* Of one that was signed, whose it was and what: `work → remote@host: signed`, `work: git signature given`. */
void wording_signed(struct text *t, const struct facts *f);

/* What a careless yes could cost, a sentence; NULL where it is what it says and no more. */
const char *wording_cost(const struct facts *f);

/* `user: remote`, `host: host (verified by this vault)`, `key: work laptop (ED25519 ...Qcu8UQ)`: each line ends with
 * '\n' but the last. */
void wording_lines(struct text *t, const struct facts *f, struct span nickname);

/* The last of these lines alone, without its label. */
void wording_key(struct text *t, const struct facts *f, struct span nickname);

/* `5 minutes`, `1 hour`, `90 seconds`. */
void wording_duration(struct text *t, uint32_t seconds);

#endif
