/* A public key as a person or a script reads it: fingerprint, comment, type. */
#ifndef QSSH_CLI_KEYLINE_H
#define QSSH_CLI_KEYLINE_H

#include "ssh/agentmsg.h"
#include "sys/json.h"

#include <stdio.h>

/* Fingerprint, comment (escaped), type, and "certificate" where it is one, in line. */
void keyline_text(char *line, size_t size, const struct agentmsg_identity *untrusted);

/* The same as a line of a stream, behind indent. */
void keyline_print(FILE *to, const char *indent, const struct agentmsg_identity *untrusted);

/* One object of an array: type, fingerprint, comment, certificate. */
void keyline_json(struct json *j, const struct agentmsg_identity *untrusted);

#endif
