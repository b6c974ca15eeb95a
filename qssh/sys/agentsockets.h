/* Where ssh-agent sockets are found: our own, and the ones that distributions set up by themselves. The one list of them. */
#ifndef QSSH_SYS_AGENTSOCKETS_H
#define QSSH_SYS_AGENTSOCKETS_H

#include <stdbool.h>

/* Sockets that a distribution's session starts unasked, below the runtime directory; NULL at the end, most wanted first. */
extern const char *const sockets_automatic[];

/*
 * path is empty, below runtime_dir/qssh, one of the automatic ones in runtime_dir, or the agent that Debian's X session starts: no agent that a person
 * chose. NULL counts as empty.
 */
bool sockets_is_unchosen(const char *path, const char *runtime_dir);

/* A socket is bound to path and listens, in this network namespace. Connects to nothing. Source: proc(5), /proc/net/unix. */
bool sockets_is_listening(const char *path);

#endif
