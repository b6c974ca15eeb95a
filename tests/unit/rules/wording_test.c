/* SPDX-License-Identifier: ISC */
#include "rules/wording.h"

#include "captured.h"
#include "check.h"
#include "ssh/agentmsg.h"

#include <string.h>

#define NOBODY ((struct span){ NULL, 0 })
#define WORK "key: work laptop (ED25519 ...+a7mGU)"
#define CA "key: work laptop (ED25519 ...2pk6nk)"

static char words[WORDING_LINES];

static struct facts
facts_of(const char *hex)
{
	struct agentmsg_request r;
	struct facts f;

	memset(&f, 0, sizeof(f));
	agentmsg_request(captured(hex), &r);
	CHECK(r.kind == REQUEST_SIGN);
	CHECK(sshkey_read(r.sign.key, &f.key) == 0);
	CHECK(signdata_read(r.sign.data, &f.key, &f.what) == 0);
	sshkey_hash(&f.key, f.key_hash);
	memset(f.host_hash, 1, sizeof(f.host_hash));
	f.client = span_of("work");
	f.comment = span_of("work laptop");
	return f;
}

static bool
is(const char *want)
{
	bool same = strcmp(words, want) == 0;

	if (!same)
		fprintf(stderr, "said: %s\nwant: %s\n", words, want);
	return same;
}

static bool
action_is(const struct facts *f, const char *want)
{
	struct text t;

	text_open(&t, words, WORDING_ACTION);
	wording_action(&t, f);
	CHECK(!t.cut);
	return is(want);
}

static bool
place_is(const struct facts *f, const char *want)
{
	struct text t;

	text_open(&t, words, WORDING_DEED - 80);
	wording_place(&t, f);
	CHECK(!t.cut);
	return is(want);
}

static bool
lines_are(const struct facts *f, const char *want)
{
	struct text t;

	text_open(&t, words, WORDING_LINES);
	wording_lines(&t, f, NOBODY);
	CHECK(!t.cut);
	return is(want);
}

static void
a_key_is_called_as_it_is_called_here(void)
{
	struct facts f = facts_of(captured_login_hostbound);
	struct text t;

	text_open(&t, words, WORDING_LINES);
	wording_key(&t, &f, span_of("w"));
	CHECK(!t.cut && strncmp(words, "w (", 3) == 0);
}

static void
a_user_is_shown_as_sshd_and_pam_take_it(void)
{
	struct facts f = facts_of(captured_login_plain);

	f.what.user = span_of("root:x");
	CHECK(lines_are(&f, "user: root, written root:x\nhost: NOT VERIFIED: work does not show which\n" WORK));
	f = facts_of(captured_pam);
	CHECK(lines_are(&f, "user: root\n" WORK));
}

static void
a_certificate_that_is_not_understood_says_so(void)
{
	struct facts f = facts_of(captured_certify_user);

	f.what.subject.certified = false;
	CHECK(lines_are(&f, "for: a certificate of a kind that this version can't read\n" CA));
}

static void
a_verified_host_is_named_and_costs_nothing(void)
{
	struct names_line github = { span_of("github.com"), NULL }, bastion = { span_of("bastion"), NULL };
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &github;
	CHECK(action_is(&f, "log in to github.com"));
	CHECK(place_is(&f, "root@github.com"));
	CHECK(wording_cost(&f) == NULL);
	CHECK(lines_are(&f, "user: root\nhost: github.com (verified by this vault)\n" WORK));
	f.forwarded = TRI_YES;
	f.hop_count = 1;
	f.hops[0] = (struct hop){ .named = true, .names.plain = &bastion };
	f.way_whole = true;
	CHECK(place_is(&f, "root@github.com, by way of bastion"));
	CHECK(lines_are(&f, "user: root\nhost: github.com (verified by this vault)\nby way of: bastion, where the keys "
			    "were forwarded\n" WORK));
	f.forwarded = TRI_NO;
	f.host = HOST_VOUCHED;
	CHECK(place_is(&f, "a host that github.com vouches for, as root"));
	CHECK(action_is(&f, "log in to a host that github.com vouches for"));
	CHECK(lines_are(
	    &f, "user: root\nhost: github.com vouches for it (a hostile one could log in elsewhere with this)\n" WORK));
}

static void
a_host_that_nobody_verified_says_so_and_what_it_may_cost(void)
{
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_UNNAMED;
	CHECK(action_is(&f, "log in to a host that this vault does not know"));
	CHECK(place_is(&f, "a host that this vault does not know, as root"));
	CHECK(lines_are(&f, "user: root\nhost: NOT VERIFIED: work may have made it up, key "
			    "SHA256:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\n" WORK));
	CHECK(wording_cost(&f) != NULL);
	f.host = HOST_UNKNOWN;
	CHECK(action_is(&f, "log in to an unknown host"));
	CHECK(lines_are(&f, "user: root\nhost: NOT VERIFIED: work does not show which\n" WORK));
	CHECK(wording_cost(&f) != NULL);
}

