/* SPDX-License-Identifier: ISC */
#include "store/recordshare.h"

#include "base/limits.h"
#include "store/recorddrop.h"
#include "store/recordline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lock over the whole: files are put aside and dropped under it. A descriptor or -errno. */
static int
lock(int all)
{
	struct recordfile f;
	int error = recordfile_open(&f, all, ".lock");

	for (int waited = 0; error == 0 && flock(f.fd, LOCK_EX | LOCK_NB) == -1; waited++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			error = -errno;
		else if (waited >= RECORDSHARE_LOCK_MS)
			error = -EBUSY;
		else
			(void)poll(NULL, 0, 1);
	}
	if (error < 0)
		recordfile_close(&f);
	return error < 0 ? error : f.fd;
}

static off_t
room_of(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 || !S_ISREG(st.st_mode))
		return 0;
	return st.st_size < RECORDSHARE_BLOCK ? RECORDSHARE_BLOCK : st.st_size;
}

struct share {
	char client[LIMIT_QUBE + 1];
	off_t room;
};

struct shares {
	struct share *each;
	size_t count;
	off_t room;
};

static off_t
room_of_client(const struct recorddir *d)
{
	struct recorddir_older older;
	off_t room = 0;

	for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
		room += room_of(d->fd, recorddir_name((enum record_kind)kind));
		if (recorddir_older(d, (enum record_kind)kind, &older) < 0)
			continue;
		for (unsigned i = 0; i < older.count; i++) {
			char name[32];

			recorddir_older_name((enum record_kind)kind, older.number[i], name);
			room += room_of(d->fd, name);
		}
	}
	return room;
}

static int
count_client(void *ctx, const struct recorddir *d)
{
	struct shares *s = ctx;
	struct share *each = realloc(s->each, (s->count + 1) * sizeof(*each));

	if (each == NULL)
		return -ENOMEM;
	s->each = each;
	each[s->count] = (struct share){ .room = room_of_client(d) };
	memcpy(each[s->count].client, d->client, sizeof(d->client));
	s->room += each[s->count++].room;
	return 0;
}

/* The oldest file of the kind; the one that grows is the last to go. False: there is none. */
static bool
find_oldest(const struct recorddir *d, enum record_kind kind, bool growing, char name[32])
{
	struct recorddir_older older;

	if (growing) {
		snprintf(name, 32, "%s", recorddir_name(kind));
		return room_of(d->fd, name) > 0;
	}
	if (recorddir_older(d, kind, &older) < 0 || older.count == 0)
		return false;
	recorddir_older_name(kind, older.number[0], name);
	return true;
}

/* How many lines a file holds, and the time of the last: what is told of it when it is gone. */
static unsigned long long
count_lines(int fd, char time[32])
{
	static char buf[64 * 1024];
	unsigned long long lines = 0;
	ssize_t n;
	off_t at = 0;

	while ((n = pread(fd, buf, sizeof(buf), at)) > 0) {
		at += n;
		for (char *p = buf; (p = memchr(p, '\n', (size_t)(buf + n - p))) != NULL; p++) {
			lines++;
			if (buf + n - p > 30 && strncmp(p, "\ntime=2", 7) == 0)
				snprintf(time, 32, "%.24s", p + 6);
		}
	}
	return lines;
}

/*
 * Whoever still has it open gets no line into it from now on. A client that keeps the lock loses no more than
 * its own lines.
 */
static void
drop(int all, const struct recorddir *d, enum record_kind kind, const char *name)
{
	struct recordfile f;
	char time[32] = "";
	unsigned long long lines;

	if (recordfile_open(&f, d->fd, name) < 0) {
		(void)unlinkat(d->fd, name, 0);
		return;
	}
	(void)recordfile_end(&f, "time=-");
	lines = count_lines(f.fd, time);
	(void)recorddrop_add(all, d->client, kind, lines > 0 ? lines - 1 : 0, time);
	(void)unlinkat(d->fd, name, 0);
	recordfile_close(&f);
}

/* The first of these that there is. How much room it took; 0: nothing could be dropped. */
static off_t
drop_oldest(int all, const char *client)
{
	static const struct {
		enum record_kind kind;
		bool growing;
	} order[] = { { RECORD_REQUESTS, false }, { RECORD_SIGNATURES, false }, { RECORD_REQUESTS, true },
		{ RECORD_SIGNATURES, true } };
	struct recorddir d;
	bool made;
	off_t room = 0;
	char name[32];

	if (recorddir_open(&d, all, strcmp(client, RECORDDIR_NOBODY) == 0 ? span_of("") : span_of(client), &made) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && room == 0; i++) {
		if (!find_oldest(&d, order[i].kind, order[i].growing, name))
			continue;
		room = room_of(d.fd, name);
		drop(all, &d, order[i].kind, name);
	}
	close(d.fd);
	return room;
}

