/* SPDX-License-Identifier: ISC */
#include "vault/doctor.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/brake.h"
#include "store/knownhosts.h"
#include "store/recorddir.h"
#include "store/rulesfile.h"
#include "store/statedir.h"
#include "store/unnamed.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/askpass.h"
#include "sys/command.h"
#include "sys/report.h"
#include "sys/rundir.h"
#include "sys/systemctl.h"
#include "vault/agentsdoctor.h"
#include "vault/servicedoctor.h"
#include "vault/unnamedfile.h"
#include "vault/writable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 4096u
#define NOTIFICATIONS_MS 5000

struct vaultdoctor {
	struct report report;
	const char *home;
	char runtime[PATH_SIZE];
	const char *runtime_dir; /* NULL: none */
	char filter[SERVICEDOCTOR_PATH]; /* the program of our service; empty: it is not the one that answers */
	bool session;
	struct rulesfile rules;
	struct unnamed seen;
};

/* Beside qssh-filter. */
static bool
check_program(struct vaultdoctor *d, const char *name, const char *for_what)
{
	char path[PATH_SIZE];

	if (d->filter[0] == '\0')
		return false;
	snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(d->filter, '/') - d->filter), d->filter, name);
	if (access(path, X_OK) == 0)
		return true;
	report_fault(&d->report, "install qssh again in this qube's template", "%s, which %s, can't be executed: %s",
	    path, for_what, strerror(errno));
	return false;
}

static void
check_askpass(struct vaultdoctor *d)
{
	char path[PATH_SIZE];

	if (askpass_find(path, sizeof(path)))
		report_ok(&d->report, "%s asks for passphrases and answers", path);
	else
		report_fault(&d->report,
		    "install ssh-askpass-gnome (Debian) or openssh-askpass (Fedora) in this qube's template",
		    "there is no ssh-askpass: passphrases can't be asked for, and questions only by notifications with "
		    "buttons");
}

static void
check_notifications(struct vaultdoctor *d)
{
	static const char *const argv[] = { "busctl", "--user", "--quiet", "call", "org.freedesktop.Notifications",
		"/org/freedesktop/Notifications", "org.freedesktop.Notifications", "GetServerInformation", NULL };
	struct command c = { .argv = argv, .ms = NOTIFICATIONS_MS };
	int status;

	if (!check_program(d, "qssh-notify", "shows notifications"))
		return;
	status = command_run(&c);
	if (status == 0)
		report_ok(&d->report, "a notification server answers");
	else if (status == -ENOENT)
		report_note(
		    &d->report, "whether there is a notification server can't be told: busctl is not installed");
	else
		report_fault(&d->report,
		    "Qubes OS R4.3 brings one; else install one, such as dunst, in this qube's template",
		    "no notification server answers, so signatures and refusals are not shown");
}

static void
check_session(struct vaultdoctor *d)
{
	if (!d->session) {
		report_note(&d->report, "there is no graphical session here: no question can be shown, and no "
					"passphrase asked for");
		return;
	}
	check_askpass(d);
	check_notifications(d);
}

static void
check_runtime(struct vaultdoctor *d)
{
	char state[64] = "";

	if (d->runtime_dir == NULL) {
		report_fault(&d->report, "log in by the qube's own session",
		    "there is no runtime directory of yours, so no agent can be started");
		return;
	}
	(void)check_program(d, "qssh-load", "starts agents");
	if (!manager_is_up()) {
		report_note(&d->report, "systemd's user manager does not answer: agents are started without it, and "
					"are not ended when idle");
		return;
	}
	(void)manager_property("qssh-agent@default.service", "LoadState", state, sizeof(state));
	if (strcmp(state, "loaded") == 0)
		report_ok(&d->report, "systemd's user manager starts agents");
	else
		report_fault(&d->report,
		    "install qssh again in this qube's template; then: systemctl --user daemon-reload",
		    "systemd has not loaded qssh-agent@.service: %s", state);
}

/* `qssh enable`, typed here. */
static void
check_client_side(struct vaultdoctor *d)
{
	if (agentsockets_is_ours(agentsockets_own().path))
		report_note(&d->report,
		    "SSH_AUTH_SOCK here leads to another vault, as in a client qube: ssh-add and KeePassXC do not feed "
		    "this one. If this qube is a vault alone: qssh disable, and log in again");
}

static void
check_rules(struct vaultdoctor *d)
{
	if (rulesfile_open(&d->rules, d->home) < 0)
		report_fault(
		    &d->report, "correct it; until then everything is refused; qssh-rules(5)", "%s", d->rules.reason);
	else if (d->rules.path[0] == '\0')
		report_ok(&d->report, "the built-in rules hold: there is no rules file");
	else
		report_ok(&d->report, "the rules of %s hold", d->rules.path);
}

