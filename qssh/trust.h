/*
 * qssh-vault's verbs for hosts: `hosts` and `trust`. They speak on stdout and stderr, and return the exit code: 0, what was asked holds;
 * 1, refused, or nothing there; 2, usage. Never reached over qrexec. See qssh-vault(1).
 */
#ifndef QSSH_TRUST_H
#define QSSH_TRUST_H

/*
 * `hosts`: lists the host keys that clients presented and that have no name here, one a line: fingerprint, type, client, local time. argv is
 * from the verb on.
 */
int trust_hosts(int argc, char **argv);

/*
 * `trust FINGERPRINT NAME`: names one of those keys, by one line in ~/.config/qssh/known_hosts (0600, its directory 0700), and drops it
 * from the keys without a name. Wants the whole fingerprint. Refused where the key is revoked or NAME has another key of that type.
 *
 * `trust --file KNOWN_HOSTS [--yes]`: adds the lines of another known_hosts file to it, after showing each and, without --yes, a yes on the
 * terminal. A line for a changed or a revoked key is refused; a line with wildcards, unless for an authority, is passed over.
 *
 * The file is replaced whole, under a lock on its directory.
 */
int trust_add(int argc, char **argv);

#endif
