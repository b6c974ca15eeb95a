/* SPDX-License-Identifier: ISC */
#include "rules/check.h"

#include "check.h"

#include <string.h>

#define SHA_A "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"

static struct rules rules;

static bool
parse(const char *text)
{
	struct rules_error error;

	if (rules_parse(&rules, span_of(text), NULL, &error) == 0)
		return true;
	fprintf(stderr, "<%s>: %u:%u: %s\n", text, error.line, error.column, error.reason);
	return false;
}

/* The findings as LINE KIND OTHER, with ; between them. */
static void
finds(const char *text, const char *want)
{
	static const char *const kinds[] = { "nobody", "deny-to", "order", "vouched", "via", "purpose", "remember",
		"asker", "forge", "nothing" };
	struct check_finding out[8];
	char got[256] = "";
	size_t n, len = 0;

	CHECK(parse(text));
	n = check_rules(&rules, out, 8);
	for (size_t i = 0; i < n && i < 8; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%u %s %u", i > 0 ? "; " : "", out[i].line,
		    kinds[out[i].kind], out[i].other);
	if (strcmp(got, want) == 0)
		return;
	fprintf(stderr, "<%s>: <%s>, not <%s>\n", text, got, want);
	check_failed = 1;
}

static void
a_list_that_only_excludes_is_for_nobody(void)
{
	finds("allow !a", "1 nobody 0");
	finds("allow !a,!b\nallow *", "1 nobody 0");
	finds("allow * arg !a", "1 nobody 0");
	finds("allow !a,b arg !a,b", "");
}

static void
what_comes_by_another_host_is_forwarded(void)
{
	finds("allow * via a forwarded no", "1 via 0");
	finds("allow * via a forwarded yes", "");
	finds("deny * via a\nallow *", "1 deny-to 2");
	finds("deny * via *\nallow *", "");
	CHECK(parse("allow * via a\nallow * via *.corp") && check_pattern(&rules) == 2);
}

static void
a_deny_of_hosts_before_a_login_is_no_wall(void)
{
	finds("deny * to a\nallow * for login", "1 deny-to 2");
	finds("deny * to *.corp @unknown\n\nask *", "1 deny-to 3");
	finds("deny * to " SHA_A "\ndeny x\nask * to *", "1 deny-to 3");
	finds("deny * to a\nallow * for git", "");
	finds("allow y\ndeny * to a", "");
	finds("allow *\ndeny x arg ci to a", "");
	finds("deny * to * @unknown\nallow x for login git", "");
	finds("deny * to @unnamed @unknown\nallow *", "");
}

static void
a_deny_of_hosts_leaves_nothing_of_a_later_vouched(void)
{
	finds("deny * to a\nallow work to b vouched", "1 deny-to 2; 1 order 2");
	finds("deny * to @unknown\nallow work to b vouched", "1 order 2");
	finds("deny w*,!work to *\nallow work to b vouched\nallow web to b vouched", "1 order 3");
	finds("deny work to *\nallow w* to b vouched", "1 order 2");
	finds("deny work to *\nallow home to b vouched", "");
	finds("deny work to root@*\nallow work to git@b vouched", "");
	finds("deny work to root@*\nallow work to b vouched", "1 order 2");
	finds("deny work to r*@*\nallow work to git@b root@b vouched", "1 order 2");
	finds("deny work arg ci to *\nallow work to b vouched", "");
	finds("deny work arg * to *\nallow work to b vouched", "1 order 2");
	finds("deny work for git\nallow work to b vouched", "");
	finds("allow work to b vouched\ndeny work to *", "");
}

