/* A public key as a person or a script reads it: fingerprint, comment, type. */
#ifndef QSSH_KEYLINE_H
#define QSSH_KEYLINE_H

#include "agentmsg.h"
#include "json.h"

#include <stdio.h>

/* One line: indent, fingerprint, comment (escaped), type, and "certificate" where it is one. */
void keyline_print(FILE *to, const char *indent, const struct agentmsg_identity *untrusted);

/* One object of an array: type, fingerprint, comment, certificate. */
void keyline_json(struct json *j, const struct agentmsg_identity *untrusted);

#endif
