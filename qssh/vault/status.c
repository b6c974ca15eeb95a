/* SPDX-License-Identifier: ISC */
#include "vault/status.h"

#include "agents/agentconn.h"
#include "agents/agents.h"
#include "agents/keydir.h"
#include "base/limits.h"
#include "base/qube.h"
#include "base/text.h"
#include "store/brake.h"
#include "store/cooldown.h"
#include "store/grants.h"
#include "store/recorddir.h"
#include "store/recordline.h"
#include "store/rulesfile.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "sys/clock.h"
#include "sys/rundir.h"
#include "vault/entries.h"
#include "vault/reader.h"
#include "vault/writable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* As many clients as fit a screen; the rest are counted. */
#define CLIENTS_MAX 12u

struct status {
	const char *home;
	char state_dir[STATEDIR_SIZE];
	char runtime_dir[4096]; /* empty: none */
};

static void
head(const char *what)
{
	printf("%-11s ", what);
}

static int
print_client_lock(void *ctx, const struct recorddir *d)
{
	bool *any = ctx;

	if (strcmp(d->client, RECORDDIR_NOBODY) == 0 || brake_is_set(d->fd, false) == 0)
		return 0;
	head("");
	printf("LOCKED for %s: 'qssh-vault unlock --for %s' lifts that\n", d->client, d->client);
	*any = true;
	return 0;
}

static void
print_locks(const struct status *s)
{
	int all = recorddir_open_all(s->state_dir, false), locked = all < 0 ? all : brake_is_set(all, true);
	bool any = false;

	if (locked == -ENOENT)
		locked = 0;

	head("vault");
	if (locked < 0)
		puts("nothing is signed: whether it is locked can't be read");
	else
		puts(locked > 0 ? "LOCKED, nothing is signed: 'qssh-vault unlock' lifts that" : "not locked");
	if (all < 0)
		return;
	(void)recorddir_each(all, print_client_lock, &any);
	close(all);
}

/* Where it is not in order. */
static void
print_record(const struct status *s)
{
	int error = writable_check(s->state_dir);

	if (error == 0)
		return;
	head("record");
	printf("nothing is signed, since it can't be written: %s: %s\n", s->state_dir, strerror(-error));
}

static void
print_rules(const struct rulesfile *f, int error)
{
	head("rules");
	if (error < 0)
		printf("everything is refused: %s\n", f->reason);
	else
		printf("%s\n", f->path[0] != '\0' ? f->path : "the built-in ones, since there is no file");
}

static void
count_key(void *ctx, const struct keydir_key *key)
{
	(void)key;
	++*(int *)ctx;
}

static void
print_agent(const struct status *s, const struct rules *r, const char *name)
{
	struct agents_places places = { .home = s->home, .auth_sock = getenv("SSH_AUTH_SOCK"), .look = true };
	struct agents a;
	int keys, waiting = 0;

	if (s->runtime_dir[0] != '\0')
		places.runtime_dir = s->runtime_dir;
	agents_open(&a, &places, name, rules_agent(r, span_of(name)));
	keys = a.keys == -1 ? -1 : agent_count(a.keys, clock_deadline(LIMIT_AGENT_MS));
	if (a.keys == -1 && a.ours)
		(void)keydir_each(s->home, name, count_key, &waiting);
	head("agent");
	if (a.keys == -1 && a.ours)
		printf("%s: not running; it starts when it is needed, with %d key%s\n", name, waiting,
		    waiting == 1 ? "" : "s");
	else if (a.keys == -1)
		printf("%s: %s\n", name, a.missing);
	else if (keys < 0)
		printf("%s: gives no list\n", name);
	else
		printf("%s: %d key%s\n", name, keys, keys == 1 ? "" : "s");
	if (a.keys != -1)
		close(a.keys);
	if (a.witness != -1)
		close(a.witness);
}

/* The default one, those that the rules name, and those that have a directory of keys. */
static void
print_agents(const struct status *s, const struct rules *r)
{
	char path[4096];
	struct dirent *e;
	DIR *d;

	print_agent(s, r, AGENT_DEFAULT);
	for (size_t i = 0; i < r->named_count; i++) {
		const struct rules_named *n = &r->named[i];

		if (n->kind != RULES_AGENT || span_is(n->name, AGENT_DEFAULT))
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)n->name.len, (const char *)n->name.p);
		print_agent(s, r, path);
	}
	snprintf(path, sizeof(path), "%s/.ssh/identities.d", s->home);
	d = opendir(path);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (rules_is_name(span_of(e->d_name)) && strcmp(e->d_name, AGENT_DEFAULT) != 0 &&
		    strcmp(e->d_name, AGENT_WITNESS) != 0 && rules_agent(r, span_of(e->d_name)).len == 0)
			print_agent(s, r, e->d_name);
	if (d != NULL)
		closedir(d);
}

/* What one client did today. */
struct today {
	struct span client;
	unsigned long given, refused;
	char last[sizeof("00:00")];
};

