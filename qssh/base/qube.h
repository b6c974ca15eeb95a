/* SPDX-License-Identifier: ISC */
/*
 * Names that Qubes OS gives: of qubes, of the service and its argument.
 * Pure: no I/O, no malloc.
 * Source: core-admin, qubes/vm; qrexec policy's parser.
 */
#ifndef QSSH_BASE_QUBE_H
#define QSSH_BASE_QUBE_H

#include "base/wire.h"

#include <stdbool.h>

/* The qrexec service of Split SSH. */
#define QUBE_SERVICE "qubes.SshAgent"

/* A qube's name: a letter, then letters, digits, '_', '-', '.'; at most 31 characters; never "none" or "default". */
bool qube_is_name(struct span s);

/* A service argument: 1 to LIMIT_NAME of [A-Za-z0-9+._-]. */
bool qube_is_arg(struct span s);

#endif
