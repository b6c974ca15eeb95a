/* SPDX-License-Identifier: ISC */
#include "store/recordfile.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct tempdir dir;

static int
append(struct recordfile *f, const char *line)
{
	return recordfile_append(f, span_of(line));
}

/* The whole file. */
static const char *
text(const char *name)
{
	static char buf[128 * 1024];
	int fd = openat(dir.fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? 0 : read(fd, buf, sizeof(buf) - 1);

	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* Each line but the first has the hash of the one before it. Their number; -1: it is not so. */
static int
chain(const char *name)
{
	char prev[RECORDFILE_HASH] = "-";
	const char *at = text(name), *end;
	int lines = 0;

	for (; (end = strchr(at, '\n')) != NULL; at = end + 1, lines++) {
		const char *p = strstr(at, " prev=");

		if (p == NULL || p > end || strncmp(p + 6, prev, strlen(prev)) != 0 || p[6 + strlen(prev)] != ' ')
			return -1;
		recordfile_hash((struct span){ (const uint8_t *)at, (size_t)(end - at) }, prev);
	}
	return *at == '\0' ? lines : -1;
}

static void
a_line_has_the_hash_of_the_one_before(void)
{
	struct recordfile f;

	CHECK(recordfile_open(&f, dir.fd, "a") == 0);
	CHECK(append(&f, "time=1 one") == 0 && append(&f, "time=2 two") == 0);
	CHECK(strcmp(text("a"), "time=1 prev=- one\n"
				"time=2 prev=ME2dEoOc7Y/z6QYoPv69DxwLdy0gT1pp8OBewr8YHFw two\n") == 0);
	recordfile_close(&f);
	CHECK(recordfile_open(&f, dir.fd, "a") == 0);
	CHECK(append(&f, "time=3 three") == 0 && chain("a") == 3);
	recordfile_close(&f);
}

static void
writers_in_turn_keep_one_chain(void)
{
	struct recordfile f, g;

	CHECK(recordfile_open(&f, dir.fd, "b") == 0 && recordfile_open(&g, dir.fd, "b") == 0);
	for (int i = 0; i < 50; i++)
		CHECK(append(&f, "time=1 f") == 0 && append(i % 3 == 0 ? &g : &f, "time=1 g") == 0);
	CHECK(chain("b") == 100);
	recordfile_close(&f);
	recordfile_close(&g);
}

static void
processes_at_once_keep_one_chain(void)
{
	int status;

	for (int i = 0; i < 4; i++) {
		struct recordfile f;

		if (fork() != 0)
			continue;
		if (recordfile_open(&f, dir.fd, "c") < 0)
			_exit(1);
		for (int n = 0; n < 100; n++)
			if (append(&f, "time=1 some words") < 0)
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < 4; i++)
		CHECK(wait(&status) > 0 && status == 0);
	CHECK(chain("c") == 400);
}

static void
what_is_no_file_is_refused_at_once(void)
{
	struct recordfile f;

	CHECK(mkfifoat(dir.fd, "fifo", 0600) == 0 && mkdirat(dir.fd, "dir", 0700) == 0);
	CHECK(symlinkat("/dev/full", dir.fd, "link") == 0);
	alarm(10);
	CHECK(recordfile_open(&f, dir.fd, "fifo") == -EINVAL && f.fd == -1);
	CHECK(recordfile_open(&f, dir.fd, "dir") == -EISDIR && f.fd == -1);
	CHECK(recordfile_open(&f, dir.fd, "link") == -ELOOP && f.fd == -1);
	CHECK(recordfile_open(&f, AT_FDCWD, "/dev/null") == -EINVAL && f.fd == -1);
	CHECK(append(&f, "time=1 x") == -EBADF);
	alarm(0);
}

static void
limit(rlim_t bytes)
{
	struct rlimit r;

	signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &r) == 0);
	r.rlim_cur = bytes;
	CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
}

