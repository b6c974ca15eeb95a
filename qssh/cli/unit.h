/* SPDX-License-Identifier: ISC */
/*
 * The unit of a further socket, and the verbs add and remove that keep it: a socket unit in ~/.config/systemd/user, a
 * link to the unit of its connections, and a link that makes qssh.socket start it.
 */
#ifndef QSSH_CLI_UNIT_H
#define QSSH_CLI_UNIT_H

/* The verbs. Their exit status. */
int unit_add(int argc, char **argv);
int unit_remove(int argc, char **argv);

#endif
