/* SPDX-License-Identifier: ISC */
/*
 * Whether this qube uses Split SSH: qssh.socket starts only where one of two files says so.
 * dom0's is /run/qubes-service/qssh (`qvm-service --enable QUBE qssh`).
 * The qube's own is ~/.config/qssh/enabled; the verbs enable and disable keep it.
 */
#ifndef QSSH_CLI_ENABLE_H
#define QSSH_CLI_ENABLE_H

#include "client/target.h"

#include <stdbool.h>

#define ENABLE_DOM0_FILE "/run/qubes-service/qssh"
#define ENABLE_FILE ".config/qssh/enabled"

/* What makes ssh ask the vault: a link, and the system's unit that makes it where Split SSH is on. */
#define ENABLE_DROP_IN "/etc/ssh/ssh_config.d/30-qssh.conf"
#define ENABLE_DROP_IN_UNIT "qssh-ssh-config.service"

/* What is there by that name: nothing that ssh can read, the link, or something that is the administrator's own. */
enum enable_drop_in { DROP_IN_MISSING, DROP_IN_OURS, DROP_IN_FOREIGN };

enum enable_drop_in enable_drop_in(void);

struct enable {
	bool dom0;
	bool qube;
};

/* Looks. home may be NULL. */
struct enable enable_look(const char *home);

/*
 * Starts qssh.socket, and unit too where it is not NULL. A unit that listens already is left as it is.
 * 0; -ESRCH: no user manager runs; -EPERM: Split SSH is switched off; -EPROTO: systemd could not.
 * But for -EPERM, what is wrong is said on standard error, naming verb.
 */
int enable_listen(const char *verb, const char *home, const char *unit);

/* Where dom0's line belongs there. */
#define ENABLE_POLICY_FILE "/etc/qubes/policy.d/30-user.policy"

#define ENABLE_POLICY_SIZE 256u

/*
 * The line of dom0's policy that lets this qube call t, asking each time; VAULT stands for the vault where t leaves it
 * open.
 */
void enable_policy_line(const struct target *t, char line[ENABLE_POLICY_SIZE]);

/* What dom0 has to permit for count vaults, for a person, on standard output. */
void enable_say_policy(const struct target *vaults, unsigned count);

/* The verbs. Their exit status. */
int enable_on(int argc, char **argv);
int enable_off(int argc, char **argv);

#endif
