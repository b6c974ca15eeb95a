/* SPDX-License-Identifier: ISC */
#include "client/history.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct target t;
static unsigned lines;
static char last[512], first[512];

static void
visit(void *ctx, char *line)
{
	CHECK(ctx == &lines);
	if (lines++ == 0)
		snprintf(first, sizeof(first), "%s", line);
	snprintf(last, sizeof(last), "%s", line);
}

static int
walk(void)
{
	lines = 0;
	first[0] = last[0] = '\0';
	return history_each(scratch_dir, visit, &lines);
}

static void
before_the_first_call_there_is_none(void)
{
	CHECK(walk() == -ENOENT && lines == 0);
	CHECK(history_each(NULL, visit, &lines) == -ENOENT);
	history_add(NULL, t.socket, &t, "answered");
}

static void
a_call_is_a_line_of_a_file_of_ours(void)
{
	struct history_call c;
	struct stat st;
	time_t now = time(NULL);

	target_parse(&t, span_of("vault:arg"));
	history_add(scratch_dir, t.socket, &t, "it was refused");
	CHECK(walk() == 0 && lines == 1);
	CHECK(stat(scratch_path("qssh-calls"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(history_parse(last, &c));
	CHECK(c.ended >= now && c.ended <= now + 2);
	CHECK(strcmp(c.socket, "vault:arg") == 0 && strcmp(c.target, "vault+arg") == 0);
	CHECK(strcmp(c.untrusted_sentence, "it was refused") == 0);
}

static void
a_line_of_another_shape_is_no_call(void)
{
	struct history_call c;
	char *shapes[] = { (char[]){ "" }, (char[]){ "2026-01-01T00:00:00Z" }, (char[]){ "2026-01-01T00:00:00Z s t" },
		(char[]){ "yesterday s t it went" }, (char[]){ "2026-01-01T00:00:00Zx s t it went" } };
	char good[] = "1970-01-01T00:01:00Z s t it went";

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		CHECK(!history_parse(shapes[i], &c));
	CHECK(history_parse(good, &c) && c.ended == 60 && strcmp(c.untrusted_sentence, "it went") == 0);
}

static void
a_full_history_drops_its_older_half(void)
{
	struct stat st;
	char number[64];

	target_parse(&t, span_of("default"));
	for (int i = 0; i < 3000; i++) {
		snprintf(number, sizeof(number), "call %d", i);
		history_add(scratch_dir, t.socket, &t, number);
	}
	CHECK(stat(scratch_path("qssh-calls"), &st) == 0 && st.st_size <= 64 * 1024 + 1024);
	CHECK(walk() == 0 && lines > 500);
	CHECK(strstr(last, " default @default call 2999") != NULL);
	CHECK(strncmp(first, "20", 2) == 0);
}

/* As on a full disk: what does not fit is not there in part, for the next line to run into. */
static void
half_a_line_is_taken_back(void)
{
	struct rlimit was, limit;
	struct stat before, after;

	CHECK(stat(scratch_path("qssh-calls"), &before) == 0);
	CHECK(getrlimit(RLIMIT_FSIZE, &was) == 0);
	limit = was;
	limit.rlim_cur = (rlim_t)before.st_size + 10;
	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	history_add(scratch_dir, t.socket, &t, "it does not fit");
	CHECK(setrlimit(RLIMIT_FSIZE, &was) == 0);
	CHECK(stat(scratch_path("qssh-calls"), &after) == 0 && after.st_size == before.st_size);
	history_add(scratch_dir, t.socket, &t, "it fits");
	CHECK(walk() == 0 && strstr(last, " default @default it fits") != NULL);
}

static void
a_symlink_in_its_place_is_not_followed(void)
{
	unlink(scratch_path("qssh-calls"));
	scratch_put("victim", "");
	CHECK(symlink(scratch_path("victim"), scratch_path("qssh-calls")) == 0);
	history_add(scratch_dir, t.socket, &t, "answered");
	CHECK(scratch_get("victim")[0] == '\0');
	unlink(scratch_path("qssh-calls"));
}

int
main(void)
{
	scratch_make();
	TEST(before_the_first_call_there_is_none);
	TEST(a_call_is_a_line_of_a_file_of_ours);
	TEST(a_line_of_another_shape_is_no_call);
	TEST(a_full_history_drops_its_older_half);
	TEST(half_a_line_is_taken_back);
	TEST(a_symlink_in_its_place_is_not_followed);
	return check_done();
}
