/* SPDX-License-Identifier: ISC */
#include "client/history.h"

#include "sys/clock.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HISTORY_SIZE (64 * 1024)

/* Whoever holds the lock for longer is broken: the call goes on without its line. */
#define LOCK_MS 500

static int
open_history(const char *runtime_dir, int flags)
{
	char path[4096];
	int fd;

	if (runtime_dir == NULL || snprintf(path, sizeof(path), "%s/qssh-calls", runtime_dir) >= (int)sizeof(path))
		return -ENOENT;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	return fd == -1 ? -errno : fd;
}

/* Keeps the newer half, from its first whole line on. */
static void
halve(int fd)
{
	char buf[HISTORY_SIZE / 2];
	struct stat st;
	char *start;
	ssize_t n;

	if (fstat(fd, &st) == -1 || st.st_size < HISTORY_SIZE)
		return;
	n = pread(fd, buf, sizeof(buf), st.st_size - (off_t)sizeof(buf));
	start = n > 0 ? memchr(buf, '\n', (size_t)n) : NULL;
	if (ftruncate(fd, 0) == -1 || start == NULL)
		return;
	start++;
	(void)!write(fd, start, (size_t)(buf + n - start));
}

/* All of it or nothing: a part, as where the disk is full, would run into the next line. */
static void
put_line(int fd, const char *line, size_t len)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return;
	n = write(fd, line, len);
	if (n > 0 && (size_t)n < len)
		(void)!ftruncate(fd, st.st_size);
}

void
history_add(const char *runtime_dir, const char *socket, const struct target *t, const char *sentence)
{
	char line[1024], when[32];
	time_t now = time(NULL);
	struct tm tm;
	int fd, len;

	fd = open_history(runtime_dir, O_RDWR | O_CREAT | O_APPEND);
	if (fd < 0)
		return;
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	len = snprintf(line, sizeof(line), "%s %s %s%s%s %s\n", when, socket, t->qube, t->arg[0] != '\0' ? "+" : "",
	    t->arg, sentence);
	if (len > 0 && len < (int)sizeof(line) && lock_take(fd, clock_deadline(LOCK_MS)) == 0) {
		halve(fd);
		put_line(fd, line, (size_t)len);
	}
	close(fd);
}

bool
history_parse(char *untrusted_line, struct history_call *out)
{
	char *rest = untrusted_line, *when = strsep(&rest, " "), *end;
	struct tm tm = { 0 };

	end = strptime(when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	out->ended = timegm(&tm);
	out->socket = strsep(&rest, " ");
	out->target = strsep(&rest, " ");
	out->untrusted_sentence = rest;
	return end != NULL && *end == '\0' && rest != NULL;
}

int
history_each(const char *runtime_dir, void (*line)(void *ctx, char *untrusted_line), void *ctx)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *f;
	int fd = open_history(runtime_dir, O_RDONLY);

	if (fd < 0)
		return fd;
	f = fdopen(fd, "r");
	if (f == NULL) {
		close(fd);
		return -ENOMEM;
	}
	while ((len = getline(&text, &size, f)) > 0) {
		if (text[len - 1] == '\n')
			text[len - 1] = '\0';
		line(ctx, text);
	}
	free(text);
	fclose(f);
	return 0;
}
