/* SPDX-License-Identifier: ISC */
/* The sockets, their vaults and pinned keys as `qssh status` shows them. */
#ifndef QSSH_CLI_SOCKETVIEW_H
#define QSSH_CLI_SOCKETVIEW_H

#include "sys/json.h"

#include <stdbool.h>

/*
 * Prints them with target, state and pinned keys: as text, or where j is not NULL as an array, named name.
 * False: one has a bad default target, or they can't be read.
 */
bool socketview_print(const char *verb, struct json *j, const char *name);

#endif
