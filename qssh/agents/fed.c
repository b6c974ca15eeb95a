/* SPDX-License-Identifier: ISC */
#include "agents/fed.h"

#include "store/statedir.h"
#include "sys/file.h"
#include "sys/rundir.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY "session"
#define NOTE "fed"
#define AUTOSTART ".config/autostart"
#define ENTRY_SIZE 16384u

/* The file that says so for ever. */
static bool
ever_path(char path[FILE_PATH_SIZE], const char *home)
{
	char state_dir[STATEDIR_SIZE];

	if (home == NULL)
		return false;
	statedir_path(state_dir, home);
	return file_path(path, state_dir, NOTE) == 0;
}

bool
fed_ever(const char *home)
{
	char path[FILE_PATH_SIZE];

	return ever_path(path, home) && access(path, F_OK) == 0;
}

void
fed_note(const char *runtime_dir, const char *home)
{
	int dir = rundir_open(runtime_dir, DIRECTORY), fd;
	char path[FILE_PATH_SIZE];

	if (!fed_ever(home) && ever_path(path, home))
		(void)file_replace(path, span_of(""));
	if (dir < 0)
		return;
	fd = openat(dir, NOTE, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd != -1)
		close(fd);
	close(dir);
}

bool
fed_noted(const char *runtime_dir)
{
	int dir = rundir_open(runtime_dir, DIRECTORY);
	bool is;

	if (dir < 0)
		return false;
	is = faccessat(dir, NOTE, F_OK, 0) == 0;
	close(dir);
	return is;
}

static int
is_entry(const struct dirent *e)
{
	size_t len = strlen(e->d_name), end = sizeof(".desktop") - 1;

	return len > end && strcmp(e->d_name + len - end, ".desktop") == 0;
}

static bool
runs_ssh_add(const char *home, const char *name)
{
	char path[FILE_PATH_SIZE], below[NAME_MAX + sizeof(AUTOSTART "/")], text[ENTRY_SIZE];
	int n;

	snprintf(below, sizeof(below), AUTOSTART "/%s", name);
	if (file_path(path, home, below) < 0)
		return false;
	n = file_read(path, text, sizeof(text) - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
		if (strncmp(line, "Exec", 4) == 0 && strstr(line, "ssh-add") != NULL)
			return true;
	return false;
}

bool
fed_at_login(const char *home)
{
	char path[FILE_PATH_SIZE];
	struct dirent **entries;
	bool found = false;
	int n;

	if (file_path(path, home, AUTOSTART) < 0)
		return false;
	n = scandir(path, &entries, is_entry, alphasort);
	for (int i = 0; i < n; i++) {
		found = found || runs_ssh_add(home, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return found;
}
