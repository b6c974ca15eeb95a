/* SPDX-License-Identifier: ISC */
#include "vault/ledger.h"

#include "base/limits.h"
#include "ssh/hostport.h"
#include "ssh/pubkey.h"
#include "sys/clock.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OURS "known_hosts" /* in ~/.config/qssh: file 0 of hosts.h */

bool
ledger_key(const struct hosts_line *line, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key)
{
	struct pubkey pubkey;

	if (pubkey_decode(line->type, line->key, blob, HOSTS_KEY_SIZE, &pubkey) != 0)
		return false;
	*key = pubkey.key;
	return !key->certified;
}

static bool
is_hashed(struct span field)
{
	return field.len > 0 && field.p[0] == '|';
}

/* The line gives its key the name, by OpenSSH's match. */
static bool
line_has(const struct hosts_line *line, struct span name)
{
	struct names_line l = { line->field, NULL };
	struct names names = { .plain = &l };
	struct span host;
	uint16_t port;

	return hostport_read(name, &host, &port) && names_has(&names, host, port);
}

/* One of of's literal names is a name that line has. */
static bool
line_has_one(const struct hosts_line *line, struct span of)
{
	struct span part;

	while (hostport_next(&of, &part)) {
		if (line_has(line, part))
			return true;
	}
	return false;
}

/* A hashed field tells its name only to whoever guesses it: the names of the other line are the guesses. */
static bool
lines_meet(const struct hosts_line *a, const struct hosts_line *b)
{
	if (is_hashed(a->field))
		return span_eq(a->field, b->field) || line_has_one(a, b->field);
	return line_has_one(b, a->field);
}

/*
 * The first line that gives one of line's names to another key, among those found under a key and before a number;
 * else that number.
 */
static size_t
other_first(const struct ledger *l, const struct lineindex_key *under, const struct hosts_line *line, size_t before)
{
	struct lineindex_lines found = lineindex_find(&l->index, under);
	uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;

	for (size_t i = 0; i < found.n && found.at[i] < before; i++) {
		const struct hosts_line *old = &l->lines[found.at[i]].line;

		if (old->mark == HOSTS_PLAIN && span_eq(old->type, line->type) && !span_eq(old->key, line->key) &&
		    lines_meet(line, old) && ledger_key(old, blob, &key))
			return found.at[i];
	}
	return before;
}

/*
 * A readable name finds the lines that have it.
 * A hash finds no name, nor a name its hash, since each line has a salt of its own: so a new hash is tried on the
 * names of all lines of its type, and a new name on all hashes.
 * That is one HMAC for each pair of a hashed line and a name in a readable one; a line that is there already was
 * found among those of its key.
 * Patterns, too, are tried one by one.
 */
const struct ledger_line *
ledger_other(const struct ledger *l, const struct hosts_line *line)
{
	bool hashed = is_hashed(line->field);
	struct lineindex_key by_name = { .kind = LINEINDEX_NAME, .type = line->type, .name = line->field };
	struct lineindex_key by_type = { .kind = hashed ? LINEINDEX_OPEN : LINEINDEX_HIDDEN, .type = line->type };
	struct span rest = line->field;
	size_t first = l->n;

	if (hashed)
		first = other_first(l, &by_name, line, first);
	while (!hashed && hostport_next(&rest, &by_name.name))
		first = other_first(l, &by_name, line, first);
	first = other_first(l, &by_type, line, first);
	return first < l->n ? &l->lines[first] : NULL;
}

/*
 * A line found under a key holds line's key under the name, or for a hashed line (name empty) under that hash or a
 * name behind it.
 */
static bool
has_under(const struct ledger *l, const struct lineindex_key *under, const struct hosts_line *line, struct span name)
{
	struct lineindex_lines found = lineindex_find(&l->index, under);

	for (size_t i = 0; i < found.n; i++) {
		const struct hosts_line *old = &l->lines[found.at[i]].line;

		if (old->mark == line->mark && span_eq(old->type, line->type) && span_eq(old->key, line->key) &&
		    (name.len > 0 ? !is_hashed(old->field) && line_has(old, name) : lines_meet(line, old)))
			return true;
	}
	return false;
}

static bool
ledger_has_name(const struct ledger *l, const struct hosts_line *line, struct span name)
{
	struct lineindex_key by_name = { .kind = LINEINDEX_NAME, .type = line->type, .name = name };
	struct lineindex_key by_key = { .kind = LINEINDEX_HIDDEN, .type = line->type, .key = line->key };

	return has_under(l, &by_name, line, name) || has_under(l, &by_key, line, name);
}

static bool
ledger_has_hash(const struct ledger *l, const struct hosts_line *line)
{
	struct lineindex_key by_name = { .kind = LINEINDEX_NAME, .type = line->type, .name = line->field };
	struct lineindex_key by_key = { .kind = LINEINDEX_OPEN, .type = line->type, .key = line->key };
	struct span none = { NULL, 0 };

	return has_under(l, &by_name, line, none) || has_under(l, &by_key, line, none);
}

/* A line for an authority or a revoked key is known as it stands. */
static bool
ledger_has_line(const struct ledger *l, const struct hosts_line *line)
{
	struct lineindex_key as_is = { LINEINDEX_MARKED, line->type, line->key, line->field };
	struct lineindex_lines found = lineindex_find(&l->index, &as_is);

	for (size_t i = 0; i < found.n; i++) {
		const struct hosts_line *old = &l->lines[found.at[i]].line;

		if (old->mark == line->mark && span_eq(old->field, line->field))
			return true;
	}
	return false;
}

