/* SPDX-License-Identifier: ISC */
#include "vault/verify.h"

#include "base/limits.h"
#include "store/recorddir.h"
#include "store/recorddrop.h"
#include "store/recordfile.h"
#include "store/recordline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many faults of a chain as are worth reading. */
#define FAULTS_MAX 20u

/* No line that says what stood before it is shorter: `time=… prev=…`. */
#define LINE_MIN 60u

/* One kind of lines of one client, file after file. */
struct chain {
	const char *client, *kind;
	unsigned long lines, breaks;
	struct span last; /* the last line of this file, while its hash is not known */
	char prev[RECORDFILE_HASH]; /* the hash; empty: there was no line */
	char (*hashes)[RECORDFILE_HASH]; /* of the file before, all of them: one that others had open went on growing */
	size_t hashes_count;
	bool unverified; /* the last line does not say what stood before it */
};

struct verify {
	const char *client;
	const struct recorddrops *drops;
	unsigned long breaks;
};

static void
complain(struct chain *c, const char *file, unsigned long line, const char *what)
{
	if (c->breaks++ < FAULTS_MAX)
		printf("%s/%s:%lu: %s\n", c->client, file, line, what);
}

/* Short lines, which may be many, are hashed when somebody asks. */
static const char *
last_hash(struct chain *c)
{
	if (c->last.p != NULL)
		recordfile_hash(c->last, c->prev);
	c->last = (struct span){ NULL, 0 };
	return c->prev;
}

static uint8_t *
read_fd(int fd, size_t *len)
{
	uint8_t *text = NULL;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LIMIT_RECORD_FILE)
		text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		return NULL;
	n = read(fd, text, (size_t)st.st_size);
	*len = n > 0 ? (size_t)n : 0;
	if (n == st.st_size)
		return text;
	free(text);
	return NULL;
}

/* A file that is there and can't be read breaks the chain, as one does that is gone. */
static uint8_t *
read_file(struct chain *c, int dir, const char *name, size_t *len)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	uint8_t *text;

	if (fd == -1 && errno == ENOENT)
		return NULL;
	text = fd == -1 ? NULL : read_fd(fd, len);
	if (fd != -1)
		close(fd);
	if (text == NULL) {
		printf("%s/%s: it can't be read, is too long, or is not a file\n", c->client, name);
		c->breaks++;
	}
	return text;
}

static bool
was_before(const struct chain *c, struct span prev)
{
	if (span_is(prev, c->prev))
		return true;
	for (size_t i = c->hashes_count; i-- > 0;)
		if (span_is(prev, c->hashes[i]))
			return true;
	return false;
}

/* What the line says stood before it. One that was torn, by a full disk, says so in part, or not at all. */
static bool
take_prev(struct span line, struct span *prev)
{
	if (!recordline_get(line, "prev", prev))
		return false;
	return prev->len >= RECORDFILE_HASH - 1 || prev->p + prev->len != line.p + line.len;
}

/* A file's first line goes on from some line of the file before it. */
static void
check_first(
    struct chain *c, const struct recorddrop *dropped, enum record_kind kind, const char *file, struct span prev)
{
	bool may_lack = dropped != NULL && dropped->lines[kind] > 0;

	if (c->lines > 0 && !was_before(c, prev))
		complain(c, file, 1, "lines before this one are missing");
	else if (c->lines == 0 && !span_is(prev, "-") && !may_lack)
		complain(c, file, 1, "lines before this one are missing, and were not dropped to make room");
}

static void
check_line(struct chain *c, const char *file, unsigned long number, struct span line, bool first)
{
	struct span prev;
	bool has = take_prev(line, &prev);

	c->unverified = !has;
	if (line.len >= LIMIT_RECORD_LINE)
		complain(c, file, number, "this line is longer than any that qssh writes");
	/* A torn line has no hash of its own; the next one has its. */
	if (has && !first && !span_is(prev, last_hash(c)))
		complain(c, file, number,
		    "the line before this one is not the one that was there when this one was written");
}

