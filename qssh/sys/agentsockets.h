/* SPDX-License-Identifier: ISC */
/*
 * Where ssh-agent sockets are found: our own, and the ones that distributions set up by themselves. The one list of
 * them.
 */
#ifndef QSSH_SYS_AGENTSOCKETS_H
#define QSSH_SYS_AGENTSOCKETS_H

#include <stdbool.h>

/*
 * Sockets that a distribution's session starts unasked, below the runtime directory; NULL at the end, most wanted
 * first.
 */
extern const char *const agentsockets_automatic[];

/* The agent that an environment names: SSH_AUTH_SOCK and SSH_AGENT_PID. Both may be NULL. */
struct agentsockets_named {
	const char *path;
	const char *pid;
};

/* The agent of this process's own environment. Valid as long as that. */
struct agentsockets_named agentsockets_own(void);

/*
 * True where a person chose none: the path is empty, below runtime_dir/qssh, one of the automatic ones in runtime_dir,
 * or the agent that Debian's X session starts.
 */
bool agentsockets_is_unchosen(struct agentsockets_named named, const char *runtime_dir);

/*
 * A process has a stream socket that is bound to path, or to where it is linked: it listens, then, or will in a moment.
 * Connects to nothing. Source: unix(7), EPROTOTYPE.
 */
bool agentsockets_is_listening(const char *path);

/* /run/user/UID, where the default socket is: the runtime directory by its own name, whatever XDG_RUNTIME_DIR says. */
#define AGENTSOCKETS_DIR_SIZE 32
void agentsockets_dir(char buf[AGENTSOCKETS_DIR_SIZE]);

/* path, which may be NULL, is the default socket of this user, or a link to it. */
bool agentsockets_is_ours(const char *path);

/*
 * Whether this qube's ssh should use the vault: the default socket listens, and no other agent was chosen. No side
 * effects.
 */
bool agentsockets_is_active(struct agentsockets_named named);

/*
 * Where ~/.ssh/config and the drop-in find the sockets, below the home: qssh.socket makes the links, one for each
 * socket.
 */
#define AGENTSOCKETS_LINKS ".config/qssh/sockets"

/*
 * ~/.config/qssh/sockets/default leads to the default socket. `~` is the home in the user database, as it is for ssh,
 * whatever HOME says.
 */
bool agentsockets_is_linked(void);

/*
 * Whether ssh has to be pointed at the vault: the same, and SSH_AUTH_SOCK does not name the default socket already,
 * and the link that ssh would follow from its user's home leads there.
 */
bool agentsockets_is_needed(struct agentsockets_named named);

/* The path of a socket of qssh's that another user's manager listens on. */
bool agentsockets_is_anothers(const char *path);

#endif
