/* SPDX-License-Identifier: ISC */
/* JSON on a stream, as it goes (RFC 8259). The caller nests correctly; nothing is kept but whether a comma is due. */
#ifndef QSSH_SYS_JSON_H
#define QSSH_SYS_JSON_H

#include "base/wire.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

struct json {
	FILE *to;
	bool comma;
};

/* Each value below is a member named name, or an element of an array where name is NULL. */

/* Opens an object or an array: bracket is '{' or '['; json_close() with '}' or ']'. */
void json_open(struct json *j, const char *name, char bracket);
void json_close(struct json *j, char bracket);

/* The end of a line: of a whole JSON text. */
void json_line(struct json *j);

/*
 * A string of any bytes: what is not UTF-8 becomes U+FFFD.
 * What text_untrusted() would escape, beyond quotes and backslashes, is written as \uXXXX.
 */
void json_bytes(struct json *j, const char *name, struct span untrusted);
void json_string(struct json *j, const char *name, const char *s);
void json_number(struct json *j, const char *name, long long n);
void json_bool(struct json *j, const char *name, bool b);
void json_null(struct json *j, const char *name);

/* RFC 3339, in UTC. */
void json_time(struct json *j, const char *name, time_t t);

#endif