static struct share *
find_loudest(struct shares *s)
{
	struct share *loudest = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (loudest == NULL || s->each[i].room > loudest->room)
			loudest = &s->each[i];
	return loudest;
}

/* Of which nothing is left, unless a person has locked it. */
static void
remove_client(int all, const char *client)
{
	char path[LIMIT_QUBE + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%s/locked", client);
	if (fstatat(all, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size == 0)
		(void)unlinkat(all, path, 0);
	(void)unlinkat(all, client, AT_REMOVEDIR);
}

void
recordshare_fit(int all, off_t max)
{
	struct shares s = { 0 };

	(void)recorddir_each(all, count_client, &s);
	while (s.room > max) {
		struct share *loudest = find_loudest(&s);
		off_t room;

		if (loudest == NULL)
			break;
		room = drop_oldest(all, loudest->client);
		if (room == 0) /* nothing of it can go: it is as if it were not there */
			room = loudest->room;
		if (room == 0)
			break;
		loudest->room -= room < loudest->room ? room : loudest->room;
		s.room -= room;
		if (loudest->room == 0)
			remove_client(all, loudest->client);
	}
	free(s.each);
}

static bool
is_full(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size >= LIMIT_RECORD_SIZE;
}

/* Under the lock: whoever looks later finds the new file. */
static void
put_aside(const struct recorddir *d, enum record_kind kind)
{
	struct recorddir_older older;
	char name[32];

	if (recorddir_older(d, kind, &older) < 0 || older.count == RECORDDIR_OLDER_MAX)
		return;
	recorddir_older_name(kind, older.count > 0 ? older.number[older.count - 1] + 1 : 1, name);
	(void)renameat(d->fd, recorddir_name(kind), d->fd, name);
}

/* The first line of a new file goes on from the newest of the older ones. */
static void
go_on(struct recordfile *f, const struct recorddir *d, enum record_kind kind)
{
	struct recorddir_older older;
	struct recordfile before;
	char name[32];

	if (f->fd == -1 || f->end > 0 || recorddir_older(d, kind, &older) < 0 || older.count == 0)
		return;
	recorddir_older_name(kind, older.number[older.count - 1], name);
	if (recordfile_open(&before, d->fd, name) < 0)
		return;
	memcpy(f->prev, recordfile_prev(&before), sizeof(f->prev));
	recordfile_close(&before);
}

/* One that is closed but still has its name: a filter that was taken over may have written that line. */
static int
open_file(struct recordfile *f, int all, const struct recorddir *d, enum record_kind kind)
{
	int error = recordfile_open(f, d->fd, recorddir_name(kind)), fd;

	if (error == 0 && f->closed) {
		fd = lock(all);
		recordfile_close(f);
		put_aside(d, kind);
		error = recordfile_open(f, d->fd, recorddir_name(kind));
		if (fd >= 0)
			close(fd);
	}
	if (error == 0)
		go_on(f, d, kind);
	return error;
}

/* With a new client, and with each full file, there is more of the record than before. */
static void
make_room(int all, const struct recorddir *d, bool made)
{
	bool full[RECORD_KINDS];
	int fd;

	full[RECORD_SIGNATURES] = is_full(d->fd, recorddir_name(RECORD_SIGNATURES));
	full[RECORD_REQUESTS] = is_full(d->fd, recorddir_name(RECORD_REQUESTS));
	if (!made && !full[RECORD_SIGNATURES] && !full[RECORD_REQUESTS])
		return;
	fd = lock(all);
	if (fd < 0)
		return;
	for (unsigned kind = 0; kind < RECORD_KINDS; kind++)
		if (full[kind] && is_full(d->fd, recorddir_name((enum record_kind)kind)))
			put_aside(d, (enum record_kind)kind);
	recordshare_fit(all, LIMIT_RECORD_FIT);
	close(fd);
}

int
recordshare_open(const char *state_dir, struct span client, struct recordfile *signatures, struct recordfile *requests)
{
	struct recorddir d;
	bool made;
	int all = recorddir_open_all(state_dir, true), error, other;

	signatures->fd = requests->fd = -1;
	if (all < 0)
		return all;
	error = recorddir_open(&d, all, client, &made);
	if (error == 0) {
		make_room(all, &d, made);
		error = open_file(signatures, all, &d, RECORD_SIGNATURES);
		other = open_file(requests, all, &d, RECORD_REQUESTS);
		error = error < 0 ? error : other;
		close(d.fd);
	}
	close(all);
	return error;
}
