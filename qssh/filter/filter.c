/* SPDX-License-Identifier: ISC */
/*
 * qssh-filter: the qrexec service qubes.SshAgent.
 * Opens everything, then serves.
 * No verbs: argv holds what the *client* chose and is ignored.
 * Nothing is ever written to stderr, which travels to the client.
 * See qssh-filter(8).
 */
#include "agents/agentconn.h"
#include "agents/agents.h"
#include "ask/ask.h"
#include "base/limits.h"
#include "base/qube.h"
#include "filter/sandbox.h"
#include "filter/serve.h"
#include "filter/session.h"
#include "filter/share.h"
#include "rules/rules.h"
#include "store/knownhosts.h"
#include "store/rate.h"
#include "store/record.h"
#include "store/rulesfile.h"
#include "store/statedir.h"
#include "sys/frame.h"
#include "sys/relro.h"
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Exit status: the client has as many calls here as it may (sysexits.h, EX_TEMPFAIL). */
#define FILTER_BUSY 75

/* Everything that is opened before the first untrusted byte. */
struct vault {
	char runtime_dir[4096];
	char state_dir[STATEDIR_SIZE];
	char agent_name[LIMIT_NAME + 1];
	const char *home;
	struct rulesfile rules;
	struct record record;
	struct brake brake;
	struct unnamed unnamed;
	struct ask ask;
	struct agents agents;
	struct share share;
	struct connection connection;
};

/*
 * Nothing that was inherited is kept but the client's two streams; stderr, which is the client's too, gets nothing
 * to say.
 */
static void
detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDERR_FILENO) == -1)
		exit(1);
	if (syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0) == -1) /* before Linux 5.9 */
		for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
			close(fd);
}

/* qrexec sets it; whoever runs the program otherwise has no name. */
static struct span
find_client(void)
{
	const char *name = getenv("QREXEC_REMOTE_DOMAIN");
	struct span s = span_of(name == NULL ? "" : name);

	/* dom0 is a caller too, and a name that is none comes from no qrexec. */
	return qube_is_name(s) ? s : span_of("");
}

static void
open_agents(struct vault *v)
{
	struct connection *c = &v->connection;
	const struct agents_places places = {
		.home = v->home,
		.runtime_dir = v->runtime_dir[0] != '\0' ? v->runtime_dir : NULL,
		.auth_sock = getenv("SSH_AUTH_SOCK"),
	};
	struct span name = c->arg.len > 0 ? c->arg : span_of(AGENT_DEFAULT);

	c->agent = c->witness = (struct agentconn){ .fd = -1, .watch = c->out };
	c->agent.missing = "the service argument is not an agent's name";
	if (!rules_is_name(name) || span_is(name, AGENT_WITNESS))
		return;
	memcpy(v->agent_name, name.p, name.len);
	agents_open(&v->agents, &places, v->agent_name, rules_agent(c->rules, name));
	c->agent.fd = v->agents.keys;
	c->witness.fd = v->agents.witness;
	c->agent.missing = v->agents.missing;
	c->agent_empty = v->agents.empty;
	c->agent_waits = v->agents.waits;
}

/* What the call and the environment say. */
static void
find_caller(struct vault *v)
{
	struct connection *c = &v->connection;
	const char *arg = getenv("QREXEC_SERVICE_ARGUMENT");

	v->home = getenv("HOME");
	c->client = find_client();
	c->arg = span_of(arg == NULL ? "" : arg);
	if (rundir_find(v->runtime_dir, sizeof(v->runtime_dir)) < 0)
		v->runtime_dir[0] = '\0';
	statedir_path(v->state_dir, v->home);
}

/* Before anything else is opened or started: a call that waits holds nothing but itself. */
static int
take_share(struct vault *v)
{
	struct connection *c = &v->connection;
	int error;

	v->share.fd = -1;
	c->share = &v->share;
	if (c->client.len == 0)
		return 0;
	share_open(&v->share, v->runtime_dir[0] != '\0' ? v->runtime_dir : NULL, (const char *)c->client.p);
	error = share_take(&v->share, c->out);
	return error == -EBUSY || error == -ECANCELED ? error : 0;
}

static void
open_rules(struct vault *v)
{
	struct connection *c = &v->connection;

	if (rulesfile_open(&v->rules, v->home) < 0)
		c->rules_broken = v->rules.reason;
	c->rules = &v->rules.rules;
	if (c->client.len == 0)
		c->rules_broken = "the call does not say which qube it comes from";
}

/* Without an asker all is as before, but for questions: they are noes. */
static void
start_asker(struct vault *v)
{
	struct connection *c = &v->connection;
	const struct asker_config config = {
		.runtime_dir = v->runtime_dir[0] != '\0' ? v->runtime_dir : NULL,
		.client = (const char *)c->client.p,
		.arg = (const char *)c->arg.p,
		.asker = rules_asker(c->rules),
		.notify = rules_notify(c->rules),
		.own_rules = v->home != NULL && strncmp(v->rules.path, v->home, strlen(v->home)) == 0,
	};

	v->ask.fd = -1;
	c->ask = &v->ask;
	if (c->client.len > 0)
		(void)ask_start(&v->ask, &config);
}

static void
open_rest(struct vault *v)
{
	struct connection *c = &v->connection;
	struct hosts *hosts = NULL;

	/* A record that can't be opened refuses each signature by itself. */
	(void)record_open(&v->record, v->state_dir, c->client, c->arg);
	c->record = &v->record;
	/* One that can't be opened refuses too. */
	(void)brake_open(&v->brake, v->state_dir, c->client);
	c->brake = &v->brake;
	if (hosts_open(&hosts, v->home) < 0)
		c->rules_broken = "the known hosts can't be read";
	c->hosts = hosts;
	c->rate = c->client.len > 0 ? rate_open(v->state_dir, (const char *)c->client.p) : -1;
	if (unnamed_open(&v->unnamed, v->state_dir) < 0)
		v->unnamed.fd = -1;
	c->unnamed = &v->unnamed;
	open_agents(v);
}

/* From here on the process can do nothing but serve. */
static int
confine(const struct vault *v)
{
	const struct sandbox s = {
		.in = v->connection.in,
		.out = v->connection.out,
		.agent = v->connection.agent.fd,
		.witness = v->connection.witness.fd,
		.asker = v->ask.fd,
		.journal = v->record.journal,
		.signatures = v->record.signatures.fd,
		.requests = v->record.requests.fd,
		.brake = { v->brake.all, v->brake.client },
		.rate = v->connection.rate,
		.unnamed = v->unnamed.fd,
		.share = v->share.fd,
	};

	return sandbox_enter(&s);
}

int
main(void)
{
	static struct vault v;
	int error;

	if (relro_protect() < 0)
		return 1;
	detach();
	prctl(PR_SET_NAME, "qssh-filter"); /* started as a script's interpreter, it would be called like the script */
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	v.connection.in = STDIN_FILENO;
	v.connection.out = STDOUT_FILENO;
	if (frame_prepare(v.connection.in) < 0 || frame_prepare(v.connection.out) < 0)
		return 1;
	find_caller(&v);
	error = take_share(&v);
	if (error < 0)
		return error == -EBUSY ? FILTER_BUSY : 0;
	open_rules(&v);
	if (session_join(v.runtime_dir[0] != '\0' ? v.runtime_dir : NULL, v.connection.out) == SESSION_GONE)
		return 0;
	start_asker(&v); /* early: it lets go of the call by itself while the rest is opened */
	open_rest(&v);
	if (confine(&v) < 0)
		return 1;
	serve_run(&v.connection);
	return 0;
}
