/* SPDX-License-Identifier: ISC */
/* `qssh-vault status`: how the vault stands, in one screen. See qssh-vault(1). */
#ifndef QSSH_VAULT_STATUS_H
#define QSSH_VAULT_STATUS_H

/* The verb, with argv from it on. Its exit status. */
int vaultstatus_run(int argc, char **argv);

#endif
