/* SPDX-License-Identifier: ISC */
/* A line of the record as a person reads it on a terminal: in columns, in the person's own time, and inert. */
#ifndef QSSH_VAULT_ROW_H
#define QSSH_VAULT_ROW_H

#include "base/wire.h"

#include <stdbool.h>

/*
 * Prints a line. A signature and what became of it are one row; outcome is empty where that is not known.
 * goes_on: the row above has the same client and time, which are left out here.
 */
void row_print(struct span line, struct span outcome, bool goes_on);

#endif
