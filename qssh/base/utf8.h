/* SPDX-License-Identifier: ISC */
/*
 * Which bytes are a character. Pure: no I/O, no malloc. Source: RFC 3629, section 4.
 */
#ifndef QSSH_BASE_UTF8_H
#define QSSH_BASE_UTF8_H

#include "base/wire.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The length of the character that s, not empty, begins with, from 1 to 4, and its code point; 0 if its first byte
 * begins none.
 */
size_t utf8_decode(struct span s, uint32_t *code);

/* The length alone. */
size_t utf8_len(struct span s);

#endif
