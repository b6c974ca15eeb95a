/* SPDX-License-Identifier: ISC */
#include "ssh/hostnames.h"

#include "check.h"

#include <string.h>

/* `ssh-keygen -H` made these of git.example and [git.example]:2222. */
#define HASHED "|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4="
#define HASHED_2222 "|1|V/V3WPE0A4ibrgKh+XCSvaVEKXw=|/BE7IMW9mf6OhASq1VQWzp+1si0="

/* A key with one plain line. */
static bool
has(const char *field, const char *host, uint16_t port)
{
	struct names_line l = { span_of(field), NULL };
	struct names n = { &l, NULL, { NULL, 0 } };

	return names_has(&n, span_of(host), port);
}

static bool
like(const char *field, const char *pattern, uint16_t port)
{
	struct names_line l = { span_of(field), NULL };
	struct names n = { &l, NULL, { NULL, 0 } };

	return names_like(&n, span_of(pattern), port);
}

static bool
any(const char *field)
{
	struct names_line l = { span_of(field), NULL };
	struct names n = { &l, NULL, { NULL, 0 } };

	return names_any(&n);
}

static bool
shows(const char *field, const char *want)
{
	struct names_line l = { span_of(field), NULL };
	struct names n = { &l, NULL, { NULL, 0 } };

	return span_is(names_shown(&n), want);
}

/* A certified key: its principals, separated by spaces, and one @cert-authority line. */
struct certified {
	uint8_t buf[2048];
	struct names_line line;
	struct names names;
};

static const struct names *
certified(struct certified *c, const char *principals, const char *field)
{
	struct wire_out w;

	wire_out_open(&w, c->buf, sizeof(c->buf));
	while (*principals != '\0') {
		size_t len = strcspn(principals, " ");

		wire_put_string(&w, (struct span){ (const uint8_t *)principals, len });
		principals += len + strspn(principals + len, " ");
	}
	c->line = (struct names_line){ span_of(field), NULL };
	c->names = (struct names){ NULL, &c->line, wire_out_span(&w) };
	return &c->names;
}

static void
a_line_names_its_hosts_without_case(void)
{
	CHECK(has("git.example", "git.example", 22));
	CHECK(has("Git.Example", "git.EXAMPLE", 22));
	CHECK(has("a,git.example,10.0.0.1", "10.0.0.1", 22));
	CHECK(!has("git.example", "git.example.org", 22));
	CHECK(!has("git.example", "it.example", 22));
	CHECK(!has("git.example", "", 22));
	CHECK(!has("", "git.example", 22));
	CHECK(has("::1", "::1", 22));
}

static void
a_port_is_part_of_the_name(void)
{
	CHECK(has("[git.example]:2222", "git.example", 2222));
	CHECK(!has("[git.example]:2222", "git.example", 22));
	CHECK(!has("[git.example]:2222", "git.example", 222));
	CHECK(!has("git.example", "git.example", 2222));
	CHECK(!has("[git.example]:22", "git.example", 22));
	CHECK(has("[git.example]:65535", "git.example", 65535));
	CHECK(!has("[git.example]:0", "git.example", 0));
}

static void
a_negated_entry_refuses_wherever_it_stands(void)
{
	CHECK(has("a.example,!b.example,*.corp", "x.corp", 22));
	CHECK(!has("b.example,!b.example", "b.example", 22));
	CHECK(!has("!*.corp,a.corp,b.example", "a.corp", 22));
	CHECK(has("!*.corp,a.corp,b.example", "b.example", 22));
	CHECK(!has("!a.example", "b.example", 22));
}

static void
wildcards_alone_name_no_host(void)
{
	CHECK(!has("*", "git.example", 22));
	CHECK(!has("*.example", "git.example", 22));
	CHECK(!has("*.example,git.exampl?", "git.example", 22));
	CHECK(!has("*.example,!other.example", "git.example", 22));
	CHECK(!any("*") && !any("*.example,!a.example") && !any("a.example,!a.example") && !any(""));
	CHECK(any("*.example,a.example"));
}

static void
a_mixed_line_matches_by_its_patterns_too(void)
{
	CHECK(has("a.example,*.corp", "b.corp", 22));
	CHECK(!has("a.example,*.corp", "b.example", 22));
	CHECK(has("a.example,[*.corp]:*", "b.corp", 2222));
}

