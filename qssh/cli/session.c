/* SPDX-License-Identifier: ISC */
#include "cli/session.h"

#include "sys/agentsockets.h"
#include "sys/rundir.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
session_set(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	char found[PATH_MAX];

	if (dir != NULL && dir[0] == '/')
		return;
	if (rundir_find(found, sizeof(found)) == 0)
		setenv("XDG_RUNTIME_DIR", found, 1);
	else
		unsetenv("XDG_RUNTIME_DIR");
}

/* Both names are the same directory's. */
static bool
is_same(const char *dir, const char *usual)
{
	struct stat a, b;

	return stat(dir, &a) == 0 && stat(usual, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* What is wrong with dir, by rundir_find()'s error. */
static const char *
fault(const char *dir, int error)
{
	struct stat st;

	if (error != -EPERM || stat(dir, &st) == -1)
		return error == -ENOENT ? "which is not there" : strerror(-error);
	if (!S_ISDIR(st.st_mode))
		return "which is not a directory";
	return st.st_uid != getuid() ? "which belongs to another user" : "which is not yours alone";
}

bool
session_is_wrong(char why[SESSION_SENTENCE_SIZE], const char **mend)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	char found[PATH_MAX], usual[AGENTSOCKETS_DIR_SIZE];
	bool has_usual;
	int error;

	agentsockets_dir(usual);
	if (dir == NULL || strcmp(dir, usual) == 0 || is_same(dir, usual))
		return false;
	has_usual = access(usual, X_OK) == 0;
	error = rundir_find(found, sizeof(found));
	if (error == 0 && !has_usual)
		return false;
	if (error < 0)
		snprintf(why, SESSION_SENTENCE_SIZE, "XDG_RUNTIME_DIR is %.256s, %s", dir, fault(dir, error));
	else
		snprintf(why, SESSION_SENTENCE_SIZE,
		    "XDG_RUNTIME_DIR is %.256s, but systemd's user manager and the sockets are in %s", dir, usual);
	*mend = getuid() == 0 ? "type it as your own user, without sudo"
		: has_usual   ? "unset XDG_RUNTIME_DIR"
			      : "log in by the qube's own session";
	return true;
}

bool
session_complain(const char *verb)
{
	char why[SESSION_SENTENCE_SIZE];
	const char *mend;

	if (!session_is_wrong(why, &mend))
		return false;
	fprintf(stderr, "qssh %s: %s; %s.\n", verb, why, mend);
	return true;
}

void
session_say_no_manager(const char *verb)
{
	fprintf(stderr, "qssh %s: no systemd user manager runs here, so nothing listens. %s\n", verb,
	    getuid() == 0 ? "For your own user's ssh type it as that user, without sudo; for root's there is 'qssh "
			    "proxy': see qssh-proxy(1)."
			  : "Without one use 'qssh proxy': see qssh-proxy(1).");
}
