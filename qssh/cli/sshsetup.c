/* SPDX-License-Identifier: ISC */
#include "cli/sshsetup.h"

#include "base/limits.h"
#include "cli/enable.h"
#include "client/members.h"
#include "client/target.h"
#include "sys/agentsockets.h"
#include "sys/command.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* `ssh -G` may run other people's Match exec. */
#define SSH_MS 15000

/* Where our sockets are, with an empty or a given name. */
static void
own_socket(char path[128], const char *name)
{
	char dir[AGENTSOCKETS_DIR_SIZE];

	agentsockets_dir(dir);
	snprintf(path, 128, "%s/qssh/%s", dir, name);
}

/*
 * Our environment as it is for a program that has not been told of the vault: an SSH_AUTH_SOCK that is set is the
 * vault's by another spelling, so that the drop-in takes effect, and a `${SSH_AUTH_SOCK}` of the person's own too.
 */
static const char **
environment_untold(char setting[160])
{
	const char *value = getenv("SSH_AUTH_SOCK");
	size_t count = 0, kept = 0;
	const char **copy;
	char path[128];

	while (environ[count] != NULL)
		count++;
	copy = calloc(count + 2, sizeof(*copy));
	for (size_t i = 0; copy != NULL && i < count; i++)
		if (strncmp(environ[i], "SSH_AUTH_SOCK=", 14) != 0)
			copy[kept++] = environ[i];
	if (copy != NULL && value != NULL && value[0] != '\0') {
		own_socket(path, "./default");
		snprintf(setting, 160, "SSH_AUTH_SOCK=%s", path);
		copy[kept] = setting;
	}
	return copy;
}

/* What ssh says it would do for the host: "option value" lines. 0, or -errno with a report. */
static int
ask_ssh(struct report *r, const char *host, char *text, size_t size)
{
	const char *const argv[] = { "ssh", "-G", "--", host, NULL };
	char setting[160];
	struct command c = {
		.argv = argv, .environment = environment_untold(setting), .ms = SSH_MS, .with_errors = true
	};
	int len = command_read(&c, text, size);

	free((void *)(size_t)c.environment);
	if (len == -ENOENT)
		report_fault(r, "install OpenSSH's client", "there is no ssh in PATH");
	else if (len < 0)
		report_fault(r, "run it yourself", "'ssh -G %s' gave no answer: %s", host, strerror(-len));
	if (len < 0)
		return len;
	if (c.status == 0)
		return 0;
	text[strcspn(text, "\r\n")] = '\0';
	if (text[0] == '\0') {
		report_fault(r, "run it yourself", "'ssh -G %s' ended with status %d and said nothing", host, c.status);
		return -EPROTO;
	}
	if (strncmp(text, "hostname ", strlen("hostname ")) == 0)
		report_fault(r, "give the host's name as ssh takes it", "ssh takes '%s' for no host: %s", host, text);
	else
		report_fault(r, "mend the line that ssh names", "ssh refuses its configuration: %s", text);
	return -EPROTO;
}

bool
sshsetup_option(const struct sshsetup *s, const char *option, unsigned index, char *value, size_t size)
{
	size_t len = strlen(option);

	for (const char *line = s->text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, option, len) == 0 && line[len] == ' ' && index-- == 0) {
			snprintf(value, size, "%.*s", (int)strcspn(line + len + 1, "\n"), line + len + 1);
			return true;
		}
	}
	return false;
}

/* Appends len bytes of from to a string in to. */
static void
append(char *to, size_t size, const char *from, size_t len)
{
	size_t have = strlen(to);

	snprintf(to + have, size - have, "%.*s", (int)len, from);
}

/* The value of the variable named by the len bytes at name; "" where it is not set. */
static const char *
variable(const char *name, size_t len)
{
	char copy[128];
	const char *value;

	snprintf(copy, sizeof(copy), "%.*s", (int)len, name);
	value = getenv(copy);
	return value != NULL ? value : "";
}

void
sshsetup_expand(const char *path, const char *home, char *to, size_t size)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
	to[0] = '\0';
	if (strncmp(path, "~/", 2) == 0 && home != NULL) {
		append(to, size, home, strlen(home));
		path++;
	}
	while (*path != '\0') {
		const char *value = NULL;
		size_t used = 2;

		if (strncmp(path, "%i", 2) == 0) {
			value = uid;
		} else if (strncmp(path, "%d", 2) == 0 && home != NULL) {
			value = home;
		} else if (strncmp(path, "${", 2) == 0 && strchr(path, '}') != NULL) {
			used = strcspn(path, "}") + 1;
			value = variable(path + 2, used - 3);
		}
		if (value != NULL)
			append(to, size, value, strlen(value));
		else
			append(to, size, path, used = 1);
		path += used;
	}
}

