/* SPDX-License-Identifier: ISC */
#include "store/grants.h"

#include "base/text.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "qssh-grant 1"

/* More than all fields at their longest. */
#define FILE_MAX 4096u

int
grants_now(struct grants_now *now)
{
	now->boot_ms = clock_boot();
	now->wall_ms = clock_wall();
	return clock_boot_id(now->boot);
}

/* The file's text, read line by line in one order; anything else makes it none. */
struct reader {
	char *at;
	bool bad;
};

static char *
take_line(struct reader *r)
{
	char *line = r->at, *end = strchr(line, '\n');

	if (end == NULL) {
		r->bad = true;
		return line;
	}
	*end = '\0';
	r->at = end + 1;
	return line;
}

static const char *
take_value(struct reader *r, const char *name)
{
	const char *line = take_line(r);
	size_t len = strlen(name);

	if (!r->bad && strncmp(line, name, len) == 0 && line[len] == ' ')
		return line + len + 1;
	r->bad = true;
	return "";
}

/* What is written here is escaped; people are shown it as it is. */
static void
take_text(struct reader *r, const char *name, char *out, size_t size)
{
	const char *value = take_value(r, name);
	size_t len = strlen(value);

	if (len >= size || !text_is_plain(span_of(value)))
		r->bad = true;
	else
		memcpy(out, value, len + 1);
}

static int64_t
take_number(struct reader *r, const char *name)
{
	const char *value = take_value(r, name);
	char *end;
	int64_t n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || n < 0)
		r->bad = true;
	return n;
}

static int
parse(char *text, struct grant *g)
{
	struct reader r = { .at = text };
	int64_t id;

	if (strcmp(take_line(&r), MAGIC) != 0)
		return -EINVAL;
	id = take_number(&r, "id");
	take_text(&r, "client", g->client, sizeof(g->client));
	take_text(&r, "arg", g->arg, sizeof(g->arg));
	take_text(&r, "key", g->subject.key, sizeof(g->subject.key));
	take_text(&r, "user", g->subject.user, sizeof(g->subject.user));
	take_text(&r, "host", g->subject.host, sizeof(g->subject.host));
	take_text(&r, "purpose", g->subject.purpose, sizeof(g->subject.purpose));
	take_text(&r, "data", g->subject.data, sizeof(g->subject.data));
	take_text(&r, "boot", g->given.boot, sizeof(g->given.boot));
	g->given.boot_ms = take_number(&r, "boot-given");
	g->boot_until_ms = take_number(&r, "boot-until");
	g->given.wall_ms = take_number(&r, "wall-given");
	g->wall_until_ms = take_number(&r, "wall-until");
	g->id = (unsigned)id;
	g->subject.rememberable = 1;
	return r.bad || *r.at != '\0' || id < 1 || id > INT32_MAX ? -EINVAL : 0;
}

/* One opened file's grant, if it is a file that counts. */
static int
load(int fd, struct grant *g)
{
	char text[FILE_MAX];
	struct stat st;
	int n;

	memset(g, 0, sizeof(*g));
	if (fstat(fd, &st) == -1)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 07777) != 0600 || st.st_nlink != 1)
		return -EPERM;
	n = file_read_fd(fd, text, sizeof(text));
	if (n < 0)
		return -EINVAL;
	text[n] = '\0';
	if (strlen(text) != (size_t)n)
		return -EINVAL;
	return parse(text, g);
}

/* How far the wall clock was put back since: the time that it shows to have passed, against the time that has. */
static bool
clock_set_back(const struct grants_now *given, const struct grants_now *now)
{
	int64_t passed = now->boot_ms - given->boot_ms, shown = now->wall_ms - given->wall_ms;

	return shown < 0 || shown < passed - passed / 1000 - GRANTS_CLOCK_SLACK_MS;
}

static bool
is_alive(const struct grant *g, const struct grants_now *now)
{
	return strcmp(g->given.boot, now->boot) == 0 && now->boot_ms >= g->given.boot_ms &&
	       now->boot_ms < g->boot_until_ms && now->wall_ms < g->wall_until_ms && !clock_set_back(&g->given, now);
}

/* Under the directory's lock. False, and the file is gone, where it does not count. */
static bool
get(int dir, const char *name, const struct grants_now *now, struct grant *g)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool counts = false;

	if (fd == -1 && errno == ENOENT)
		return false;
	if (fd != -1) {
		counts = load(fd, g) == 0 && is_alive(g, now);
		close(fd);
	}
	if (!counts)
		unlinkat(dir, name, 0);
	return counts;
}

