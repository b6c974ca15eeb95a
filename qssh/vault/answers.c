/* SPDX-License-Identifier: ISC */
#include "vault/answers.h"

#include "store/cooldown.h"
#include "store/grants.h"
#include "sys/args.h"
#include "sys/json.h"
#include "sys/rundir.h"
#include "vault/clientname.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One of the asker's directories. A descriptor, or -errno after a complaint. */
static int
open_dir(const char *verb, const char *name)
{
	char runtime_dir[4096];
	int fd = rundir_find(runtime_dir, sizeof(runtime_dir));

	if (fd == 0)
		fd = rundir_open(runtime_dir, name);
	if (fd < 0)
		fprintf(
		    stderr, "qssh-vault %s: this user's runtime directory can't be used: %s\n", verb, strerror(-fd));
	return fd;
}

/* The sooner end, by the clocks as they are now. */
static long
seconds_left(const struct grant *g, const struct grants_now *now)
{
	int64_t boot = g->boot_until_ms - now->boot_ms, wall = g->wall_until_ms - now->wall_ms;

	return (long)((boot < wall ? boot : wall) / 1000);
}

static void
print_left(long seconds)
{
	char left[32];

	if (seconds >= 3600)
		snprintf(left, sizeof(left), "%ldh%02ldm", seconds / 3600, seconds / 60 % 60);
	else
		snprintf(left, sizeof(left), "%ldm%02lds", seconds / 60, seconds % 60);
	printf("%-7s  ", left);
}

/* Only proven hosts are ever remembered, so the word says nothing here. */
static const char *
host_name(const char *host)
{
	static const char proven[] = "proven ";

	return strncmp(host, proven, sizeof(proven) - 1) == 0 ? host + sizeof(proven) - 1 : host;
}

static void
print_text(const struct grant *g, const struct grants_now *now)
{
	const struct subject *s = &g->subject;

	printf("%3u  ", g->id);
	print_left(seconds_left(g, now));
	printf("%s%s%s: %s", g->client, strcmp(g->arg, "-") == 0 ? "" : " +", strcmp(g->arg, "-") == 0 ? "" : g->arg,
	    s->purpose);
	if (strcmp(s->purpose, "login") == 0)
		printf(" as %s to %s", s->user, host_name(s->host));
	else if (strstr(s->host, " via ") != NULL)
		fputs(strstr(s->host, " via "), stdout);
	printf(", key %s\n", s->key);
}

static void
print_json(struct json *j, const struct grant *g, const struct grants_now *now)
{
	const struct subject *s = &g->subject;

	json_open(j, NULL, '{');
	json_number(j, "id", g->id);
	json_string(j, "client", g->client);
	json_string(j, "arg", g->arg);
	json_string(j, "key", s->key);
	json_string(j, "user", s->user);
	json_string(j, "host", s->host);
	json_string(j, "purpose", s->purpose);
	json_number(j, "seconds_left", seconds_left(g, now));
	json_close(j, '}');
}

/* All that hold, or -errno. */
static int
load(struct grant all[GRANTS_MAX], struct grants_now *now)
{
	int dir = open_dir("grants", "grants"), count;

	if (dir < 0)
		return dir;
	count = grants_now(now);
	if (count == 0)
		count = grants_list(dir, now, all);
	close(dir);
	if (count < 0)
		fprintf(stderr, "qssh-vault grants: %s\n", strerror(-count));
	return count;
}

int
remembered_list(int argc, char **argv)
{
	static struct grant all[GRANTS_MAX];
	struct args a = { .program = "qssh-vault", .options = { "json" } };
	struct json j = { .to = stdout };
	struct grants_now now;
	int count;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	count = load(all, &now);
	if (count < 0)
		return 1;
	if (a.values[0] != NULL) {
		json_open(&j, NULL, '[');
		for (int i = 0; i < count; i++)
			print_json(&j, &all[i], &now);
		json_close(&j, ']');
		json_line(&j);
		return 0;
	}
	puts(count > 0 ? "  N  LEFT     FOR" : "No answer is remembered.");
	for (int i = 0; i < count; i++)
		print_text(&all[i], &now);
	return 0;
}

static int
lift(const char *client)
{
	int dir, lifted;

	if (clientname_check("revoke", "--cooldown", client) < 0)
		return 2;
	dir = open_dir("revoke", "cooldown");
	if (dir < 0)
		return 1;
	lifted = cooldown_lift(dir, client);
	close(dir);
	if (lifted < 0) {
		fprintf(stderr, "qssh-vault revoke: %s: %s\n", client, strerror(-lifted));
		return 1;
	}
	printf(lifted > 0 ? "Questions of %s are heard again.\n" : "%s was not in cooldown.\n", client);
	return 0;
}

/* A grant's number; 0 for all; -EINVAL. */
static long
parse_number(const char *word)
{
	char *end;
	long n;

	if (strcmp(word, "all") == 0)
		return 0;
	errno = 0;
	n = strtol(word, &end, 10);
	return errno != 0 || word[0] < '1' || word[0] > '9' || *end != '\0' || n > INT32_MAX ? -EINVAL : n;
}

static int
end_answers(const char *word)
{
	long n = parse_number(word);
	int dir, ended;

	if (n < 0) {
		fprintf(stderr, "qssh-vault revoke: %s: say all, or a number that 'qssh-vault grants' shows\n", word);
		return 2;
	}
	dir = open_dir("revoke", "grants");
	if (dir < 0)
		return 1;
	ended = grants_revoke(dir, (unsigned)n);
	close(dir);
	if (ended < 0) {
		fprintf(stderr, "qssh-vault revoke: %s\n", strerror(-ended));
		return 1;
	}
	if (ended == 0 && n != 0) {
		fprintf(stderr, "qssh-vault revoke: no answer with number %ld is remembered\n", n);
		return 1;
	}
	if (ended == 0)
		puts("No answer was remembered.");
	else
		printf("%d remembered answer%s ended.\n", ended, ended == 1 ? " has" : "s have");
	return 0;
}

int
remembered_revoke(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault", .options = { "cooldown=" }, .words_max = 1 };

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (a.values[0] != NULL && a.words_count == 0)
		return lift(a.values[0]);
	if (a.values[0] != NULL) {
		fputs("qssh-vault revoke: --cooldown goes without a number\n", stderr);
		return 2;
	}
	return end_answers(a.words_count > 0 ? a.words[0] : "all");
}
