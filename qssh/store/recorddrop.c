/* SPDX-License-Identifier: ISC */
#include "store/recorddrop.h"

#include "base/qube.h"
#include "store/recordline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "dropped"
#define LINE_MAX_ 160u
#define SIZE_MAX_ (RECORDDROP_CLIENTS * LINE_MAX_)

static void
get_text(struct span line, const char *key, char *out, size_t size)
{
	struct span value;

	if (recordline_get(line, key, &value))
		snprintf(out, size, "%.*s", (int)value.len, (const char *)value.p);
}

static unsigned long long
get_number(struct span line, const char *key)
{
	char digits[24] = "0";

	get_text(line, key, digits, sizeof(digits));
	return strtoull(digits, NULL, 10);
}

static bool
is_client(const char *name)
{
	return strcmp(name, RECORDDIR_NOBODY) == 0 || strcmp(name, RECORDDROP_OTHERS) == 0 ||
	       qube_is_name(span_of(name));
}

/* The time is of a line of the record, where anything may have stood. */
static void
take_line(struct recorddrops *all, struct span line)
{
	struct recorddrop *d = &all->each[all->count];

	*d = (struct recorddrop){ .lines = { get_number(line, "signatures"), get_number(line, "requests") } };
	get_text(line, "client", d->client, sizeof(d->client));
	get_text(line, "time", d->time, sizeof(d->time));
	if (strspn(d->time, "0123456789-T:.Z") != strlen(d->time))
		d->time[0] = '\0';
	all->count += is_client(d->client);
}

static void
take_text(struct recorddrops *all, struct span text)
{
	struct span line;

	while (all->count < RECORDDROP_CLIENTS && span_whole_line(&text, &line))
		take_line(all, line);
}

int
recorddrop_read(int all, struct recorddrops *out)
{
	static uint8_t buf[SIZE_MAX_];
	int fd = openat(all, FILE_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	out->count = 0;
	if (fd == -1)
		return errno == ENOENT ? 0 : -errno;
	n = read(fd, buf, sizeof(buf));
	close(fd);
	if (n < 0)
		return -EIO;
	take_text(out, (struct span){ buf, (size_t)n });
	return 0;
}

static int
write_all(int all, const struct recorddrops *d)
{
	static char buf[SIZE_MAX_];
	int fd, len = 0, error = 0;

	for (unsigned i = 0; i < d->count && len < (int)(sizeof(buf) - LINE_MAX_); i++) {
		const struct recorddrop *e = &d->each[i];

		len += snprintf(buf + len, LINE_MAX_, "time=%s client=%s event=dropped signatures=%llu requests=%llu\n",
		    e->time, e->client, e->lines[RECORD_SIGNATURES], e->lines[RECORD_REQUESTS]);
	}
	fd = openat(all, FILE_NAME ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd == -1)
		return -errno;
	if (write(fd, buf, (size_t)len) != len || renameat(all, FILE_NAME ".new", all, FILE_NAME) == -1)
		error = -EIO;
	close(fd);
	return error;
}

static struct recorddrop *
find(struct recorddrops *d, const char *client)
{
	for (unsigned i = 0; i < d->count; i++)
		if (strcmp(d->each[i].client, client) == 0)
			return &d->each[i];
	return NULL;
}

static void
join(struct recorddrop *to, const struct recorddrop *from)
{
	for (unsigned kind = 0; kind < RECORD_KINDS; kind++)
		to->lines[kind] += from->lines[kind];
	if (strcmp(from->time, to->time) > 0)
		memcpy(to->time, from->time, sizeof(to->time));
}

/* The entry whose lines are the oldest goes to the others', which is kept at the first place. */
static void
make_room(struct recorddrops *d)
{
	unsigned oldest = 1;

	if (strcmp(d->each[0].client, RECORDDROP_OTHERS) != 0)
		strcpy(d->each[0].client, RECORDDROP_OTHERS);
	for (unsigned i = 2; i < d->count; i++)
		if (strcmp(d->each[i].time, d->each[oldest].time) < 0)
			oldest = i;
	join(&d->each[0], &d->each[oldest]);
	d->each[oldest] = d->each[--d->count];
}

int
recorddrop_add(int all, const char *client, enum record_kind kind, unsigned long long lines, const char *time)
{
	static struct recorddrops d;
	struct recorddrop more = { 0 }, *e;
	int error = recorddrop_read(all, &d);

	if (error < 0)
		return error;
	more.lines[kind] = lines;
	snprintf(more.time, sizeof(more.time), "%s", time);
	e = find(&d, client);
	if (e == NULL && d.count == RECORDDROP_CLIENTS)
		make_room(&d);
	if (e == NULL) {
		e = &d.each[d.count++];
		*e = (struct recorddrop){ 0 };
		snprintf(e->client, sizeof(e->client), "%s", client);
	}
	join(e, &more);
	return write_all(all, &d);
}
