/* SPDX-License-Identifier: ISC */
#include "cli/shells.h"

#include "base/wire.h"
#include "sys/agentsockets.h"
#include "sys/command.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHELL_MS 5000

bool
shells_report_shell(struct report *r)
{
	const char *shell = getenv("SHELL");
	const char *const argv[] = { shell, "-c", "exit 0", NULL };
	struct command c = { .argv = argv, .ms = SHELL_MS };

	/* ssh takes /bin/sh then. */
	if (shell == NULL)
		return true;
	if (shell[0] != '/' || access(shell, X_OK) == -1) {
		report_fault(r, "export SHELL=/bin/sh, and mend what sets it",
		    "SHELL is '%s', which can't be run: ssh runs a Match exec by it, and fails for every host", shell);
		return false;
	}
	if (command_run(&c) != 0) {
		report_fault(r, "export SHELL=/bin/sh, and mend what sets it",
		    "SHELL is '%s', which runs no commands: ssh asks by it whether to use the vault, and does not",
		    shell);
		return false;
	}
	return true;
}

/* The word stands in the line as one: not inside of another, and not in a comment. */
static bool
has_word(const char *line, const char *word)
{
	static const char INSIDE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t len = strlen(word);

	for (const char *at = strstr(line, word); at != NULL; at = strstr(at + 1, word)) {
		bool begins = at == line || strchr(INSIDE, at[-1]) == NULL;
		bool ends = at[len] == '\0' || strchr(INSIDE, at[len]) == NULL;

		if (begins && ends)
			return true;
	}
	return false;
}

static bool
look_for_start(void *ctx, unsigned number, char *line)
{
	unsigned *found = ctx;

	line[strcspn(line, "#")] = '\0';
	if (has_word(line, "ssh-agent") || has_word(line, "keychain"))
		*found = number;
	return *found == 0;
}

/* The number of the first line that starts an agent; 0: no line does. */
static unsigned
find_start(const char *path)
{
	unsigned found = 0;

	(void)file_each_line(path, look_for_start, &found);
	return found;
}

/* Finds the line of a shell's start-up file that starts an agent. */
static bool
find_starter(const char *home, char path[FILE_PATH_SIZE], unsigned *line)
{
	static const char *const names[] = { ".bashrc", ".bash_profile", ".bash_login", ".profile", ".zshrc",
		".zprofile", ".zshenv", ".zlogin", ".kshrc", ".cshrc", ".tcshrc", ".login", ".config/fish/config.fish",
		".xsessionrc", ".xprofile" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (file_path(path, home, names[i]) < 0)
			continue;
		*line = find_start(path);
		if (*line > 0)
			return true;
	}
	return false;
}

/* What ssh-add says of the agent that SSH_AUTH_SOCK names. Source: ssh-add(1), EXIT STATUS. */
enum { AGENT_KEYS = 0, AGENT_EMPTY = 1, AGENT_GONE = 2 };

static int
ask_agent(void)
{
	static const char *const argv[] = { "ssh-add", "-l", NULL };
	struct command c = { .argv = argv, .ms = SHELL_MS };

	return command_run(&c);
}

/* Another agent is in force here, which a person's own files may have started without the person's thinking of it. */
static void
report_other(struct report *r, const char *home, const char *value)
{
	char path[FILE_PATH_SIZE];
	int state = ask_agent();
	unsigned line;

	if (find_starter(home, path, &line))
		report_fault(r,
		    "delete that line, and log in again; or keep it, if that agent's keys are what you want",
		    "%s:%u starts an agent in each shell, %s, and ssh keeps to that one", path, line, value);
	else if (state == AGENT_EMPTY || state == AGENT_GONE)
		report_fault(r, "unset SSH_AUTH_SOCK, and mend what sets it",
		    "SSH_AUTH_SOCK in this shell names another agent, %s, which %s, and ssh keeps to that one", value,
		    state == AGENT_EMPTY ? "has no keys" : "does not answer");
	else
		report_note(r, "SSH_AUTH_SOCK in this shell names another agent, %s, and ssh keeps to that one", value);
}

/* /run/user/UID/qssh/NAME of another user. */
static bool
is_anothers(const char *value)
{
	static const char RUN[] = "/run/user/";
	char *end;
	unsigned long uid;

	if (strncmp(value, RUN, sizeof(RUN) - 1) != 0)
		return false;
	uid = strtoul(value + sizeof(RUN) - 1, &end, 10);
	return strncmp(end, "/qssh/", 6) == 0 && uid != getuid();
}

static bool
is_zsh(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user != NULL && span_ends(span_of(user->pw_shell), "/zsh");
}

static void
report_unset(struct report *r, bool listening)
{
	if (is_zsh())
		report_note(r,
		    "SSH_AUTH_SOCK is not set in this shell: ssh works without it, ssh-add and git signing need it. "
		    "For zsh put '. /etc/profile.d/qssh.sh' into ~/.zprofile");
	else
		report_note(r,
		    "SSH_AUTH_SOCK is not set in this shell: ssh works without it, ssh-add and git signing need it%s",
		    listening ? ". A new login sets it" : "");
}

static void
report_own(struct report *r, const char *home, bool listening)
{
	struct agentsockets_named named = agentsockets_own();
	char dir[AGENTSOCKETS_DIR_SIZE];

	agentsockets_dir(dir);
	if (named.path == NULL || named.path[0] == '\0')
		report_unset(r, listening);
	else if (is_anothers(named.path))
		report_fault(r, "run ssh as that user; or, for ssh of this one, 'qssh proxy': qssh-proxy(1)",
		    "SSH_AUTH_SOCK is %s, a vault's socket of another user, which serves nobody else", named.path);
	else if (agentsockets_is_ours(named.path))
		report_ok(r, "SSH_AUTH_SOCK in this shell is the vault's");
	else if (agentsockets_is_unchosen(named, dir))
		report_note(r,
		    "SSH_AUTH_SOCK in this shell is %s: ssh asks the vault all the same, ssh-add and git signing "
		    "do not. A new login sets it",
		    named.path);
	else if (listening)
		report_other(r, home, named.path);
}

static void
report_manager(struct report *r)
{
	char value[FILE_PATH_SIZE] = "", pid[32] = "", dir[AGENTSOCKETS_DIR_SIZE];

	agentsockets_dir(dir);
	manager_environment("SSH_AUTH_SOCK", value, sizeof(value));
	manager_environment("SSH_AGENT_PID", pid, sizeof(pid));
	if (agentsockets_is_ours(value))
		report_ok(r, "SSH_AUTH_SOCK in the user manager is the vault's");
	else if (agentsockets_is_unchosen((struct agentsockets_named){ value, pid }, dir))
		report_fault(r, "systemctl --user restart " MANAGER_SOCKET,
		    "SSH_AUTH_SOCK in the user manager is not the vault's, so what it starts does without");
	else
		report_note(r, "SSH_AUTH_SOCK in the user manager names another agent, %s", value);
}

void
shells_report_agent(struct report *r, const char *home, bool listening, bool manager)
{
	report_own(r, home, listening);
	if (manager && listening)
		report_manager(r);
}
