/* SPDX-License-Identifier: ISC */
#include "agents/start.h"

#include "check.h"

#include <string.h>

static void
a_unit_name_goes_both_ways(void)
{
	static const char *const names[][2] = {
		{ "work", "qssh-agent@work.service" },
		{ "a-b.c_d", "qssh-agent@a-b.c_d.service" },
		{ "a+b++", "qssh-agent@a\\x2bb\\x2b\\x2b.service" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char unit[AGENTSTART_UNIT], *instance = unit + strlen("qssh-agent@");

		agentstart_unit(names[i][0], unit);
		CHECK(strcmp(unit, names[i][1]) == 0);
		*strstr(unit, ".service") = '\0';
		agentstart_unescape(instance);
		CHECK(strcmp(instance, names[i][0]) == 0);
	}
}

static void
the_longest_name_has_room(void)
{
	char name[65], unit[AGENTSTART_UNIT];

	memset(name, '+', 64);
	name[64] = '\0';
	agentstart_unit(name, unit);
	CHECK(strlen(unit) == strlen("qssh-agent@.service") + 4 * 64);
}

static void
programs_are_found_beside_this_one(void)
{
	char path[4096], tiny[8];

	CHECK(agentstart_beside("qssh-load", path, sizeof(path)) == 0);
	CHECK(path[0] == '/' && strcmp(strrchr(path, '/'), "/qssh-load") == 0);
	CHECK(agentstart_beside("qssh-load", tiny, sizeof(tiny)) < 0);
}

int
main(void)
{
	TEST(a_unit_name_goes_both_ways);
	TEST(the_longest_name_has_room);
	TEST(programs_are_found_beside_this_one);
	return check_done();
}
