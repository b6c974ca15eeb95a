/* SPDX-License-Identifier: ISC */
#include "client/peer.h"

#include "client/terminal.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

/*
 * A pidfd by number: the process must have begun before we did, since the connection was made before we were
 * started.
 */
static int
pidfd_by_number(pid_t pid)
{
	struct process peer, us;
	int fd;

	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd == -1)
		return -1;
	if (!process_look(pid, &peer) || !process_look(getpid(), &us) || peer.began > us.began) {
		close(fd);
		return -1;
	}
	return fd;
}

int
peer_open(struct peer *p, int fd)
{
	int domain, type;
	struct ucred cred;
	socklen_t len = sizeof(domain);

	p->pidfd = -1;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == -1)
		return -errno;
	len = sizeof(type);
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == -1)
		return -errno;
	if (domain != AF_UNIX || type != SOCK_STREAM)
		return -ENOTSOCK;
	len = sizeof(cred);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -errno;
	if (cred.uid != getuid())
		return -EPERM;
	p->pid = cred.pid;
	len = sizeof(p->pidfd);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &p->pidfd, &len) == -1)
		p->pidfd = errno == ENOPROTOOPT ? pidfd_by_number(p->pid) : -1;
	return 0;
}

bool
peer_is_root(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.uid == 0;
}

void
peer_close(struct peer *p)
{
	if (p->pidfd != -1)
		close(p->pidfd);
	p->pidfd = -1;
}

/* What was read from /proc by number before this call was the peer's: its pid can't have been reused. */
static bool
is_alive(const struct peer *p)
{
	struct pollfd f = { .fd = p->pidfd, .events = POLLIN };

	return p->pidfd != -1 && poll(&f, 1, 0) == 0;
}

/* NAME= stands in the peer's environment. Where it can't be read: true, so that silence is the default. */
static bool
has_in_environment(const struct peer *p, const char *name)
{
	/* Linux lets an environment be megabytes long; its first 128 KiB must do, and what is longer is silent. */
	static char buf[128 * 1024];
	size_t len = 0, name_len = strlen(name);
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)p->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return true;
	while (len < sizeof(buf) - 1 && (n = read(fd, buf + len, sizeof(buf) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (len >= sizeof(buf) - 1)
		return true;
	buf[len] = '\0';
	for (size_t at = 0; at < len; at += strlen(buf + at) + 1)
		if (strncmp(buf + at, name, name_len) == 0 && buf[at + name_len] == '=')
			return true;
	return false;
}

void
peer_tell(const struct peer *p, const char *sentence)
{
	char line[512];
	int fd, len;

	if (p->pidfd == -1 || has_in_environment(p, "QSSH_QUIET"))
		return;
	fd = terminal_open(p->pid);
	if (fd == -1)
		return;
	len = snprintf(line, sizeof(line), "qssh: %s\r\n", sentence);
	if (is_alive(p) && len > 0 && len < (int)sizeof(line))
		(void)!write(fd, line, (size_t)len);
	close(fd);
}
