/* SPDX-License-Identifier: ISC */
/*
 * Where an agent's keys lie: ~/.ssh/identities.d/NAME, and for `default` also ssh-add's own default names in
 * ~/.ssh.
 * The layout is that of Qubes' split-ssh package.
 *
 * identities.d and NAME count only as directories of ours that nobody else may write to, and not as symbolic
 * links.
 * A key in them may be a link.
 * Names that begin with a dot, or end in .pub or .ssh-add-option, and files that hold no private key, are passed
 * over.
 */
#ifndef QSSH_AGENTS_KEYDIR_H
#define QSSH_AGENTS_KEYDIR_H

#include <stdbool.h>

#define KEYDIR_PATH 4096u

/*
 * There is such a directory.
 * 0; -ENOENT: no; -ENOTDIR: a link, or no directory; -EPERM: somebody else owns it or may write to it; or -errno.
 */
int keydir_check(const char *home, const char *name);

/* What keydir_check() said, but for 0 and -ENOENT, as the end of a sentence that begins with the directory's name. */
const char *keydir_trouble(int error);

/*
 * A file with a private key in it, or one that can't be looked into. path is absolute; shown is for people, with ~
 * for the home.
 */
struct keydir_key {
	char path[KEYDIR_PATH];
	char shown[KEYDIR_PATH];
};

/*
 * Calls f with each key of agent NAME, in the order of their names, the default names first.
 * The number of keys, or -errno as keydir_check().
 */
int keydir_each(const char *home, const char *name, void (*f)(void *ctx, const struct keydir_key *key), void *ctx);

#endif