static void
hashed_names_are_recognised(void)
{
	CHECK(has(HASHED, "git.example", 22));
	CHECK(has(HASHED, "GIT.example", 22));
	CHECK(!has(HASHED, "git.example", 2222));
	CHECK(!has(HASHED, "git.exampl", 22));
	CHECK(has(HASHED_2222, "git.example", 2222));
	CHECK(any(HASHED) && shows(HASHED, ""));
	CHECK(!like(HASHED, "*", 22));
}

static void
a_torn_hash_names_nothing(void)
{
	static const char *const torn[] = {
		"|",
		"|1|",
		"|1|BvXPBsnOqrptarf7PFiUpNFTuZg=",
		"|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|",
		"|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4",
		"|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4=,a",
		"|1|BvXPBsnOqrptarf7PFiUpNFTuQ==|cdHJHtc//v9d7Xdfj6yWoLRtBi4=",
		"|2|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4=",
	};

	for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++)
		CHECK(!has(torn[i], "git.example", 22) && !any(torn[i]));
}

static void
patterns_match_names_in_full_alone(void)
{
	CHECK(like("git.example", "*.example", 22));
	CHECK(like("GIT.example", "g?t.EXAMPLE", 22));
	CHECK(!like("git.example", "*.example", 2222));
	CHECK(like("[git.example]:2222", "*.example", 2222));
	CHECK(!like("[git.example]:2222", "*", 22));
	CHECK(!like("*.example", "*", 22));
	CHECK(like("*.corp,a.example", "*", 22));
	CHECK(!like("*.corp,a.example", "*.corp", 22));
	CHECK(!like("!a.example,b.corp", "*.example", 22));
	CHECK(!like("a.example,!a.*", "*", 22));
	CHECK(like("a.example,b.example,!a.*", "b*", 22));
}

static void
a_name_in_brackets_needs_a_port_that_ssh_writes(void)
{
	CHECK(!like("[a]:022", "*", 22));
	CHECK(!like("[a]:22", "*", 22));
	CHECK(!like("[a]:02222", "*", 2222));
	CHECK(!like("[a]:70000", "*", 4464));
	CHECK(!like("[a]", "*", 22) && !like("[a]:", "*", 22) && !like("[]:2222", "*", 2222) &&
	      !like("[a:2222", "*", 2222));
	CHECK(like("[a]:9010", "a", 9010) && !like("[a]:2/", "*", 35) && !like("[a]:2:", "*", 30) &&
	      !like("[a:2222", "*", 22));
	CHECK(!like("[a]2222", "*", 2222) && !like("[a]2222", "*", 222) && like("[a]:1", "a", 1));
	CHECK(!any("[a]:22") && !any("[a]") && any("[a]:2222"));
}

static void
all_lines_of_a_key_count(void)
{
	struct names_line second = { span_of("b.example"), NULL };
	struct names_line first = { span_of("*.example"), &second };
	struct names n = { &first, NULL, { NULL, 0 } };

	CHECK(names_has(&n, span_of("b.example"), 22) && !names_has(&n, span_of("c.example"), 22));
	CHECK(names_like(&n, span_of("b*"), 22) && names_any(&n));
	CHECK(span_is(names_shown(&n), "b.example"));
}

static void
a_key_without_lines_has_no_name(void)
{
	struct names n = { NULL, NULL, { NULL, 0 } };

	CHECK(!names_has(&n, span_of("a"), 22) && !names_like(&n, span_of("*"), 22) && !names_any(&n));
	CHECK(names_shown(&n).len == 0);
}

static void
a_certificate_is_named_by_line_and_principal_both(void)
{
	struct certified c;

	certified(&c, "a.corp b.corp x.org", "*.corp");
	CHECK(names_has(&c.names, span_of("a.corp"), 22));
	CHECK(names_has(&c.names, span_of("B.Corp"), 22));
	CHECK(!names_has(&c.names, span_of("c.corp"), 22)); /* the line alone */
	CHECK(!names_has(&c.names, span_of("x.org"), 22)); /* the principal alone */
	CHECK(!names_has(&c.names, span_of("a.corp"), 2222));
	CHECK(names_like(&c.names, span_of("B*"), 22) && !names_like(&c.names, span_of("x*"), 22));
	CHECK(names_any(&c.names) && span_is(names_shown(&c.names), "a.corp"));
}

