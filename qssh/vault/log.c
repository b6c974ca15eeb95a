/* SPDX-License-Identifier: ISC */
#include "vault/log.h"

#include "base/limits.h"
#include "store/recorddir.h"
#include "store/recorddrop.h"
#include "store/recordline.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "sys/json.h"
#include "vault/clientname.h"
#include "vault/entries.h"
#include "vault/reader.h"
#include "vault/row.h"
#include "vault/since.h"
#include "vault/verify.h"
#include "vault/writable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#define TIME_SIZE sizeof("2026-01-01T00:00:00")

/* What the person wants to see, and how. */
struct view {
	const char *state_dir;
	const char *client; /* NULL: any */
	char since[TIME_SIZE]; /* "": ever */
	bool json, columns, numbers;
};

static bool
is_wanted(const struct view *v, struct span line)
{
	struct span when;

	if (v->client != NULL && !recordline_is(line, "client", v->client))
		return false;
	if (v->since[0] == '\0')
		return true;
	return recordline_get(line, "time", &when) && when.len >= TIME_SIZE - 1 &&
	       memcmp(when.p, v->since, TIME_SIZE - 1) >= 0;
}

static void
print_json(struct span line)
{
	struct json j = { .to = stdout };
	struct span key, value;

	json_open(&j, NULL, '{');
	while (recordline_next(&line, &key, &value)) {
		uint8_t bytes[LIMIT_RECORD_LINE];
		char name[32];

		if (key.len == 0 || key.len >= sizeof(name) || value.len > sizeof(bytes))
			continue;
		memcpy(name, key.p, key.len);
		name[key.len] = '\0';
		json_bytes(&j, name, (struct span){ bytes, recordline_decode(value, bytes) });
	}
	json_close(&j, '}');
	json_line(&j);
}

static void
print_line(const struct view *v, struct span line)
{
	if (v->json)
		print_json(line);
	else
		printf("%.*s\n", (int)line.len, (const char *)line.p);
}

static void
print_number(const struct view *v, const struct entry *e)
{
	char name[ENTRIES_NAME];

	if (!v->numbers)
		return;
	entries_name(e, name);
	printf("%-11s ", name);
}

static void
print_lines(const struct view *v, const struct entries *e)
{
	for (size_t i = 0; i < e->count; i++) {
		if (!is_wanted(v, e->all[i].line))
			continue;
		print_number(v, &e->all[i]);
		print_line(v, e->all[i].line);
	}
}

static bool
is_outcome_of(const struct entry *sign, const struct entry *next)
{
	return recordline_is(sign->line, "event", "sign") && recordline_is(next->line, "event", "outcome") &&
	       entries_follow(sign, next);
}

/* What belongs together is one block, under one client and time. */
static void
print_rows(const struct view *v, const struct entries *e)
{
	const struct entry *above = NULL;

	for (size_t i = 0; i < e->count; i++) {
		const struct entry *at = &e->all[i];
		struct span outcome = { NULL, 0 };
		bool goes_on;

		if (!is_wanted(v, at->line))
			continue;
		goes_on = above != NULL && at->conn.len > 0 && span_eq(above->conn, at->conn) &&
			  above->block == at->block && at->time / 1000 == above->time / 1000;
		if (i + 1 < e->count && is_outcome_of(at, at + 1))
			outcome = e->all[++i].line;
		print_number(v, at);
		row_print(at->line, outcome, goes_on);
		above = at;
	}
}

/* What went to make room, which nobody can show any more. */
static void
print_dropped(const struct view *v)
{
	static struct recorddrops drops;
	int all = recorddir_open_all(v->state_dir, false);

	if (all >= 0 && recorddrop_read(all, &drops) < 0)
		drops.count = 0;
	for (unsigned i = 0; i < drops.count; i++) {
		const struct recorddrop *d = &drops.each[i];
		bool others = strcmp(d->client, RECORDDROP_OTHERS) == 0;

		if (v->client != NULL && strcmp(d->client, v->client) != 0 && !others)
			continue;
		printf("Dropped to make room: %llu lines about signatures and %llu about other requests of %s%s%s.\n",
		    d->lines[RECORD_SIGNATURES], d->lines[RECORD_REQUESTS], others ? "other qubes" : d->client,
		    d->time[0] != '\0' ? ", up to " : "", d->time);
	}
	if (all >= 0)
		close(all);
}

static void
print(const struct view *v, struct entries *e)
{
	entries_sort(e, v->columns);
	if (v->columns)
		print_rows(v, e);
	else
		print_lines(v, e);
}

