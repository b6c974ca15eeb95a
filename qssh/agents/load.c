/* SPDX-License-Identifier: ISC */
/*
 * qssh-load: starts the vault's agent NAME, OpenSSH's own ssh-agent, and loads its keys.
 * Run by qssh-agent@NAME.service, or, where no user manager is there, by qssh-filter.
 * See qssh-load(8).
 */
#include "agents/agentconn.h"
#include "agents/idle.h"
#include "agents/keydir.h"
#include "agents/keyload.h"
#include "agents/loaded.h"
#include "agents/sshagent.h"
#include "agents/start.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/version.h"
#include "rules/rules.h"
#include "store/record.h"
#include "store/statedir.h"
#include "sys/clock.h"
#include "sys/command.h"
#include "sys/frame.h"
#include "sys/rundir.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_FD 3

/* How long a notification may take to be delivered. */
#define NOTIFY_MS 6000

struct load {
	char name[LIMIT_NAME * 4 + 1]; /* room for an escaped one */
	bool again;
	const char *home;
	char runtime_dir[4096];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* the agent's socket */
	int lock; /* loaded.h */
	int64_t idle; /* seconds; 0: as long as the session */
	pid_t agent; /* 0: it ran already */
};

static const char USAGE[] = "usage: qssh-load [--again] NAME\n"
			    "       qssh-load --version\n"
			    "\n"
			    "Starts the agent NAME of this vault and loads its keys, or with --again loads them anew.\n"
			    "qssh-agent@NAME.service runs it. See qssh-load(8).\n";

static _Noreturn void
die(const char *name, const char *why)
{
	fprintf(stderr, "qssh-load: %s: %s\n", name, why);
	exit(EXIT_FAILURE);
}

static void
parse(struct load *l, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("qssh-load " QSSH_VERSION);
		exit(EXIT_SUCCESS);
	}
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(USAGE, stdout);
		exit(EXIT_SUCCESS);
	}
	l->again = argc > 1 && strcmp(argv[1], "--again") == 0;
	if (argc != (l->again ? 3 : 2) || strlen(argv[argc - 1]) >= sizeof(l->name)) {
		fputs(USAGE, stderr);
		exit(2);
	}
	memcpy(l->name, argv[argc - 1], strlen(argv[argc - 1]) + 1);
	agentstart_unescape(l->name);
	if (!rules_is_name(span_of(l->name)))
		die("NAME", "this is not an agent's name");
	l->idle = watch_idle();
	if (l->idle < 0)
		die(l->name, "QSSH_AGENT_IDLE is not a time: 1 to 99999 followed by s, m or h");
}

static bool
is_witness(const struct load *l)
{
	return strcmp(l->name, AGENT_WITNESS) == 0;
}

/* An agent's directory is there before the agent: a name alone makes nothing. */
static void
check_keydir(const struct load *l)
{
	int error = keydir_check(l->home, l->name);

	if (error == 0 || is_witness(l) || (error == -ENOENT && strcmp(l->name, AGENT_DEFAULT) == 0))
		return;
	if (error == -ENOENT)
		die(l->name, "there is no directory ~/.ssh/identities.d/NAME");
	fprintf(stderr, "qssh-load: ~/.ssh/identities.d/%s %s\n", l->name, keydir_trouble(error));
	exit(EXIT_FAILURE);
}

static void
find_places(struct load *l)
{
	int dir;

	l->home = getenv("HOME");
	if (l->home == NULL || l->home[0] != '/')
		die(l->name, "HOME is not set");
	if (rundir_find(l->runtime_dir, sizeof(l->runtime_dir)) < 0)
		die(l->name, "there is no runtime directory of ours: XDG_RUNTIME_DIR");
	if (snprintf(l->path, sizeof(l->path), "%s/qssh/agents/%s", l->runtime_dir, l->name) >= (int)sizeof(l->path))
		die(l->name, "the name is too long for a socket's path");
	dir = rundir_open(l->runtime_dir, "agents");
	if (dir == -EPERM)
		die(l->name,
		    "the directory of agents' sockets belongs to somebody else, or others may look into it: chmod 700");
	if (dir < 0)
		die(l->name, strerror(-dir));
	close(dir);
}

/* The socket that systemd listens on for us, or -1. */
static int
find_listening(const struct load *l)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	struct sockaddr_un a;
	socklen_t len = sizeof(a);

	if (pid == NULL || fds == NULL || strtol(pid, NULL, 10) != (long)getpid())
		return -1;
	memset(&a, 0, sizeof(a));
	if (strcmp(fds, "1") != 0 || getsockname(LISTEN_FD, (struct sockaddr *)&a, &len) == -1 ||
	    strncmp(a.sun_path, l->path, sizeof(a.sun_path)) != 0)
		die(l->name, "systemd listens on another socket than the agent's");
	return LISTEN_FD;
}

static void
start(struct load *l, int listening)
{
	int error;

	(void)loaded_set(l->lock, false);
	/* Nobody answers there: it is what an agent that was killed has left. */
	if (listening == -1)
		unlink(l->path);
	error = sshagent_start(l->path, listening, &l->agent);
	if (error == -ETIMEDOUT && listening != -1)
		die(l->name, "this ssh-agent does not take a listening socket; OpenSSH 10.0 and later do");
	if (error < 0)
		die(l->name, error == -ENOENT ? "ssh-agent is not installed" : "ssh-agent did not start");
}

static void
notify(const struct load *l, const char *failures)
{
	char title[sizeof(l->name) + 32], program[4096];
	const char *const argv[] = { program, "show", "critical", title, failures, NULL };
	struct command c = { .argv = argv, .ms = NOTIFY_MS, .alone = true };

	snprintf(title, sizeof(title), "Keys of agent %s were not loaded", l->name);
	if (agentstart_beside("qssh-notify", program, sizeof(program)) == 0)
		(void)command_run(&c);
}

static void
load_keys(const struct load *l)
{
	static struct record record;
	char state_dir[STATEDIR_SIZE], words[4096];
	struct text failures;
	struct keyload k = {
		.home = l->home, .record = &record, .deadline = clock_deadline(LIMIT_LOAD_MS), .failures = &failures
	};

	statedir_path(state_dir, l->home);
	text_open(&failures, words, sizeof(words));
	(void)record_open(&record, state_dir, span_of(""), span_of(l->name));
	setenv("SSH_AUTH_SOCK", l->path, 1);
	(void)keyload_run(&k, l->name);
	record_close(&record);
	(void)loaded_set(l->lock, true);
	if (k.failed > 0)
		notify(l, text_str(&failures));
}

int
main(int argc, char **argv)
{
	static struct load l;
	int listening, running;

	parse(&l, argc, argv);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	find_places(&l);
	check_keydir(&l);
	listening = find_listening(&l);
	l.lock = loaded_lock(l.runtime_dir, l.name);
	if (l.lock < 0)
		die(l.name, strerror(-l.lock));
	running = listening == -1 && sshagent_ping(l.path) == 0;
	if (running && loaded_is(l.lock) && !l.again)
		return EXIT_SUCCESS;
	if (!running)
		start(&l, listening);
	if (is_witness(&l))
		(void)loaded_set(l.lock, true);
	else
		load_keys(&l);
	if (!running && l.idle > 0)
		watch_start(l.lock, l.agent, l.idle);
	return EXIT_SUCCESS;
}
