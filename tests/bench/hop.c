/* SPDX-License-Identifier: ISC */
/*
 * The least that a process between a client and the agent can be, to measure against: it passes whole messages on,
 * one answer for each request, between fd 0 and 1 and the agent that SSH_AUTH_SOCK names.
 *
 * 	hop [ANYTHING]		does only that
 * 	hop lines FILE		does for each SIGN what recording one takes: a line under a lock before, and one after
 */
#include "exactly.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SIGN = 13, SIGNATURE = 14 };

static int record = -1;

/* The line's end is looked for, since others append too. */
static void
append_line(void)
{
	static char line[256], others[4096];
	static off_t end;
	ssize_t n;

	if (record == -1)
		return;
	if (flock(record, LOCK_EX) == -1)
		err(1, "flock");
	while ((n = pread(record, others, sizeof(others), end)) > 0)
		end += n;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	if (write(record, line, sizeof(line)) != sizeof(line))
		err(1, "write");
	end += (off_t)sizeof(line);
	flock(record, LOCK_UN);
}

static int
pass_message(int from, int to)
{
	static unsigned char frame[4 + 256 * 1024];
	size_t len;

	if (!exactly_read(from, frame, 4))
		return 0;
	len = exactly_len(frame);
	if (len > sizeof(frame) - 4 || !exactly_read(from, frame + 4, len))
		return 0;
	if (frame[4] == SIGN || frame[4] == SIGNATURE)
		append_line();
	return write(to, frame, 4 + len) == (ssize_t)(4 + len);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = getenv("SSH_AUTH_SOCK");
	int agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (path == NULL || strlen(path) >= sizeof(a.sun_path))
		errx(1, "SSH_AUTH_SOCK is not a socket's path");
	strcpy(a.sun_path, path);
	if (agent == -1 || connect(agent, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "%s", path);
	if (argc > 2 && strcmp(argv[1], "lines") == 0 &&
	    (record = open(argv[2], O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) == -1)
		err(1, "%s", argv[2]);
	while (pass_message(STDIN_FILENO, agent) && pass_message(agent, STDOUT_FILENO))
		;
	return 0;
}
