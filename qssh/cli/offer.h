/* SPDX-License-Identifier: ISC */
/* Which of a vault's keys ssh would offer to a host, by its own configuration. */
#ifndef QSSH_CLI_OFFER_H
#define QSSH_CLI_OFFER_H

#include "base/wire.h"
#include "cli/sshsetup.h"
#include "sys/report.h"

/*
 * Compares what ssh says that it does for the host with the keys of the vault that it asks for it, a checked LIST
 * answer, and reports what keeps them from being offered. home may be NULL.
 */
void offer_report(struct report *r, const struct sshsetup *s, const char *home, struct span answer);

#endif
