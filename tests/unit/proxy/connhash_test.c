/* SPDX-License-Identifier: ISC */
#include "proxy/connhash.h"

#include "check.h"

#include <errno.h>
#include <string.h>

/* Seen as the name of a socket with `IdentityAgent …/%C`, OpenSSH 9.2p1. */
static void
is_what_ssh_calls_the_connection(void)
{
	char hex[CONNHASH_SIZE];

	CHECK(connhash_of("ssh-client", "host", "22", "remote", hex) == 0);
	CHECK(strcmp(hex, "a32d7ade862395e123c6ac63e277417fce41d354") == 0);
}

static void
differs_by_each_of_the_four(void)
{
	static const char *const words[][4] = { { "l", "h", "1", "r" }, { "m", "h", "1", "r" }, { "l", "i", "1", "r" },
		{ "l", "h", "2", "r" }, { "l", "h", "1", "s" } };
	char first[CONNHASH_SIZE], hex[CONNHASH_SIZE];

	CHECK(connhash_of("l", "h", "1", "r", first) == 0);
	for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++) {
		CHECK(connhash_of(words[i][0], words[i][1], words[i][2], words[i][3], hex) == 0);
		CHECK(strcmp(first, hex) != 0);
	}
}

static void
names_beyond_4_kib_are_refused(void)
{
	static char name[4096];
	char hex[CONNHASH_SIZE];

	memset(name, 'x', sizeof(name) - 1);
	CHECK(connhash_of("l", name, "", "", hex) == 0);
	CHECK(connhash_of("l", name, "1", "", hex) == -E2BIG);
	CHECK(connhash_of(name, name, name, name, hex) == -E2BIG);
}

int
main(void)
{
	TEST(is_what_ssh_calls_the_connection);
	TEST(differs_by_each_of_the_four);
	TEST(names_beyond_4_kib_are_refused);
	return check_done();
}
