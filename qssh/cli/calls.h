/* SPDX-License-Identifier: ISC */
/*
 * The calls that `qssh doctor --call` makes: what each vault of this qube answers, and which of its keys ssh would
 * offer.
 */
#ifndef QSSH_CLI_CALLS_H
#define QSSH_CLI_CALLS_H

#include "cli/sockets.h"
#include "cli/sshsetup.h"
#include "sys/report.h"

/*
 * Calls each vault once, whichever of the sockets lead to it. setup: of the host that ssh was asked about, or NULL.
 * home may be NULL.
 */
void calls_report(struct report *r, const struct sockets *s, const struct sshsetup *setup, const char *home);

#endif
