/* SPDX-License-Identifier: ISC */
#include "proxy/dial.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
dial_address(const struct addrinfo *a)
{
	static const int on = 1;
	int fd, error;

	fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
	if (fd == -1)
		return -errno;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == -1) {
		error = -errno;
		close(fd);
		return error;
	}
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	return fd;
}

int
dial_host(const char *host, const char *port, char why[DIAL_WHY_SIZE])
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *addresses;
	int error, fd = -ENOENT;

	error = getaddrinfo(host, port, &hints, &addresses);
	if (error != 0) {
		snprintf(why, DIAL_WHY_SIZE, "ssh: Could not resolve hostname %s: %s", host,
		    error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
		return -ENOENT;
	}
	for (const struct addrinfo *a = addresses; a != NULL && fd < 0; a = a->ai_next)
		fd = dial_address(a);
	freeaddrinfo(addresses);
	if (fd < 0)
		snprintf(why, DIAL_WHY_SIZE, "ssh: connect to host %s port %s: %s", host, port, strerror(-fd));
	return fd;
}
