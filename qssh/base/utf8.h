/*
 * Which bytes are a character. Pure: no I/O, no malloc. Source: RFC 3629, section 4.
 */
#ifndef QSSH_BASE_UTF8_H
#define QSSH_BASE_UTF8_H

#include "base/wire.h"

#include <stddef.h>

/* The length of the character that s, not empty, begins with, from 1 to 4; 0 if that is none. */
size_t utf8_len(struct span s);

#endif
