/* SPDX-License-Identifier: ISC */
#include "cli/enable.h"

#include "cli/session.h"
#include "client/config.h"
#include "client/keyfiles.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A qube's host name is the qube's name. */
static void
own_name(char name[LIMIT_QUBE + 1])
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	snprintf(name, LIMIT_QUBE + 1, "%.31s", qube_is_name(span_of(host)) ? host : "THIS-QUBE");
}

void
enable_policy_line(const struct target *t, char line[ENABLE_POLICY_SIZE])
{
	char own[LIMIT_QUBE + 1];

	own_name(own);
	if (target_is_default(t))
		snprintf(line, ENABLE_POLICY_SIZE,
		    QUBE_SERVICE " +%s %s " TARGET_DEFAULT " ask target=VAULT default_target=VAULT", t->arg, own);
	else
		snprintf(line, ENABLE_POLICY_SIZE, QUBE_SERVICE " +%s %s %s ask default_target=%s", t->arg, own,
		    t->qube, t->qube);
}

struct enable
enable_look(const char *home)
{
	char path[FILE_PATH_SIZE];
	struct enable g;

	g.dom0 = access(ENABLE_DOM0_FILE, F_OK) == 0;
	g.qube = file_path(path, home, ENABLE_FILE) == 0 && access(path, F_OK) == 0;
	return g;
}

/* The link leads into the data directory, below any prefix. */
enum enable_drop_in
enable_drop_in(void)
{
	char to[PATH_MAX];
	ssize_t len = readlink(ENABLE_DROP_IN, to, sizeof(to));

	if (len < 0 && errno == ENOENT)
		return DROP_IN_MISSING;
	if (len < 0 || !span_ends((struct span){ (const uint8_t *)to, (size_t)len }, "/share/qssh/30-qssh.conf"))
		return DROP_IN_FOREIGN;
	return access(ENABLE_DROP_IN, R_OK) == 0 ? DROP_IN_OURS : DROP_IN_MISSING;
}

/* A socket that was started too often is failed until that is forgotten. */
static int
start(const char *verb, const char *unit)
{
	int error;

	manager_do("reset-failed", unit);
	error = manager_do("start", unit);
	if (error == 0 && !manager_is_active(unit))
		error = -EPROTO;
	if (error < 0)
		fprintf(stderr, "qssh %s: systemd could not start %s; \"systemctl --user status '%s'\" says why.\n",
		    verb, unit, unit);
	return error < 0 ? -EPROTO : 0;
}

int
enable_listen(const char *verb, const char *home, const char *unit)
{
	struct enable e = enable_look(home);
	int error;

	if (!manager_is_up()) {
		session_say_no_manager(verb);
		return -ESRCH;
	}
	if (!e.dom0 && !e.qube)
		return -EPERM;
	error = start(verb, MANAGER_SOCKET);
	return error < 0 || unit == NULL ? error : start(verb, unit);
}

void
enable_say_policy(const struct target *vaults, unsigned count)
{
	char line[ENABLE_POLICY_SIZE];
	bool open = false;

	for (unsigned i = 0; i < count; i++)
		open = open || target_is_default(&vaults[i]);
	printf("\ndom0 has to permit the calls. Unless its policy does already, add %s there, in\n%s%s:\n\n",
	    count == 1 ? "this line" : "these lines", ENABLE_POLICY_FILE,
	    open ? ", with your vault's name for VAULT" : "");
	for (unsigned i = 0; i < count; i++) {
		enable_policy_line(&vaults[i], line);
		printf("    %s\n", line);
	}
}

static int
fail(const char *verb, const char *path, int error)
{
	fprintf(stderr, "qssh %s: %s: %s\n", verb, path, strerror(-error));
	return 1;
}

/* Writes a file below the home. The exit status. */
static int
put(const char *home, const char *name, const char *content)
{
	char path[FILE_PATH_SIZE];
	int error = file_path(path, home, name);

	if (error < 0)
		return fail("enable", "HOME", error);
	error = file_replace(path, span_of(content));
	return error < 0 ? fail("enable", path, error) : 0;
}

/* Keeps the choice of the default vault. Pins are one vault's: those of another choice go. The exit status. */
static int
choose(const char *home, const char *vault)
{
	char line[LIMIT_QUBE + 2];
	const char *source;
	struct target t;
	int status;

	if (strcmp(vault, TARGET_DEFAULT) != 0 && !target_is_vault(span_of(vault))) {
		fprintf(stderr, "qssh enable: --vault '%s': not a qube's name%s\n", vault,
		    strcmp(vault, "dom0") == 0 ? " that can be a vault" : "");
		return 2;
	}
	target_parse(&t, span_of("default"));
	config_target(&t, home, &source);
	snprintf(line, sizeof(line), "%.31s\n", vault);
	status = put(home, CONFIG_FILE, line);
	if (status == 0 && strcmp(t.qube, vault) != 0 && keyfiles_unpin_default(home) > 0)
		printf(
		    "The pinned keys of %s are forgotten. 'qssh pin' pins those of the new vault.\n", target_shown(&t));
	return status;
}

