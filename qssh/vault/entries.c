/* SPDX-License-Identifier: ISC */
#include "vault/entries.h"

#include "base/limits.h"
#include "store/recorddir.h"
#include "store/recordline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of a connection: enough that two are hardly ever the same. */
#define NAME_DIGITS 6u

#define TIME_LEN 24u /* 2026-01-01T00:00:00.000Z */

static void *
grow(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room == 0 ? 1024 : *room * 2;
	array = realloc(array, *room * size);
	if (array == NULL)
		abort();
	return array;
}

static int64_t
time_of(struct span line)
{
	struct tm tm = { 0 };
	struct span value;
	char text[TIME_LEN + 1];

	if (!recordline_get(line, "time", &value) || value.len != TIME_LEN)
		return 0;
	memcpy(text, value.p, TIME_LEN);
	text[TIME_LEN] = '\0';
	if (strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
		return 0;
	return (int64_t)timegm(&tm) * 1000 + strtol(text + 20, NULL, 10);
}

/* Bytes of our own that lines point into. */
static uint8_t *
keep(struct entries *e, size_t len)
{
	uint8_t *text = malloc(len + 1);

	if (text == NULL)
		abort();
	e->texts = grow(e->texts, e->texts_count, &e->texts_room, sizeof(*e->texts));
	e->texts[e->texts_count++] = text;
	text[len] = '\0';
	return text;
}

static void
add_line(struct entries *e, struct span line)
{
	struct entry *n;
	struct span seq;

	e->all = grow(e->all, e->count, &e->room, sizeof(*e->all));
	n = &e->all[e->count];
	*n = (struct entry){ .line = line, .time = time_of(line), .number = e->count };
	(void)recordline_get(line, "conn", &n->conn);
	if (recordline_get(line, "seq", &seq))
		n->seq = strtoul((const char *)seq.p, NULL, 10); /* it ends in a space or newline */
	e->count++;
}

/* One of ours about damage. */
static void
add_ours(struct entries *e, const char *line, size_t len)
{
	uint8_t *text = keep(e, len);

	memcpy(text, line, len);
	add_line(e, (struct span){ text, len });
}

/* Lines of one file, as they come. */
struct reading {
	struct entries *e;
	const char *client; /* NULL: any */
	char *time; /* of the last line that is not damaged */
	unsigned long damaged; /* lines in a row, so far */
	struct span first; /* of them */
};

static void
end_damage(struct reading *r)
{
	char line[DAMAGE_SIZE];

	if (r->damaged > 0)
		add_ours(r->e, line,
		    damage_lines(
			line, r->client == NULL ? RECORDDIR_NOBODY : r->client, r->time, r->damaged, r->first));
	r->damaged = 0;
}

static void
add_damage(struct reading *r, struct span line)
{
	if (r->damaged++ == 0)
		r->first = line;
}

static void
take_line(struct reading *r, struct span line)
{
	if (line.len == 0)
		return;
	if (damage_is(line, r->client)) {
		add_damage(r, line);
		return;
	}
	end_damage(r);
	damage_time(r->time, line);
	add_line(r->e, line);
}

/* Each whole line, and what is too long to become one. Where the last one ends. */
static size_t
split(struct reading *r, struct span text)
{
	const uint8_t *begin = text.p;
	struct span line;

	while (span_whole_line(&text, &line))
		take_line(r, line);
	if (text.len >= LIMIT_RECORD_LINE) {
		add_damage(r, text);
		text.p += text.len;
	}
	end_damage(r);
	return (size_t)(text.p - begin);
}

static struct entries_file *
find_file(struct entries *e, const struct stat *st)
{
	struct entries_file *files;

	for (size_t i = 0; i < e->files_count; i++)
		if (e->files[i].dev == st->st_dev && e->files[i].ino == st->st_ino)
			return &e->files[i];
	files = realloc(e->files, (e->files_count + 1) * sizeof(*files));
	if (files == NULL)
		abort();
	e->files = files;
	files[e->files_count] = (struct entries_file){ .dev = st->st_dev, .ino = st->st_ino, .time = DAMAGE_NO_TIME };
	return &files[e->files_count++];
}

/* What the file holds beyond f->at, up to end. Why it can't be read, or NULL. */
static const char *
read_rest(struct entries *e, struct entries_file *f, const char *client, int fd, off_t end)
{
	struct reading r = { .e = e, .client = client, .time = f->time };
	uint8_t *text;
	ssize_t n;

	if (end <= f->at)
		return NULL;
	text = keep(e, (size_t)(end - f->at));
	n = pread(fd, text, (size_t)(end - f->at), f->at);
	if (n > 0)
		f->at += (off_t)split(&r, (struct span){ text, (size_t)n });
	return n < 0 ? "it can't be read" : NULL;
}

static const char *
read_open(struct entries *e, const char *client, int fd)
{
	struct entries_file *f;
	struct stat st;
	const char *why;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return "it is not a regular file";
	f = find_file(e, &st);
	why = read_rest(e, f, client, fd, st.st_size < LIMIT_RECORD_FILE ? st.st_size : LIMIT_RECORD_FILE);
	return why != NULL || st.st_size <= LIMIT_RECORD_FILE ? why : "it is too long: its end is not read";
}

/* A file that is there and can't be read is told of, once. */
static void
read_file(struct entries *e, int dir, const char *client, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	char line[DAMAGE_SIZE];
	const char *why;

	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1)
		why = errno == ELOOP ? "it is a link" : "it can't be read";
	else
		why = read_open(e, client, fd);
	if (fd != -1)
		close(fd);
	if (why != NULL && !e->again)
		add_ours(e, line, damage_file(line, client == NULL ? RECORDDIR_NOBODY : client, name, why));
}

