/* SPDX-License-Identifier: ISC */
#include "cli/active.h"

#include "base/text.h"
#include "cli/enable.h"
#include "sys/account.h"
#include "sys/agentsockets.h"
#include "sys/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The ssh that runs us by its shell, which as a rule has become this program. 0: it is another program. */
static pid_t
calling_ssh(void)
{
	pid_t pid = getppid();

	if (!process_is(pid, "ssh"))
		pid = process_parent(pid);
	return process_is(pid, "ssh") ? pid : 0;
}

/*
 * ssh leaves its standard error to what a Match runs. It is told once of a command: not again where a `Match final` has
 * ssh read its files a second time, since another program of it has ended then, and not in an ssh that ssh has started
 * for a jump host.
 */
static bool
is_told(void)
{
	pid_t ssh = getenv("QSSH_QUIET") == NULL && isatty(STDERR_FILENO) == 1 ? calling_ssh() : 0;
	struct process p;

	return ssh > 0 && process_look(ssh, &p) && p.ended_faults == 0 && !process_is(p.parent, "ssh");
}

static void
say(const char *words)
{
	if (is_told())
		(void)!write(STDERR_FILENO, words, strlen(words));
}

/* There is no other place where `sudo -E ssh` can be told why. */
static void
warn_root(void)
{
	if (getuid() == 0 && agentsockets_is_anothers(getenv("SSH_AUTH_SOCK")))
		say("qssh: SSH_AUTH_SOCK is a user's vault, which serves that user alone: run ssh as the user, or see "
		    "qssh-proxy(1) for root\n");
}

/* Something is there by the name, in the home of the user database. */
static bool
has(const struct account *a, const char *name)
{
	char path[ACCOUNT_HOME_SIZE + 64];
	struct text t;

	text_open(&t, path, sizeof(path));
	text_add(&t, a->home);
	text_add(&t, "/");
	text_add(&t, name);
	return access(path, F_OK) == 0;
}

/* It is on for this user; dom0's file is for whoever has a session. */
static bool
is_on(const struct account *a, const char *runtime_dir)
{
	return has(a, ENABLE_FILE) || (access(ENABLE_DOM0_FILE, F_OK) == 0 && access(runtime_dir, F_OK) == 0);
}

/* ssh has the vault by `qssh proxy`, or had at some time. */
static bool
is_proxied(const struct account *a)
{
	return has(a, ".ssh/qssh") || access("/etc/ssh/ssh_config.d/35-qssh-proxy.conf", F_OK) == 0;
}

/* Where it is on, and ssh goes without the vault although no other agent was chosen. */
static void
warn_lost(struct agentsockets_named own)
{
	char runtime_dir[AGENTSOCKETS_DIR_SIZE];
	struct account a;

	agentsockets_dir(runtime_dir);
	if (getuid() == 0 || !agentsockets_is_unchosen(own, runtime_dir) || account_find(&a, getuid()) < 0)
		return;
	if (agentsockets_is_ours(own.path) && agentsockets_is_active(own))
		return;
	if (is_on(&a, runtime_dir) && !is_proxied(&a))
		say("qssh: ssh does not get to the vault's socket and goes on without it; 'qssh doctor' says why\n");
}

int
active_run(bool needed)
{
	struct agentsockets_named own = agentsockets_own();

	if (!needed)
		return agentsockets_is_active(own) ? 0 : 1;
	warn_root();
	if (agentsockets_is_needed(own))
		return 0;
	warn_lost(own);
	return 1;
}