static void
an_authority_may_be_all_wildcards_hashed_or_for_a_port(void)
{
	struct certified c;

	CHECK(names_has(certified(&c, "git.example", "*"), span_of("git.example"), 22));
	CHECK(names_has(certified(&c, "git.example", HASHED), span_of("git.example"), 22));
	CHECK(names_any(certified(&c, "git.example", HASHED)));
	CHECK(names_has(certified(&c, "git.example", "[*.example]:2222"), span_of("git.example"), 2222));
	CHECK(!names_has(certified(&c, "git.example", "[*.example]:2222"), span_of("git.example"), 22));
	CHECK(names_any(certified(&c, "git.example", "[*.example]:2222")));
	CHECK(names_any(certified(&c, "git.example", "[*.example]:655?5")));
	CHECK(names_any(certified(&c, "git.example", "[*.example]:65535")));
	CHECK(names_any(certified(&c, "Git.Example", "[*.EXAMPLE]:9010")));
	CHECK(!names_any(certified(&c, "x.example", HASHED)));
	CHECK(!names_has(certified(&c, "x.example", HASHED), span_of("x.example"), 22));
	CHECK(names_any(certified(&c, "x.org git.example", "[*.example]:*")));
	CHECK(names_any(certified(&c, "git.example", "*]:2222")));
	CHECK(!names_any(certified(&c, "git.example", "[*.example]:9????")));
	CHECK(!names_any(certified(&c, "git.example", "[*.corp]:*")));
	CHECK(!names_any(certified(&c, "git.example", "*.corp")));
	CHECK(!names_any(certified(&c, "git.example", "*,!git.*,![git.*")));
	CHECK(names_any(certified(&c, "git.example", "*,!git.*")));
	CHECK(!names_any(certified(&c, "git.example", "|1|c2FsdA==|aGFzaA==")));
	CHECK(!names_has(certified(&c, "git.example", "|1|c2FsdA==|aGFzaA=="), span_of("git.example"), 22));
	CHECK(!names_any(certified(&c, "git.example", "[git.*]:x")));
	CHECK(names_any(certified(&c, "git.example", "x.example,[*.example]:2222")));
}

static void
a_principal_longer_than_any_host_is_no_name(void)
{
	struct certified c;
	char host[1026];

	memset(host, 'h', sizeof(host) - 1);
	host[1025] = '\0';
	CHECK(!names_any(certified(&c, host, "*")));
	host[1024] = '\0';
	CHECK(names_any(certified(&c, host, "*")));
}

static void
a_wildcard_principal_is_no_name(void)
{
	struct certified c;

	certified(&c, "*.corp a?b", "*");
	CHECK(!names_has(&c.names, span_of("a.corp"), 22) && !names_has(&c.names, span_of("*.corp"), 22));
	CHECK(!names_like(&c.names, span_of("*"), 22) && !names_any(&c.names) && names_shown(&c.names).len == 0);
}

static void
the_first_name_in_full_is_shown(void)
{
	CHECK(shows("*.corp,!x,b.example,a.example", "b.example"));
	CHECK(shows("[b.example]:2222,a.example", "[b.example]:2222"));
	CHECK(shows("[b]:22,a", "a"));
	CHECK(shows("b.example,!b.*,a.example", "a.example"));
}

static void
a_name_that_nobody_could_dial_is_none(void)
{
	static char longest[1025], longer[1026];

	memset(longest, 'a', sizeof(longest) - 1);
	memset(longer, 'a', sizeof(longer) - 1);
	CHECK(has(longest, longest, 22) && has("a,[a*]:65535", longest, 65535));
	CHECK(!has(longer, longer, 22));
}

int
main(void)
{
	TEST(a_line_names_its_hosts_without_case);
	TEST(a_port_is_part_of_the_name);
	TEST(a_negated_entry_refuses_wherever_it_stands);
	TEST(wildcards_alone_name_no_host);
	TEST(a_mixed_line_matches_by_its_patterns_too);
	TEST(hashed_names_are_recognised);
	TEST(a_torn_hash_names_nothing);
	TEST(patterns_match_names_in_full_alone);
	TEST(a_name_in_brackets_needs_a_port_that_ssh_writes);
	TEST(all_lines_of_a_key_count);
	TEST(a_key_without_lines_has_no_name);
	TEST(a_certificate_is_named_by_line_and_principal_both);
	TEST(an_authority_may_be_all_wildcards_hashed_or_for_a_port);
	TEST(a_principal_longer_than_any_host_is_no_name);
	TEST(a_wildcard_principal_is_no_name);
	TEST(the_first_name_in_full_is_shown);
	TEST(a_name_that_nobody_could_dial_is_none);
	return check_done();
}
