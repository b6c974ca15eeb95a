/* SPDX-License-Identifier: ISC */
/*
 * What an older Split SSH left in this qube: the blocks that the forum's guide and henn's scripts put into rc.local and
 * shell profiles, their resident socat or ncat, and the forwarders of the official split-ssh package and of qusal.
 */
#ifndef QSSH_CLI_LEFTOVERS_H
#define QSSH_CLI_LEFTOVERS_H

#include "sys/report.h"

/* Reports each, and what to delete. home may be NULL. */
void leftovers_report(struct report *r, const char *home);

#endif