static int
read_client(void *ctx, const struct recorddir *d)
{
	struct recorddir_older older;

	for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
		if (recorddir_older(d, (enum record_kind)kind, &older) < 0)
			continue;
		for (unsigned i = 0; i < older.count; i++) {
			char name[32];

			recorddir_older_name((enum record_kind)kind, older.number[i], name);
			read_file(ctx, d->fd, d->client, name);
		}
		read_file(ctx, d->fd, d->client, recorddir_name((enum record_kind)kind));
	}
	return 0;
}

/* Where all clients' lines were together, before each had files of its own. */
static void
read_former(struct entries *e, int state)
{
	static const char *const names[] = { "signatures.1", "signatures", "requests.1", "requests" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		read_file(e, state, NULL, names[i]);
}

static void
forget(struct entries *e)
{
	for (size_t i = 0; i < e->texts_count; i++)
		free(e->texts[i]);
	e->texts_count = e->count = 0;
}

int
entries_read(struct entries *e, const char *state_dir)
{
	int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), all;

	forget(e);
	if (state == -1)
		return -errno;
	read_former(e, state);
	close(state);
	all = recorddir_open_all(state_dir, false);
	if (all < 0)
		return all == -ENOENT ? (e->files_count > 0 ? 0 : -ENOENT) : all;
	(void)recorddir_each(all, read_client, e);
	close(all);
	e->again = true;
	return 0;
}

static int
by_conn(const struct entry *x, const struct entry *y)
{
	size_t len = x->conn.len < y->conn.len ? x->conn.len : y->conn.len;
	int order = len == 0 ? 0 : memcmp(x->conn.p, y->conn.p, len);

	if (order == 0 && x->conn.len != y->conn.len)
		order = x->conn.len < y->conn.len ? -1 : 1;
	if (order == 0 && x->seq != y->seq)
		order = x->seq < y->seq ? -1 : 1;
	return order != 0 ? order : x->number < y->number ? -1 : x->number > y->number;
}

static int
compare_conn(const void *a, const void *b)
{
	return by_conn(a, b);
}

static int
compare_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->time != y->time ? (x->time < y->time ? -1 : 1) : by_conn(x, y);
}

static int
compare_block(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->block != y->block ? (x->block < y->block ? -1 : 1) : by_conn(x, y);
}

static bool
same_conn(const struct entry *a, const struct entry *b)
{
	return a->conn.len > 0 && span_eq(a->conn, b->conn);
}

bool
entries_follow(const struct entry *a, const struct entry *b)
{
	return same_conn(a, b) && b->seq == a->seq + 1;
}

void
entries_name(const struct entry *e, char name[ENTRIES_NAME])
{
	name[0] = '\0';
	if (e->conn.len >= NAME_DIGITS && recordline_is(e->line, "event", "sign"))
		snprintf(name, ENTRIES_NAME, "%.*s.%lu", (int)NAME_DIGITS, (const char *)e->conn.p, e->seq);
}

const struct entry *
entries_find(const struct entries *e, const char *name, const char *client, size_t *count)
{
	size_t digits = strcspn(name, ".");
	const struct entry *found = NULL;
	char own[ENTRIES_NAME];

	*count = 0;
	for (size_t i = 0; digits >= NAME_DIGITS && i < e->count; i++) {
		const struct entry *at = &e->all[i];

		entries_name(at, own);
		if (own[0] == '\0' || at->conn.len < digits || memcmp(at->conn.p, name, digits) != 0 ||
		    strcmp(name + digits, own + NAME_DIGITS) != 0 ||
		    (client != NULL && !recordline_is(at->line, "client", client)))
			continue;
		found = at;
		++*count;
	}
	return found;
}

void
entries_sort(struct entries *e, bool together)
{
	if (e->count == 0)
		return;
	qsort(e->all, e->count, sizeof(*e->all), compare_conn);
	for (size_t i = 0; i < e->count; i++) {
		struct entry *at = &e->all[i], *before = i == 0 ? NULL : at - 1;
		bool goes_on = before != NULL && same_conn(before, at);

		if (goes_on && at->time < before->time)
			at->time = before->time;
		at->block = goes_on && at->time - before->time <= ENTRIES_APART_MS ? before->block : at->time;
	}
	qsort(e->all, e->count, sizeof(*e->all), together ? compare_block : compare_time);
}

void
entries_free(struct entries *e)
{
	forget(e);
	free(e->texts);
	free(e->files);
	free(e->all);
	*e = (struct entries){ 0 };
}
