/* SPDX-License-Identifier: ISC */
/*
 * A vault's answers on their way to ssh.
 * Pure: no I/O, no malloc.
 *
 * ssh-add, ssh and others print a key's comment byte by byte, so the vault could write to the person's terminal
 * with it.
 */
#ifndef QSSH_CLIENT_ANSWER_H
#define QSSH_CLIENT_ANSWER_H

#include "base/limits.h"
#include "ssh/agentmsg.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Characters that are kept of a comment that has to be escaped; an escape has at most 12 bytes, and "…" and a NUL
 * follow.
 */
#define ANSWER_COMMENT_SHOWN 256u
#define ANSWER_COMMENT_SIZE (12u * ANSWER_COMMENT_SHOWN + 4u)

/*
 * The answer has the shape of one to a LIST, SIGN or BIND: FAILURE, EXTENSION_FAILURE to a BIND, or what was asked for.
 * No other kind of request goes to a vault.
 */
bool answer_fits(enum request_kind kind, struct span untrusted_answer);

/*
 * A comment that can do nothing to a terminal or a file of lines: a plain one (text.h) as it is, else escaped and
 * cut, in buf.
 */
struct span answer_comment(struct span untrusted_comment, char buf[ANSWER_COMMENT_SIZE]);

/*
 * A LIST answer whose comments are all inert, the rest byte for byte as it was: the answer itself where they are,
 * else a copy in buf.
 * Comments that have to be escaped are left out, all of them, if the answer would not fit a frame.
 */
struct span answer_inert(struct span list, uint8_t buf[LIMIT_FRAME]);

#endif
