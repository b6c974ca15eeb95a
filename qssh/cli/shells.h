/* SPDX-License-Identifier: ISC */
/* What a person's shell does to ssh: SHELL, the agents that its start-up files start, and SSH_AUTH_SOCK. */
#ifndef QSSH_CLI_SHELLS_H
#define QSSH_CLI_SHELLS_H

#include "sys/report.h"

#include <stdbool.h>

/* Reports a SHELL by which ssh can't run a Match exec. True: there is nothing to report. */
bool shells_report_shell(struct report *r);

/*
 * Reports SSH_AUTH_SOCK of this process and of the user manager, and what set it.
 * listening: the default socket does. manager: there is a user manager. home may be NULL.
 */
void shells_report_agent(struct report *r, const char *home, bool listening, bool manager);

#endif