bool
ledger_has(const struct ledger *l, const struct hosts_line *line)
{
	struct span rest = line->field, name;

	if (line->mark != HOSTS_PLAIN)
		return ledger_has_line(l, line);
	if (is_hashed(line->field))
		return ledger_has_hash(l, line);
	while (hostport_next(&rest, &name)) {
		if (!ledger_has_name(l, line, name))
			return false;
	}
	return true;
}

static int
ledger_push(struct ledger *l, const struct hosts_line *line, const char *path)
{
	if (l->n == l->size) {
		size_t size = l->size == 0 ? 256 : l->size * 2;
		struct ledger_line *lines = realloc(l->lines, size * sizeof(*lines));

		if (lines == NULL)
			return -ENOMEM;
		l->lines = lines;
		l->size = size;
	}
	l->lines[l->n] = (struct ledger_line){ *line, path };
	return lineindex_add(&l->index, line, l->n++);
}

/* Counts what the line will take at most. */
int
ledger_add(struct ledger *l, const struct hosts_line *line)
{
	int r = l->n >= LIMIT_HOSTS_LINES ? -E2BIG : ledger_push(l, line, l->paths[0]);

	if (r != 0)
		return r;
	l->added++;
	l->bytes += sizeof("@cert-authority   \n") + line->field.len + line->type.len + line->key.len;
	return l->bytes <= LIMIT_HOSTS_SIZE ? 0 : -E2BIG;
}

static int
file_load(struct ledger *l, unsigned i, const char *home)
{
	struct hosts_line line;
	struct span rest;
	int r = hosts_path(i, home, l->paths[i]);

	if (r == 0)
		r = hosts_read(l->paths[i], LIMIT_HOSTS_SIZE - l->bytes, &l->texts[i], &l->lens[i]);
	if (r != 0)
		return r;
	l->bytes += l->lens[i];
	rest = (struct span){ l->texts[i], l->lens[i] };
	while (r == 0 && hosts_line_next(&rest, &line))
		r = ledger_push(l, &line, l->paths[i]);
	return r;
}

/* A descriptor or -errno. */
static int
config_dir(const char *home)
{
	static const char *const parts[] = { "/.config", "/.config/qssh" };
	char path[HOSTS_PATH];
	int fd;

	if (home == NULL || home[0] != '/')
		return -EINVAL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (snprintf(path, sizeof(path), "%s%s", home, parts[i]) >= (int)sizeof(path))
			return -ENAMETOOLONG;
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return -errno;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	lineindex_free(&l->index);
	for (unsigned i = 0; i < HOSTS_FILES; i++)
		free(l->texts[i]);
	free(l->lines);
	if (l->dir >= 0)
		close(l->dir);
	free(l);
}

int
ledger_open(struct ledger **out, const char *home)
{
	struct ledger *l = calloc(1, sizeof(*l));
	int r;

	*out = NULL;
	if (l == NULL)
		return -ENOMEM;
	l->dir = config_dir(home);
	r = l->dir < 0 ? l->dir : lock_take(l->dir, clock_deadline(LEDGER_LOCK_MS));
	for (unsigned i = 0; i < HOSTS_FILES && r == 0; i++)
		r = file_load(l, i, home);
	if (r == 0)
		*out = l;
	else
		ledger_close(l);
	return r;
}

static int
line_write(FILE *f, const struct hosts_line *line)
{
	static const char *const marks[] = { "", "@cert-authority ", "@revoked " };

	return fprintf(f, "%s%.*s %.*s %.*s\n", marks[line->mark], (int)line->field.len, (const char *)line->field.p,
		   (int)line->type.len, (const char *)line->type.p, (int)line->key.len, (const char *)line->key.p) < 0;
}

/* Our file as it is, then what is added. */
static int
ledger_print(const struct ledger *l, FILE *f)
{
	size_t len = l->lens[0];
	int bad = len > 0 && fwrite(l->texts[0], 1, len, f) != len;

	if (len > 0 && l->texts[0][len - 1] != '\n')
		bad |= putc('\n', f) == EOF;
	for (size_t i = l->n - l->added; i < l->n; i++)
		bad |= line_write(f, &l->lines[i].line);
	bad |= fflush(f) != 0;
	return bad != 0 ? -EIO : fsync(fileno(f)) == 0 ? 0 : -errno;
}

/* A link would be replaced by a file, behind the back of whoever made it. */
static bool
is_replaceable(int dir)
{
	struct stat st;

	if (fstatat(dir, OURS, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	return S_ISREG(st.st_mode);
}

/* The lock is ours, so the new file's name can be a fixed one: whatever has it was left behind by a crash. */
int
ledger_store(const struct ledger *l)
{
	static const char new[] = OURS ".new";
	int fd, r;
	FILE *f;

	if (!is_replaceable(l->dir))
		return -ELOOP;
	(void)unlinkat(l->dir, new, 0);
	fd = openat(l->dir, new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		return -errno;
	r = ledger_print(l, f);
	if (fclose(f) != 0 && r == 0)
		r = -EIO;
	if (r == 0 && renameat(l->dir, new, l->dir, OURS) != 0)
		r = -errno;
	if (r != 0) {
		(void)unlinkat(l->dir, new, 0);
		return r;
	}
	return fsync(l->dir) == 0 ? 0 : -errno;
}
