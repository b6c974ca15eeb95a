/* SPDX-License-Identifier: ISC */
#include "client/terminal.h"

#include "sys/process.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* How far up git is looked for: `git rebase` runs `git commit` runs a script runs ssh-keygen. */
#define GENERATIONS 8

static void
stderr_path(char path[64], pid_t pid)
{
	snprintf(path, 64, "/proc/%d/fd/2", (int)pid);
}

static bool
look_at_stderr(pid_t pid, struct stat *st)
{
	char path[64];

	stderr_path(path, pid);
	return stat(path, st) == 0;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * The process whose standard error the person reads: pid itself, or the git that has pid's as a pipe. 0: none.
 * Programs between them, a script or another git, have the pipe too, or one that a git further up took.
 */
static pid_t
speaker(pid_t pid)
{
	struct stat taken, own;

	if (!look_at_stderr(pid, &taken) || S_ISCHR(taken.st_mode))
		return pid;
	for (int i = 0; i < GENERATIONS && S_ISFIFO(taken.st_mode); i++) {
		pid = process_parent(pid);
		if (pid <= 1 || !look_at_stderr(pid, &own))
			return 0;
		if (!is_same_file(&own, &taken) && !process_is(pid, "git"))
			return 0;
		if (S_ISCHR(own.st_mode))
			return pid;
		taken = own;
	}
	return 0;
}

/* pid is in the foreground of the terminal, which is its session's. */
static bool
is_in_foreground(pid_t pid, dev_t terminal)
{
	struct process p;

	return process_look(pid, &p) && p.terminal != 0 && p.terminal == terminal && p.group == p.foreground;
}

/* A terminal of ours in canonical mode: not an editor's screen, and nobody else's. */
static bool
is_ours(int fd, dev_t *device)
{
	struct stat st;
	struct termios t;

	if (fstat(fd, &st) == -1 || !S_ISCHR(st.st_mode) || st.st_uid != getuid())
		return false;
	*device = st.st_rdev;
	return tcgetattr(fd, &t) == 0 && (t.c_lflag & ICANON) != 0;
}

/* Looks before it opens: opening a device can have effects, opening a pipe too. */
static int
open_stderr(pid_t pid)
{
	char path[64];
	struct stat st;

	if (!look_at_stderr(pid, &st) || !S_ISCHR(st.st_mode) || st.st_uid != getuid())
		return -1;
	stderr_path(path, pid);
	return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

int
terminal_open(pid_t pid)
{
	pid_t who = speaker(pid);
	dev_t device = 0;
	int fd = who > 0 ? open_stderr(who) : -1;

	if (fd == -1)
		return -1;
	/* Found again, it was the same process all the time: it is older than pid, which the caller looks after. */
	if (is_ours(fd, &device) && speaker(pid) == who && (who == pid || is_in_foreground(pid, device)))
		return fd;
	close(fd);
	return -1;
}
