/* SPDX-License-Identifier: ISC */
#include "sys/agentsockets.h"

#include "base/text.h"
#include "sys/account.h"
#include "sys/process.h"
#include "sys/unixsocket.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of the default socket's path. */
#define AGENTSOCKETS_PATH_SIZE (AGENTSOCKETS_DIR_SIZE + 16)

const char *const agentsockets_automatic[] = {
	"openssh_agent", /* Debian 13 and later: ssh-agent.socket */
	"ssh-agent.socket", /* Fedora, Arch */
	"gcr/ssh", /* GNOME 41 and later: gcr-ssh-agent.socket */
	"keyring/ssh", /* GNOME before */
	"gnupg/S.gpg-agent.ssh", /* GnuPG: gpg-agent-ssh.socket */
	NULL,
};

/* path is dir/name, or below it where name ends in a slash. */
static bool
is_in(const char *path, const char *dir, const char *name)
{
	size_t len = strlen(dir), name_len = strlen(name);

	if (strncmp(path, dir, len) != 0 || path[len] != '/')
		return false;
	path += len + 1;
	if (name_len > 0 && name[name_len - 1] == '/')
		return strncmp(path, name, name_len) == 0;
	return strcmp(path, name) == 0;
}

/* A program that starts X sessions: in a qube it is xinit, in a GUI domain a display manager. */
static bool
is_session_starter(int pid)
{
	static const char *const names[] = { "xinit", "lightdm", "gdm-x-session", "sddm-helper" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (process_is(pid, names[i]))
			return true;
	return false;
}

/* A process that a program which starts X sessions has started. */
static bool
is_session(int pid)
{
	return pid > 0 && is_session_starter(process_parent(pid));
}

/* A process number that ends with what end points at afterwards. 0: they are not one. */
static int
number_of(const char *digits, char **end)
{
	long number = strtol(digits, end, 10);

	return number > 0 && number <= INT_MAX ? (int)number : 0;
}

/* /tmp/ssh-RANDOM/agent.PARENT before OpenSSH 10.1, agent.local.PARENT by `ssh-agent -T` of 10.6. 0: another path. */
static int
parent_in_tmp(const char *path)
{
	static const char BEFORE[] = "/tmp/ssh-", AGENT[] = "/agent.", LOCAL[] = "local.";
	const char *at = path;
	char *end;
	int parent;

	if (strncmp(path, BEFORE, sizeof(BEFORE) - 1) != 0)
		return 0;
	at += sizeof(BEFORE) - 1;
	at += strcspn(at, "/");
	if (strncmp(at, AGENT, sizeof(AGENT) - 1) != 0)
		return 0;
	at += sizeof(AGENT) - 1;
	if (strncmp(at, LOCAL, sizeof(LOCAL) - 1) == 0)
		at += sizeof(LOCAL) - 1;
	parent = number_of(at, &end);
	return *end == '\0' ? parent : 0;
}

/*
 * HOME/.ssh/agent/s.HASH.agent.RANDOM from OpenSSH 10.1 on, where SSH_AGENT_PID alone tells which process it is, and
 * HOME/.ssh/agent/s.HASH.local.PARENT.RANDOM in 10.6. 0: another path.
 */
static int
parent_in_home(const char *path, const char *agent_pid)
{
	static const char DIR[] = "/.ssh/agent/s.", AGENT[] = ".agent.", LOCAL[] = ".local.";
	const char *at = strstr(path, DIR);
	char *end;
	int pid;

	if (at == NULL || strchr(at + sizeof(DIR) - 1, '/') != NULL)
		return 0;
	at += sizeof(DIR) - 1;
	at += strcspn(at, ".");
	if (strncmp(at, LOCAL, sizeof(LOCAL) - 1) == 0) {
		pid = number_of(at + sizeof(LOCAL) - 1, &end);
		return *end == '.' ? pid : 0;
	}
	if (agent_pid == NULL || strncmp(at, AGENT, sizeof(AGENT) - 1) != 0)
		return 0;
	pid = number_of(agent_pid, &end);
	return *end == '\0' ? process_parent(pid) : 0;
}

/*
 * Debian's X session runs as `ssh-agent SESSION` (x11-common, Xsession.d/90x11-common_ssh-agent): the agent's parent is
 * SESSION, and what started the X session is SESSION's parent. Whoever types `ssh-agent bash` is the child of a shell,
 * and `eval $(ssh-agent)` leaves an agent whose parent is gone.
 */
static bool
is_session_agent(struct agentsockets_named named)
{
	int parent = parent_in_tmp(named.path);

	if (parent == 0)
		parent = parent_in_home(named.path, named.pid);
	return is_session(parent);
}

struct agentsockets_named
agentsockets_own(void)
{
	return (struct agentsockets_named){ getenv("SSH_AUTH_SOCK"), getenv("SSH_AGENT_PID") };
}

bool
agentsockets_is_unchosen(struct agentsockets_named named, const char *runtime_dir)
{
	if (named.path == NULL || named.path[0] == '\0' || is_in(named.path, runtime_dir, "qssh/"))
		return true;
	for (size_t i = 0; agentsockets_automatic[i] != NULL; i++)
		if (is_in(named.path, runtime_dir, agentsockets_automatic[i]))
			return true;
	return is_session_agent(named);
}

/* A datagram socket can't connect to a stream's: the kernel finds whether there is one, and goes no further. */
bool
agentsockets_is_listening(const char *path)
{
	int fd = unixsocket_connect(path, SOCK_DGRAM, 0);

	if (fd >= 0)
		close(fd);
	return fd == -EPROTOTYPE;
}

void
agentsockets_dir(char buf[AGENTSOCKETS_DIR_SIZE])
{
	struct text t;

	text_open(&t, buf, AGENTSOCKETS_DIR_SIZE);
	text_add(&t, "/run/user/");
	text_number(&t, getuid());
}

/* The default socket of this user, in path. */
static void
default_socket(char path[AGENTSOCKETS_PATH_SIZE])
{
	agentsockets_dir(path);
	memcpy(path + strlen(path), "/qssh/default", sizeof("/qssh/default"));
}

bool
agentsockets_is_ours(const char *path)
{
	char ours[AGENTSOCKETS_PATH_SIZE], real[PATH_MAX];

	default_socket(ours);
	if (path == NULL)
		return false;
	return strcmp(path, ours) == 0 || (realpath(path, real) != NULL && strcmp(real, ours) == 0);
}

bool
agentsockets_is_active(struct agentsockets_named named)
{
	char dir[AGENTSOCKETS_DIR_SIZE], path[AGENTSOCKETS_PATH_SIZE];

	agentsockets_dir(dir);
	default_socket(path);
	return agentsockets_is_unchosen(named, dir) && agentsockets_is_listening(path);
}

bool
agentsockets_is_linked(void)
{
	char link[ACCOUNT_HOME_SIZE + sizeof("/" AGENTSOCKETS_LINKS "/default")], to[AGENTSOCKETS_PATH_SIZE];
	char path[AGENTSOCKETS_PATH_SIZE];
	struct account a;
	const char *home = account_find(&a, getuid()) == 0 ? a.home : getenv("HOME");
	struct text t;
	ssize_t len;

	default_socket(path);
	text_open(&t, link, sizeof(link));
	text_add(&t, home != NULL ? home : "");
	text_add(&t, "/" AGENTSOCKETS_LINKS "/default");
	len = t.cut ? -1 : readlink(link, to, sizeof(to));
	return len == (ssize_t)strlen(path) && memcmp(to, path, (size_t)len) == 0;
}

bool
agentsockets_is_needed(struct agentsockets_named named)
{
	char path[AGENTSOCKETS_PATH_SIZE];

	default_socket(path);
	if (named.path != NULL && strcmp(named.path, path) == 0)
		return false;
	return agentsockets_is_active(named) && agentsockets_is_linked();
}

bool
agentsockets_is_anothers(const char *path)
{
	static const char begin[] = "/run/user/";
	const char *number = path != NULL && strncmp(path, begin, strlen(begin)) == 0 ? path + strlen(begin) : "";
	char *end;
	unsigned long user = strtoul(number, &end, 10);

	return number[0] >= '0' && number[0] <= '9' && strncmp(end, "/qssh/", 6) == 0 && user != getuid();
}
