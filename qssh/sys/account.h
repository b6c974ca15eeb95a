/* SPDX-License-Identifier: ISC */
/*
 * A user of this qube, by its own /etc/passwd alone: what else nsswitch.conf names is looked up by libraries that a
 * static program can't load.
 * Source: passwd(5).
 */
#ifndef QSSH_SYS_ACCOUNT_H
#define QSSH_SYS_ACCOUNT_H

#include <sys/types.h>

#define ACCOUNT_HOME_SIZE 1024u

struct account {
	char name[256];
	char home[ACCOUNT_HOME_SIZE];
};

/* The user uid. 0; -ENOENT: not there; -EFBIG for a file of 256 KiB or more, or -errno. */
int account_find(struct account *a, uid_t uid);

/* Sets HOME where the environment has none, or no directory, to what the user's account says. For mains. */
void account_set_home(void);

/* The same in a file's text, NUL-terminated, which is cut into words. 0 or -ENOENT. */
int account_parse(struct account *a, uid_t uid, char *text);

#endif
