/* SPDX-License-Identifier: ISC */
#include "cli/doctor.h"

#include "cli/calls.h"
#include "cli/enable.h"
#include "cli/leftovers.h"
#include "cli/session.h"
#include "cli/shells.h"
#include "cli/sockets.h"
#include "cli/sshsetup.h"
#include "cli/unlisted.h"
#include "client/config.h"
#include "client/members.h"
#include "client/pins.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/command.h"
#include "sys/report.h"
#include "sys/rundir.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A host that nobody has a Host block for. */
static const char ANY_HOST[] = "any.invalid";

struct doctor {
	struct report report;
	const char *home;
	const char *runtime_dir;
	bool manager; /* there is a user manager */
	bool enabled; /* by dom0 or this qube */
	bool stopped; /* the default socket's unit does not run */
	bool listening; /* the default socket listens */
	struct sockets sockets;
	struct sshsetup setup;
	bool proxied; /* ssh uses `qssh proxy` */
};

static void
check_manager(struct doctor *d)
{
	char why[SESSION_SENTENCE_SIZE];
	const char *mend;

	d->manager = d->runtime_dir != NULL && manager_is_up();
	if (session_is_wrong(why, &mend))
		report_fault(&d->report, mend, "%s", why);
	else if (d->manager)
		report_ok(&d->report, "systemd's user manager runs");
	else if (d->proxied)
		report_note(&d->report, "systemd's user manager does not answer; ssh uses 'qssh proxy' instead");
	else
		report_fault(&d->report,
		    "log in by the qube's own session; or, where there is to be no user manager, use 'qssh proxy': "
		    "qssh-proxy(1)",
		    "systemd's user manager does not answer, so nothing can listen for ssh");
}

/* A socket takes a file, and a call its line. */
static void
check_room(struct doctor *d)
{
	if (d->runtime_dir != NULL && rundir_is_full(d->runtime_dir))
		report_fault(&d->report, "delete what fills it: du -a, and df -i for the number of files",
		    "%s is full, so calls may not be kept for 'qssh log', and a socket that stops can't start",
		    d->runtime_dir);
}

static void
check_enabled(struct doctor *d)
{
	struct enable e = enable_look(d->home);

	d->enabled = e.dom0 || e.qube;
	if (d->enabled)
		report_ok(&d->report, "Split SSH is switched on, by %s",
		    e.dom0 ? ENABLE_DOM0_FILE ", that is by dom0" : "~/" ENABLE_FILE);
	else
		report_fault(&d->report,
		    "qssh enable; or in dom0: qvm-service --enable QUBE qssh, and restart this qube",
		    "Split SSH is switched off in this qube");
}

/* The path of the helper that the unit starts. */
static void
check_helper(struct doctor *d)
{
	char value[4096], *path, *end;

	if (manager_property("qssh@doctor.service", "ExecStart", value, sizeof(value)) < 0)
		return;
	path = strstr(value, "path=");
	end = path != NULL ? strstr(path, " ;") : NULL;
	if (end == NULL) {
		report_fault(&d->report, "install qssh again in this qube's template, and restart the qube",
		    "the unit qssh@.service is missing");
		return;
	}
	*end = '\0';
	path += strlen("path=");
	if (access(path, X_OK) == -1)
		report_fault(&d->report, "install qssh again in this qube's template",
		    "%s, which serves each connection, "
		    "can't be executed: %s",
		    path, strerror(errno));
}

/* What starts the socket of t, whatever keeps it from listening. */
static void
start_mend(char *mend, size_t size, const struct target *t)
{
	if (strcmp(t->socket, "default") == 0)
		snprintf(mend, size, "qssh enable");
	else
		snprintf(mend, size, "qssh add %s", t->socket);
}

/* Restarts every socket, and reads every unit. */
static const char RESTART[] = "systemctl --user daemon-reload; systemctl --user restart " MANAGER_SOCKET;

/* What systemd says of a unit: its properties LoadState, ActiveState and NeedDaemonReload. */
struct unit_state {
	char load[64];
	char active[64];
	char reload[64];
};

/* False, with a report: systemctl does not tell. */
static bool
ask_unit(struct doctor *d, const char *unit, struct unit_state *s)
{
	int error = manager_property(unit, "LoadState", s->load, sizeof(s->load));

	if (error == 0)
		error = manager_property(unit, "ActiveState", s->active, sizeof(s->active));
	if (error == 0)
		error = manager_property(unit, "NeedDaemonReload", s->reload, sizeof(s->reload));
	if (error < 0)
		report_fault(&d->report, "'systemctl --user status' says more",
		    "systemctl does not tell the state of %s: %s", unit,
		    error == -EPROTO ? "it failed" : strerror(-error));
	return error == 0;
}

