/* Whether this qube's ssh should use the vault: `qssh active`, which ssh_config.d's drop-in asks at each ssh. */
#ifndef QSSH_CLIENT_ACTIVE_H
#define QSSH_CLIENT_ACTIVE_H

#include <stdbool.h>

/* /run/user/UID, in which IdentityAgent of the drop-in points: the runtime directory by its own name, as ssh_config has no other. */
#define ACTIVE_RUNTIME_SIZE 32
void active_runtime_dir(char buf[ACTIVE_RUNTIME_SIZE]);

/* The default socket listens, and SSH_AUTH_SOCK (auth_sock, may be NULL) names no agent that a person chose. No side effects. */
bool active_is(const char *auth_sock);

#endif