static int64_t
midnight(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

static void
count_entry(struct today *t, const struct entry *e)
{
	time_t seconds = (time_t)(e->time / 1000);
	struct tm tm;

	if (recordline_is(e->line, "verdict", "allow"))
		t->given++;
	else
		t->refused++;
	strftime(t->last, sizeof(t->last), "%H:%M", localtime_r(&seconds, &tm));
}

static struct today *
find_client(struct today *all, unsigned *count, struct span client)
{
	for (unsigned i = 0; i < *count; i++)
		if (span_eq(all[i].client, client))
			return &all[i];
	if (*count == CLIENTS_MAX)
		return NULL;
	all[*count] = (struct today){ .client = client };
	return &all[(*count)++];
}

static void
print_today(const struct status *s)
{
	struct entries e = { 0 };
	struct today all[CLIENTS_MAX], *t;
	unsigned count = 0, others = 0;
	int64_t since = midnight();
	struct span client;
	int error = reader_read(&e, s->state_dir);

	if (error < 0 && error != -ENOENT) {
		printf("today       not known: the record can't be read: %s\n", strerror(-error));
		return;
	}
	entries_sort(&e, false);
	for (size_t i = 0; i < e.count; i++) {
		if (e.all[i].time < since || !recordline_is(e.all[i].line, "event", "sign") ||
		    !recordline_get(e.all[i].line, "client", &client))
			continue;
		t = find_client(all, &count, client);
		if (t != NULL)
			count_entry(t, &e.all[i]);
		else
			others++;
	}
	puts(count == 0 ? "today       no signature was asked for" : "today");
	for (unsigned i = 0; i < count; i++) {
		char name[128];
		struct text text;

		text_open(&text, name, sizeof(name));
		text_untrusted(&text, all[i].client, LIMIT_QUBE);
		printf("  %-31s %lu given, %lu refused, the last at %s\n", name, all[i].given, all[i].refused,
		    all[i].last);
	}
	if (others > 0)
		printf("  and %u requests of further qubes\n", others);
	entries_free(&e);
}

static void
print_grants(const struct status *s)
{
	static struct grant all[GRANTS_MAX];
	struct grants_now now;
	int dir = s->runtime_dir[0] == '\0' ? -ENOENT : rundir_open(s->runtime_dir, "grants"), count = 0;

	if (dir >= 0 && grants_now(&now) == 0)
		count = grants_list(dir, &now, all);
	if (dir >= 0)
		close(dir);
	head("remembered");
	if (count > 0)
		printf("%d answer%s: 'qssh-vault grants' lists them\n", count, count == 1 ? "" : "s");
	else
		puts("no answer");
}

/* Those of the names in a directory that hold; fn prints or counts one. */
static unsigned
each_name(const struct status *s, const char *dir_name, bool (*fn)(int dir, const char *name))
{
	int dir = s->runtime_dir[0] == '\0' ? -ENOENT : rundir_open(s->runtime_dir, dir_name);
	DIR *d = dir < 0 ? NULL : fdopendir(dir);
	struct dirent *e;
	unsigned count = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		count += e->d_name[0] != '.' && fn(dir, e->d_name);
	if (d != NULL)
		closedir(d);
	return count;
}

static bool
is_cooling(int dir, const char *name)
{
	static const char none[SUBJECT_HEX];

	if (!qube_is_name(span_of(name)) || cooldown_check(dir, name, none, clock_boot()) != COOLDOWN_CLIENT)
		return false;
	printf("%s ", name);
	return true;
}

/* A ticket in the queue stays locked as long as its process waits (ask/queue.h). */
static bool
is_waiting(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool locked = strchr(name, '.') != NULL && fd != -1 && flock(fd, LOCK_SH | LOCK_NB) == -1;

	if (fd != -1)
		close(fd);
	return locked;
}

static void
print_questions(const struct status *s)
{
	unsigned waiting;

	head("cooldown");
	if (each_name(s, "cooldown", is_cooling) == 0)
		puts("no qube");
	else
		puts("('qssh-vault revoke --cooldown NAME' lifts it)");
	waiting = each_name(s, "questions", is_waiting);
	head("waiting");
	if (waiting == 0)
		puts("no question");
	else
		printf("%u question%s for an answer\n", waiting, waiting == 1 ? "" : "s");
}

int
vaultstatus_run(int argc, char **argv)
{
	static struct rulesfile f;
	struct args a = { .program = "qssh-vault" };
	struct status s = { .home = getenv("HOME") };
	int error;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (s.home == NULL)
		s.home = "";
	statedir_path(s.state_dir, s.home);
	if (rundir_find(s.runtime_dir, sizeof(s.runtime_dir)) < 0)
		s.runtime_dir[0] = '\0';
	error = rulesfile_open(&f, s.home);
	print_locks(&s);
	print_record(&s);
	print_rules(&f, error);
	print_agents(&s, &f.rules);
	print_today(&s);
	print_grants(&s);
	print_questions(&s);
	return fflush(stdout) == 0 ? 0 : 1;
}
