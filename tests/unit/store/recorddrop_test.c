/* SPDX-License-Identifier: ISC */
#include "store/recorddrop.h"

#include "check.h"
#include "tempdir.h"

#include <string.h>

static struct recorddrops drops;

static void
read_lines(const char *lines)
{
	struct tempdir dir = tempdir_new();
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/dropped", dir.path);
	f = fopen(path, "w");
	fputs(lines, f);
	fclose(f);
	CHECK(recorddrop_read(dir.fd, &drops) == 0);
	tempdir_drop(&dir);
}

static void
what_was_added_is_read_again(void)
{
	struct tempdir dir = tempdir_new();

	CHECK(recorddrop_add(dir.fd, "work", RECORD_SIGNATURES, 3, "2026-01-01T00:00:00.000Z") == 0);
	CHECK(recorddrop_add(dir.fd, "-", RECORD_REQUESTS, 1, "") == 0);
	CHECK(recorddrop_add(dir.fd, "work", RECORD_REQUESTS, 2, "2026-01-02T00:00:00.000Z") == 0);
	CHECK(recorddrop_read(dir.fd, &drops) == 0 && drops.count == 2);
	CHECK(strcmp(drops.each[0].client, "work") == 0 && drops.each[0].lines[RECORD_SIGNATURES] == 3);
	CHECK(drops.each[0].lines[RECORD_REQUESTS] == 2 && strcmp(drops.each[0].time, "2026-01-02T00:00:00.000Z") == 0);
	CHECK(strcmp(drops.each[1].client, "-") == 0 && drops.each[1].time[0] == '\0');
	tempdir_drop(&dir);
}

/* The time is copied from a line of the record, where anything can stand. */
static void
bytes_that_a_terminal_obeys_are_no_time_and_no_client(void)
{
	read_lines("time=2\x1b[2J\xc2\x9b client=work event=dropped signatures=1 requests=0\n"
		   "time=2026-01-01T00:00:00.000Z client=\x1b[2J event=dropped signatures=1 requests=0\n"
		   "time=2026-01-01T00:00:00.000Z client=../x event=dropped signatures=1 requests=0\n"
		   "time=2026-01-01T00:00:00.000Z client=* event=dropped signatures=1 requests=0\n");
	CHECK(drops.count == 2);
	CHECK(strcmp(drops.each[0].client, "work") == 0 && drops.each[0].time[0] == '\0');
	CHECK(drops.each[0].lines[RECORD_SIGNATURES] == 1);
	CHECK(strcmp(drops.each[1].client, RECORDDROP_OTHERS) == 0);
}

int
main(void)
{
	TEST(what_was_added_is_read_again);
	TEST(bytes_that_a_terminal_obeys_are_no_time_and_no_client);
	return check_done();
}
