#include "vault/log.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/recordline.h"
#include "sys/args.h"
#include "sys/json.h"
#include "vault/since.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A record file is rotated when it is opened, and may have grown beyond its limit by then. */
#define FILE_MAX (8 * LIMIT_RECORD_SIZE)

#define TIME_SIZE sizeof("2026-01-01T00:00:00")

struct line {
	struct span text;
	size_t number; /* keeps lines of one moment in their order */
};

/* What the person wants to see, and how. */
struct view {
	int dir;
	const char *client; /* NULL: any */
	char since[TIME_SIZE]; /* "": ever */
	bool json, columns;
};

/* One record file that is followed. */
struct tail {
	const char *name;
	int fd; /* -1: not there yet */
};

/* All lines of all files, in the order of their times. */
struct lines {
	struct line *all;
	size_t count, room;
	uint8_t *files[4]; /* what the lines point into */
	size_t file_count;
};

static bool
is_wanted(const struct view *v, struct span line)
{
	struct span client, when;

	if (v->client != NULL && (!recordline_get(line, "client", &client) || !span_is(client, v->client)))
		return false;
	if (v->since[0] == '\0')
		return true;
	return recordline_get(line, "time", &when) && when.len >= TIME_SIZE - 1 &&
	       memcmp(when.p, v->since, TIME_SIZE - 1) >= 0;
}

/* A value for a person: the bytes that it stands for, made inert again. */
static void
add_value(struct text *t, struct span word)
{
	uint8_t bytes[LIMIT_RECORD_LINE];

	if (word.len <= sizeof(bytes))
		text_untrusted(t, (struct span){ bytes, recordline_decode(word, bytes) }, LIMIT_RECORD_LINE);
}

static bool
add_member(struct text *t, struct span line, const char *before, const char *key, const char *after)
{
	struct span value;

	if (!recordline_get(line, key, &value) || span_is(value, "-"))
		return false;
	text_add(t, before);
	add_value(t, value);
	text_add(t, after);
	return true;
}

static bool
has(struct span line, const char *key, const char *want)
{
	struct span value;

	return recordline_get(line, key, &value) && span_is(value, want);
}

