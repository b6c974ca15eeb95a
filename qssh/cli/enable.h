/*
 * Whether this qube uses Split SSH: qssh.socket starts only where one of two files says so. dom0's is /run/qubes-service/qssh (`qvm-service
 * --enable QUBE qssh`), the qube's own is ~/.config/qssh/enabled. The verbs enable and disable keep the latter.
 */
#ifndef QSSH_CLI_ENABLE_H
#define QSSH_CLI_ENABLE_H

#include "client/target.h"

#include <stdbool.h>

#define GATE_DOM0_FILE "/run/qubes-service/qssh"
#define GATE_FILE ".config/qssh/enabled"

struct gate {
	bool dom0;
	bool qube;
};

/* Looks. home may be NULL. */
struct gate gate_look(const char *home);

/*
 * Makes the socket unit listen; where its configuration has changed, by a restart, which leaves live connections as they are. 0; -ESRCH: there is no user
 * manager; -EPERM: the gate is shut; -EPROTO: systemd could not. But for the gate, what is wrong is said on standard error, naming verb.
 */
int gate_listen(const char *verb, const char *home, bool changed);

/* What dom0 has to permit for t, for a person, on standard output. */
void gate_say_policy(const struct target *t);

/* The verbs. Their exit status. */
int gate_enable(int argc, char **argv);
int gate_disable(int argc, char **argv);

#endif
