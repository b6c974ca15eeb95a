#include "sockets.h"

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

bool
sockets_is_unchosen(const char *path, const char *runtime_dir)
{
	if (path == NULL || path[0] == '\0' || is_in(path, runtime_dir, "qssh/"))
		return true;
	for (size_t i = 0; sockets_automatic[i] != NULL; i++)
		if (is_in(path, runtime_dir, sockets_automatic[i]))
			return true;
	return false;
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