static void
a_forge_needs_vouched(void)
{
	finds("allow work to git@github.com", "1 forge 0");
	finds("ask work to GitLab.com", "1 forge 0");
	finds("allow work to a git@bitbucket.org", "1 forge 0");
	finds("allow work to [ssh.github.com]:443", "1 forge 0");
	finds("allow work to git@github.com vouched", "");
	finds("allow work to git@github.com.example", "");
	finds("allow work to a\nallow work to git@github.com\nask work to github.com vouched", "");
	finds("allow work to *.com", "");
	finds("allow x\ndeny work to git@github.com", "");
}

static void
a_file_that_lets_nothing_through_is_told(void)
{
	finds("deny *", "1 nothing 0");
	finds("deny a\n\ndeny * arg *", "1 nothing 0");
	finds("deny a\nask b", "");
	finds("", "1 nothing 0");
	finds("agent x /y", "1 nothing 0");
}

static void
words_that_change_nothing_are_told(void)
{
	finds("allow * vouched", "1 vouched 0");
	finds("allow * to @unknown vouched", "1 vouched 0");
	finds("allow y\ndeny * to * vouched", "2 vouched 0");
	finds("allow * to @unknown a vouched", "");
	finds("allow * to * vouched", "");
	finds("allow * to a for login git", "1 purpose 0");
	finds("allow * to a for login sshsig:*", "1 purpose 0");
	finds("allow * to a for login", "");
	finds("allow * to a for any", "");
	finds("allow * for login git", "");
	finds("ask * for pam remember 5m", "1 remember 0");
	finds("ask * for certificate opaque remember 5m", "1 remember 0");
	finds("ask * for pam git remember 5m", "");
	finds("ask * remember 5m", "");
	finds("ask * for pam", "");
	finds("asker none\nask *\nallow x arg ci", "2 asker 0");
	finds("asker auto\nask *", "");
}

static void
what_does_not_fit_is_counted(void)
{
	struct check_finding out[2] = { { 0, 0, 0 }, { 7, 0, 0 } };

	CHECK(parse("allow *\nallow !a\nallow !b\nallow !c"));
	CHECK(check_rules(&rules, out, 1) == 3 && out[0].line == 2 && out[1].line == 7);
	CHECK(check_rules(&rules, NULL, 0) == 3);
	rules_refuse(&rules);
	CHECK(rules.broken && check_rules(&rules, out, 2) == 0);
	rules_builtin(&rules);
	CHECK(check_rules(&rules, out, 2) == 0);
}

static void
a_pattern_of_hosts_that_lets_through_is_found(void)
{
	CHECK(parse("allow a\ndeny b to *.x\nask c to y *.z\nallow d to *.x") && check_pattern(&rules) == 3);
	CHECK(parse("allow a to b *\nallow c to *@d") && check_pattern(&rules) == 0);
	CHECK(parse("") && check_pattern(&rules) == 0);
}

static void
a_finding_has_words(void)
{
	char buf[512];
	struct text t;

	for (int kind = CHECK_NOBODY; kind <= CHECK_NOTHING; kind++) {
		text_open(&t, buf, sizeof(buf));
		check_describe(&t, &(struct check_finding){ 3, (enum check_kind)kind, 0 });
		CHECK(buf[0] != '\0' && !t.cut);
	}
	text_open(&t, buf, sizeof(buf));
	check_describe(&t, &(struct check_finding){ 3, CHECK_DENY_TO, 12 });
	CHECK(strstr(buf, "line 12") != NULL);
}

int
main(void)
{
	TEST(a_list_that_only_excludes_is_for_nobody);
	TEST(what_comes_by_another_host_is_forwarded);
	TEST(a_deny_of_hosts_before_a_login_is_no_wall);
	TEST(a_deny_of_hosts_leaves_nothing_of_a_later_vouched);
	TEST(a_forge_needs_vouched);
	TEST(a_file_that_lets_nothing_through_is_told);
	TEST(words_that_change_nothing_are_told);
	TEST(what_does_not_fit_is_counted);
	TEST(a_pattern_of_hosts_that_lets_through_is_found);
	TEST(a_finding_has_words);
	return check_done();
}
