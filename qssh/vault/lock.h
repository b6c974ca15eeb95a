/* SPDX-License-Identifier: ISC */
/* `qssh-vault lock`, `unlock`: nothing is signed until the person says so. See qssh-vault(1). */
#ifndef QSSH_VAULT_LOCK_H
#define QSSH_VAULT_LOCK_H

/* The verbs, with argv from them on. Their exit status. */
int lock_run(int argc, char **argv);
int unlock_run(int argc, char **argv);

#endif