static int
watch_client(void *ctx, const struct recorddir *d)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", d->fd);
	(void)inotify_add_watch(*(int *)ctx, path, IN_MODIFY | IN_CREATE);
	return 0;
}

/* Also the directories of clients that have come since. */
static void
watch_all(int watch, const char *state_dir)
{
	char path[64];
	int all = recorddir_open_all(state_dir, false);

	if (all < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", all);
	(void)inotify_add_watch(watch, path, IN_CREATE);
	(void)recorddir_each(all, watch_client, &watch);
	close(all);
}

static int
follow(const struct view *v, struct entries *e)
{
	int watch = inotify_init1(IN_CLOEXEC);
	char events[4096];

	if (watch == -1) {
		fprintf(stderr, "qssh-vault log: %s\n", strerror(errno));
		return 1;
	}
	do {
		watch_all(watch, v->state_dir);
		if (reader_read(e, v->state_dir) == 0)
			print(v, e);
		fflush(stdout);
	} while (!ferror(stdout) && (read(watch, events, sizeof(events)) > 0 || errno == EINTR));
	return 1;
}

static int
set_since(struct view *v, const char *word)
{
	struct tm tm;
	time_t t;

	if (word == NULL)
		return 0;
	if (since_parse(word, time(NULL), &t) < 0) {
		fprintf(stderr,
		    "qssh-vault log: --since %s: say 30m, 12h, 7d, or a date such as 2026-01-31 or 2026-01-31T12:00\n",
		    word);
		return -EINVAL;
	}
	strftime(v->since, sizeof(v->since), "%Y-%m-%dT%H:%M:%S", gmtime_r(&t, &tm));
	return 0;
}

/* Until there is a record: a directory that is not there can't be watched. */
static int
wait_for_first(const struct view *v, struct entries *e)
{
	int error;

	fputs("qssh-vault log: no request has been recorded yet: waiting\n", stderr);
	do {
		sleep(1);
		error = reader_read(e, v->state_dir);
	} while (error == -ENOENT);
	return error;
}

/* A list with nothing in it is none the worse. The exit status. */
static int
say_none(const struct view *v, int error)
{
	fprintf(stderr, "qssh-vault log: %s: %s\n", v->state_dir,
	    error == -ENOENT ? "no request has been recorded yet" : strerror(-error));
	writable_complain("qssh-vault log", v->state_dir);
	return error == -ENOENT ? 0 : 1;
}

/* Nothing at all would look as if nothing had been read. */
static void
say_none_wanted(const struct view *v, const struct entries *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (is_wanted(v, e->all[i].line))
			return;
	fprintf(stderr, "qssh-vault log: no request%s%s has been recorded%s\n", v->client != NULL ? " of " : "",
	    v->client != NULL ? v->client : "", v->since[0] != '\0' ? " since then" : "");
}

static int
show(const struct view *v, bool on)
{
	struct entries e = { 0 };
	int error = reader_read(&e, v->state_dir);

	if (error == -ENOENT && on)
		error = wait_for_first(v, &e);
	if (error < 0)
		return say_none(v, error);
	if (v->columns)
		print_dropped(v);
	print(v, &e);
	if (on)
		return follow(v, &e);
	say_none_wanted(v, &e);
	writable_complain("qssh-vault log", v->state_dir);
	entries_free(&e);
	return fflush(stdout) == 0 ? 0 : 1;
}

int
log_run(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault",
		.options = { "follow", "client=", "since=", "json", "verify", "numbers" } };
	struct view v = { 0 };
	const char *home = getenv("HOME");
	char path[STATEDIR_SIZE];

	if (args_parse(&a, argc, argv) < 0 || set_since(&v, a.values[2]) < 0)
		return 2;
	if (a.values[3] != NULL && a.values[5] != NULL) {
		fputs("qssh-vault log: --numbers or --json, not both: conn and seq are in the objects\n", stderr);
		return 2;
	}
	if (a.values[4] != NULL &&
	    (a.values[0] != NULL || a.values[2] != NULL || a.values[3] != NULL || a.values[5] != NULL)) {
		fputs("qssh-vault log: --verify looks at whole files: beside it there is --client alone\n", stderr);
		return 2;
	}
	v.client = a.values[1];
	if (clientname_check("log", "--client", v.client) < 0)
		return 2;
	v.json = a.values[3] != NULL;
	v.numbers = a.values[5] != NULL;
	v.columns = isatty(STDOUT_FILENO) == 1 && !v.json;
	statedir_path(path, home);
	v.state_dir = path;
	if (a.values[4] != NULL)
		return verify_run(path, v.client);
	return show(&v, a.values[0] != NULL);
}
