/* SPDX-License-Identifier: ISC */
#include "sys/agentsockets.h"

#include "sys/process.h"

#include "sys/file.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/*
 * A line of /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path; flag 0x10000 (__SO_ACCEPTCON) is a
 * listener's.
 */
static bool
is_listener_of(const char *line, const char *path)
{
	const char *at = line;
	unsigned long flags;

	for (int column = 0; column < 3; column++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return false;
		at++;
	}
	flags = strtoul(at, NULL, 16);
	at = strchr(line, '/');
	return at != NULL && strcmp(at, path) == 0 && (flags & 0x10000ul) != 0;
}

bool
agentsockets_is_listening(const char *path)
{
	FILE *f = fopen("/proc/net/unix", "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	bool found = false;

	if (f == NULL)
		return false;
	while (!found && (len = getline(&line, &size, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		found = is_listener_of(line, path);
	}
	free(line);
	fclose(f);
	return found;
}

void
agentsockets_dir(char buf[AGENTSOCKETS_DIR_SIZE])
{
	snprintf(buf, AGENTSOCKETS_DIR_SIZE, "/run/user/%u", (unsigned)getuid());
}

/* The default socket of this user, in path. */
static void
default_socket(char path[AGENTSOCKETS_DIR_SIZE + 16])
{
	snprintf(path, AGENTSOCKETS_DIR_SIZE + 16, "/run/user/%u/qssh/default", (unsigned)getuid());
}

bool
agentsockets_is_ours(const char *path)
{
	char ours[AGENTSOCKETS_DIR_SIZE + 16], real[PATH_MAX];

	default_socket(ours);
	if (path == NULL)
		return false;
	return strcmp(path, ours) == 0 || (realpath(path, real) != NULL && strcmp(real, ours) == 0);
}

bool
agentsockets_is_active(struct agentsockets_named named)
{
	char dir[AGENTSOCKETS_DIR_SIZE], path[AGENTSOCKETS_DIR_SIZE + 16];

	agentsockets_dir(dir);
	default_socket(path);
	return agentsockets_is_unchosen(named, dir) && agentsockets_is_listening(path);
}

/* ssh takes the home from the user database, and so do others that expand `~` for it. */
static bool
is_linked(const char *path)
{
	const struct passwd *user = getpwuid(getuid());
	char link[PATH_MAX], to[PATH_MAX];
	ssize_t len;

	if (user == NULL ||
	    snprintf(link, sizeof(link), "%s/" AGENTSOCKETS_LINKS "/default", user->pw_dir) >= (int)sizeof(link))
		return false;
	len = readlink(link, to, sizeof(to) - 1);
	if (len < 0)
		return false;
	to[len] = '\0';
	return strcmp(to, path) == 0;
}

bool
agentsockets_is_needed(struct agentsockets_named named)
{
	char path[AGENTSOCKETS_DIR_SIZE + 16];

	default_socket(path);
	if (named.path != NULL && strcmp(named.path, path) == 0)
		return false;
	return agentsockets_is_active(named) && is_linked(path);
}

bool
agentsockets_is_anothers(const char *path)
{
	unsigned user;
	int len = 0;

	return path != NULL && sscanf(path, "/run/user/%u/qssh/%n", &user, &len) == 1 && len > 0 && user != getuid();
}
