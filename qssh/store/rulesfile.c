/* SPDX-License-Identifier: ISC */
#include "store/rulesfile.h"

#include "base/text.h"
#include "ssh/pubkey.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVERYBODY "/etc/qssh/rules"

static int
fail(struct rulesfile *f, int err, const char *reason)
{
	struct text t;

	text_open(&t, f->reason, sizeof(f->reason));
	text_add(&t, f->path);
	text_add(&t, f->path[0] != '\0' ? ": " : "");
	text_add(&t, reason);
	rules_refuse(&f->rules);
	return err;
}

static int
fail_errno(struct rulesfile *f, int err)
{
	switch (err) {
	case -ENOENT: return fail(f, err, "there is no such file");
	case -EACCES: return fail(f, err, "it may not be read");
	case -ENOTDIR: return fail(f, err, "a part of the path to it is not a directory");
	case -ELOOP: return fail(f, err, "its links go in a circle");
	default: return fail(f, err, "it can't be read");
	}
}

/* A FIFO must not hold us, nor a terminal become ours. The file opened, or -errno. */
static int
open_at_once(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd == -1 ? -errno : fd;
}

/* Reads the whole of a file into buf. Its length; -EFBIG if size bytes don't hold it; -errno. */
static ssize_t
read_whole(int fd, uint8_t *buf, size_t size)
{
	size_t len = 0;

	for (;;) {
		uint8_t more;
		ssize_t n = len < size ? read(fd, buf + len, size - len) : read(fd, &more, 1);

		if (n == 0)
			return (ssize_t)len;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -errno;
		if (len == size)
			return -EFBIG;
		len += (size_t)n;
	}
}

/* One key in all the text; empty lines and comments aside. 0, -EINVAL or -E2BIG. */
static int
text_hash(struct span text, uint8_t out[SHA256_SIZE])
{
	uint8_t blob[RULESFILE_KEY_SIZE];
	struct pubkey pubkey;
	unsigned keys = 0;
	struct span line;

	while (span_line(&text, &line)) {
		size_t blank = 0;

		while (blank < line.len && (line.p[blank] == ' ' || line.p[blank] == '\t'))
			blank++;
		if (blank == line.len || line.p[blank] == '#')
			continue;
		if (pubkey_read(line, blob, sizeof(blob), &pubkey) != 0)
			return -EINVAL;
		sshkey_hash(&pubkey.key, out);
		if (++keys > 1)
			return -E2BIG;
	}
	return keys == 1 ? 0 : -EINVAL;
}

static int
fd_hash(int fd, uint8_t out[SHA256_SIZE])
{
	uint8_t text[RULESFILE_KEY_SIZE];
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st) == -1)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISDIR;
	len = read_whole(fd, text, sizeof(text));
	return len < 0 ? (int)len : text_hash((struct span){ text, (size_t)len }, out);
}

/* The hash of the one key in a .pub file. */
int
rulesfile_key_hash(void *ctx, const char *path, uint8_t out[SHA256_SIZE])
{
	int fd = open_at_once(path);
	int err;

	(void)ctx;
	if (fd < 0)
		return fd;
	err = fd_hash(fd, out);
	close(fd);
	return err;
}