/* The socket that an IdentityAgent means. Source: ssh_config(5), IdentityAgent. */
static void
expand(const char *value, const char *home, char *to, size_t size)
{
	char path[FILE_PATH_SIZE], links[FILE_PATH_SIZE], real[PATH_MAX];

	if (strcmp(value, "SSH_AUTH_SOCK") == 0)
		snprintf(path, sizeof(path), "%s", variable(value, strlen(value)));
	else if (value[0] == '$' && value[1] != '{')
		snprintf(path, sizeof(path), "%s", variable(value + 1, strlen(value) - 1));
	else
		sshsetup_expand(value, home, path, sizeof(path));
	if (file_path(links, home, AGENTSOCKETS_LINKS "/") == 0 && strncmp(path, links, strlen(links)) == 0) {
		agentsockets_dir(to);
		append(to, size, "/qssh/", 6);
		append(to, size, path + strlen(links), strlen(path + strlen(links)));
	} else {
		snprintf(to, size, "%s", realpath(path, real) != NULL ? real : path);
	}
}

/* Takes an IdentityAgent line of ssh_config apart: its value, unquoted. False: it is another line. */
static bool
identity_agent(char *line, char **value)
{
	char *at = line + strspn(line, " \t"), *end;

	if (strncasecmp(at, "IdentityAgent", 13) != 0 || strchr(" \t=", at[13]) == NULL || at[13] == '\0')
		return false;
	at += 13 + strspn(at + 13, " \t=");
	if (*at == '"') {
		at++;
		end = strchr(at, '"');
	} else {
		end = at + strcspn(at, " \t\r\n");
	}
	if (end != NULL)
		*end = '\0';
	*value = at;
	return true;
}

/* Reports an IdentityAgent line that names a socket of ours where nobody listens. */
static void
report_line(struct report *r, const char *path, unsigned number, const char *socket)
{
	char ours[128], mend[160];
	size_t len;

	own_socket(ours, "");
	len = strlen(ours);
	if (strncmp(socket, ours, len) != 0 || agentsockets_is_listening(socket))
		return;
	if (strcmp(socket + len, "default") == 0)
		snprintf(mend, sizeof(mend), "qssh enable");
	else
		snprintf(mend, sizeof(mend), "qssh add %.120s", socket + len);
	report_fault(r, mend, "%s:%u has IdentityAgent %s, where nobody listens", path, number, socket);
}

/* A walk over the IdentityAgent lines of a file. */
struct walk {
	struct report *report;
	const char *home;
	const char *path;
	const char *wanted; /* the socket that is looked for; NULL: lines with ours that are dead are reported */
	unsigned found; /* the first line that comes to what is wanted; 0: none */
};

static bool
visit_line(void *ctx, unsigned number, char *line)
{
	char *value, expanded[FILE_PATH_SIZE];
	struct walk *w = ctx;

	if (!identity_agent(line, &value))
		return true;
	expand(value, w->home, expanded, sizeof(expanded));
	if (w->wanted == NULL)
		report_line(w->report, w->path, number, expanded);
	else if (strcmp(expanded, w->wanted) == 0)
		w->found = number;
	return w->found == 0;
}

static void
report_dead_lines(struct report *r, const char *home, const char *path)
{
	struct walk w = { .report = r, .home = home, .path = path };

	file_each_line(path, visit_line, &w);
}

/* Who set the IdentityAgent that ssh goes by. */
static void
report_override(struct report *r, const char *home, const char *host, const char *path, const char *shown)
{
	char own[FILE_PATH_SIZE];
	bool has_own = file_path(own, home, ".ssh/config") == 0;
	const char *const paths[] = { has_own ? own : "", ENABLE_DROP_IN, "/etc/ssh/ssh_config" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct walk w = { .home = home, .path = paths[i], .wanted = path };

		file_each_line(paths[i], visit_line, &w);
		if (w.found > 0) {
			report_fault(r, "delete that line, or keep it to the hosts that it is meant for",
			    "for %s, %s:%u overrides the vault by IdentityAgent %s", host, paths[i], w.found, shown);
			return;
		}
	}
	report_fault(r, "look for that line in the files that ~/.ssh/config and /etc/ssh/ssh_config include",
	    "for %s, an IdentityAgent %s overrides the vault", host, shown);
}

