/* SPDX-License-Identifier: ISC */
#include "proxy/proxied.h"

#include "base/wire.h"
#include "proxy/fdpass.h"
#include "sys/frame.h"
#include "sys/unixsocket.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The message: u8 version, string socket, u64 connection. */
#define VERSION 1u
#define MESSAGE_SIZE (1 + 4 + PROXIED_SOCKET_SIZE + 8)

uint64_t
proxied_connection(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

/* A descriptor of the process with this number is the socket. */
static bool
has_connection(const char *pid, uint64_t connection)
{
	char path[64], want[64], link[64];
	const struct dirent *e;
	bool found = false;
	ssize_t n;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	snprintf(want, sizeof(want), "socket:[%llu]", (unsigned long long)connection);
	dir = opendir(path);
	if (dir == NULL)
		return false;
	while (!found && (e = readdir(dir)) != NULL) {
		n = readlinkat(dirfd(dir), e->d_name, link, sizeof(link) - 1);
		if (n > 0) {
			link[n] = '\0';
			found = strcmp(link, want) == 0;
		}
	}
	closedir(dir);
	return found;
}

/* Looks again when the pidfd is there: from then on the number can't be another process's. */
static int
open_holder(const char *pid, uint64_t connection)
{
	int pidfd;

	if (!has_connection(pid, connection))
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, (pid_t)strtol(pid, NULL, 10), 0);
	if (pidfd != -1 && !has_connection(pid, connection)) {
		close(pidfd);
		pidfd = -1;
	}
	return pidfd;
}

bool
proxied_follow(struct proxied *g)
{
	const struct dirent *e;
	int pidfd = -1;
	DIR *proc;

	if (g->connection == 0)
		return false;
	proc = opendir("/proc");
	if (proc == NULL)
		return false;
	while (pidfd == -1 && (e = readdir(proc)) != NULL)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			pidfd = open_holder(e->d_name, g->connection);
	closedir(proc);
	if (pidfd == -1)
		return false;
	close(g->pidfd);
	g->pidfd = pidfd;
	return true;
}

static int
send_message(int fd, const struct proxied *g, const char *socket)
{
	uint8_t body[MESSAGE_SIZE];
	struct wire_out w;

	wire_out_open(&w, body, sizeof(body));
	wire_put_u8(&w, VERSION);
	wire_put_string(&w, span_of(socket));
	wire_put_u32(&w, (uint32_t)(g->connection >> 32));
	wire_put_u32(&w, (uint32_t)g->connection);
	return fdpass_send(fd, wire_out_span(&w), g->pidfd);
}

static int
receive_answer(int fd, int64_t deadline)
{
	uint8_t answer;
	int error = frame_wait(fd, -1, deadline);

	if (error < 0)
		return error;
	return recv(fd, &answer, 1, 0) == 1 ? answer : -ECONNREFUSED;
}

int
proxied_send(const struct sockaddr_un *a, const struct proxied *g, const char *socket, int64_t deadline)
{
	int fd = unixsocket_connect(a->sun_path, SOCK_SEQPACKET, 0), result;

	if (fd < 0)
		return fd == -ENOENT ? -ECONNREFUSED : fd;
	result = send_message(fd, g, socket);
	if (result == 0)
		result = receive_answer(fd, deadline);
	close(fd);
	return result == -EPIPE || result == -ECONNRESET ? -ECONNREFUSED : result;
}

static bool
is_ours(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.uid == getuid();
}

static int
parse(struct span body, struct proxied *g, char socket[PROXIED_SOCKET_SIZE])
{
	struct wire w;
	struct span name;
	uint8_t version;

	wire_open(&w, body);
	version = wire_u8(&w);
	name = wire_string(&w);
	g->connection = wire_u64(&w);
	if (!wire_done(&w) || version != VERSION || name.len == 0 || name.len >= PROXIED_SOCKET_SIZE)
		return -EINVAL;
	memcpy(socket, name.p, name.len);
	socket[name.len] = '\0';
	return 0;
}

int
proxied_receive(int fd, struct proxied *g, char socket[PROXIED_SOCKET_SIZE], int64_t deadline)
{
	uint8_t body[MESSAGE_SIZE];
	ssize_t n;
	int error;

	if (!is_ours(fd))
		return -EPERM;
	error = frame_wait(fd, -1, deadline);
	if (error < 0)
		return error;
	n = fdpass_receive(fd, body, sizeof(body), &g->pidfd);
	if (n < 0)
		return (int)n;
	error = parse((struct span){ body, (size_t)n }, g, socket);
	if (error == 0 && g->pidfd == -1)
		error = -EINVAL;
	if (error < 0 && g->pidfd != -1)
		close(g->pidfd);
	return error;
}

void
proxied_answer(int fd, enum proxied_answer answer)
{
	const uint8_t byte = (uint8_t)answer;

	(void)!send(fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}