static void
add_hash(struct chain *c)
{
	char(*hashes)[RECORDFILE_HASH] = c->hashes;

	if (c->hashes_count % 1024 == 0)
		hashes = realloc(c->hashes, (c->hashes_count + 1024) * sizeof(*hashes));
	if (hashes == NULL)
		abort();
	c->hashes = hashes;
	memcpy(c->hashes[c->hashes_count++], last_hash(c), RECORDFILE_HASH);
}

static void
forget_hashes(struct chain *c)
{
	free(c->hashes);
	c->hashes = NULL;
	c->hashes_count = 0;
}

static void
check_file(struct chain *c, int dir, const char *file, const struct recorddrop *dropped, enum record_kind kind)
{
	size_t len = 0;
	uint8_t *text = read_file(c, dir, file, &len);
	struct span rest = { text, len }, line, prev;

	if (text == NULL)
		return;
	for (unsigned long number = 1; span_line(&rest, &line); number++) {
		if (number == 1 && take_prev(line, &prev))
			check_first(c, dropped, kind, file, prev);
		check_line(c, file, number, line, number == 1);
		if (number == 1)
			forget_hashes(c);
		c->last = line;
		if (line.len >= LINE_MIN)
			add_hash(c);
		c->lines++;
		if (rest.len == 0 && text[len - 1] == '\n' && c->unverified)
			complain(c, file, number, "the last line does not say what stood before it");
	}
	(void)last_hash(c);
	free(text);
}

static const struct recorddrop *
find_drop(const struct recorddrops *drops, const char *client)
{
	for (unsigned i = 0; i < drops->count; i++)
		if (strcmp(drops->each[i].client, client) == 0)
			return &drops->each[i];
	for (unsigned i = 0; i < drops->count; i++)
		if (strcmp(drops->each[i].client, RECORDDROP_OTHERS) == 0)
			return &drops->each[i];
	return NULL;
}

static void
check_kind(struct verify *v, const struct recorddir *d, enum record_kind kind)
{
	const struct recorddrop *dropped = find_drop(v->drops, d->client);
	struct chain c = { .client = d->client, .kind = recorddir_name(kind) };
	struct recorddir_older older;

	if (recorddir_older(d, kind, &older) < 0)
		return;
	for (unsigned i = 0; i < older.count; i++) {
		char name[32];

		recorddir_older_name(kind, older.number[i], name);
		check_file(&c, d->fd, name, dropped, kind);
	}
	check_file(&c, d->fd, recorddir_name(kind), dropped, kind);
	if (c.lines > 0 || c.breaks > 0) {
		printf("%s/%s: %lu line%s, ", c.client, c.kind, c.lines, c.lines == 1 ? "" : "s");
		if (c.breaks == 0)
			printf("whole");
		else
			printf("broken in %lu place%s", c.breaks, c.breaks == 1 ? "" : "s");
		if (dropped != NULL && dropped->lines[kind] > 0)
			printf("; older ones were dropped to make room");
		printf("%s%s\n", c.lines > 0 ? "; the last is " : "", c.prev);
	}
	v->breaks += c.breaks;
	free(c.hashes);
}

static int
check_client(void *ctx, const struct recorddir *d)
{
	struct verify *v = ctx;

	if (v->client != NULL && strcmp(v->client, d->client) != 0)
		return 0;
	check_kind(v, d, RECORD_SIGNATURES);
	check_kind(v, d, RECORD_REQUESTS);
	return 0;
}

int
verify_run(const char *state_dir, const char *client)
{
	static struct recorddrops drops;
	struct verify v = { .client = client, .drops = &drops };
	int all = recorddir_open_all(state_dir, false), error;

	error = all < 0 ? all : recorddrop_read(all, &drops);
	if (error == 0)
		error = recorddir_each(all, check_client, &v);
	if (all >= 0)
		close(all);
	if (error < 0) {
		fprintf(stderr, "qssh-vault log: %s: %s\n", state_dir,
		    error == -ENOENT ? "no request has been recorded yet" : strerror(-error));
		return 1;
	}
	return v.breaks == 0 ? 0 : 1;
}
