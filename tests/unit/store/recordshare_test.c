/* SPDX-License-Identifier: ISC */
#include "store/recordshare.h"

#include "check.h"
#include "store/recorddrop.h"
#include "tempdir.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>

static struct tempdir dir;

/* A state directory of a test's own. */
static const char *
state(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir.path, name);
	return path;
}

static int
all_of(const char *path)
{
	int fd = recorddir_open_all(path, true);

	if (fd < 0)
		abort();
	return fd;
}

static off_t
size_of(int all, const char *name)
{
	struct stat st;

	return fstatat(all, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_size : -1;
}

/* So many lines of 100 bytes and more, by connections of a client's one after the other. */
static void
write_lines(const char *path, const char *client, enum record_kind kind, unsigned lines, unsigned connections)
{
	static const char line[] =
	    "time=2026-01-02T03:04:05.678Z client=x event=list verdict=answered padding=xxxxxxxx";

	for (unsigned i = 0; i < connections; i++) {
		struct recordfile signatures, requests;

		CHECK(recordshare_open(path, span_of(client), &signatures, &requests) == 0);
		for (unsigned n = 0; n < lines; n++)
			CHECK(
			    recordfile_append(kind == RECORD_SIGNATURES ? &signatures : &requests, span_of(line)) == 0);
		recordfile_close(&signatures);
		recordfile_close(&requests);
	}
}

static void
a_full_file_is_put_aside_and_the_next_goes_on_from_it(void)
{
	const char *path = state("aside");
	int all = all_of(path);
	char first[256] = "", want[RECORDFILE_HASH + 8];
	struct recordfile old;
	int fd;

	write_lines(path, "work", RECORD_REQUESTS, 2000, 1);
	CHECK(size_of(all, "work/requests") >= LIMIT_RECORD_SIZE && size_of(all, "work/requests.1") == -1);
	write_lines(path, "work", RECORD_REQUESTS, 1, 1);
	CHECK(size_of(all, "work/requests") < 256 && size_of(all, "work/requests.1") >= LIMIT_RECORD_SIZE);
	CHECK(recordfile_open(&old, all, "work/requests.1") == 0);
	fd = openat(all, "work/requests", O_RDONLY | O_CLOEXEC);
	CHECK(read(fd, first, sizeof(first) - 1) > 0);
	snprintf(want, sizeof(want), "prev=%s ", recordfile_prev(&old));
	CHECK(strstr(first, want) != NULL);
	recordfile_close(&old);
	close(fd);
	write_lines(path, "work", RECORD_REQUESTS, 2000, 2);
	CHECK(size_of(all, "work/requests.2") > 0 && size_of(all, "work/signatures.1") == -1);
	close(all);
}

static void
the_loudest_gives_its_oldest_refusals_then_its_oldest_signatures(void)
{
	const char *path = state("loud");
	int all = all_of(path);
	struct recorddrops drops;

	write_lines(path, "quiet", RECORD_REQUESTS, 1, 1);
	write_lines(path, "quiet", RECORD_SIGNATURES, 1, 1);
	write_lines(path, "loud", RECORD_REQUESTS, 2000, 3);
	write_lines(path, "loud", RECORD_SIGNATURES, 2000, 3);
	CHECK(size_of(all, "loud/requests.2") > 0 && size_of(all, "loud/signatures.2") > 0);
	recordshare_fit(all, 1400 * 1024);
	CHECK(size_of(all, "loud/requests.1") == -1 && size_of(all, "loud/signatures.1") > 0);
	recordshare_fit(all, 900 * 1024);
	CHECK(size_of(all, "loud/requests.3") == -1 && size_of(all, "loud/signatures.1") > 0);
	recordshare_fit(all, 700 * 1024);
	CHECK(size_of(all, "loud/requests") >= 0 && size_of(all, "loud/signatures.1") == -1);
	CHECK(size_of(all, "loud/signatures.2") > 0);
	recordshare_fit(all, 40 * 1024);
	CHECK(size_of(all, "loud/signatures") == -1 && size_of(all, "loud/requests") == -1);
	CHECK(size_of(all, "quiet/requests") > 0 && size_of(all, "quiet/signatures") > 0);
	CHECK(recorddrop_read(all, &drops) == 0 && drops.count == 1 && strcmp(drops.each[0].client, "loud") == 0);
	CHECK(drops.each[0].lines[RECORD_SIGNATURES] == 6000 && drops.each[0].lines[RECORD_REQUESTS] == 6000);
	CHECK(strcmp(drops.each[0].time, "2026-01-02T03:04:05.678Z") == 0);
	close(all);
}

static void
clients_of_equal_loudness_keep_equal_shares(void)
{
	const char *path = state("equal");
	int all = all_of(path);

	for (int i = 0; i < 3; i++) {
		write_lines(path, "one", RECORD_REQUESTS, 2000, 2);
		write_lines(path, "two", RECORD_REQUESTS, 2000, 2);
	}
	recordshare_fit(all, 1200 * 1024);
	CHECK(size_of(all, "one/requests.5") > 0 && size_of(all, "two/requests.5") > 0);
	CHECK(size_of(all, "one/requests.1") == -1 && size_of(all, "two/requests.1") == -1);
	close(all);
}

/* As 33 connections of a hostile client are, and more; and as thousands of quiet signatures are. */
static void
one_client_pushes_no_line_of_another_out(void)
{
	const char *path = state("push");
	int all = all_of(path);

	write_lines(path, "work", RECORD_REQUESTS, 1, 1);
	write_lines(path, "work", RECORD_SIGNATURES, 1, 1);
	write_lines(path, "evil", RECORD_REQUESTS, 128, 3000);
	write_lines(path, "evil", RECORD_SIGNATURES, 2048, 200);
	CHECK(size_of(all, "work/requests") > 0 && size_of(all, "work/signatures") > 0);
	CHECK(size_of(all, "evil/requests") > 0 && size_of(all, "dropped") > 0);
	close(all);
}

static int
add_room(void *ctx, const struct recorddir *d)
{
	off_t *room = ctx;

	for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
		struct recorddir_older older;

		*room += size_of(d->fd, recorddir_name((enum record_kind)kind));
		CHECK(recorddir_older(d, (enum record_kind)kind, &older) == 0);
		for (unsigned i = 0; i < older.count; i++) {
			char name[32];

			recorddir_older_name((enum record_kind)kind, older.number[i], name);
			*room += size_of(d->fd, name);
		}
	}
	return 0;
}

