/* SPDX-License-Identifier: ISC */
#include "store/recordfile.h"

#include "base/base64.h"
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* No file of the record grows to that; what has no end is not a file. */
#define SIZE_END ((off_t)1024 * 1024 * 1024)

void
recordfile_hash(struct span line, char out[RECORDFILE_HASH])
{
	char padded[RECORDFILE_HASH + 1];
	uint8_t hash[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, line.p, line.len);
	sha256_end(&h, hash);
	base64_encode((struct span){ hash, sizeof(hash) }, padded, sizeof(padded));
	padded[RECORDFILE_HASH - 1] = '\0'; /* the one character of padding */
	memcpy(out, padded, RECORDFILE_HASH);
}

const char *
recordfile_prev(struct recordfile *f)
{
	if (!f->hashed)
		recordfile_hash((struct span){ f->last, f->last_len }, f->prev);
	f->hashed = true;
	return f->prev;
}

static void
keep_last(struct recordfile *f, struct span line)
{
	memcpy(f->last, line.p, line.len);
	f->last_len = line.len;
	f->hashed = false;
}

/* What is in the last bytes, at most RECORDFILE_TAIL: the last line, and whether that has its end. */
static void
look_at(struct recordfile *f, const uint8_t *tail, size_t len)
{
	const uint8_t *before;
	struct span last = { tail, len };

	f->torn = len > 0 && tail[len - 1] != '\n';
	if (len > 0 && !f->torn)
		last.len--;
	before = last.len > 0 ? memrchr(last.p, '\n', last.len) : NULL;
	if (before != NULL) {
		last.len -= (size_t)(before + 1 - last.p);
		last.p = before + 1;
	}
	f->closed = last.len > 0 && memmem(last.p, last.len, RECORDFILE_CLOSED, strlen(RECORDFILE_CLOSED)) != NULL;
	keep_last(f, last);
}

static ssize_t
read_at(int fd, void *buf, size_t size, off_t at)
{
	ssize_t n;

	do
		n = pread(fd, buf, size, at);
	while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : n;
}

/* Where the file ends now: it only ever grows. */
static int
find_end(const struct recordfile *f, off_t *end)
{
	uint8_t skipped[8 * RECORDFILE_TAIL];
	ssize_t n;

	*end = f->end;
	while ((n = read_at(f->fd, skipped, sizeof(skipped), *end)) > 0) {
		*end += n;
		if (*end >= SIZE_END)
			return -EFBIG;
	}
	return n < 0 ? (int)n : 0;
}

static int
look_back(struct recordfile *f, off_t end)
{
	uint8_t tail[RECORDFILE_TAIL];
	off_t from = end > (off_t)sizeof(tail) ? end - (off_t)sizeof(tail) : 0;
	ssize_t n = read_at(f->fd, tail, (size_t)(end - from), from);

	if (n != end - from)
		return n < 0 ? (int)n : -EIO;
	look_at(f, tail, (size_t)n);
	f->end = end;
	return 0;
}

/* What others have appended since the last look. */
static int
catch_up(struct recordfile *f)
{
	off_t end;
	int error = find_end(f, &end);

	return error < 0 || end == f->end ? error : look_back(f, end);
}

void
recordfile_close(struct recordfile *f)
{
	if (f->fd != -1)
		close(f->fd);
	f->fd = -1;
}

int
recordfile_open(struct recordfile *f, int dir, const char *name)
{
	struct stat st;
	int error = 0;

	*f = (struct recordfile){ .fd = -1, .hashed = true, .prev = "-" };
	/* Read too, for the last line. O_NONBLOCK: a FIFO is not waited for, and then refused. */
	f->fd = openat(dir, name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	if (f->fd == -1)
		return -errno;
	if (fstat(f->fd, &st) == -1)
		error = -errno;
	else if (!S_ISREG(st.st_mode))
		error = -EINVAL;
	else if (st.st_size > 0)
		error = look_back(f, st.st_size);
	if (error < 0)
		recordfile_close(f);
	return error;
}

static int
lock(int fd)
{
	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) == -1; waited++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (waited >= RECORDFILE_LOCK_MS)
			return -EBUSY;
		(void)poll(NULL, 0, 1);
	}
	return 0;
}

static int
write_all(struct recordfile *f, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	do
		n = write(f->fd, bytes, len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -errno;
	if ((size_t)n < len)
		return -EIO; /* the next look finds it */
	f->end += n;
	return 0;
}

static uint8_t *
put(uint8_t *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

static int
append_locked(struct recordfile *f, struct span line)
{
	uint8_t buf[1 + LIMIT_RECORD_LINE], *begin = buf + 1, *at = begin;
	const uint8_t *space = span_find(line, ' ');
	size_t first = space == NULL ? line.len : (size_t)(space - line.p);
	int error = catch_up(f);
	const char *prev;

	if (error < 0)
		return error;
	if (f->closed)
		return -ESTALE;
	prev = recordfile_prev(f);
	at = put(at, line.p, first);
	at = put(at, " prev=", strlen(" prev="));
	at = put(at, prev, strlen(prev));
	at = put(at, line.p + first, line.len - first);
	*at++ = '\n';
	buf[0] = '\n';
	error = write_all(f, f->torn ? buf : begin, (size_t)(at - begin) + f->torn);
	if (error < 0)
		return error;
	f->torn = false;
	keep_last(f, (struct span){ begin, (size_t)(at - 1 - begin) });
	return 0;
}

int
recordfile_append(struct recordfile *f, struct span line)
{
	int error;

	if (f->fd == -1)
		return -EBADF;
	if (line.len == 0 || line.len > RECORDFILE_LINE)
		return -EMSGSIZE;
	error = lock(f->fd);
	if (error < 0)
		return error;
	error = append_locked(f, line);
	flock(f->fd, LOCK_UN);
	return error;
}

int
recordfile_end(struct recordfile *f, const char *time_word)
{
	char line[128];
	int len = snprintf(line, sizeof(line), "%s " RECORDFILE_CLOSED, time_word);
	int error = recordfile_append(f, (struct span){ (const uint8_t *)line, (size_t)len });

	f->closed |= error == 0;
	return error;
}
