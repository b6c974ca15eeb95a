/* SPDX-License-Identifier: ISC */
#include "store/unnamed.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/knownhosts.h"
#include "sys/clock.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TYPE_MAX 64u /* characters of a type's name; OpenSSH's longest has 34 */
#define TIME_DIGITS 12u

int
unnamed_open(struct unnamed *s, const char *state_dir)
{
	char path[4096];
	struct stat st;

	s->fd = -1;
	s->len = 0;
	if (snprintf(path, sizeof(path), "%s/unnamed", state_dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	s->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	if (s->fd < 0)
		return -errno;
	if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    ((st.st_mode & 07777) == 0600 || fchmod(s->fd, 0600) == 0))
		return 0;
	unnamed_close(s);
	return -EPERM;
}

void
unnamed_close(struct unnamed *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* With an end: whoever holds the lock for long is broken, and no reason for a client to wait. */
static int
lock(int fd)
{
	return lock_take(fd, clock_deadline(UNNAMED_LOCK_MS));
}

static int
load(struct unnamed *s)
{
	s->len = 0;
	while (s->len < sizeof(s->buf)) {
		ssize_t n = pread(s->fd, s->buf + s->len, sizeof(s->buf) - s->len, (off_t)s->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		s->len += (size_t)n;
	}
	return 0;
}

static int
store(const struct unnamed *s)
{
	for (size_t done = 0; done < s->len;) {
		ssize_t n = pwrite(s->fd, s->buf + done, s->len - done, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return ftruncate(s->fd, (off_t)s->len) == 0 ? 0 : -errno;
}

/* The next word, ended by one space or by the line's end. */
static struct span
word_take(struct span *line)
{
	const uint8_t *end = span_find(*line, ' ');
	struct span word = { line->p, end == NULL ? line->len : (size_t)(end - line->p) };
	size_t taken = word.len + (end != NULL);

	line->p += taken;
	line->len -= taken;
	return word;
}

static bool
time_read(struct span word, uint64_t *out)
{
	*out = 0;
	if (word.len == 0 || word.len > TIME_DIGITS)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
		*out = *out * 10 + (uint64_t)(word.p[i] - '0');
	}
	return true;
}

/* line without its newline */
static bool
entry_read(struct span line, struct unnamed_entry *out)
{
	struct span time = word_take(&line);

	out->client = word_take(&line);
	out->type = word_take(&line);
	out->key = word_take(&line);
	return time_read(time, &out->time) && out->client.len > 0 && out->type.len > 0 && out->key.len > 0 &&
	       line.len == 0;
}

/* A last line without a newline was torn by a crash or cut by the buffer: no entry. */
bool
unnamed_next(struct span *rest, struct unnamed_entry *untrusted_out)
{
	struct span line;

	while (span_whole_line(rest, &line)) {
		untrusted_out->line = (struct span){ line.p, line.len + 1 };
		if (entry_read(line, untrusted_out))
			return true;
	}
	return false;
}

static struct span
all(const struct unnamed *s)
{
	return (struct span){ (const uint8_t *)s->buf, s->len };
}

/* An empty client stands for every client. */
static bool
is_entry_of(const struct unnamed_entry *e, struct span client, struct span key)
{
	return (client.len == 0 || span_eq(e->client, client)) && span_eq(e->key, key);
}

/* Drops what is of client and key, what is not an entry, and where now is not 0, what is too old. */
static void
sift(struct unnamed *s, struct span client, struct span key, uint64_t now)
{
	struct span rest = all(s);
	struct unnamed_entry e;
	size_t len = 0;

	while (unnamed_next(&rest, &e)) {
		if (is_entry_of(&e, client, key) || (now > UNNAMED_LIFE && e.time < now - UNNAMED_LIFE))
			continue;
		memmove(s->buf + len, e.line.p, e.line.len);
		len += e.line.len;
	}
	s->len = len;
}

static bool
is_fresh(const struct unnamed *s, struct span client, struct span key, uint64_t now)
{
	struct span rest = all(s);
	struct unnamed_entry e;

	while (unnamed_next(&rest, &e)) {
		if (is_entry_of(&e, client, key) && e.time <= now && now - e.time < UNNAMED_FRESH)
			return true;
	}
	return false;
}

static void
drop(struct unnamed *s, struct span line)
{
	size_t start = (size_t)(line.p - (const uint8_t *)s->buf), end = start + line.len;

	memmove(s->buf + start, s->buf + end, s->len - end);
	s->len -= line.len;
}

/* What client has there: entries, bytes, and the oldest. */
static size_t
count(const struct unnamed *s, struct span client, size_t *bytes, struct span *oldest)
{
	struct span rest = all(s);
	struct unnamed_entry e;
	size_t n = 0;

	*bytes = 0;
	while (unnamed_next(&rest, &e)) {
		if (!span_eq(e.client, client))
			continue;
		if (n++ == 0)
			*oldest = e.line;
		*bytes += e.line.len;
	}
	return n;
}

/* Room for one more line of client's, made from its own alone. */
static int
make_room(struct unnamed *s, struct span client, size_t need)
{
	struct span oldest = { NULL, 0 };
	size_t bytes, n;

	while ((n = count(s, client, &bytes, &oldest)) >= UNNAMED_CLIENT_KEYS || bytes + need > UNNAMED_CLIENT_SIZE ||
	       s->len + need > sizeof(s->buf)) {
		if (n == 0)
			return -ENOSPC;
		drop(s, oldest);
	}
	return 0;
}

static int
add_locked(struct unnamed *s, const struct unnamed_entry *e)
{
	int r = load(s);

	if (r != 0 || is_fresh(s, e->client, e->key, e->time))
		return r;
	sift(s, e->client, e->key, e->time);
	r = make_room(s, e->client, e->line.len);
	if (r != 0)
		return r;
	memcpy(s->buf + s->len, e->line.p, e->line.len);
	s->len += e->line.len;
	return store(s);
}

/* Writes the line, and reads it back as the entry that it is. */
static int
entry_make(struct text *t, struct span client, const struct sshkey *key, uint64_t now, struct unnamed_entry *e)
{
	char base64[HOSTS_KEY_TEXT];
	struct span rest;

	if (hosts_key_text(key, base64) == 0)
		return -EMSGSIZE;
	text_number(t, now);
	text_add(t, " ");
	text_word(t, client, LIMIT_NAME);
	text_add(t, " ");
	text_word(t, key->type, TYPE_MAX);
	text_add(t, " ");
	text_add(t, base64);
	text_add(t, "\n");
	rest = span_of(text_str(t));
	return unnamed_next(&rest, e) ? 0 : -EMSGSIZE; /* cut, it has no newline */
}

int
unnamed_add(struct unnamed *s, struct span client, const struct sshkey *key, uint64_t now)
{
	char line[UNNAMED_LINE];
	struct unnamed_entry e;
	struct text t;
	int r;

	text_open(&t, line, sizeof(line));
	r = entry_make(&t, client, key, now, &e);
	if (r == 0)
		r = lock(s->fd);
	if (r != 0)
		return r;
	r = add_locked(s, &e);
	lock_release(s->fd);
	return r;
}

int
unnamed_read(struct unnamed *s, struct span *rest)
{
	int r = lock(s->fd);

	if (r == 0) {
		r = load(s);
		lock_release(s->fd);
	}
	*rest = all(s);
	if (r != 0)
		rest->len = 0;
	return r;
}

int
unnamed_remove(struct unnamed *s, struct span key)
{
	int r = lock(s->fd);

	if (r != 0)
		return r;
	r = load(s);
	if (r == 0) {
		sift(s, (struct span){ NULL, 0 }, key, 0);
		r = store(s);
	}
	lock_release(s->fd);
	return r;
}
