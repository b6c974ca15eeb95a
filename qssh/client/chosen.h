/* SPDX-License-Identifier: ISC */
/* The vault that this qube's configuration has chosen for the socket `default`. */
#ifndef QSSH_CLIENT_CHOSEN_H
#define QSSH_CLIENT_CHOSEN_H

#include "client/target.h"

/* The user's own choice, in the home; and the one for the whole qube, which persists in it. */
#define CHOSEN_FILE ".config/qssh/vault"
#define CHOSEN_QUBE_FILE "/rw/config/ssh-vault"

/*
 * Replaces "@default" by the first of: ~/.config/qssh/vault, /rw/config/ssh-vault, qubesdb's
 * /vm-config/qssh-vault; none of them: left as it is.
 * A file holds one qube's name, blanks and one end of line around it ignored; `@default` is a name there too.
 * 0; -EINVAL for what is no name, or another -errno for a file that can't be read. *source is what the choice or
 * the error came from, NULL where there is none. home may be NULL.
 */
int chosen_target(struct target *t, const char *home, const char **source);

#endif