/* A toolkit that takes a first line for markup never finds any there. */
static void
the_first_line_holds_no_hostile_word(void)
{
	struct names_line nasty = { span_of("<b>x</b>"), NULL };
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &nasty;
	f.what.user = span_of("<i>\n");
	CHECK(action_is(&f, "log in to the host below"));
	CHECK(lines_are(&f, "user: \"<i>\\u{a}\"\nhost: \"<b>x</b>\" (verified by this vault)\n" WORK));
	f = facts_of(captured_sshsig_file);
	f.what.ns = span_of("<b>");
	CHECK(action_is(&f, "sign a file or a message"));
	CHECK(lines_are(&f, "kind: \"<b>\"\n" WORK));
}

static void
each_purpose_has_its_words(void)
{
	struct facts f = facts_of(captured_sshsig_git);

	CHECK(action_is(&f, "sign a git commit, tag or push certificate") && wording_cost(&f) == NULL);
	CHECK(lines_are(&f, WORK) && strcmp(wording_deed(&f), "git signature") == 0 && place_is(&f, ""));
	f = facts_of(captured_certify_user);
	CHECK(action_is(&f, "issue a certificate that lets others log in"));
	CHECK(strstr(wording_cost(&f), "log in as the users below") != NULL);
	CHECK(lines_are(&f, "for: root\ntime: valid 52 weeks (from 2026-01-01 00:00 to 2026-12-31 00:00 UTC)\n"
			    "key id: \"root cert\"\n" CA));
	f.what.subject.cert.id = (struct span){ NULL, 0 };
	f.what.subject.cert.valid_after = 0;
	CHECK(lines_are(&f, "for: root\ntime: valid until 2026-12-31 00:00 UTC\n" CA));
	f = facts_of(captured_certify_host);
	CHECK(action_is(&f, "issue a certificate for hosts") && strstr(wording_cost(&f), "pass for the hosts") != NULL);
	f = facts_of(captured_pam);
	CHECK(action_is(&f, "pass sudo, or another program that asks for this key") && wording_cost(&f) != NULL);
	f.what.purpose = PURPOSE_OPAQUE;
	CHECK(action_is(&f, "sign bytes of unknown meaning") && wording_cost(&f) != NULL);
	f.what.data.len = 1024;
	f.comment = span_of("/home/me/.ssh/id_work");
	CHECK(lines_are(&f, words) && strncmp(words, "size: 1024 bytes\nkey: id_work (", 31) == 0);
	f.comment = NOBODY;
	CHECK(lines_are(&f, words) && strstr(words, "key: ") != NULL && strchr(words, '(') == NULL);
}

static void
what_the_client_sends_fits_whole(void)
{
	static char name[400];
	struct names_line long_name = { { (const uint8_t *)name, sizeof(name) - 1 }, NULL };
	struct facts f = facts_of(captured_login_plain);

	memset(name, '\n', sizeof(name) - 1);
	f.what.user = f.comment = f.key.type = long_name.field;
	f.forwarded = TRI_YES;
	f.hop_count = LIMIT_BINDS;
	for (unsigned i = 0; i < LIMIT_BINDS; i++)
		f.hops[i] = (struct hop){ .named = true, .names.plain = &long_name };
	for (int host = HOST_UNKNOWN; host <= HOST_PROVEN; host++) {
		f.host = (enum host_known)host;
		f.names.plain = &long_name;
		CHECK(lines_are(&f, words) && place_is(&f, words) && action_is(&f, words));
		f.names.plain = NULL;
		CHECK(lines_are(&f, words) && place_is(&f, words) && action_is(&f, words));
	}
	f = facts_of(captured_certify_user);
	f.what.subject.cert.id = f.comment = f.key.type = (struct span){ (const uint8_t *)name, sizeof(name) - 1 };
	CHECK(lines_are(&f, words));
}

static void
durations_are_words(void)
{
	static const struct {
		uint32_t seconds;
		const char *want;
	} all[] = { { 1, "1 second" }, { 90, "90 seconds" }, { 60, "1 minute" }, { 300, "5 minutes" },
		{ 3600, "1 hour" }, { 86400, "24 hours" } };
	struct text t;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		text_open(&t, words, sizeof(words));
		wording_duration(&t, all[i].seconds);
		CHECK(is(all[i].want));
	}
}

int
main(void)
{
	TEST(a_key_is_called_as_it_is_called_here);
	TEST(a_user_is_shown_as_sshd_and_pam_take_it);
	TEST(a_certificate_that_is_not_understood_says_so);
	TEST(a_verified_host_is_named_and_costs_nothing);
	TEST(a_host_that_nobody_verified_says_so_and_what_it_may_cost);
	TEST(the_first_line_holds_no_hostile_word);
	TEST(each_purpose_has_its_words);
	TEST(what_the_client_sends_fits_whole);
	TEST(durations_are_words);
	return check_done();
}
