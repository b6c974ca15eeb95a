/* SPDX-License-Identifier: ISC */
/*
 * qssh-vault's verb `trust`: names a host key, or those of a whole file.
 * Never reached over qrexec.
 * See qssh-vault(1).
 */
#ifndef QSSH_VAULT_TRUST_H
#define QSSH_VAULT_TRUST_H

/*
 * `trust FINGERPRINT NAME`: names one of the keys that `hosts` lists, by one line in ~/.config/qssh/known_hosts
 * (0600, its directory 0700), and drops it from the keys without a name.
 * Wants the whole fingerprint.
 * Refused where the key is revoked or NAME has another key of that type.
 *
 * `trust --file KNOWN_HOSTS [--yes]`: trustfile.h.
 *
 * The file is replaced whole, under a lock on its directory. argv is from the verb on.
 * The exit code: 0, what was asked holds; 1, refused, or nothing there; 2, usage.
 */
int trust_run(int argc, char **argv);

#endif