/* Reports what keeps the unit of t from listening, the first cause alone. True: something does. */
static bool
check_unit(struct doctor *d, const struct target *t)
{
	char unit[SOCKETS_UNIT_SIZE], mend[160];
	struct unit_state s;

	sockets_unit(unit, t);
	start_mend(mend, sizeof(mend), t);
	if (!ask_unit(d, unit, &s))
		return true;
	if (strcmp(s.load, "masked") == 0)
		report_fault(&d->report, "systemctl --user unmask " MANAGER_SOCKET "; then: qssh enable",
		    "the socket unit of %s is masked", t->socket);
	else if (strcmp(s.load, "bad-setting") == 0 || strcmp(s.load, "error") == 0)
		report_fault(&d->report,
		    "'journalctl --user -b' names the line: mend or delete it, in ~/" MEMBERS_UNITS
		    " (for a ListenStream= in qssh.socket.d: 'qssh add' that vault instead); then: systemctl --user "
		    "daemon-reload; qssh enable",
		    "systemd refuses a line in the socket unit of %s", t->socket);
	else if (strcmp(s.reload, "yes") == 0)
		report_fault(&d->report, RESTART, "the socket unit of %s was changed since systemd read it", t->socket);
	else if (strcmp(s.load, "not-found") == 0 && strcmp(t->socket, "default") != 0)
		report_fault(&d->report, mend, "systemd has not read the socket unit of %s yet", t->socket);
	else if (strcmp(s.load, "loaded") != 0)
		report_fault(&d->report,
		    "install qssh again in this qube's template; then: systemctl --user daemon-reload",
		    "systemd has not loaded %s: %s", unit, s.load);
	else if (strcmp(s.active, "failed") == 0)
		report_fault(
		    &d->report, mend, "the socket unit of %s has failed; 'journalctl --user -b' says why", t->socket);
	else if (strcmp(s.active, "active") != 0)
		report_fault(&d->report, mend, "the socket unit of %s is not started", t->socket);
	else
		return false;
	return true;
}

/* A socket that others can reach lets them try: the helper refuses them, but the directory is to keep them out. */
static void
check_mode(struct doctor *d)
{
	char dir[FILE_PATH_SIZE];
	struct stat st;

	snprintf(dir, sizeof(dir), "%s/qssh", d->runtime_dir);
	if (stat(dir, &st) == 0 && (st.st_uid != getuid() || (st.st_mode & 077) != 0)) {
		snprintf(dir, sizeof(dir), "chmod 700 %s/qssh", d->runtime_dir);
		report_fault(
		    &d->report, dir, "%s/qssh is open to others: mode %o", d->runtime_dir, (unsigned)st.st_mode & 0777);
	}
}

/* While the default socket's unit is at fault the others wait for it. */
static void
check_socket(struct doctor *d, const struct target *t)
{
	bool is_default = strcmp(t->socket, "default") == 0;
	char path[SOCKETS_PATH_SIZE], mend[160];
	bool listening;

	if (sockets_path(path, d->runtime_dir, t) < 0) {
		snprintf(mend, sizeof(mend), "qssh remove %s", t->socket);
		report_fault(&d->report, mend, "%s is too long a name for a socket", t->socket);
		return;
	}
	if ((!is_default && d->stopped) || check_unit(d, t)) {
		d->stopped = d->stopped || is_default;
		return;
	}
	listening = agentsockets_is_listening(path);
	if (is_default)
		d->listening = listening;
	if (!listening) {
		report_fault(&d->report, RESTART,
		    access(path, F_OK) == -1 ? "the unit listens, but its name is gone: %s is not there"
					     : "nobody listens at %s",
		    path);
		return;
	}
	report_ok(&d->report, "%s listens", path);
	check_mode(d);
}

/* Which vault a socket leads to. */
static void
check_target(struct doctor *d, struct target *t)
{
	char why[CONFIG_FAULT_SIZE];
	const char *source;
	int error = config_target(t, d->home, &source);

	if (error < 0) {
		config_say_fault(why, error, source);
		report_fault(&d->report,
		    "qssh enable --vault NAME, or correct that file; '@default' leaves the choice to dom0",
		    "the default vault can't be told: %s", why);
	} else if (source != NULL) {
		report_ok(&d->report, "%s is the vault %s, by %s", t->socket,
		    target_is_default(t) ? "that dom0 chooses" : t->qube, source);
	}
}

