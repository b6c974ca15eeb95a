#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char QUBESDB_READ[] = "/usr/bin/qubesdb-read";
static const char QUBESDB_KEY[] = "/vm-config/qssh-vault";
static const char ANY[] = "@default";

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool
target_is_qube(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_QUBE || !is_letter(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
			return false;
	return !span_is(s, "none") && !span_is(s, "default");
}

bool
target_is_arg(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && memchr("+._-", s.p[i], 4) == NULL)
			return false;
	return true;
}

/* s fits and has been checked: it has no NUL. */
static void
copy(char *to, struct span s)
{
	memcpy(to, s.p, s.len);
	to[s.len] = '\0';
}

int
target_parse(struct target *t, struct span untrusted_name)
{
	struct span qube = untrusted_name, arg = { NULL, 0 };
	const uint8_t *colon = untrusted_name.len > 0 ? memchr(untrusted_name.p, ':', untrusted_name.len) : NULL;

	if (colon != NULL) {
		qube.len = (size_t)(colon - qube.p);
		arg.p = colon + 1;
		arg.len = untrusted_name.len - qube.len - 1;
		if (!target_is_arg(arg))
			return -EINVAL;
	}
	if (span_is(qube, "default"))
		memcpy(t->qube, ANY, sizeof(ANY));
	else if (target_is_qube(qube))
		copy(t->qube, qube);
	else
		return -EINVAL;
	copy(t->socket, untrusted_name);
	if (arg.len > 0)
		copy(t->arg, arg);
	else
		t->arg[0] = '\0';
	return 0;
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && memchr(" \t\r\n", s.p[0], 4) != NULL)
		s.p++, s.len--;
	while (s.len > 0 && memchr(" \t\r\n", s.p[s.len - 1], 4) != NULL)
		s.len--;
	return s;
}

static int
set_qube(struct target *t, struct span untrusted_text)
{
	struct span name = trim(untrusted_text);

	if (!span_is(name, ANY) && !target_is_qube(name))
		return -EINVAL;
	copy(t->qube, name);
	return 0;
}

/* More than any name may have: what fills it is no name. */
#define ANSWER_SIZE 256u

static int
read_answer(int fd, struct target *t)
{
	uint8_t buf[ANSWER_SIZE];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(buf) && (n = read(fd, buf + len, sizeof(buf) - len)) != 0) {
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return set_qube(t, (struct span){ buf, len });
}

/* -ENOENT where the file is not there. */
static int
from_file(struct target *t, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int error;

	if (fd == -1)
		return errno == ENOTDIR ? -ENOENT : -errno;
	error = read_answer(fd, t);
	close(fd);
	return error;
}

/* -ENOENT where there is no qubesdb or it has no such key. */
static int
from_qubesdb(struct target *t)
{
	extern char **environ;
	char *argv[] = { (char *)(uintptr_t)QUBESDB_READ, (char *)(uintptr_t)QUBESDB_KEY, NULL };
	posix_spawn_file_actions_t actions;
	int out[2], error, status;
	pid_t pid;

	if (access(QUBESDB_READ, X_OK) == -1)
		return -ENOENT;
	if (pipe2(out, O_CLOEXEC) == -1)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	error = -posix_spawn(&pid, QUBESDB_READ, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (error == 0) {
		error = read_answer(out[0], t);
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			error = -ENOENT;
	}
	close(out[0]);
	return error;
}

int
target_default(struct target *t, const char *home, const char **source)
{
	char path[4096];
	int error = -ENOENT;

	if (strcmp(t->qube, ANY) != 0)
		return 0;
	*source = "~/.config/qssh/vault";
	if (home != NULL && snprintf(path, sizeof(path), "%s/.config/qssh/vault", home) < (int)sizeof(path))
		error = from_file(t, path);
	if (error == -ENOENT) {
		*source = "/rw/config/ssh-vault";
		error = from_file(t, *source);
	}
	if (error == -ENOENT) {
		*source = "qubesdb's /vm-config/qssh-vault";
		error = from_qubesdb(t);
	}
	return error == -ENOENT ? 0 : error;
}

void
target_service(const struct target *t, char buf[TARGET_CALL_SIZE])
{
	snprintf(buf, TARGET_CALL_SIZE, "%s%s%s", TARGET_SERVICE, t->arg[0] != '\0' ? "+" : "", t->arg);
}

const char *
target_shown(const struct target *t)
{
	return strcmp(t->qube, ANY) == 0 ? "the default vault" : t->qube;
}