static void
a_torn_line_is_closed_before_the_next(void)
{
	struct recordfile f, g;

	CHECK(recordfile_open(&f, dir.fd, "d") == 0 && append(&f, "time=1 one") == 0);
	CHECK(recordfile_open(&g, dir.fd, "d") == 0);
	limit(strlen(text("d")) + 10);
	CHECK(append(&f, "time=2 two") == -EIO);
	limit(RLIM_INFINITY);
	CHECK(strcmp(text("d"), "time=1 prev=- one\ntime=2 pre") == 0);
	CHECK(append(&g, "time=3 three") == 0 && append(&f, "time=4 four") == 0);
	CHECK(strstr(text("d"), "\ntime=2 pre\ntime=3 prev=") != NULL);
	CHECK(strstr(text("d"), " three\ntime=4 prev=") != NULL);
	recordfile_close(&f);
	recordfile_close(&g);
}

static void
a_closed_file_gets_no_further_line(void)
{
	struct recordfile f, g;

	CHECK(recordfile_open(&f, dir.fd, "e") == 0 && append(&f, "time=1 one") == 0);
	CHECK(recordfile_open(&g, dir.fd, "e") == 0 && recordfile_end(&g, "time=-") == 0);
	CHECK(append(&f, "time=2 two") == -ESTALE && append(&g, "time=2 two") == -ESTALE);
	recordfile_close(&f);
	CHECK(recordfile_open(&f, dir.fd, "e") == 0 && f.closed);
	recordfile_close(&f);
	recordfile_close(&g);
}

static void
a_lock_that_is_held_is_not_waited_for_forever(void)
{
	struct recordfile f;
	int other;

	CHECK(recordfile_open(&f, dir.fd, "g") == 0);
	other = openat(dir.fd, "g", O_RDWR | O_CLOEXEC);
	CHECK(flock(other, LOCK_EX) == 0);
	alarm(10);
	CHECK(append(&f, "time=1 one") == -EBUSY);
	alarm(0);
	close(other);
	CHECK(append(&f, "time=1 one") == 0);
	recordfile_close(&f);
}

static void
the_longest_line_fits(void)
{
	static char line[RECORDFILE_LINE + 2];
	struct recordfile f;

	memset(line, 'x', sizeof(line) - 1);
	memcpy(line, "time=1 ", 7);
	CHECK(recordfile_open(&f, dir.fd, "h") == 0 && append(&f, "time=1 one") == 0);
	CHECK(append(&f, line) == -EMSGSIZE);
	line[RECORDFILE_LINE] = '\0';
	CHECK(append(&f, line) == 0 && chain("h") == 2);
	CHECK(strlen(strchr(text("h"), '\n') + 1) == LIMIT_RECORD_LINE);
	recordfile_close(&f);
}

/* Asked for early or not: of a new file, after a line, after another's line, of one that is empty. */
static void
the_hash_of_the_last_line_is_there_when_it_is_asked_for(void)
{
	struct recordfile f, g;
	char one[RECORDFILE_HASH];

	CHECK(recordfile_open(&f, dir.fd, "i") == 0 && strcmp(recordfile_prev(&f), "-") == 0);
	CHECK(append(&f, "time=1 one") == 0);
	snprintf(one, sizeof(one), "%s", recordfile_prev(&f));
	CHECK(strcmp(one, "-") != 0 && strcmp(recordfile_prev(&f), one) == 0);
	CHECK(
	    recordfile_open(&g, dir.fd, "i") == 0 && append(&g, "time=2 two") == 0 && append(&g, "time=3 three") == 0);
	CHECK(append(&f, "time=4 four") == 0 && append(&f, "time=5 five") == 0 && chain("i") == 5);
	CHECK(write(f.fd, "\n", 1) == 1 && append(&f, "time=6 six") == 0);
	recordfile_hash((struct span){ NULL, 0 }, one);
	CHECK(strstr(text("i"), one) != NULL);
	recordfile_close(&f);
	recordfile_close(&g);
}

int
main(void)
{
	dir = tempdir_new();
	TEST(a_line_has_the_hash_of_the_one_before);
	TEST(writers_in_turn_keep_one_chain);
	TEST(processes_at_once_keep_one_chain);
	TEST(what_is_no_file_is_refused_at_once);
	TEST(a_torn_line_is_closed_before_the_next);
	TEST(a_closed_file_gets_no_further_line);
	TEST(a_lock_that_is_held_is_not_waited_for_forever);
	TEST(the_longest_line_fits);
	TEST(the_hash_of_the_last_line_is_there_when_it_is_asked_for);
	tempdir_drop(&dir);
	return check_done();
}