/* A client's own files. What is no directory of a client's is not looked at. */
static int
check_client_record(void *ctx, const struct recorddir *dir)
{
	struct vaultdoctor *d = ctx;

	for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
		const char *name = recorddir_name((enum record_kind)kind);
		struct stat st;

		if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (!S_ISREG(st.st_mode) || faccessat(dir->fd, name, R_OK | W_OK, 0) == -1)
			report_fault(&d->report, "move it away, and see qssh-filter(8)",
			    "the record's file %s of %s can't be written, so nothing is signed for it: %s", name,
			    dir->client, S_ISREG(st.st_mode) ? strerror(errno) : "it is not a regular file");
	}
	return 0;
}

static void
check_record(struct vaultdoctor *d)
{
	char path[STATEDIR_SIZE];
	int error, all;

	statedir_path(path, d->home);
	error = writable_check(path);
	if (error < 0)
		report_fault(&d->report, writable_mend(error),
		    "the record in %s can't be written, and without it nothing is signed: %s", path, strerror(-error));
	all = recorddir_open_all(path, false);
	if (all < 0)
		return;
	(void)recorddir_each(all, check_client_record, d);
	close(all);
}

static int
report_client_lock(void *ctx, const struct recorddir *dir)
{
	struct vaultdoctor *d = ctx;
	char mend[LIMIT_QUBE + 64];

	if (strcmp(dir->client, RECORDDIR_NOBODY) == 0 || brake_is_set(dir->fd, false) <= 0)
		return 0;
	snprintf(mend, sizeof(mend), "qssh-vault unlock --for %s", dir->client);
	report_fault(&d->report, mend, "%s is locked: nothing is signed for it", dir->client);
	return 0;
}

/* A person's own doing, and the one thing to know when nothing is signed. */
static void
check_locks(struct vaultdoctor *d)
{
	char path[STATEDIR_SIZE];
	int all, locked;

	statedir_path(path, d->home);
	all = recorddir_open_all(path, false);
	if (all < 0)
		return;
	locked = brake_is_set(all, true);
	if (locked > 0)
		report_fault(&d->report, "qssh-vault unlock", "this vault is locked: nothing is signed");
	else if (locked < 0)
		report_fault(&d->report, "make the files in it yours, and readable",
		    "whether this vault is locked can't be read in %s/record, so nothing is signed", path);
	(void)recorddir_each(all, report_client_lock, d);
	close(all);
}

/* Names the host key that was seen last, for it is the one that a login just failed for, and counts all. */
static void
report_unnamed(struct vaultdoctor *d, const struct hosts *hosts, struct span rest)
{
	char fingerprint[64] = "", client[4 * LIMIT_NAME];
	uint8_t blob[HOSTS_KEY_SIZE], hash[SHA256_SIZE];
	struct unnamed_entry e;
	struct sshkey key;
	struct names names;
	unsigned count = 0;
	struct text t;

	while (unnamed_next(&rest, &e)) {
		if (!unnamedfile_key(&e, blob, &key) ||
		    hosts_lookup(hosts, &key, (uint64_t)time(NULL), &names) != HOSTS_UNNAMED)
			continue;
		sshkey_hash(&key, hash);
		text_open(&t, fingerprint, sizeof(fingerprint));
		text_fingerprint(&t, hash);
		text_open(&t, client, sizeof(client));
		text_untrusted(&t, e.client, LIMIT_NAME);
		count++;
	}
	if (count > 0)
		report_note(&d->report,
		    "this vault has no name for %u host key%s; the last one, %s, came from %s. If you know whose it "
		    "is: qssh-vault trust %s NAME; 'qssh-vault hosts' lists them",
		    count, count == 1 ? "" : "s", fingerprint, client, fingerprint);
}

/* Keys that clients presented, and that no known_hosts file of this vault names. */
static void
check_hosts(struct vaultdoctor *d)
{
	char path[STATEDIR_SIZE];
	struct hosts *hosts;
	struct span rest;
	int error = hosts_open(&hosts, d->home);

	if (error < 0) {
		report_fault(&d->report, "make the known_hosts files readable, and smaller than 8 MiB",
		    "the known hosts can't be read, so everything is refused: %s", strerror(-error));
		return;
	}
	statedir_path(path, d->home);
	if (access(path, F_OK) == 0 && unnamed_open(&d->seen, path) == 0) {
		if (unnamed_read(&d->seen, &rest) == 0)
			report_unnamed(d, hosts, rest);
		unnamed_close(&d->seen);
	}
	hosts_free(hosts);
}

static void
examine(struct vaultdoctor *d)
{
	servicedoctor_report(&d->report, d->filter);
	check_session(d);
	check_runtime(d);
	check_client_side(d);
	check_rules(d);
	agentsdoctor_report(&d->report, &d->rules.rules, d->home, d->runtime_dir);
	check_hosts(d);
	check_record(d);
	check_locks(d);
}

int
vaultdoctor_run(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault", .options = { "json" } };
	static struct vaultdoctor d;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	d.home = getenv("HOME");
	if (d.home == NULL || d.home[0] != '/') {
		fputs("qssh-vault: HOME is not set\n", stderr);
		return 1;
	}
	d.runtime_dir = rundir_find(d.runtime, sizeof(d.runtime)) == 0 ? d.runtime : NULL;
	d.session = askpass_has_display();
	report_open(&d.report, a.values[0] != NULL);
	examine(&d);
	return report_close(&d.report);
}
