/* SPDX-License-Identifier: ISC */
#include "vault/servicedoctor.h"

#include "base/qube.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRS 3

/*
 * Where qrexec looks for a service, first to last: for SERVICE+ARG in all of them, then for SERVICE. Qubes OS R4.3
 * has the first one.
 */
static const char *const SERVICE_DIRS[] = { "/run/qubes-rpc", "/usr/local/etc/qubes-rpc", "/etc/qubes-rpc" };
static const char *const CONFIG_DIRS[] = { "/run/qubes/rpc-config", "/usr/local/etc/qubes/rpc-config",
	"/etc/qubes/rpc-config" };

/* What runs the program that line names, if any does: the kernel, where it is a file's first, or a shell. */
static const char *
line_program(const char *line, bool first)
{
	if (first && strncmp(line, "#!/", 3) == 0)
		return line + 2;
	return strncmp(line, "exec /", 6) == 0 ? line + 5 : "";
}

/* A service is ours if it runs qssh-filter: its path goes to program, which is empty else. */
static bool
is_our_service(const char *path, char program[SERVICEDOCTOR_PATH])
{
	static const char name[] = "/qssh-filter";
	char line[SERVICEDOCTOR_PATH];
	bool found = false, first = true;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return false;
	for (; !found && fgets(line, sizeof(line), f) != NULL; first = false) {
		size_t len, end = strlen(name);

		line[strcspn(line, "\n")] = '\0';
		snprintf(program, SERVICEDOCTOR_PATH, "%s", line_program(line, first));
		len = strlen(program);
		found = len > end && strcmp(program + len - end, name) == 0;
	}
	fclose(f);
	if (!found)
		program[0] = '\0';
	return found;
}

/* False, and reported: qrexec can't execute it, and ends each call with 125. */
static bool
check_executable(struct report *r, const char *path)
{
	char mend[SERVICEDOCTOR_PATH + 64];

	if (access(path, X_OK) == 0)
		return true;
	snprintf(mend, sizeof(mend), "chmod 755 %s, in the template if it lies there", path);
	report_fault(r, mend, "%s answers the calls and can't be executed: %s", path, strerror(errno));
	return false;
}

/* qubes.SshAgent+ARG wins over qubes.SshAgent, wherever it lies. */
static void
check_argument_service(struct report *r, const char *dir, const char *name)
{
	char path[SERVICEDOCTOR_PATH], mend[SERVICEDOCTOR_PATH + 64], program[SERVICEDOCTOR_PATH];

	if (strncmp(name, QUBE_SERVICE "+", strlen(QUBE_SERVICE "+")) != 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (is_our_service(path, program)) {
		check_executable(r, path);
		return;
	}
	snprintf(mend, sizeof(mend), "move %s away", path);
	report_fault(r, mend, "%s is not qssh's, and answers calls with that argument in its place", path);
}

static void
check_argument_services(struct report *r)
{
	for (size_t i = 0; i < DIRS; i++) {
		struct dirent **entries;
		int n = scandir(SERVICE_DIRS[i], &entries, NULL, alphasort);

		for (int k = 0; k < n; k++) {
			check_argument_service(r, SERVICE_DIRS[i], entries[k]->d_name);
			free(entries[k]);
		}
		if (n >= 0)
			free(entries);
	}
}

/* The first of the directories' files of this name. */
static bool
find_first(const char *const dirs[DIRS], char path[SERVICEDOCTOR_PATH])
{
	for (size_t i = 0; i < DIRS; i++) {
		snprintf(path, SERVICEDOCTOR_PATH, "%s/" QUBE_SERVICE, dirs[i]);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static void
check_service(struct report *r, char filter[SERVICEDOCTOR_PATH])
{
	char path[SERVICEDOCTOR_PATH], mend[SERVICEDOCTOR_PATH + 128];

	check_argument_services(r);
	if (!find_first(SERVICE_DIRS, path)) {
		report_fault(r, "install qssh in this qube's template, and restart the qube",
		    "no file answers calls of " QUBE_SERVICE);
		return;
	}
	if (!is_our_service(path, filter)) {
		snprintf(mend, sizeof(mend),
		    "move %s away, in the template if it lies there, and install qssh again; see qssh-moving(7)", path);
		report_fault(r, mend, "%s is not qssh's, and answers the calls in its place", path);
		return;
	}
	if (!check_executable(r, path))
		return;
	if (access(filter, X_OK) == -1)
		report_fault(r, "install qssh again in this qube's template", "%s can't be executed: %s", filter,
		    strerror(errno));
	else
		report_ok(r, "%s answers the calls, by %s", path, filter);
}

/* A setting of the service's configuration, KEY=VALUE a line. */
static void
check_setting(struct report *r, const char *path, const char *line)
{
	static const char *const disabling[] = {
		"skip-service-descriptor=", "exit-on-client-eof=", "exit-on-service-eof="
	};

	if (strcmp(line, "wait-for-session=1") == 0)
		report_fault(r, "delete that line, or the file",
		    "%s makes each call wait for the session, and for ever where none comes; qssh waits by itself",
		    path);
	else if (line[0] != '\0' && line[0] != '#' && strchr(line, '=') == NULL)
		report_fault(
		    r, "delete that line", "%s has a line without '=', so that qrexec refuses every call", path);
	for (size_t i = 0; i < sizeof(disabling) / sizeof(disabling[0]); i++)
		if (strncmp(line, disabling[i], strlen(disabling[i])) == 0)
			report_fault(r, "delete that line",
			    "%s sets %.*s, with which the service has no session to ask in", path,
			    (int)strlen(disabling[i]) - 1, disabling[i]);
}

static void
check_config(struct report *r)
{
	char path[SERVICEDOCTOR_PATH], line[512];
	FILE *f = find_first(CONFIG_DIRS, path) ? fopen(path, "re") : NULL;

	if (f == NULL)
		return;
	report_note(r, "%s is there, and qssh needs no such file", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		check_setting(r, path, line);
	}
	fclose(f);
}

void
servicedoctor_report(struct report *r, char filter[SERVICEDOCTOR_PATH])
{
	filter[0] = '\0';
	check_service(r, filter);
	check_config(r);
}
