/* SPDX-License-Identifier: ISC */
/*
 * qssh-vault's verb `hosts`: what clients presented and this vault has no name for.
 * Never reached over qrexec.
 * See qssh-vault(1).
 */
#ifndef QSSH_VAULT_HOSTS_H
#define QSSH_VAULT_HOSTS_H

/*
 * Lists those host keys on stdout, one a line: fingerprint, type, client, local time. argv is from the verb on.
 * The exit code: 0; 1, there are none, or a file can't be read; 2, usage.
 */
int hostlist_run(int argc, char **argv);

#endif
