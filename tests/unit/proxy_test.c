#include "proxy.h"

#include "check.h"

#include <errno.h>
#include <string.h>

#define PARSE(w, ...) proxy_parse(w, (char *[]){ (char[]){ "proxy" }, __VA_ARGS__, NULL })
#define W(s) \
	(char[]) \
	{ \
		s \
	}

static void
host_and_port_are_enough(void)
{
	struct proxy_words w;

	CHECK(PARSE(&w, W("host"), W("22")) == 0);
	CHECK(strcmp(w.host, "host") == 0 && strcmp(w.port, "22") == 0);
	CHECK(strcmp(w.vault, "default") == 0);
	CHECK(w.user == NULL && w.command == NULL);
}

static void
user_and_command_follow(void)
{
	struct proxy_words w;

	CHECK(PARSE(&w, W("host"), W("22"), W("u")) == 0);
	CHECK(strcmp(w.user, "u") == 0 && w.command == NULL);
	CHECK(PARSE(&w, W("host"), W("22"), W("u"), W("--"), W("nc"), W("--"), W("x")) == 0);
	CHECK(strcmp(w.user, "u") == 0);
	CHECK(strcmp(w.command[0], "nc") == 0 && strcmp(w.command[1], "--") == 0 && strcmp(w.command[2], "x") == 0);
	CHECK(w.command[3] == NULL);
	CHECK(PARSE(&w, W("host"), W("22"), W("--"), W("nc")) == 0);
	CHECK(w.user == NULL && strcmp(w.command[0], "nc") == 0);
}

static void
vault_comes_first(void)
{
	struct proxy_words w;

	CHECK(PARSE(&w, W("--vault"), W("work:git"), W("::1"), W("22"), W("u")) == 0);
	CHECK(strcmp(w.vault, "work:git") == 0 && strcmp(w.host, "::1") == 0 && strcmp(w.user, "u") == 0);
}

static void
what_is_no_command_line_is_refused(void)
{
	struct proxy_words w;

	CHECK(proxy_parse(&w, (char *[]){ W("proxy"), NULL }) == -EINVAL);
	CHECK(PARSE(&w, W("host")) == -EINVAL);
	CHECK(PARSE(&w, W(""), W("22")) == -EINVAL);
	CHECK(PARSE(&w, W("-x"), W("22")) == -EINVAL);
	CHECK(PARSE(&w, W("--vault")) == -EINVAL);
	CHECK(PARSE(&w, W("--vault"), W("v")) == -EINVAL);
	CHECK(PARSE(&w, W("host"), W("22"), W("--")) == -EINVAL);
	CHECK(PARSE(&w, W("host"), W("22"), W("u"), W("v")) == -EINVAL);
	CHECK(PARSE(&w, W("host"), W("22"), W("u"), W("--")) == -EINVAL);
}

static void
port_is_1_to_65535(void)
{
	struct proxy_words w;

	CHECK(PARSE(&w, W("h"), W("1")) == 0);
	CHECK(PARSE(&w, W("h"), W("65535")) == 0);
	CHECK(PARSE(&w, W("h"), W("0")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("65536")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("100000")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("ssh")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("22x")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("-1")) == -EINVAL);
	CHECK(PARSE(&w, W("h"), W("")) == -EINVAL);
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
