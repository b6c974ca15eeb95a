#include "client/active.h"

#include "sys/agentsockets.h"

#include <stdio.h>
#include <unistd.h>

void
active_runtime_dir(char buf[ACTIVE_RUNTIME_SIZE])
{
	snprintf(buf, ACTIVE_RUNTIME_SIZE, "/run/user/%u", (unsigned)getuid());
}

bool
active_is(const char *auth_sock)
{
	char dir[ACTIVE_RUNTIME_SIZE], path[ACTIVE_RUNTIME_SIZE + 16];

	active_runtime_dir(dir);
	snprintf(path, sizeof(path), "%s/qssh/default", dir);
	return sockets_is_unchosen(auth_sock, dir) && sockets_is_listening(path);
}
