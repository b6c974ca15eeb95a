/* SPDX-License-Identifier: ISC */
/*
 * The verb doctor of qssh-vault: the vault's side of the path, and what is wrong with it.
 * The session, the rules and the record are here; servicedoctor.h has the service, agentsdoctor.h agents and keys.
 * It starts nothing.
 * Its exit status: 0 where nothing is wrong.
 */
#ifndef QSSH_VAULT_DOCTOR_H
#define QSSH_VAULT_DOCTOR_H

int vaultdoctor_run(int argc, char **argv);

#endif
