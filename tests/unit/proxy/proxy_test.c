/* SPDX-License-Identifier: ISC */
#include "proxy/proxy.h"

#include "check.h"

#include <errno.h>
#include <string.h>

/*
 * Words apart by one space each, so that two spaces hold an empty one. *w keeps pointing into them until the next
 * call.
 */
static int
parse(struct proxy_words *w, const char *line)
{
	static char words[128];
	static char *argv[16];
	char *rest = words;
	size_t n = 0;

	snprintf(words, sizeof(words), "proxy%s%s", line[0] != '\0' ? " " : "", line);
	while (rest != NULL)
		argv[n++] = strsep(&rest, " ");
	argv[n] = NULL;
	return proxy_parse(w, argv);
}

static void
host_and_port_are_enough(void)
{
	struct proxy_words w;

	CHECK(parse(&w, "host 22") == 0);
	CHECK(strcmp(w.host, "host") == 0 && strcmp(w.port, "22") == 0);
	CHECK(strcmp(w.vault, "default") == 0);
	CHECK(w.user == NULL && w.command == NULL);
}

static void
user_and_command_follow(void)
{
	struct proxy_words w;

	CHECK(parse(&w, "host 22 u") == 0);
	CHECK(strcmp(w.user, "u") == 0 && w.command == NULL);
	CHECK(parse(&w, "host 22 u -- nc -- x") == 0);
	CHECK(strcmp(w.user, "u") == 0);
	CHECK(strcmp(w.command[0], "nc") == 0 && strcmp(w.command[1], "--") == 0 && strcmp(w.command[2], "x") == 0);
	CHECK(w.command[3] == NULL);
	CHECK(parse(&w, "host 22 -- nc") == 0);
	CHECK(w.user == NULL && strcmp(w.command[0], "nc") == 0);
}

static void
vault_comes_first(void)
{
	struct proxy_words w;

	CHECK(parse(&w, "--vault work:git ::1 22 u") == 0);
	CHECK(strcmp(w.vault, "work:git") == 0 && strcmp(w.host, "::1") == 0 && strcmp(w.user, "u") == 0);
}

static void
what_is_no_command_line_is_refused(void)
{
	struct proxy_words w;

	CHECK(parse(&w, "") == -EINVAL);
	CHECK(parse(&w, "host") == -EINVAL);
	CHECK(parse(&w, " 22") == -EINVAL);
	CHECK(parse(&w, "-x 22") == -EINVAL);
	CHECK(parse(&w, "--vault") == -EINVAL);
	CHECK(parse(&w, "--vault v") == -EINVAL);
	CHECK(parse(&w, "host 22 --") == -EINVAL);
	CHECK(parse(&w, "host 22 u v") == -EINVAL);
	CHECK(parse(&w, "host 22 u --") == -EINVAL);
}

static void
port_is_1_to_65535(void)
{
	struct proxy_words w;

	CHECK(parse(&w, "h 1") == 0);
	CHECK(parse(&w, "h 65535") == 0);
	CHECK(parse(&w, "h 0") == -EINVAL);
	CHECK(parse(&w, "h 65536") == -EINVAL);
	CHECK(parse(&w, "h 100000") == -EINVAL);
	CHECK(parse(&w, "h ssh") == -EINVAL);
	CHECK(parse(&w, "h 22x") == -EINVAL);
	CHECK(parse(&w, "h -1") == -EINVAL);
	CHECK(parse(&w, "h ") == -EINVAL);
}

int
main(void)
{
	TEST(host_and_port_are_enough);
	TEST(user_and_command_follow);
	TEST(vault_comes_first);
	TEST(what_is_no_command_line_is_refused);
	TEST(port_is_1_to_65535);
	return check_done();
}
