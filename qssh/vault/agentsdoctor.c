/* SPDX-License-Identifier: ISC */
#include "vault/agentsdoctor.h"

#include "agents/agentconn.h"
#include "agents/agents.h"
#include "agents/keydir.h"
#include "agents/keyload.h"
#include "base/limits.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct agentdoctor {
	struct report *report;
	const struct rules *rules;
	struct agents_places places;
};

/* The path that whoever listens at the other end is bound to. */
static void
find_path(int fd, struct sockaddr_un *a)
{
	socklen_t len = sizeof(*a) - 1;

	memset(a, 0, sizeof(*a));
	(void)getpeername(fd, (struct sockaddr *)a, &len);
}

static void
check_key(void *ctx, const struct keydir_key *key)
{
	static struct keyoptions options;
	struct agentdoctor *d = ctx;
	char why[LIMIT_SENTENCE], mend[KEYDIR_PATH + 16];
	struct stat st;

	if (stat(key->path, &st) == 0 && (st.st_mode & 077) != 0) {
		snprintf(mend, sizeof(mend), "chmod 600 %s", key->shown);
		report_fault(d->report, mend, "others may read %s, so ssh-add won't take it", key->shown);
	}
	if (keyload_options(key, &options, why, sizeof(why)) < 0)
		report_fault(d->report, "correct it; qssh-agents(7) has the options", "%s: %s", key->shown, why);
}

static void
report_running(struct agentdoctor *d, const char *name, const struct agents *a, int files)
{
	char mend[AGENTS_WORDS];
	struct sockaddr_un at;
	int keys = agent_count(a->keys, clock_deadline(LIMIT_AGENT_MS));

	find_path(a->keys, &at);
	snprintf(mend, sizeof(mend),
	    "systemctl --user reload qssh-agent@%s loads them; qssh-vault log says why one is not", name);
	if (keys < 0)
		report_fault(d->report, "end it, so that it is started again", "agent %s, at %s, does not answer: %s",
		    name, at.sun_path, strerror(-keys));
	else if (keys == 0 && files > 0)
		report_fault(d->report, mend, "agent %s, at %s, holds none of its %d key%s", name, at.sun_path, files,
		    files == 1 ? "" : "s");
	else if (keys == 0)
		report_fault(d->report, a->empty, "agent %s, at %s, holds no keys", name, at.sun_path);
	else
		report_ok(d->report, "agent %s answers at %s and holds %d key%s", name, at.sun_path, keys,
		    keys == 1 ? "" : "s");
}

/* One of ours that does not run: it starts with the first call. */
static void
report_waiting(struct agentdoctor *d, const char *name, const struct agents *a, int keys)
{
	if (keys > 0)
		report_ok(d->report, "agent %s is started when it is needed, with %d key%s", name, keys,
		    keys == 1 ? "" : "s");
	else
		report_fault(d->report, a->empty, "agent %s would start without keys", name);
}

static void
check_agent(struct agentdoctor *d, const char *name)
{
	struct agents a;
	int keys;

	agents_open(&a, &d->places, name, rules_agent(d->rules, span_of(name)));
	keys = a.ours ? keydir_each(d->places.home, name, check_key, d) : 0;
	if (a.keys >= 0)
		report_running(d, name, &a, keys);
	else if (a.ours)
		report_waiting(d, name, &a, keys);
	else
		report_fault(d->report, "see qssh-agents(7)", "agent %s: %s", name, a.missing);
	if (a.keys >= 0)
		close(a.keys);
	if (a.witness >= 0)
		close(a.witness);
}

static void
check_directories(struct agentdoctor *d)
{
	char path[KEYDIR_PATH];
	struct dirent **entries;
	int n;

	snprintf(path, sizeof(path), "%s/.ssh/identities.d", d->places.home);
	n = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, AGENT_DEFAULT) != 0) {
			if (!rules_is_name(span_of(name)) || strcmp(name, AGENT_WITNESS) == 0)
				report_note(d->report,
				    "~/.ssh/identities.d/%s is passed over: it is not a name for an agent", name);
			else if (rules_agent(d->rules, span_of(name)).len == 0)
				check_agent(d, name);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static void
check_directives(struct agentdoctor *d)
{
	char name[LIMIT_NAME + 1];

	for (size_t i = 0; i < d->rules->named_count; i++) {
		const struct rules_named *n = &d->rules->named[i];

		if (n->kind != RULES_AGENT || span_is(n->name, AGENT_DEFAULT))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)n->name.len, (const char *)n->name.p);
		check_agent(d, name);
	}
}

static void
check_witness(struct agentdoctor *d)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd;

	if (d->places.runtime_dir == NULL)
		return;
	snprintf(path, sizeof(path), "%s/qssh/agents/" AGENT_WITNESS, d->places.runtime_dir);
	fd = agent_connect_path(path);
	if (fd < 0) {
		report_ok(d->report, "the witness, which verifies hosts, is started when it is needed");
		return;
	}
	if (agent_count(fd, clock_deadline(LIMIT_AGENT_MS)) == 0)
		report_ok(d->report, "the witness, which verifies hosts, answers");
	else
		report_fault(d->report, "systemctl --user stop qssh-agent@" AGENT_WITNESS,
		    "at %s is something that is not the witness: it holds keys, or does not answer, so no host is ever "
		    "proven",
		    path);
	close(fd);
}

void
agentsdoctor_report(struct report *r, const struct rules *rules, const char *home, const char *runtime_dir)
{
	struct agentdoctor d = {
		.report = r,
		.rules = rules,
		.places = { .home = home,
		    .runtime_dir = runtime_dir,
		    .auth_sock = getenv("SSH_AUTH_SOCK"),
		    .look = true },
	};

	check_agent(&d, AGENT_DEFAULT);
	check_directives(&d);
	check_directories(&d);
	check_witness(&d);
}