/* In the person's own time. */
static void
add_time(struct text *t, struct span line)
{
	struct tm utc = { 0 }, local;
	char when[TIME_SIZE], out[32];
	struct span value;
	time_t seconds;

	if (!recordline_get(line, "time", &value) || value.len < TIME_SIZE - 1)
		return;
	memcpy(when, value.p, TIME_SIZE - 1);
	when[TIME_SIZE - 1] = '\0';
	if (strptime(when, "%Y-%m-%dT%H:%M:%S", &utc) == NULL)
		return;
	seconds = timegm(&utc);
	strftime(out, sizeof(out), "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &local));
	text_add(t, out);
}

static void
pad(struct text *t, size_t column)
{
	do
		text_add(t, " ");
	while (t->len < column && !t->cut);
}

static void
add_login(struct text *t, struct span line)
{
	text_add(t, "log in");
	add_member(t, line, " as ", "user", "");
	add_member(t, line, ", written \"", "written", "\",");
	if (has(line, "host", "vouched")) {
		if (!add_member(t, line, " (", "voucher", " vouches for the session)"))
			add_member(t, line, " (a host with a hashed name, ", "hostkey", ", vouches for the session)");
		return;
	}
	if (has(line, "host", "unknown"))
		text_add(t, " to an unknown host");
	else if (has(line, "host", "unnamed"))
		add_member(t, line, " to a host without a name, ", "hostkey", "");
	else if (!add_member(t, line, " to ", "to", ""))
		add_member(t, line, " to a host with a hashed name, ", "hostkey", "");
}

static void
add_sign(struct text *t, struct span line)
{
	if (has(line, "purpose", "login"))
		add_login(t, line);
	else if (!add_member(t, line, "sign: ", "purpose", ""))
		text_add(t, "sign");
	add_member(t, line, " for ", "principals", "");
	add_member(t, line, ", key id \"", "keyid", "\"");
	if (!add_member(t, line, ", key \"", "comment", "\""))
		add_member(t, line, ", key ", "key", "");
	add_member(t, line, ", rule ", "rule", "");
	add_member(t, line, ": ", "reason", "");
}

static const char *
verdict_word(struct span line)
{
	if (has(line, "event", "outcome"))
		return has(line, "outcome", "signed") ? "signed" : "failed";
	if (has(line, "event", "sign"))
		return has(line, "verdict", "allow") ? "allowed" : "refused";
	return has(line, "verdict", "refused") ? "refused" : "";
}

static void
add_event(struct text *t, struct span line)
{
	if (has(line, "event", "sign")) {
		add_sign(t, line);
	} else if (has(line, "event", "outcome")) {
		add_member(t, line, "with ", "key", "");
		if (!has(line, "outcome", "signed"))
			add_member(t, line, ": ", "outcome", "");
	} else if (has(line, "event", "repeated")) {
		add_member(t, line, "the same ", "count", " times more");
	} else if (has(line, "event", "more")) {
		add_member(t, line, "", "count", " more requests, not recorded one by one");
	} else {
		add_member(t, line, "", "event", "");
		if (!has(line, "verdict", "refused"))
			add_member(t, line, ", ", "verdict", "");
		add_member(t, line, ": ", "reason", "");
	}
}

static void
print_columns(struct span line)
{
	char buf[2 * LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, buf, sizeof(buf));
	add_time(&t, line);
	pad(&t, 21);
	add_member(&t, line, "", "client", "");
	add_member(&t, line, " +", "arg", "");
	pad(&t, 36);
	text_add(&t, verdict_word(line));
	pad(&t, 45);
	add_event(&t, line);
	puts(text_str(&t));
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
print(const struct view *v, struct span line)
{
	if (!is_wanted(v, line))
		return;
	if (v->json)
		print_json(line);
	else if (v->columns)
		print_columns(line);
	else
		printf("%.*s\n", (int)line.len, (const char *)line.p);
}

/* All that can be read from fd on, in malloc's memory; NULL for nothing. */
static uint8_t *
read_rest(int fd, size_t *len)
{
	uint8_t *buf = malloc(FILE_MAX);
	ssize_t n = 0;

	*len = 0;
	while (buf != NULL && *len < FILE_MAX && (n = read(fd, buf + *len, FILE_MAX - *len)) > 0)
		*len += (size_t)n;
	return buf;
}

/* Each whole line; a part of one without its newline is nobody's whole write. */
static void
split(struct span text, void (*each)(void *ctx, struct span line), void *ctx)
{
	const uint8_t *end;

	while (text.len > 0 && (end = memchr(text.p, '\n', text.len)) != NULL) {
		size_t len = (size_t)(end - text.p);

		if (len > 0 && len < LIMIT_RECORD_LINE)
			each(ctx, (struct span){ text.p, len });
		text.p += len + 1;
		text.len -= len + 1;
	}
}

static void
collect(void *ctx, struct span line)
{
	struct lines *l = ctx;

	if (l->count == l->room) {
		size_t room = l->room == 0 ? 4096 : l->room * 2;
		struct line *all = realloc(l->all, room * sizeof(*all));

		if (all == NULL)
			return;
		l->all = all;
		l->room = room;
	}
	l->all[l->count] = (struct line){ line, l->count };
	l->count++;
}

/* Lines begin with their time, all of one form: byte order is the order of time. */
static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	size_t len = x->text.len < y->text.len ? x->text.len : y->text.len;
	int order = memcmp(x->text.p, y->text.p, len < 29 ? len : 29);

	return order != 0 ? order : x->number < y->number ? -1 : x->number > y->number;
}

static int
open_file(const struct view *v, const char *name)
{
	return openat(v->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

static void
add_file(struct lines *l, int fd)
{
	size_t len;
	uint8_t *buf = fd == -1 ? NULL : read_rest(fd, &len);

	if (buf == NULL)
		return;
	l->files[l->file_count++] = buf;
	split((struct span){ buf, len }, collect, l);
}

static void
print_all(const struct view *v, struct tail tails[2])
{
	struct lines l = { 0 };

	for (size_t i = 0; i < 2; i++) {
		char older[32];
		int fd;

		snprintf(older, sizeof(older), "%s.1", tails[i].name);
		fd = open_file(v, older);
		add_file(&l, fd);
		if (fd != -1)
			close(fd);
		tails[i].fd = open_file(v, tails[i].name);
		add_file(&l, tails[i].fd);
	}
	if (l.count > 0)
		qsort(l.all, l.count, sizeof(*l.all), by_time);
	for (size_t i = 0; i < l.count; i++)
		print(v, l.all[i].text);
	free(l.all);
	for (size_t i = 0; i < l.file_count; i++)
		free(l.files[i]);
}

static void
print_one(void *ctx, struct span line)
{
	print(ctx, line);
}

static void
print_rest(struct view *v, int fd)
{
	size_t len;
	uint8_t *buf = read_rest(fd, &len);

	if (buf != NULL)
		split((struct span){ buf, len }, print_one, v);
	free(buf);
}

/* What the file has got since; and, if another has taken its name, all of that one. */
static void
print_new(struct view *v, struct tail *t)
{
	struct stat now, then;

	if (t->fd != -1)
		print_rest(v, t->fd);
	if (fstatat(v->dir, t->name, &now, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	if (t->fd != -1 && fstat(t->fd, &then) == 0 && then.st_ino == now.st_ino)
		return;
	if (t->fd != -1)
		close(t->fd);
	t->fd = open_file(v, t->name);
	if (t->fd != -1)
		print_rest(v, t->fd);
}

static int
follow(struct view *v, struct tail tails[2], const char *path)
{
	int watch = inotify_init1(IN_CLOEXEC);
	char events[4096];

	if (watch == -1 || inotify_add_watch(watch, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) == -1) {
		fprintf(stderr, "qssh-vault log: %s: %s\n", path, strerror(errno));
		return 1;
	}
	do {
		print_new(v, &tails[0]);
		print_new(v, &tails[1]);
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

int
log_run(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault", .options = { "follow", "client=", "since=", "json" } };
	struct tail tails[2] = { { "signatures", -1 }, { "requests", -1 } };
	struct view v = { .dir = -1 };
	const char *home = getenv("HOME");
	char path[4096];

	if (args_parse(&a, argc, argv) < 0 || set_since(&v, a.values[2]) < 0)
		return 2;
	v.client = a.values[1];
	v.json = a.values[3] != NULL;
	v.columns = isatty(STDOUT_FILENO) == 1;
	snprintf(path, sizeof(path), "%s/.local/state/qssh", home == NULL ? "" : home);
	v.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (v.dir == -1) {
		fprintf(stderr, "qssh-vault log: %s: %s\n", path,
		    errno == ENOENT ? "no request has been recorded yet" : strerror(errno));
		return 1;
	}
	print_all(&v, tails);
	if (a.values[0] != NULL)
		return follow(&v, tails, path);
	return fflush(stdout) == 0 ? 0 : 1;
}
