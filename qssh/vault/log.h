/* SPDX-License-Identifier: ISC */
/* `qssh-vault log`: the record for people. See qssh-vault(1). */
#ifndef QSSH_VAULT_LOG_H
#define QSSH_VAULT_LOG_H

/* The verb, with argv from it on. Its exit status. */
int log_run(int argc, char **argv);

#endif
