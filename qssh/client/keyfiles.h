/* SPDX-License-Identifier: ISC */
/*
 * Pinning and unpinning, with a file for each pinned key, ~/.config/qssh/keys/SOCKETNAME/NAME.pub, for IdentityFile of
 * ssh_config(5) and git's user.signingkey.
 * NAME is the key's comment, of a path its last part, with '_' for all but letters, digits, '.', '_', '-', '+' and '@',
 * at most 64 bytes; a certificate's goes on with -cert. Where another key has that name, -2, -3 and so on follow.
 * A key keeps its file as long as it is pinned, whatever becomes of its comment.
 * In that directory only a file of one line that has such a name by its own comment is ours, and only that of a key
 * that was pinned is ever removed; nothing is overwritten.
 */
#ifndef QSSH_CLIENT_KEYFILES_H
#define QSSH_CLIENT_KEYFILES_H

#include "base/wire.h"
#include "sys/file.h"

#include <stdbool.h>

/* The directory of the files in the user's home. */
#define KEYFILES_DIR ".config/qssh/keys"

/* The longest NAME, its NUL included. */
#define KEYFILES_NAME_SIZE 96u

/*
 * Makes the keys of a LIST answer the socket's pins, as pins_write() does and with its errors, and each key's file.
 * A key file that can't be written costs nothing else: keyfiles_path() misses it then.
 */
int keyfiles_pin(const char *home, const char *socket, struct span untrusted_answer);

/* Removes the pins of a socket and their files. 0, *was: there were some; or -errno. */
int keyfiles_unpin(const char *home, const char *socket, bool *was);

/* The same of `default` and each `default:ARG`: they were another vault's. How many sockets had some, or -errno. */
int keyfiles_unpin_default(const char *home);

/* The path of the key's file, blob its bytes. 0; -ENOENT: it has none; or -errno. */
int keyfiles_path(char path[FILE_PATH_SIZE], const char *home, const char *socket, struct span blob);

#endif
