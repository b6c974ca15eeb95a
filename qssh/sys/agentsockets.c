#include "sys/agentsockets.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const sockets_automatic[] = {
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
	static const char *const names[] = { "xinit\n", "lightdm\n", "gdm-x-session\n", "sddm-helper\n" };
	char path[32], name[32];
	FILE *f;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fgets(name, sizeof(name), f) != NULL)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			found = found || strcmp(name, names[i]) == 0;
	fclose(f);
	return found;
}

/* The fourth field of /proc/PID/stat; the second, a name in parentheses, may hold anything. 0: there is no such process. */
static int
parent_of(int pid)
{
	char path[32], stat[512];
	const char *at;
	FILE *f;
	long parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	/* ") S 1234": the state, a letter, stands between. */
	if (fgets(stat, sizeof(stat), f) != NULL && (at = strrchr(stat, ')')) != NULL && strlen(at) > 4)
		parent = strtol(at + 4, NULL, 10);
	fclose(f);
	return (int)parent;
}

/*
 * Debian's X session runs as `ssh-agent SESSION` (x11-common, Xsession.d/90x11-common_ssh-agent). The socket of such an agent is /tmp/ssh-RANDOM/agent.PID,
 * PID being SESSION, whose parent started the X session. Whoever types `ssh-agent bash` is the child of a shell, and after `eval $(ssh-agent)`
 * there is no such process any more.
 */
static bool
is_session_agent(const char *path)
{
	static const char BEFORE[] = "/tmp/ssh-", AGENT[] = "/agent.";
	const char *at = path;
	char *end;
	long pid;

	if (strncmp(path, BEFORE, sizeof(BEFORE) - 1) != 0)
		return false;
	at += sizeof(BEFORE) - 1;
	at += strcspn(at, "/");
	if (strncmp(at, AGENT, sizeof(AGENT) - 1) != 0)
		return false;
	at += sizeof(AGENT) - 1;
	pid = strtol(at, &end, 10);
	return pid > 0 && pid <= INT_MAX && *end == '\0' && is_session_starter(parent_of((int)pid));
}

bool
sockets_is_unchosen(const char *path, const char *runtime_dir)
{
	if (path == NULL || path[0] == '\0' || is_in(path, runtime_dir, "qssh/"))
		return true;
	for (size_t i = 0; sockets_automatic[i] != NULL; i++)
		if (is_in(path, runtime_dir, sockets_automatic[i]))
			return true;
	return is_session_agent(path);
}

/* A line of /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path; flag 0x10000 (__SO_ACCEPTCON) is a listener's. */
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
sockets_is_listening(const char *path)
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
