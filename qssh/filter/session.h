/* SPDX-License-Identifier: ISC */
/*
 * The vault's graphical session, for a filter that qrexec started outside of it: right after the vault's start,
 * or where qrexec has no fork-server. qrexec then gives a bare login's environment, without DISPLAY and
 * SSH_AUTH_SOCK.
 *
 * Sources: Qubes' qubes.WaitForSession and qrexec-fork-server; systemctl(1), show-environment.
 */
#ifndef QSSH_FILTER_SESSION_H
#define QSSH_FILTER_SESSION_H

enum session {
	SESSION_INSIDE, /* the environment is the session's: it was, or now is */
	SESSION_NONE, /* this qube, or this user, never has one */
	SESSION_LATE, /* it should be there by now, and is not */
	SESSION_UNKNOWN, /* it is there, and the user manager does not know its display */
	SESSION_GONE, /* the client hung up */
};

/*
 * Joins the session: takes DISPLAY, SSH_AUTH_SOCK and what else a dialog needs from the user manager.
 * Waits for a session that is still to come, LIMIT_SESSION_MS at most.
 * After one call has waited for so long in vain, later ones don't wait; where runtime_dir is NULL, each does.
 * client is the descriptor that hangs up with the client.
 * Starts programs, so it is to be called before confinement.
 */
enum session session_join(const char *runtime_dir, int client);

#endif
