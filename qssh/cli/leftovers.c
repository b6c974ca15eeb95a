/* SPDX-License-Identifier: ISC */
#include "cli/leftovers.h"

#include "sys/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wanted {
	const char *word, *other;
	unsigned found;
};

static bool
look_for_words(void *ctx, unsigned number, char *line)
{
	struct wanted *w = ctx;
	const char *at = line + strspn(line, " \t");

	if (*at != '#' && strstr(at, w->word) != NULL && strstr(at, w->other) != NULL)
		w->found = number;
	return w->found == 0;
}

/* The number of the first line outside of comments that has both words; 0: no line has. */
static unsigned
find_line(const char *path, const char *word, const char *other)
{
	struct wanted w = { .word = word, .other = other };

	(void)file_each_line(path, look_for_words, &w);
	return w.found;
}

static const char DELETE_BLOCK[] =
    "delete the older Split SSH's lines there; they stand between '# SPLIT SSH CONFIGURATION >>>' and '# <<< SPLIT SSH "
    "CONFIGURATION'";

static void
report_profiles(struct report *r, const char *home)
{
	static const char *const names[] = { ".bashrc", ".bash_profile", ".bash_login", ".profile", ".zshrc",
		".zprofile", ".zshenv", ".xsessionrc" };
	char path[FILE_PATH_SIZE];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unsigned line;

		if (file_path(path, home, names[i]) < 0)
			continue;
		line = find_line(path, "SSH_AUTH_SOCK=", ".SSH_AGENT_");
		if (line == 0)
			line = find_line(path, "SSH_AUTH_SOCK=", ".split-ssh/");
		if (line > 0)
			report_fault(r, DELETE_BLOCK,
			    "%s:%u sets SSH_AUTH_SOCK to an older Split SSH's socket, so every shell uses that", path,
			    line);
	}
}

/* rc.local and what lies beside it run as root when the qube starts. */
static void
report_rc_local(struct report *r)
{
	glob_t g = { 0 };

	glob("/rw/config/rc.local", 0, NULL, &g);
	glob("/rw/config/rc.local.d/*.rc", GLOB_APPEND, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		unsigned line = find_line(g.gl_pathv[i], ".SshAgent", "");

		if (line > 0)
			report_fault(r, DELETE_BLOCK, "%s:%u starts an older Split SSH's listener with this qube",
			    g.gl_pathv[i], line);
	}
	globfree(&g);
}

/* A listener is socat, ncat or nc with the qrexec service in its command line. */
static bool
is_listener(char *line, size_t len)
{
	static const char *const names[] = { "socat", "socat1", "ncat", "nc" };
	const char *name = strrchr(line, '/') != NULL ? strrchr(line, '/') + 1 : line;
	bool found = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		found = found || strcmp(name, names[i]) == 0;
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	return found && strstr(line, ".SshAgent") != NULL;
}

static void
report_process(struct report *r, const char *pid)
{
	char path[300], line[4096], mend[300];
	int len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	len = (int)fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[len] = '\0';
	if (!is_listener(line, (size_t)len))
		return;
	snprintf(mend, sizeof(mend), "delete what starts it, then: kill %s", pid);
	report_fault(r, mend, "process %s is an older Split SSH's listener: %.200s", pid, line);
}

static void
report_processes(struct report *r)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			report_process(r, entry->d_name);
	closedir(dir);
}

/* Forwarders that are units of the system, one instance an agent. */
static void
report_units(struct report *r)
{
	static const char *const patterns[] = {
		"/etc/systemd/system/*.wants/split-ssh-forwarder@*.service", /* the official package */
		"/etc/systemd/system/*.wants/qusal-ssh-agent-forwarder@*.service",
		"/etc/systemd/system/*.wants/qubes-ssh-agent-forwarder@*.service",
	};
	glob_t g = { 0 };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *unit = strrchr(g.gl_pathv[i], '/') + 1;
		char mend[512];

		snprintf(mend, sizeof(mend), "sudo systemctl disable --now %.400s", unit);
		report_fault(r, mend, "%s, another Split SSH's forwarder, is enabled", unit);
	}
	globfree(&g);
}

/* The official package's profile snippet sets SSH_AUTH_SOCK where this file says which agent. */
static void
report_official(struct report *r)
{
	static const char AGENT[] = "/rw/config/split-ssh-default-agent";

	if (access("/etc/profile.d/qubes-ssh.sh", F_OK) == 0 && access(AGENT, F_OK) == 0)
		report_fault(r, "sudo rm /rw/config/split-ssh-default-agent, and log in again",
		    "%s makes the official split-ssh package set SSH_AUTH_SOCK in login shells", AGENT);
}

static void
report_sockets(struct report *r, const char *home)
{
	char pattern[FILE_PATH_SIZE];
	glob_t g = { 0 };

	if (file_path(pattern, home, ".SSH_AGENT_*") < 0)
		return;
	glob(pattern, 0, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++)
		report_note(r, "%s is an older Split SSH's socket; it can be removed", g.gl_pathv[i]);
	globfree(&g);
}

void
leftovers_report(struct report *r, const char *home)
{
	unsigned before = r->faults;

	report_profiles(r, home);
	report_rc_local(r);
	report_processes(r);
	report_units(r);
	report_official(r);
	report_sockets(r, home);
	if (r->faults == before)
		report_ok(r, "no older Split SSH is in the way");
}
