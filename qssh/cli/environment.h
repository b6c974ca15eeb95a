/* SPDX-License-Identifier: ISC */
/*
 * SSH_AUTH_SOCK for what does not read ssh_config: in the user manager's environment and in that of what D-Bus starts.
 * qssh.socket runs the verb `environment set` when it begins to listen and `environment clear` when it has stopped.
 */
#ifndef QSSH_CLI_ENVIRONMENT_H
#define QSSH_CLI_ENVIRONMENT_H

int environment_run(int argc, char **argv);

#endif
