/* SPDX-License-Identifier: ISC */
#include "vault/reader.h"

#include "base/limits.h"
#include "store/recorddir.h"
#include "vault/damage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One of ours about damage. */
static void
add_ours(struct entries *e, const char *line, size_t len)
{
	uint8_t *text = entries_keep(e, len);

	memcpy(text, line, len);
	entries_add(e, (struct span){ text, len });
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
	size_t len;

	if (r->damaged > 0) {
		len =
		    damage_lines(line, r->client == NULL ? RECORDDIR_NOBODY : r->client, r->time, r->damaged, r->first);
		add_ours(r->e, line, len);
	}
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
	entries_add(r->e, line);
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
	text = entries_keep(e, (size_t)(end - f->at));
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
	size_t len;

	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1)
		why = errno == ELOOP ? "it is a link" : "it can't be read";
	else
		why = read_open(e, client, fd);
	if (fd != -1)
		close(fd);
	if (why == NULL || e->again)
		return;
	len = damage_file(line, client == NULL ? RECORDDIR_NOBODY : client, name, why);
	add_ours(e, line, len);
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

int
reader_read(struct entries *e, const char *state_dir)
{
	int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), all;

	entries_clear(e);
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
