/* SPDX-License-Identifier: ISC */
/*
 * The least that a process between a client and the agent can be, to measure against: it passes whole messages on,
 * one answer for each request, between fd 0 and 1 and the agent that SSH_AUTH_SOCK names.
 */
#include "exactly.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
pass_message(int from, int to)
{
	static unsigned char frame[4 + 256 * 1024];
	size_t len;

	if (!exactly_read(from, frame, 4))
		return 0;
	len = exactly_len(frame);
	return len <= sizeof(frame) - 4 && exactly_read(from, frame + 4, len) &&
	       write(to, frame, 4 + len) == (ssize_t)(4 + len);
}

int
main(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("SSH_AUTH_SOCK");
	int agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (path == NULL || strlen(path) >= sizeof(a.sun_path))
		errx(1, "SSH_AUTH_SOCK is not a socket's path");
	strcpy(a.sun_path, path);
	if (agent == -1 || connect(agent, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "%s", path);
	while (pass_message(STDIN_FILENO, agent) && pass_message(agent, STDOUT_FILENO))
		;
	return 0;
}
