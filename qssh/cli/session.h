/* SPDX-License-Identifier: ISC */
/*
 * The person's session, as XDG_RUNTIME_DIR names it: systemd's user manager is reached below that directory.
 * One that is unset, empty or relative counts for nothing, and /run/user/UID takes its place.
 * Source: XDG base directory specification 0.8, "All paths set in these environment variables must be absolute".
 */
#ifndef QSSH_CLI_SESSION_H
#define QSSH_CLI_SESSION_H

#include <stdbool.h>

/* Sets XDG_RUNTIME_DIR so, or unsets it where that directory is not ours either. For the main. */
void session_set(void);

#define SESSION_SENTENCE_SIZE 512u

/*
 * XDG_RUNTIME_DIR can't be where the user manager and our sockets are: why, and what to do about it, both without a
 * full stop. False: nothing is wrong with it; the usual one is right where no session has made it, too.
 */
bool session_is_wrong(char why[SESSION_SENTENCE_SIZE], const char **mend);

/* The same, said on standard error for the verb. */
bool session_complain(const char *verb);

/* Says on standard error that no user manager runs, and what there is in its place. */
void session_say_no_manager(const char *verb);

#endif