/* Why ssh has no IdentityAgent although the socket listens. */
static void
report_unread(struct report *r)
{
	enum enable_drop_in there = enable_drop_in();

	if (there == DROP_IN_MISSING)
		report_fault(r, "as root: systemctl restart " ENABLE_DROP_IN_UNIT,
		    ENABLE_DROP_IN " is missing, so ssh asks the vault only where SSH_AUTH_SOCK names its socket");
	else if (!agentsockets_is_linked())
		report_fault(r,
		    "make ~/" AGENTSOCKETS_LINKS
		    " writable, with room on its disk; then: systemctl --user restart " MANAGER_SOCKET,
		    "~/" AGENTSOCKETS_LINKS "/default does not lead to the vault's socket, and ssh goes by that link; "
		    "systemd makes it as the socket starts");
	else if (there == DROP_IN_FOREIGN)
		report_fault(r, "give that file another name; then, as root: systemctl restart " ENABLE_DROP_IN_UNIT,
		    ENABLE_DROP_IN " is not qssh's, and ssh does not ask the vault");
	else
		report_fault(r,
		    "make 'Include /etc/ssh/ssh_config.d/*.conf' the first line of /etc/ssh/ssh_config; or, if that "
		    "ssh is not "
		    "the distribution's, of ~/.ssh/config",
		    "ssh does not read %s", ENABLE_DROP_IN);
}

static void
report_agent(struct report *r, struct sshsetup *s, const char *home)
{
	char value[FILE_PATH_SIZE], path[FILE_PATH_SIZE], ours[128];
	struct members members;

	if (!sshsetup_option(s, "identityagent", 0, value, sizeof(value))) {
		report_unread(r);
		return;
	}
	expand(value, home, path, sizeof(path));
	own_socket(ours, "");
	if (strncmp(path, ours, strlen(ours)) != 0) {
		report_override(r, home, s->host, path, path[0] != '\0' ? path : value);
		return;
	}
	snprintf(s->socket, sizeof(s->socket), "%.96s", path + strlen(ours));
	if (strcmp(s->socket, "default") == 0)
		report_ok(r, "ssh reads its configuration: for %s it asks the default vault", s->host);
	else if (members_read(&members, home, s->socket) != -ENOENT)
		report_ok(r, "for %s ssh asks the vaults of the socket %s", s->host, s->socket);
	else
		report_ok(r, "for %s ssh asks the vault %s", s->host, s->socket);
}

void
sshsetup_ask(struct report *r, struct sshsetup *s, const char *host)
{
	s->host = host;
	s->socket[0] = '\0';
	if (ask_ssh(r, host, s->text, sizeof(s->text)) < 0)
		s->text[0] = '\0';
}

/* The agent socket of the proxy form. */
static bool
is_proxys(const char *socket, const char *home)
{
	char dir[FILE_PATH_SIZE];

	return file_path(dir, home, ".ssh/qssh/") == 0 && strncmp(socket, dir, strlen(dir)) == 0;
}

bool
sshsetup_is_proxied(const struct sshsetup *s, const char *home)
{
	char value[FILE_PATH_SIZE], path[FILE_PATH_SIZE];

	if (!sshsetup_option(s, "identityagent", 0, value, sizeof(value)))
		return false;
	expand(value, home, path, sizeof(path));
	return is_proxys(path, home);
}

/* The agent is there for as long as `qssh proxy` is ssh's ProxyCommand. */
static void
report_proxied(struct report *r, const struct sshsetup *s)
{
	char value[FILE_PATH_SIZE], mend[512];

	if (sshsetup_option(s, "proxyjump", 0, value, sizeof(value))) {
		snprintf(mend, sizeof(mend),
		    "in its place: ProxyCommand /usr/bin/qssh proxy %%h %%p '%%r' -- ssh -W '[%%h]:%%p' %.200s, and "
		    "ProxyUseFdpass no",
		    value);
		report_fault(
		    r, mend, "for %s ProxyJump takes the place of 'qssh proxy', so no agent is there", s->host);
	} else if (sshsetup_option(s, "proxycommand", 0, value, sizeof(value)) && strstr(value, "qssh proxy") != NULL) {
		report_ok(r, "for %s ssh uses the vault by 'qssh proxy'", s->host);
	} else {
		report_fault(r, "see qssh-proxy(1), for a host with a ProxyCommand of its own",
		    "for %s the ProxyCommand is not 'qssh proxy', so no agent is there", s->host);
	}
}

void
sshsetup_report(struct report *r, struct sshsetup *s, const char *home, bool listening)
{
	char path[FILE_PATH_SIZE], value[16];

	if (listening && enable_drop_in() == DROP_IN_FOREIGN)
		report_note(r, ENABLE_DROP_IN " is not qssh's; qssh leaves it as it is");
	if (sshsetup_is_proxied(s, home))
		report_proxied(r, s);
	else if (s->text[0] != '\0' && listening)
		report_agent(r, s, home);
	if (sshsetup_option(s, "identitiesonly", 0, value, sizeof(value)) && strcmp(value, "yes") == 0)
		report_note(r,
		    "for %s IdentitiesOnly is on: of the vault's keys ssh offers only those whose public keys an "
		    "IdentityFile names; 'qssh doctor --call %s' compares them",
		    s->host, s->host);
	if (file_path(path, home, ".ssh/config") == 0)
		report_dead_lines(r, home, path);
	report_dead_lines(r, home, "/etc/ssh/ssh_config");
}