static void
say_default(const struct target *t, const char *source)
{
	if (target_is_default(t))
		printf("The vault is the one that dom0's policy chooses. 'qssh enable --vault NAME' names one.\n");
	else
		printf("The vault is %s, by %s.\n", t->qube, source);
}

/*
 * The drop-in is root's to put there. On Qubes' own templates polkit lets the user do it; else the next start of the
 * qube does. Its unit may have run before the drop-in was removed by hand, so that only a restart makes it again.
 */
static void
tell_ssh(void)
{
	if (enable_drop_in() == DROP_IN_MISSING)
		manager_do_system("restart", ENABLE_DROP_IN_UNIT);
	switch (enable_drop_in()) {
	case DROP_IN_MISSING:
		printf(
		    "\nssh itself has not been told of it in this qube. Its next start does that, or now, as root:\n\n"
		    "    systemctl restart " ENABLE_DROP_IN_UNIT "\n\n"
		    "Until then ssh uses the vault where SSH_AUTH_SOCK names its socket, as in a new login.\n");
		break;
	case DROP_IN_FOREIGN:
		printf("\n" ENABLE_DROP_IN " is not qssh's and stays as it is. 'qssh doctor' says whether ssh asks the "
		       "vault.\n");
		break;
	case DROP_IN_OURS: break;
	}
}

/* Where polkit does not let us, the drop-in stays. */
static void
untell_ssh(const struct enable *e)
{
	manager_do_system("stop", ENABLE_DROP_IN_UNIT);
	if (enable_drop_in() == DROP_IN_OURS)
		printf(ENABLE_DROP_IN
		    " stays, since only root may remove it%s. It changes nothing: it tells ssh of the "
		    "vault only while the vault's socket listens.\n",
		    e->dom0 ? "" : "; the next start of this qube does");
}

/* What the person should know once the socket is up, or is not. */
static int
report(const char *home)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR"), *source;
	char why[CONFIG_FAULT_SIZE];
	struct target t;
	int listening, error;

	target_parse(&t, span_of("default"));
	error = config_target(&t, home, &source);
	if (error < 0) {
		config_say_fault(why, error, source);
		fprintf(stderr, "qssh enable: %s\n", why);
		return 1;
	}
	listening = enable_listen("enable", home, NULL);
	if (listening == 0)
		printf("On. ssh uses the vault's keys through %s/qssh/default.\n", runtime_dir);
	say_default(&t, source);
	if (listening == 0)
		tell_ssh();
	enable_say_policy(&t, 1);
	if (listening == 0 && !agentsockets_is_unchosen(agentsockets_own(), runtime_dir))
		printf("\nIn this shell SSH_AUTH_SOCK names another agent, and ssh keeps to that one.\n");
	return listening == 0 ? 0 : 1;
}

int
enable_on(int argc, char **argv)
{
	struct args a = { .options = { "vault=" } };
	const char *home = getenv("HOME");
	int status;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (session_complain("enable"))
		return 1;
	if (a.values[0] != NULL) {
		status = choose(home, a.values[0]);
		if (status != 0)
			return status;
	}
	status = put(home, ENABLE_FILE, "");
	return status != 0 ? status : report(home);
}

int
enable_off(int argc, char **argv)
{
	struct args a = { .options = { NULL } };
	const char *home = getenv("HOME");
	char path[FILE_PATH_SIZE];
	struct enable e;
	bool was;
	int error;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (session_complain("disable"))
		return 1;
	error = file_path(path, home, ENABLE_FILE);
	if (error < 0)
		return fail("disable", "HOME", error);
	error = file_remove(path, &was);
	if (error < 0)
		return fail("disable", path, error);
	e = enable_look(home);
	if (manager_is_up() && manager_do("stop", MANAGER_SOCKET) < 0) {
		fprintf(stderr, "qssh disable: systemd could not stop %s\n", MANAGER_SOCKET);
		return 1;
	}
	puts("Off. Connections that are open stay until ssh closes them.");
	untell_ssh(&e);
	if (e.dom0)
		puts("dom0 switches it on again when this qube starts. There: qvm-service --disable QUBE qssh");
	return 0;
}
