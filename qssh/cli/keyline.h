/* SPDX-License-Identifier: ISC */
/* A public key as a person or a script reads it: fingerprint, comment, type; and how old what is known of it is. */
#ifndef QSSH_CLI_KEYLINE_H
#define QSSH_CLI_KEYLINE_H

#include "ssh/agentmsg.h"
#include "sys/json.h"

#include <stdio.h>
#include <time.h>

#define KEYLINE_AGE_SIZE 32

/* Fingerprint, comment (escaped), type, and "certificate" where it is one, in line. */
void keyline_text(char *line, size_t size, const struct agentmsg_identity *untrusted);

/* The same as a line of a stream, behind indent. */
void keyline_print(FILE *to, const char *indent, const struct agentmsg_identity *untrusted);

/* One object of an array: type, fingerprint, comment, certificate, and the vault that is called for it unless NULL. */
void keyline_json(struct json *j, const struct agentmsg_identity *untrusted, const char *called);

/* Prints the keys of a LIST answer, a line each behind indent. */
void keyline_list(const char *indent, struct span answer);

/*
 * A span of time: "5 minutes ago", in the largest unit that fits; "just now" below a minute and for what is yet to
 * come.
 */
void keyline_age(time_t then, time_t now, char words[KEYLINE_AGE_SIZE]);

#endif
