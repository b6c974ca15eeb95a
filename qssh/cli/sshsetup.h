/* Whether this qube's ssh gets to the socket: the drop-in, what overrides it, and SSH_AUTH_SOCK. */
#ifndef QSSH_CLI_SSHSETUP_H
#define QSSH_CLI_SSHSETUP_H

#include "sys/report.h"

/* Asks `ssh -G host` and looks into the configuration files. listening: the default socket does, so that the drop-in takes effect. home may be NULL. */
void sshsetup_report(struct report *r, const char *home, const char *host, bool listening);

/* SSH_AUTH_SOCK of this process and of the user manager. */
void sshsetup_report_environment(struct report *r, bool listening, bool manager);

#endif