static void
check_pins(struct doctor *d, const struct target *t)
{
	static struct pins p;
	char mend[256], path[FILE_PATH_SIZE];
	int error = pins_read(&p, d->home, t->socket);

	if (error == 0 && file_path(path, d->home, PINS_DIR) == 0 && access(path, W_OK) == -1)
		report_fault(&d->report, "make that directory yours, and writable",
		    "~/" PINS_DIR " can't be written, so pins are not kept fresh: %s", strerror(errno));
	if (error == 0 || error == -ENOENT)
		return;
	snprintf(mend, sizeof(mend), "qssh pin %s, or: qssh unpin %s", t->socket, t->socket);
	report_fault(&d->report, mend, "the pins of %s can't be used, so the vault is called each time: %s", t->socket,
	    pins_error(error));
}

/* Of a vault that shares a socket with others: without pins it has no part in it. */
static void
check_member(struct doctor *d, const struct target *socket, struct target *t)
{
	static struct pins p;
	char mend[160];

	check_target(d, t);
	if (pins_read(&p, d->home, t->socket) == -ENOENT) {
		snprintf(mend, sizeof(mend), "qssh pin %s", t->socket);
		report_fault(&d->report, mend, "no key of %s is pinned, so the socket %s offers none of it", t->socket,
		    socket->socket);
		return;
	}
	check_pins(d, t);
}

/* The vault, or the vaults, that a socket leads to. */
static void
check_led_to(struct doctor *d, struct target *t)
{
	struct members m;
	int error = members_read(&m, d->home, t->socket);

	for (unsigned i = 0; error == 0 && i < m.count; i++)
		check_member(d, t, &m.list[i]);
	if (error == -ENOENT) {
		check_target(d, t);
		check_pins(d, t);
	} else if (error < 0) {
		report_fault(&d->report, "qssh add NAME=VAULT,VAULT writes it again",
		    "the vaults of the socket %s can't be read from its unit in ~/" MEMBERS_UNITS ": %s", t->socket,
		    error == -EBADMSG ? "the line is not a list of vaults" : strerror(-error));
	}
}

static void
check_vaults(struct doctor *d)
{
	int error = sockets_read(&d->sockets, d->home);

	if (error < 0)
		report_fault(&d->report, "make it readable", "~/" MEMBERS_UNITS " can't be read: %s", strerror(-error));
	for (size_t i = 0; i < d->sockets.count; i++) {
		struct target *t = &d->sockets.list[i];

		if (d->manager && d->enabled)
			check_socket(d, t);
		check_led_to(d, t);
	}
}

static void
check_qrexec(struct doctor *d)
{
	const char *program = config_program();
	const char *const argv[] = { program, "--help", NULL };
	struct command c = { .argv = argv, .ms = 5000, .with_errors = true };
	char text[16384];
	int error;

	if (access(program, X_OK) == -1)
		report_fault(&d->report, "is this a qube of Qubes OS? qubes-core-qrexec installs it",
		    "%s can't be executed: %s", program, strerror(errno));
	else if ((error = command_read(&c, text, sizeof(text))) < 0)
		report_fault(
		    &d->report, "run it yourself", "'%s --help' gave no answer: %s", program, strerror(-error));
	else if (strstr(text, "--use-stdin-socket") == NULL)
		report_fault(&d->report,
		    "update this qube's template: Qubes OS R4.2 has it since qubes-core-qrexec 4.2.19",
		    "%s does not know --use-stdin-socket", program);
	else
		report_ok(&d->report, "%s can make the call", program);
}

static void
examine(struct doctor *d, const char *host, bool call)
{
	if (shells_report_shell(&d->report))
		sshsetup_ask(&d->report, &d->setup, host != NULL ? host : ANY_HOST);
	d->proxied = sshsetup_is_proxied(&d->setup, d->home);
	check_manager(d);
	check_room(d);
	if (d->manager || !d->proxied)
		check_enabled(d);
	if (d->manager)
		check_helper(d);
	check_vaults(d);
	if (d->setup.text[0] != '\0')
		sshsetup_report(&d->report, &d->setup, d->home, d->listening);
	shells_report_agent(&d->report, d->home, d->listening, d->manager);
	leftovers_report(&d->report, d->home);
	check_qrexec(d);
	unlisted_report(&d->report, d->runtime_dir);
	if (call)
		calls_report(&d->report, &d->sockets, host != NULL ? &d->setup : NULL, d->home);
}

int
doctor_run(int argc, char **argv)
{
	struct args a = { .options = { "call", "json" }, .words_max = 1 };
	static struct doctor d;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	d.home = getenv("HOME");
	d.runtime_dir = getenv("XDG_RUNTIME_DIR");
	report_open(&d.report, a.values[1] != NULL);
	examine(&d, a.words_count > 0 ? a.words[0] : NULL, a.values[0] != NULL);
	return report_close(&d.report);
}
