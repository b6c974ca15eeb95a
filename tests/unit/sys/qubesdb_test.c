/* SPDX-License-Identifier: ISC */
#include "sys/qubesdb.h"

#include "check.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As core-qubesdb's include/qubesdb.h has it. */
struct qdb_hdr {
	uint8_t type;
	char path[64];
	uint8_t padding[3];
	uint32_t data_len;
};

enum { RESP_OK = 7, RESP_NOENT = 8, RESP_ERROR = 9, RESP_READ = 10 };

static char value[16];

/* What a daemon's answer, which is there already, becomes. */
static int
answered(uint8_t type, uint32_t len, const char *data, size_t data_len)
{
	struct qdb_hdr h = { .type = type, .data_len = len };
	int pair[2], n;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 || write(pair[1], &h, sizeof(h)) != sizeof(h) ||
	    write(pair[1], data, data_len) != (ssize_t)data_len || shutdown(pair[1], SHUT_WR) == -1)
		abort();
	memset(value, 'x', sizeof(value));
	n = qubesdb_ask(pair[0], "/name", value, sizeof(value));
	close(pair[0]);
	close(pair[1]);
	return n;
}

static void
the_question_is_the_daemons_own(void)
{
	struct qdb_hdr h;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 || shutdown(pair[1], SHUT_WR) == -1)
		abort();
	CHECK(qubesdb_ask(pair[0], "/vm-config/qssh-vault", value, sizeof(value)) == -EPIPE);
	CHECK(read(pair[1], &h, sizeof(h)) == sizeof(h));
	CHECK(h.type == 0 && strcmp(h.path, "/vm-config/qssh-vault") == 0);
	CHECK(memcmp(h.padding, "\0\0", sizeof(h.padding)) == 0 && h.data_len == 0);
	close(pair[0]);
	close(pair[1]);
}

static void
a_value_is_read_whole(void)
{
	CHECK(answered(RESP_READ, 5, "vault", 5) == 5);
	CHECK(strcmp(value, "vault") == 0);
	CHECK(answered(RESP_READ, 0, "", 0) == 0);
	CHECK(strcmp(value, "") == 0);
	CHECK(answered(RESP_READ, 15, "123456789012345", 15) == 15);
	CHECK(strcmp(value, "123456789012345") == 0);
}

static void
no_such_key_is_told_from_what_is_no_answer(void)
{
	CHECK(answered(RESP_NOENT, 0, "", 0) == -ENOENT);
	CHECK(strcmp(value, "") == 0);
	CHECK(answered(RESP_ERROR, 0, "", 0) == -EBADMSG);
	CHECK(answered(RESP_OK, 0, "", 0) == -EBADMSG);
}

static void
what_does_not_fit_or_ends_early_is_no_value(void)
{
	CHECK(answered(RESP_READ, 16, "1234567890123456", 16) == -EFBIG);
	CHECK(strcmp(value, "") == 0);
	CHECK(answered(RESP_READ, UINT32_MAX, "", 0) == -EFBIG);
	CHECK(answered(RESP_READ, 5, "vau", 3) == -EPIPE);
	CHECK(strcmp(value, "") == 0);
	CHECK(answered(RESP_READ, 5, "va\0lt", 5) == -EBADMSG);
	CHECK(strcmp(value, "") == 0);
}

static void
an_overlong_key_is_not_asked_for(void)
{
	char key[65] = "/";

	memset(key + 1, 'k', 63);
	key[64] = '\0';
	CHECK(qubesdb_ask(-1, key, value, sizeof(value)) == -ENAMETOOLONG);
	key[63] = '\0';
	CHECK(qubesdb_ask(-1, key, value, sizeof(value)) == -EBADF);
}

int
main(void)
{
	TEST(the_question_is_the_daemons_own);
	TEST(a_value_is_read_whole);
	TEST(no_such_key_is_told_from_what_is_no_answer);
	TEST(what_does_not_fit_or_ends_early_is_no_value);
	TEST(an_overlong_key_is_not_asked_for);
	return check_done();
}