static void
all_files_together_are_bounded(void)
{
	off_t room = 0;
	int all = all_of(state("push"));

	CHECK(recorddir_each(all, add_room, &room) == 0);
	CHECK(room > LIMIT_RECORD_TOTAL / 2 && room <= LIMIT_RECORD_TOTAL);
	close(all);
}

static void
whoever_has_a_dropped_file_open_knows(void)
{
	const char *path = state("open");
	struct recordfile signatures, requests;
	int all = all_of(path);

	CHECK(recordshare_open(path, span_of("work"), &signatures, &requests) == 0);
	CHECK(recordfile_append(&signatures, span_of("time=1 x")) == 0);
	recordshare_fit(all, 0);
	CHECK(size_of(all, "work") == -1);
	CHECK(recordfile_append(&signatures, span_of("time=1 x")) == -ESTALE);
	recordfile_close(&signatures);
	recordfile_close(&requests);
	write_lines(path, "work", RECORD_SIGNATURES, 1, 1);
	close(all);
}

static void
a_file_that_a_filter_closed_is_put_aside(void)
{
	const char *path = state("closed");
	struct recordfile signatures, requests;
	int all = all_of(path);

	CHECK(recordshare_open(path, span_of("work"), &signatures, &requests) == 0);
	CHECK(recordfile_end(&signatures, "time=-") == 0);
	write_lines(path, "work", RECORD_SIGNATURES, 1, 1);
	CHECK(size_of(all, "work/signatures.1") > 0);
	recordfile_close(&signatures);
	recordfile_close(&requests);
	close(all);
}

static void
what_stands_in_the_way_is_refused_at_once(void)
{
	const char *path = state("fifo");
	struct recordfile signatures, requests;
	int all = all_of(path);

	alarm(10);
	CHECK(mkdirat(all, "work", 0700) == 0 && mkfifoat(all, "work/signatures", 0600) == 0);
	CHECK(recordshare_open(path, span_of("work"), &signatures, &requests) == -EINVAL);
	CHECK(signatures.fd == -1 && requests.fd != -1);
	recordfile_close(&requests);
	CHECK(symlinkat("/tmp", all, "play") == 0);
	CHECK(recordshare_open(path, span_of("play"), &signatures, &requests) == -ENOTDIR);
	CHECK(mkfifoat(all, ".lock", 0600) == 0);
	CHECK(recordshare_open(path, span_of("new"), &signatures, &requests) == 0);
	recordfile_close(&signatures);
	recordfile_close(&requests);
	alarm(0);
	close(all);
}

static void
a_client_without_a_name_has_a_place_too(void)
{
	const char *path = state("nobody");
	int all = all_of(path);

	write_lines(path, "", RECORD_REQUESTS, 1, 1);
	CHECK(size_of(all, "-/requests") > 0);
	close(all);
}

static void
drops_of_many_clients_are_bounded(void)
{
	static struct recorddrops drops;
	int all = all_of(state("drops"));
	unsigned long long sum = 0;

	for (unsigned i = 0; i < RECORDDROP_CLIENTS + 50; i++) {
		char client[LIMIT_QUBE + 1], time[32];

		snprintf(client, sizeof(client), "disp%u", i);
		snprintf(time, sizeof(time), "2026-01-02T03:04:%02u.%03uZ", i / 100, i);
		CHECK(recorddrop_add(all, client, RECORD_REQUESTS, 3, time) == 0);
	}
	CHECK(recorddrop_read(all, &drops) == 0 && drops.count <= RECORDDROP_CLIENTS);
	for (unsigned i = 0; i < drops.count; i++)
		sum += drops.each[i].lines[RECORD_REQUESTS];
	CHECK(sum == 3 * (RECORDDROP_CLIENTS + 50));
	CHECK(strcmp(drops.each[0].client, RECORDDROP_OTHERS) == 0);
	close(all);
}

int
main(void)
{
	dir = tempdir_new();
	TEST(a_full_file_is_put_aside_and_the_next_goes_on_from_it);
	TEST(the_loudest_gives_its_oldest_refusals_then_its_oldest_signatures);
	TEST(clients_of_equal_loudness_keep_equal_shares);
	TEST(one_client_pushes_no_line_of_another_out);
	TEST(all_files_together_are_bounded);
	TEST(whoever_has_a_dropped_file_open_knows);
	TEST(a_file_that_a_filter_closed_is_put_aside);
	TEST(what_stands_in_the_way_is_refused_at_once);
	TEST(a_client_without_a_name_has_a_place_too);
	TEST(drops_of_many_clients_are_bounded);
	tempdir_drop(&dir);
	return check_done();
}
