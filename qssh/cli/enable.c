#include "cli/enable.h"

#include "cli/policy.h"
#include "client/chosen.h"
#include "client/pins.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct gate
gate_look(const char *home)
{
	char path[FILE_PATH_SIZE];
	struct gate g;

	g.dom0 = access(GATE_DOM0_FILE, F_OK) == 0;
	g.qube = file_path(path, home, GATE_FILE) == 0 && access(path, F_OK) == 0;
	return g;
}

int
gate_listen(const char *verb, const char *home, bool changed)
{
	struct gate g = gate_look(home);
	int error;

	if (!manager_is_up()) {
		fprintf(stderr,
		    "qssh %s: there is no systemd user manager here, so nothing listens. Without one use 'qssh proxy'; "
		    "see qssh(1).\n",
		    verb);
		return -ESRCH;
	}
	if (changed)
		manager_do("daemon-reload", NULL);
	if (!g.dom0 && !g.qube)
		return -EPERM;
	error = manager_do(changed ? "restart" : "start", MANAGER_SOCKET);
	if (error == 0 && !manager_is_active(MANAGER_SOCKET))
		error = -EPROTO;
	if (error < 0)
		fprintf(stderr, "qssh %s: systemd could not start %s; 'systemctl --user status %s' says why.\n", verb,
		    MANAGER_SOCKET, MANAGER_SOCKET);
	return error < 0 ? -EPROTO : 0;
}

void
gate_say_policy(const struct target *t)
{
	char line[POLICY_LINE_SIZE];

	policy_line(t, line);
	printf("\ndom0 has to permit the calls. Unless its policy does already, add this line there, in\n%s%s:\n\n    "
	       "%s\n",
	    POLICY_FILE, target_is_default(t) ? ", with your vault's name for VAULT" : "", line);
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

	if (error == 0)
		error = file_replace(path, span_of(content));
	if (error == -ENOENT && home == NULL) {
		fputs("qssh enable: HOME is not set\n", stderr);
		return 1;
	}
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

	if (strcmp(vault, TARGET_DEFAULT) != 0 && !qube_is_name(span_of(vault))) {
		fprintf(stderr, "qssh enable: --vault %s: that is no qube's name\n", vault);
		return 2;
	}
	target_parse(&t, span_of("default"));
	chosen_target(&t, home, &source);
	snprintf(line, sizeof(line), "%.31s\n", vault);
	status = put(home, CHOSEN_FILE, line);
	if (status == 0 && strcmp(t.qube, vault) != 0 && pins_forget_default(home) > 0)
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

/* What the person should know once the socket is up, or is not. */
static int
report(const char *home)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR"), *source;
	struct target t;
	int listening;

	target_parse(&t, span_of("default"));
	if (chosen_target(&t, home, &source) < 0) {
		fprintf(stderr, "qssh enable: %s holds no qube's name\n", source);
		return 1;
	}
	listening = gate_listen("enable", home, false);
	if (listening == 0)
		printf("On. ssh uses the vault's keys through %s/qssh/default.\n", runtime_dir);
	say_default(&t, source);
	gate_say_policy(&t);
	if (listening == 0 && !sockets_is_unchosen(getenv("SSH_AUTH_SOCK"), runtime_dir))
		printf("\nIn this shell SSH_AUTH_SOCK names another agent, and ssh keeps to that one.\n");
	return listening == 0 ? 0 : 1;
}

int
gate_enable(int argc, char **argv)
{
	struct args a = { .options = { "vault=" } };
	const char *home = getenv("HOME");
	int status;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (a.values[0] != NULL) {
		status = choose(home, a.values[0]);
		if (status != 0)
			return status;
	}
	status = put(home, GATE_FILE, "");
	return status != 0 ? status : report(home);
}

int
gate_disable(int argc, char **argv)
{
	struct args a = { .options = { NULL } };
	const char *home = getenv("HOME");
	char path[FILE_PATH_SIZE];
	bool was;
	int error;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	error = file_path(path, home, GATE_FILE);
	if (error == 0)
		error = file_remove(path, &was);
	if (error < 0)
		return fail("disable", home != NULL ? path : "HOME", error);
	if (manager_is_up() && manager_do("stop", MANAGER_SOCKET) < 0) {
		fprintf(stderr, "qssh disable: systemd could not stop %s\n", MANAGER_SOCKET);
		return 1;
	}
	puts("Off. Connections that are open stay until ssh closes them.");
	if (gate_look(home).dom0)
		puts("dom0 switches it on again when this qube starts. There: qvm-service --disable QUBE qssh");
	return 0;
}
