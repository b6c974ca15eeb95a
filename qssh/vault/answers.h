/* SPDX-License-Identifier: ISC */
/* `qssh-vault grants` and `revoke`: what remembered answers hold, and their end. See qssh-vault(1). */
#ifndef QSSH_VAULT_ANSWERS_H
#define QSSH_VAULT_ANSWERS_H

/* The verbs, with argv from them on. Their exit status. */
int remembered_list(int argc, char **argv);
int remembered_revoke(int argc, char **argv);

#endif
