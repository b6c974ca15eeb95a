/* SPDX-License-Identifier: ISC */
#include "client/target.h"

#include "check.h"

#include <errno.h>
#include <string.h>

static struct target t;

static bool
is(const char *name, const char *qube, const char *arg)
{
	return target_parse(&t, span_of(name)) == 0 && strcmp(t.socket, name) == 0 && strcmp(t.qube, qube) == 0 &&
	       strcmp(t.arg, arg) == 0;
}

static bool
is_refused(const char *name)
{
	return target_parse(&t, span_of(name)) == -EINVAL;
}

static void
a_socket_name_is_a_qube_and_an_argument(void)
{
	CHECK(is("default", "@default", ""));
	CHECK(is("default:work", "@default", "work"));
	CHECK(is("vault", "vault", ""));
	CHECK(is("Work-vault_2.x:a+b.c-d_e", "Work-vault_2.x", "a+b.c-d_e"));
}

static void
a_bad_qube_name_is_refused(void)
{
	static const char *const names[] = { "", ":", ":a", "none", "none:a", "dom0", "dom0:a", "2vault", "-vault",
		"@default", "va ult", "vault/x", "v\xc3\xa4ult", "vault\n", ".", "..", "v%t",
		"a23456789012345678901234567890ab" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK(is_refused(names[i]));
	CHECK(!qube_is_name(span_of("default")) && qube_is_name(span_of("default2")));
	CHECK(is("a23456789012345678901234567890a", "a23456789012345678901234567890a", ""));
}

static void
a_bad_argument_is_refused(void)
{
	char name[80] = "v:";

	CHECK(is_refused("vault:"));
	CHECK(is_refused("vault:a:b"));
	CHECK(is_refused("vault:a/b"));
	CHECK(is_refused("vault:a b"));
	CHECK(is_refused("vault:a@b"));
	memset(name + 2, 'x', 64);
	CHECK(is(name, "v", name + 2));
	name[66] = 'x';
	CHECK(is_refused(name));
}

static void
a_name_with_a_nul_is_refused(void)
{
	CHECK(target_parse(&t, (struct span){ (const uint8_t *)"vault\0x", 7 }) == -EINVAL);
	CHECK(target_parse(&t, (struct span){ (const uint8_t *)"vault:a\0", 8 }) == -EINVAL);
	CHECK(target_parse(&t, (struct span){ NULL, 0 }) == -EINVAL);
}

static void
the_service_has_an_argument_only_where_there_is_one(void)
{
	char service[TARGET_CALL_SIZE];

	CHECK(is("vault", "vault", ""));
	target_service(&t, service);
	CHECK(strcmp(service, "qubes.SshAgent") == 0);
	CHECK(is("vault:work", "vault", "work"));
	target_service(&t, service);
	CHECK(strcmp(service, "qubes.SshAgent+work") == 0);
}

static void
a_sentence_names_the_vault(void)
{
	CHECK(is("default", "@default", "") && target_is_default(&t));
	CHECK(strcmp(target_shown(&t), "the default vault") == 0);
	CHECK(is("vault", "vault", "") && !target_is_default(&t));
	CHECK(strcmp(target_shown(&t), "vault") == 0);
}

static void
a_list_names_the_vault_and_its_agent(void)
{
	char words[TARGET_LISTED_SIZE];

	CHECK(is("default", "@default", ""));
	target_listed(&t, words);
	CHECK(strcmp(words, "the vault that dom0 chooses") == 0);
	CHECK(is("default:work", "@default", "work"));
	target_listed(&t, words);
	CHECK(strcmp(words, "the vault that dom0 chooses, its agent work") == 0);
	CHECK(is("vault", "vault", ""));
	target_listed(&t, words);
	CHECK(strcmp(words, "the vault vault") == 0);
}

int
main(void)
{
	TEST(a_socket_name_is_a_qube_and_an_argument);
	TEST(a_bad_qube_name_is_refused);
	TEST(a_bad_argument_is_refused);
	TEST(a_name_with_a_nul_is_refused);
	TEST(the_service_has_an_argument_only_where_there_is_one);
	TEST(a_sentence_names_the_vault);
	TEST(a_list_names_the_vault_and_its_agent);
	return check_done();
}
