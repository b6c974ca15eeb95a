/* The line of dom0's qrexec policy that lets this qube call a vault, for a person to put there. */
#ifndef QSSH_CLI_POLICY_H
#define QSSH_CLI_POLICY_H

#include "client/target.h"

/* Where such lines belong in dom0. */
#define POLICY_FILE "/etc/qubes/policy.d/30-user.policy"

#define POLICY_LINE_SIZE 256u

/* The line for a call to t by this qube, asking each time; VAULT stands for the vault where t leaves it open. */
void policy_line(const struct target *t, char line[POLICY_LINE_SIZE]);

#endif