static bool
is_ours_alone(const struct stat *st)
{
	return (st->st_uid == geteuid() || st->st_uid == 0) && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* The directory of the file that this path names is ours alone, and the file in it is this one. 0, or -errno. */
static int
directory_check(const char *path, const struct stat *file, int flags)
{
	char dir[4096];
	const char *name = strrchr(path, '/');
	struct stat st;
	int fd, err = 0;

	if (name == NULL || (size_t)(name - path) >= sizeof(dir) - 1)
		return -ENAMETOOLONG;
	snprintf(dir, sizeof(dir), "%.*s/", (int)(name - path), path);
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -errno;
	if (fstat(fd, &st) == -1)
		err = -errno;
	else if (!is_ours_alone(&st))
		err = -EPERM;
	else if (fstatat(fd, name + 1, &st, flags) == -1 || st.st_dev != file->st_dev || st.st_ino != file->st_ino)
		err = -ESTALE;
	close(fd);
	return err;
}

/* Where the file that fd is really stands, after all symbolic links. */
static int
fd_path(int fd, char *path, size_t size)
{
	char proc[32];
	ssize_t len;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	len = readlink(proc, path, size);
	if (len == -1)
		return -errno;
	if ((size_t)len == size)
		return -ENAMETOOLONG;
	path[len] = '\0';
	return 0;
}

/*
 * Nobody but the user and root could have written what fd reads, or put it in its place, or put the link to it in
 * its.
 */
static int
check_believable(struct rulesfile *f, int fd)
{
	char real[4096];
	struct stat st;
	int err;

	if (fstat(fd, &st) == -1)
		return fail_errno(f, -errno);
	if (!S_ISREG(st.st_mode))
		return fail(f, -EINVAL, "it is not a regular file");
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fail(f, -EPERM, "it belongs to neither the user nor root");
	if (!is_ours_alone(&st))
		return fail(f, -EPERM, "its group or others may write it: 'chmod go-w' on it mends that");
	err = directory_check(f->path, &st, AT_SYMLINK_NOFOLLOW);
	if (err == -ESTALE) { /* perhaps a link */
		err = directory_check(f->path, &st, 0);
		if (err == 0)
			err = fd_path(fd, real, sizeof(real));
		if (err == 0)
			err = directory_check(real, &st, AT_SYMLINK_NOFOLLOW);
	}
	if (err == -EPERM)
		return fail(f, err,
		    "its directory belongs to, or may be written by, others than the user and root: 'chmod go-w', or "
		    "'chown', on the directory mends that");
	return err == 0 ? 0 : fail(f, err, "the directory that it is in can't be checked");
}

static int
parse(struct rulesfile *f, size_t len, const char *home)
{
	const struct rules_keyfile keyfile = { rulesfile_key_hash, NULL, home };
	struct rules_error error;
	struct text t;

	f->bad_line = 0;
	f->len = len;
	if (rules_parse(&f->rules, (struct span){ f->text, len }, &keyfile, &error) == 0)
		return 0;
	f->bad_line = error.line;
	text_open(&t, f->reason, sizeof(f->reason));
	text_add(&t, f->path);
	text_add(&t, ":");
	text_number(&t, error.line);
	text_add(&t, ":");
	text_number(&t, error.column);
	text_add(&t, ": ");
	text_add(&t, error.reason);
	return -EINVAL;
}

/* Makes the line empty, so that the others keep their numbers. */
static void
line_blank(struct rulesfile *f, unsigned number)
{
	uint8_t *at = f->text, *end = f->text + f->len;

	while (--number > 0 && at < end) {
		uint8_t *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline != NULL ? newline + 1 : end;
	}
	while (at < end && *at != '\n')
		*at++ = ' ';
}

int
rulesfile_rest(struct rulesfile *f, const char *home)
{
	unsigned last = f->bad_line;
	int err;

	if (last == 0)
		return -ENOENT;
	line_blank(f, last);
	err = parse(f, f->len, home);
	return err < 0 && f->bad_line <= last ? -ENOENT : err;
}

static int
read_and_parse(struct rulesfile *f, int fd, const char *home)
{
	ssize_t len = read_whole(fd, f->text, LIMIT_RULES_SIZE);

	if (len == -EFBIG)
		return fail(f, -EFBIG, "it is larger than 1 MiB");
	return len < 0 ? fail_errno(f, (int)len) : parse(f, (size_t)len, home);
}

static int
set_path(struct rulesfile *f, const char *before, const char *path)
{
	int n = snprintf(f->path, sizeof(f->path), "%s%s", before, path);

	f->reason[0] = '\0';
	f->bad_line = 0;
	if (n > 0 && (size_t)n < sizeof(f->path))
		return 0;
	f->path[0] = '\0';
	return fail(f, -ENAMETOOLONG, "the path of the rules is too long");
}

/*
 * Something on the way to the file is a link to nowhere: then rules were meant to be here, on a disk that is
 * missing perhaps, and what would hold in their place may allow more.
 */
static bool
path_dangles(const char *path)
{
	char head[4096];
	struct stat st;

	for (const char *end = strchr(path + 1, '/');; end = strchr(end + 1, '/')) {
		size_t len = end != NULL ? (size_t)(end - path) : strlen(path);

		if (len >= sizeof(head))
			return true;
		memcpy(head, path, len);
		head[len] = '\0';
		if (lstat(head, &st) == -1)
			return false;
		if (S_ISLNK(st.st_mode) && stat(head, &st) == -1)
			return true;
		if (end == NULL)
			return false;
	}
}

/* 1: these rules hold; 0: there is no such file; -errno. */
static int
try_file(struct rulesfile *f, const char *before, const char *path, const char *home)
{
	int fd, err = set_path(f, before, path);

	if (err < 0)
		return err;
	fd = open_at_once(f->path);
	if (fd == -ENOENT && path_dangles(f->path))
		return fail(f, -ENOENT, "a link on the way to it leads nowhere");
	if (fd < 0)
		return fd == -ENOENT ? 0 : fail_errno(f, fd);
	err = check_believable(f, fd);
	if (err == 0)
		err = read_and_parse(f, fd, home);
	close(fd);
	return err == 0 ? 1 : err;
}

int
rulesfile_find(struct rulesfile *f, const char *home, const char *everybody)
{
	int found;

	f->path[0] = '\0';
	if (home == NULL || home[0] != '/')
		return fail(f, -EINVAL, "HOME is not a directory, so the user's rules can't be found");
	found = try_file(f, home, "/.config/qssh/rules", home);
	if (found == 0)
		found = try_file(f, "", everybody, home);
	if (found != 0)
		return found < 0 ? found : 0;
	f->path[0] = '\0';
	rules_builtin(&f->rules);
	return 0;
}

int
rulesfile_open(struct rulesfile *f, const char *home)
{
	return rulesfile_find(f, home, EVERYBODY);
}

int
rulesfile_read(struct rulesfile *f, const char *path, const char *home)
{
	int fd, err = set_path(f, "", path);

	if (err < 0)
		return err;
	fd = file_open_typed(path);
	if (fd < 0)
		return fail_errno(f, fd);
	err = read_and_parse(f, fd, home);
	close(fd);
	return err;
}

int
rulesfile_parse(struct rulesfile *f, const char *path, struct span text, const char *home)
{
	int err = set_path(f, "", path);

	if (err < 0)
		return err;
	if (text.len > LIMIT_RULES_SIZE)
		return fail(f, -EFBIG, "it is larger than 1 MiB");
	memcpy(f->text, text.p, text.len);
	return parse(f, text.len, home);
}
