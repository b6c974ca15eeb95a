/* SPDX-License-Identifier: ISC */
#include "client/members.h"

#include "sys/file.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <sys/stat.h>

#define UNIT MEMBERS_UNITS "/" MEMBERS_BEFORE "all" MEMBERS_BEHIND

static struct members m;
static struct span bad;

static int
parse(const char *list)
{
	return members_parse(&m, span_of(list), &bad);
}

static int
read_unit(const char *text)
{
	scratch_put(UNIT, text);
	return members_read(&m, scratch_dir, "all");
}

static void
a_list_is_sockets_names_in_their_order(void)
{
	CHECK(parse("work-vault,default:git,personal:a+b") == 0 && m.count == 3);
	CHECK(strcmp(m.list[0].qube, "work-vault") == 0 && m.list[0].arg[0] == '\0');
	CHECK(strcmp(m.list[1].qube, TARGET_DEFAULT) == 0 && strcmp(m.list[1].arg, "git") == 0);
	CHECK(strcmp(m.list[2].socket, "personal:a+b") == 0);
	CHECK(parse("one") == 0 && m.count == 1);
	CHECK(members_hold(&m, "one") && !members_hold(&m, "on"));
}

static void
a_word_that_is_no_name_is_told(void)
{
	CHECK(parse("") == -EINVAL && bad.len == 0);
	CHECK(parse("one,,two") == -EINVAL && bad.len == 0);
	CHECK(parse("one,") == -EINVAL && bad.len == 0);
	CHECK(parse("one,2two,three") == -EINVAL && span_is(bad, "2two"));
	CHECK(parse("one, two") == -EINVAL && span_is(bad, " two"));
	CHECK(parse("one,two\n") == -EINVAL && span_is(bad, "two\n"));
	CHECK(parse("one,two,one") == -EEXIST && span_is(bad, "one"));
	CHECK(parse("a:") == -EINVAL);
}

static void
eight_are_taken_and_no_more(void)
{
	CHECK(parse("a,b,c,d,e,f,g,h") == 0 && m.count == MEMBERS_MAX);
	CHECK(parse("a,b,c,d,e,f,g,h,i") == -E2BIG);
}

static void
the_unit_of_the_socket_has_them(void)
{
	CHECK(read_unit("[Socket]\nListenStream=%t/qssh/all\n[X-Split-SSH]\nMembers=one,two\n") == 0);
	CHECK(m.count == 2 && strcmp(m.list[1].socket, "two") == 0);
	CHECK(read_unit("[X-Split-SSH]\nMembers=one") == 0 && m.count == 1);
}

static void
a_unit_of_one_vault_has_none(void)
{
	CHECK(read_unit("[Socket]\nListenStream=%t/qssh/all\n") == -ENOENT && m.count == 0);
	CHECK(read_unit("[Socket]\nMembers=one\n[X-Split-SSH]\n# Members=two\n[Other]\nMembers=one\n") == -ENOENT);
	CHECK(read_unit("") == -ENOENT);
	unlink(scratch_path(UNIT));
	CHECK(members_read(&m, scratch_dir, "all") == -ENOENT);
	CHECK(members_read(&m, NULL, "all") == -ENOENT);
	CHECK(members_read(&m, "/dev/null", "all") == -ENOENT);
}

static void
a_bad_list_is_an_error_and_no_single_vault(void)
{
	CHECK(read_unit("[X-Split-SSH]\nMembers=\n") == -EBADMSG);
	CHECK(read_unit("[X-Split-SSH]\nMembers=one;two\n") == -EBADMSG);
	unlink(scratch_path(UNIT));
	CHECK(mkdir(scratch_path(UNIT), 0700) == 0);
	CHECK(members_read(&m, scratch_dir, "all") == -EINVAL);
	rmdir(scratch_path(UNIT));
}

static void
default_and_a_name_with_an_argument_are_one_vault(void)
{
	scratch_put(MEMBERS_UNITS "/" MEMBERS_BEFORE "default" MEMBERS_BEHIND, "[X-Split-SSH]\nMembers=one,two\n");
	CHECK(members_read(&m, scratch_dir, "default") == -ENOENT);
	scratch_put(MEMBERS_UNITS "/" MEMBERS_BEFORE "a:b" MEMBERS_BEHIND, "[X-Split-SSH]\nMembers=one,two\n");
	CHECK(members_read(&m, scratch_dir, "a:b") == -ENOENT);
}

int
main(void)
{
	scratch_make();
	file_make_parents(scratch_path(UNIT));
	TEST(a_list_is_sockets_names_in_their_order);
	TEST(a_word_that_is_no_name_is_told);
	TEST(eight_are_taken_and_no_more);
	TEST(the_unit_of_the_socket_has_them);
	TEST(a_unit_of_one_vault_has_none);
	TEST(a_bad_list_is_an_error_and_no_single_vault);
	TEST(default_and_a_name_with_an_argument_are_one_vault);
	return check_done();
}
