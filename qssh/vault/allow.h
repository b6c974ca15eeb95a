/* SPDX-License-Identifier: ISC */
/* `qssh-vault allow`: a rule from one request of the record. See qssh-vault(1). */
#ifndef QSSH_VAULT_ALLOW_H
#define QSSH_VAULT_ALLOW_H

/* The verb, with argv from it on. Its exit status. */
int allow_run(int argc, char **argv);

#endif