static int
by_id(const void *a, const void *b)
{
	const struct grant *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* A grant's file is named by its subject's hash; whatever else lies here is not ours. */
static bool
is_name(const char *name)
{
	return strlen(name) == SUBJECT_HEX - 1 && strspn(name, "0123456789abcdef") == SUBJECT_HEX - 1;
}

/* Calls each() for every grant that counts, until it returns false. */
static int
walk(int dir, const struct grants_now *now, bool (*each)(void *ctx, const char *name, const struct grant *g), void *ctx)
{
	DIR *d = file_entries(dir);
	struct dirent *e;
	struct grant g;

	if (d == NULL)
		return -errno;
	while ((e = readdir(d)) != NULL)
		if (is_name(e->d_name) && get(dir, e->d_name, now, &g) && !each(ctx, e->d_name, &g))
			break;
	closedir(d);
	return 0;
}

bool
grants_find(int dir, const char *client, const char *arg, const struct subject *s, const struct grants_now *now)
{
	char name[SUBJECT_HEX];
	struct grant g;
	bool found;

	if (!s->rememberable || lock_take(dir, CLOCK_NEVER) < 0)
		return false;
	subject_hex(s, client, arg, name);
	found = get(dir, name, now, &g) && strcmp(g.client, client) == 0 && strcmp(g.arg, arg) == 0 &&
		subject_same(&g.subject, s);
	lock_release(dir);
	return found;
}

struct count {
	unsigned total;
	unsigned last_id;
};

static bool
count_one(void *ctx, const char *name, const struct grant *g)
{
	struct count *c = ctx;

	(void)name;
	c->total++;
	if (g->id > c->last_id)
		c->last_id = g->id;
	return true;
}

static int
save(int dir, const char *name, const struct grant *g)
{
	char text[FILE_MAX];
	int n = snprintf(text, sizeof(text),
	    MAGIC "\nid %u\nclient %s\narg %s\nkey %s\nuser %s\nhost %s\npurpose %s\ndata %s\nboot %s\n"
		  "boot-given %" PRId64 "\nboot-until %" PRId64 "\nwall-given %" PRId64 "\nwall-until %" PRId64 "\n",
	    g->id, g->client, g->arg, g->subject.key, g->subject.user, g->subject.host, g->subject.purpose,
	    g->subject.data, g->given.boot, g->given.boot_ms, g->boot_until_ms, g->given.wall_ms, g->wall_until_ms);

	if (n < 0 || (size_t)n >= sizeof(text))
		return -EINVAL;
	return file_replace_at(dir, name, (struct span){ (const uint8_t *)text, (size_t)n });
}

static int
put_locked(int dir, const char *name, struct grant *g)
{
	struct count c = { .total = 0 };
	int error;

	unlinkat(dir, name, 0);
	error = walk(dir, &g->given, count_one, &c);
	if (error < 0)
		return error;
	if (c.total >= GRANTS_MAX || c.last_id >= INT32_MAX)
		return -ENOSPC;
	g->id = c.last_id + 1;
	return save(dir, name, g);
}

int
grants_put(int dir, const char *client, const char *arg, const struct subject *s, uint32_t seconds,
    const struct grants_now *now)
{
	struct grant g = { .subject = *s, .given = *now };
	char name[SUBJECT_HEX];
	int64_t ms = (int64_t)seconds * 1000;
	int error;

	if (!s->rememberable || seconds == 0 || seconds > GRANTS_SECONDS_MAX || strlen(client) >= sizeof(g.client) ||
	    strlen(arg) >= sizeof(g.arg))
		return -EINVAL;
	memcpy(g.client, client, strlen(client) + 1);
	memcpy(g.arg, arg, strlen(arg) + 1);
	g.boot_until_ms = now->boot_ms + ms;
	g.wall_until_ms = now->wall_ms + ms;
	subject_hex(s, client, arg, name);
	error = lock_take(dir, CLOCK_NEVER);
	if (error < 0)
		return error;
	error = put_locked(dir, name, &g);
	lock_release(dir);
	return error;
}

struct list {
	struct grant *all;
	unsigned count;
};

static bool
add_one(void *ctx, const char *name, const struct grant *g)
{
	struct list *l = ctx;

	(void)name;
	l->all[l->count++] = *g;
	return l->count < GRANTS_MAX;
}

int
grants_list(int dir, const struct grants_now *now, struct grant *all)
{
	struct list l = { .all = all };
	int error = lock_take(dir, CLOCK_NEVER);

	if (error < 0)
		return error;
	error = walk(dir, now, add_one, &l);
	lock_release(dir);
	if (error < 0)
		return error;
	qsort(all, l.count, sizeof(*all), by_id);
	return (int)l.count;
}

struct revoke {
	int dir;
	unsigned id;
	int ended; /* or -errno */
};

static bool
revoke_one(void *ctx, const char *name, const struct grant *g)
{
	struct revoke *r = ctx;

	if (r->id != 0 && g->id != r->id)
		return true;
	if (unlinkat(r->dir, name, 0) == -1) {
		r->ended = -errno;
		return false;
	}
	r->ended++;
	return r->id == 0;
}

int
grants_revoke(int dir, unsigned id)
{
	struct revoke r = { .dir = dir, .id = id };
	struct grants_now now;
	int error = grants_now(&now);

	if (error == 0)
		error = lock_take(dir, CLOCK_NEVER);
	if (error < 0)
		return error;
	error = walk(dir, &now, revoke_one, &r);
	lock_release(dir);
	return error < 0 ? error : r.ended;
}
