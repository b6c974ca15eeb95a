/* SPDX-License-Identifier: ISC */
#include "rules/describe.h"

#include "base/limits.h"
#include "captured.h"
#include "check.h"
#include "ssh/agentmsg.h"

#include <string.h>

#define NOBODY ((struct span){ NULL, 0 })
#define WORK "\"work laptop\" ED25519 " CAPTURED_WORK
#define HOST_KEY "SHA256:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"

static char sentence[LIMIT_SENTENCE];

/* What is known of a captured SIGN request when it stands alone. */
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
	f.comment = span_of("work laptop");
	return f;
}

static const char *
said(const struct facts *f, struct span nickname)
{
	struct text t;

	text_open(&t, sentence, sizeof(sentence));
	describe_request(&t, f, nickname);
	CHECK(!t.cut);
	return text_str(&t);
}

static bool
says(const struct facts *f, const char *want)
{
	bool same = strcmp(said(f, NOBODY), want) == 0;

	if (!same)
		fprintf(stderr, "said: %s\nwant: %s\n", sentence, want);
	return same;
}

static struct names_line
line(const char *field)
{
	return (struct names_line){ span_of(field), NULL };
}

static void
a_proven_host_is_the_only_place_to_log_in(void)
{
	struct names_line github = line("github.com,140.82.112.3");
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &github;
	CHECK(says(&f, "log in to root@github.com (can only log in there) with " WORK));
	f.what.user = span_of("git");
	CHECK(says(&f, "log in to git@github.com (can only log in there) with " WORK));
}

static void
a_port_is_shown_as_known_hosts_has_it(void)
{
	struct names_line github = line("[ssh.github.com]:443");
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &github;
	CHECK(says(&f, "log in to root@[ssh.github.com]:443 (can only log in there) with " WORK));
}

static void
a_vouching_host_may_be_hostile(void)
{
	struct names_line github = line("github.com");
	struct facts f = facts_of(captured_login_plain);

	f.host = HOST_VOUCHED;
	f.names.plain = &github;
	CHECK(says(&f, "log in as root (github.com vouches for this session; if github.com is hostile it may log in "
		       "elsewhere) with " WORK));
}

/* sshd logs root in by all of these: nobody is to take one of them for another user. */
static void
the_login_name_and_what_follows_it_are_shown_apart(void)
{
	struct names_line github = line("github.com");
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &github;
	f.what.user = span_of("root:-ro");
	CHECK(says(&f, "log in to root@github.com, written \"root:-ro\" (can only log in there) with " WORK));
	f.what.user = span_of("root/x:y");
	CHECK(says(&f, "log in to root@github.com, written \"root/x:y\" (can only log in there) with " WORK));
	f.what.user = span_of(":root");
	CHECK(says(&f, "log in to \"\"@github.com, written \":root\" (can only log in there) with " WORK));
	f.what.user = span_of("root:x");
	f.host = HOST_UNKNOWN;
	CHECK(says(&f, "log in as root, written \"root:x\", to an unknown host with " WORK));
	f.host = HOST_VOUCHED;
	CHECK(says(&f,
	    "log in as root, written \"root:x\" (github.com vouches for this session; if github.com is hostile "
	    "it may log in elsewhere) with " WORK));
}

static void
a_host_with_a_hashed_name_is_told_by_its_key(void)
{
	struct names_line hashed = line("|1|2gXzEXFhUCK2rsn4BxoCIEN2R8U=|KlsKUsSOxbXGcAqKBHpoM2DbJIk=");
	struct facts f = facts_of(captured_login_plain);

	f.host = HOST_PROVEN;
	f.names.plain = &hashed;
	CHECK(says(&f, "log in as root to a host with a hashed name, " HOST_KEY " (can only log in there) with " WORK));
	f.host = HOST_VOUCHED;
	CHECK(says(&f, "log in as root (a host with a hashed name, " HOST_KEY
		       ", vouches for this session; if it is hostile it may log in elsewhere) with " WORK));
}

/* Even if names were there they would not be shown: only proven and vouched hosts have one. */
static void
an_unnamed_or_unknown_host_gets_no_name(void)
{
	struct names_line github = line("github.com");
	struct facts f = facts_of(captured_login_hostbound);

	f.names.plain = &github;
	f.host = HOST_UNNAMED;
	CHECK(says(&f, "log in as root to a host that this vault has no name for, " HOST_KEY
		       " (the client may have made it up) with " WORK));
	f.host = HOST_UNKNOWN;
	CHECK(says(&f, "log in as root to an unknown host with " WORK));
}

static void
every_kind_of_key_has_its_name(void)
{
	struct facts f = facts_of(captured_login_rsa);

	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" RSA " CAPTURED_RSA));
	f = facts_of(captured_login_ecdsa);
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" ECDSA " CAPTURED_ECDSA));
	f.key.type = span_of("ssh-dss");
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" DSA " CAPTURED_ECDSA));
	f.key.type = span_of("sk-ssh-ed25519@openssh.com");
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" ED25519-SK " CAPTURED_ECDSA));
	f.key.type = span_of("sk-ecdsa-sha2-nistp256@openssh.com");
	f.key.certified = true;
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" ECDSA-SK-CERT " CAPTURED_ECDSA));
	f.key.certified = false;
	f.key.type = span_of("ssh-ed448");
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" ssh-ed448 " CAPTURED_ECDSA));
	f.key.type = span_of("RSA SHA256:");
	CHECK(says(&f, "log in as root to an unknown host with \"work laptop\" \"RSA SHA256:\" " CAPTURED_ECDSA));
}

static void
a_nickname_stands_for_the_comment(void)
{
	struct facts f = facts_of(captured_login_hostbound);
	struct text t;

	CHECK(strcmp(said(&f, span_of("the \"blue\" one")),
		  "log in as root to an unknown host with \"the \\\"blue\\\" one\" "
		  "ED25519 " CAPTURED_WORK) == 0);
	f.comment = NOBODY;
	CHECK(says(&f, "log in as root to an unknown host with ED25519 " CAPTURED_WORK));
	text_open(&t, sentence, sizeof(sentence));
	describe_key(&t, &f, span_of("work"));
	CHECK(strcmp(sentence, "\"work\" ED25519 " CAPTURED_WORK) == 0);
}

static void
a_forwarded_agent_is_named_where_it_is_known(void)
{
	struct facts f = facts_of(captured_login_hostbound);

	f.forwarded = TRI_NO;
	CHECK(says(&f, "log in as root to an unknown host with " WORK));
	f.forwarded = TRI_YES;
	CHECK(says(&f, "log in as root to an unknown host, by way of a host that is not verified, with " WORK));
	f = facts_of(captured_sshsig_git);
	f.forwarded = TRI_YES;
	CHECK(
	    says(&f, "sign a git commit, tag or push certificate, by way of a host that is not verified, with " WORK));
}

static void
the_way_is_told_hop_by_hop(void)
{
	static struct names_line bastion, hashed;
	struct facts f = facts_of(captured_sshsig_git);

	bastion = line("bastion");
	hashed = line("|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4=");
	f.forwarded = TRI_YES;
	f.way_whole = true;
	f.hop_count = 1;
	f.hops[0] = (struct hop){ .named = true, .names.plain = &bastion };
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion, with " WORK));
	f.hop_count = 2;
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion and a host without a name here, "
		       "with " WORK));
	f.hops[2] = (struct hop){ .named = true, .names.plain = &hashed };
	f.hop_count = 3;
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion, a host without a name here and "
		       "a host with a hashed name, with " WORK));
	f.hop_count = 5;
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion, a host without a name here, "
		       "a host with a hashed name and 2 more, with " WORK));
	f.way_whole = false;
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion, a host without a name here, "
		       "a host with a hashed name, 2 more and others that are not verified, with " WORK));
	f.hop_count = 1;
	CHECK(says(&f, "sign a git commit, tag or push certificate, by way of bastion and others that are not "
		       "verified, with " WORK));
	f = facts_of(captured_pam);
	f.forwarded = TRI_YES;
	CHECK(strstr(said(&f, NOBODY), " as sudo and the like ask, by way of a host") != NULL);
}

static void
a_signed_namespace_is_named(void)
{
	struct facts f = facts_of(captured_sshsig_git);

	CHECK(says(&f, "sign a git commit, tag or push certificate with " WORK));
	f = facts_of(captured_sshsig_file);
	CHECK(says(&f, "sign data for the namespace \"file\" with " WORK));
	f.what.ns = (struct span){ (const uint8_t *)"git\0", 4 };
	CHECK(says(&f, "sign data for the namespace \"git\\u{0}\" with " WORK));
}

static void
a_certificate_tells_its_principals_and_its_life(void)
{
	struct facts f = facts_of(captured_certify_user);

	f.comment = span_of("ca");
	CHECK(says(&f, "issue a user certificate for root, valid 52 weeks, with \"ca\" ED25519 " CAPTURED_CA
		       " (key id \"root cert\", from 2026-01-01 00:00 to 2026-12-31 00:00 UTC)"));
	f.what.subject.cert.id = span_of("x\", from 1970\n");
	CHECK(strstr(said(&f, NOBODY), " (key id \"x\\\", from 1970\\u{a}\", from 2026-01-01 ") != NULL);
	f = facts_of(captured_certify_host);
	CHECK(says(&f, "issue a host certificate for build.example and 10.0.0.1, valid for ever, with \"work laptop\" "
		       "ED25519 " CAPTURED_CA " (key id \"build host\")"));
	f = facts_of(captured_certify_sk);
	CHECK(says(&f, "issue a user certificate for alice and bob, valid 1 day, with \"work laptop\" RSA " CAPTURED_RSA
		       " (key id \"sk user\", from 2026-11-22 16:10 to 2026-11-23 16:11 UTC)"));
	f = facts_of(captured_certify_sk_ecdsa);
	f.what.subject.cert.id.len = 0;
	CHECK(says(
	    &f, "issue a user certificate for any user, valid for ever, with \"work laptop\" ECDSA " CAPTURED_ECDSA));
	f.what.subject.cert.type = 2;
	CHECK(says(
	    &f, "issue a host certificate for any host, valid for ever, with \"work laptop\" ECDSA " CAPTURED_ECDSA));
}

static struct facts
certificate(uint64_t after, uint64_t before)
{
	struct facts f = facts_of(captured_certify_user);

	f.what.subject.cert.id.len = 0;
	f.what.subject.cert.valid_after = after;
	f.what.subject.cert.valid_before = before;
	return f;
}

/* The sentence about a certificate that lives so long, up to the key. */
static bool
lives(uint64_t after, uint64_t before, const char *want)
{
	struct facts f = certificate(after, before);
	char all[LIMIT_SENTENCE];

	snprintf(all, sizeof(all), "issue a user certificate for root, %s, with ", want);
	return strncmp(said(&f, NOBODY), all, strlen(all)) == 0;
}

static bool
ends(uint64_t after, uint64_t before, const char *want)
{
	struct facts f = certificate(after, before);

	return span_ends(span_of(said(&f, NOBODY)), want);
}

static void
a_life_is_told_in_the_unit_that_fits(void)
{
	enum { A = 1767225600, MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 604800 };

	CHECK(lives(A, A + 1, "valid 1 second"));
	CHECK(lives(A, A + 90, "valid 90 seconds"));
	CHECK(lives(A, A + 5 * MINUTE, "valid 5 minutes"));
	CHECK(lives(A, A + 10 * MINUTE + 86, "valid 11 minutes 26 seconds"));
	CHECK(lives(A, A + HOUR, "valid 1 hour"));
	CHECK(lives(A, A + HOUR + 119, "valid 1 hour"));
	CHECK(lives(A, A + HOUR + 120, "valid 1 hour"));
	CHECK(lives(A, A + HOUR + 121, "valid 1 hour 3 minutes"));
	CHECK(lives(A, A + 36 * HOUR, "valid 36 hours"));
	CHECK(lives(A, A + DAY, "valid 1 day"));
	CHECK(lives(A, A + 8 * DAY + 86, "valid 8 days"));
	CHECK(lives(A, A + 365 * DAY, "valid 365 days"));
	CHECK(lives(A, A + WEEK, "valid 1 week"));
	CHECK(lives(A, A + 52 * WEEK + 86, "valid 52 weeks"));
	CHECK(lives(A, A + 521 * (uint64_t)WEEK + 2 * DAY, "valid 521 weeks 2 days"));
	CHECK(lives(A, A + 401 * MINUTE + 1, "valid 6 hours 42 minutes"));
}

/* Never shorter than it is. */
static void
a_life_is_rounded_up(void)
{
	enum { A = 1767225600, HOUR = 3600, DAY = 86400, WEEK = 604800 };

	CHECK(lives(A, A + WEEK + 3 * DAY + 5 * HOUR + 700, "valid 1 week 4 days"));
	CHECK(lives(A, A + 3 * WEEK - 1, "valid 3 weeks"));
	CHECK(lives(A, A + 20 * DAY - 1, "valid 2 weeks 6 days"));
}

static void
a_life_without_an_end_or_a_begin_is_told_so(void)
{
	CHECK(lives(0, UINT64_MAX, "valid for ever"));
	CHECK(lives(0, 1798675200, "valid until 2026-12-31 00:00 UTC"));
	CHECK(ends(0, 1798675200, "ED25519 " CAPTURED_CA));
	CHECK(lives(1767225600, UINT64_MAX, "valid for ever"));
	CHECK(ends(1767225600, UINT64_MAX, CAPTURED_CA " (from 2026-01-01 00:00 UTC)"));
	CHECK(lives(1767225600, 253402300800, "valid for ever"));
	CHECK(lives(1, 253402300799, "valid 418985 weeks 2 days"));
	CHECK(ends(1, 253402300799, " (from 1970-01-01 00:00 to 9999-12-31 23:59 UTC)"));
	CHECK(ends(1, 253402300800, CAPTURED_CA " (from 1970-01-01 00:00 UTC)"));
	CHECK(ends(253402300800, UINT64_MAX, " (from after the year 9999 UTC)"));
	CHECK(ends(UINT64_MAX - 1, UINT64_MAX, " (from after the year 9999 UTC)"));
	CHECK(lives(5, 5, "never valid") && lives(6, 5, "never valid") && lives(0, 0, "never valid"));
	CHECK(ends(6, 5, CAPTURED_CA) && ends(5, 5, CAPTURED_CA));
}

/* Made with date -u -d @SECONDS. */
static void
dates_are_right(void)
{
	CHECK(ends(951782400, UINT64_MAX, " (from 2000-02-29 00:00 UTC)"));
	CHECK(ends(951868799, UINT64_MAX, " (from 2000-02-29 23:59 UTC)"));
	CHECK(ends(951868800, UINT64_MAX, " (from 2000-03-01 00:00 UTC)"));
	CHECK(ends(4107542400, UINT64_MAX, " (from 2100-03-01 00:00 UTC)"));
	CHECK(ends(4107542399, UINT64_MAX, " (from 2100-02-28 23:59 UTC)"));
	CHECK(ends(1735689599, UINT64_MAX, " (from 2024-12-31 23:59 UTC)"));
	CHECK(ends(1752582840, UINT64_MAX, " (from 2025-07-15 12:34 UTC)"));
}

static struct span
strings(uint8_t *buf, size_t size, const char *const *names, size_t n)
{
	struct wire_out w;

	wire_out_open(&w, buf, size);
	for (size_t i = 0; i < n; i++)
		wire_put_string(&w, span_of(names[i]));
	return wire_out_span(&w);
}

static void
many_principals_are_counted(void)
{
	static const char *const names[] = { "alice", "bob", "carol", "dave", "any user, valid" };
	struct facts f = certificate(0, UINT64_MAX);
	uint8_t buf[128];

	f.what.subject.cert.principals = strings(buf, sizeof(buf), names, 3);
	CHECK(says(&f, "issue a user certificate for alice, bob and carol, valid for ever, with \"work laptop\" "
		       "ED25519 " CAPTURED_CA));
	f.what.subject.cert.principals = strings(buf, sizeof(buf), names, 5);
	CHECK(says(&f, "issue a user certificate for alice, bob, carol and 2 more, valid for ever, with \"work "
		       "laptop\" ED25519 " CAPTURED_CA));
	f.what.subject.cert.principals = strings(buf, sizeof(buf), names + 4, 1);
	CHECK(says(&f, "issue a user certificate for \"any user, valid\", valid for ever, with \"work laptop\" "
		       "ED25519 " CAPTURED_CA));
}

static void
a_certificate_that_is_not_understood_is_told_so(void)
{
	struct facts f = certificate(0, 0);

	memset(&f.what.subject, 0, sizeof(f.what.subject));
	CHECK(says(&f, "issue a certificate that is not understood, with \"work laptop\" ED25519 " CAPTURED_CA));
}

static void
pam_and_unknown_bytes_are_told(void)
{
	struct facts f = facts_of(captured_pam);

	CHECK(says(&f, "authenticate root to pam_ssh_agent_auth, as sudo and the like ask, with " WORK));
	f.what.purpose = PURPOSE_OPAQUE;
	f.what.data.len = 1024;
	CHECK(says(&f, "sign 1024 bytes of unknown meaning with " WORK));
	f.what.data.len = 1;
	CHECK(says(&f, "sign 1 byte of unknown meaning with " WORK));
}

static void
untrusted_names_do_not_get_out_of_their_place(void)
{
	struct names_line github = line("github.com"), odd = line("a b");
	struct facts f = facts_of(captured_login_hostbound);

	f.host = HOST_PROVEN;
	f.names.plain = &github;
	f.what.user = span_of("git@github.com (can only log in there) with \"x");
	CHECK(says(&f, "log in to \"git@github.com (can only log in there) with \\\"x\"@github.com (can only log in "
		       "there) with " WORK));
	f.what.user = span_of("git@evil");
	CHECK(says(&f, "log in to \"git@evil\"@github.com (can only log in there) with " WORK));
	f.what.user = span_of("");
	CHECK(says(&f, "log in to \"\"@github.com (can only log in there) with " WORK));
	f.what.user = span_of("a\nb\xe2\x80\xae");
	CHECK(says(&f, "log in to \"a\\u{a}b\\u{202e}\"@github.com (can only log in there) with " WORK));
	f.what.user = (struct span){ (const uint8_t *)"a\0", 2 };
	CHECK(says(&f, "log in to \"a\\u{0}\"@github.com (can only log in there) with " WORK));
	f.what.user = span_of("git");
	f.names.plain = &odd;
	CHECK(says(&f, "log in to git@\"a b\" (can only log in there) with " WORK));
	f.names.plain = &github;
	f.comment = span_of("\" ED25519 SHA256:");
	CHECK(says(&f,
	    "log in to git@github.com (can only log in there) with \"\\\" ED25519 SHA256:\" ED25519 " CAPTURED_WORK));
}

/* Names of n times c, a whole code point, everywhere. */
static struct facts
longest(const char *hex, const char *c, size_t n)
{
	static char name[8192];
	static uint8_t principals[4 * sizeof(name)];
	static const char *const four[] = { name, name, name, name };
	static struct names_line host;
	struct facts f = facts_of(hex);
	size_t len = strlen(c);

	for (size_t i = 0; i < n; i++)
		memcpy(name + i * len, c, len);
	name[n * len] = '\0';
	host = line(name);
	f.names.plain = &host;
	f.host = HOST_VOUCHED;
	f.forwarded = TRI_YES;
	f.hop_count = LIMIT_BINDS;
	for (unsigned i = 0; i < LIMIT_BINDS; i++)
		f.hops[i] = (struct hop){ .named = true, .names.plain = &host };
	f.key.type = f.comment = f.what.user = span_of(name);
	if (!span_is(f.what.ns, "git"))
		f.what.ns = span_of(name);
	f.what.subject.cert.principals = strings(principals, sizeof(principals), four, 4);
	f.what.subject.cert.id = span_of(name);
	f.what.subject.cert.valid_after = 1;
	f.what.subject.cert.valid_before = 253402300799;
	return f;
}

static void
the_longest_sentence_fits_and_keeps_its_purpose_and_key(void)
{
	static const char *const payloads[] = { captured_login_plain, captured_sshsig_file, captured_certify_user,
		captured_pam };
	static const char *const begins[] = { "log in as ", "sign data for the namespace \"",
		"issue a user certificate for ", "authenticate " };
	static const char *const letters[] = { "x", " ", "\xf4\x8f\xbf\xbf", "鍵", "\xff", "\"", "\\", "é" };

	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		for (size_t j = 0; j < sizeof(letters) / sizeof(letters[0]); j++) {
			struct facts f = longest(payloads[i], letters[j], 2000);
			const char *s = said(&f, NOBODY), *key = strstr(s, " SHA256:");

			CHECK(span_starts(span_of(s), begins[i]) && key != NULL && strlen(key) >= 51);
			CHECK(strstr(s, "…") != NULL);
			CHECK(strlen(s) < LIMIT_SENTENCE);
			if (f.what.purpose == PURPOSE_LOGIN)
				CHECK(strstr(s, " is hostile it may log in elsewhere), by way of ") != NULL);
		}
	}
}

static void
a_name_of_64_characters_is_shown_whole(void)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz.0123456789.abcdefghijklmnopqrstuvwxyz";
	struct facts f = longest(captured_login_plain, name, 1);
	const char *at = said(&f, NOBODY);
	size_t found = 0;

	for (; (at = strstr(at, name)) != NULL; at++)
		found++;
	CHECK(found == 8 && strstr(sentence, "…") == NULL);
	f = longest(captured_certify_user, name, 1);
	at = said(&f, NOBODY);
	for (found = 0; (at = strstr(at, name)) != NULL; at++)
		found++;
	CHECK(found == 9);
}

static void
a_smaller_text_is_cut(void)
{
	struct facts f = facts_of(captured_sshsig_git);
	char small[20];
	struct text t;

	text_open(&t, small, sizeof(small));
	describe_request(&t, &f, NOBODY);
	CHECK(t.cut && strcmp(small, "sign a git commit, ") == 0);
}

static bool
purpose_is(const struct facts *f, const char *want)
{
	struct text t;

	text_open(&t, sentence, sizeof(sentence));
	describe_purpose(&t, &f->what);
	return strcmp(sentence, want) == 0;
}

static void
purposes_are_the_words_of_the_rules(void)
{
	struct facts f = facts_of(captured_login_plain);

	CHECK(purpose_is(&f, "login"));
	f = facts_of(captured_sshsig_git);
	CHECK(purpose_is(&f, "git"));
	f = facts_of(captured_sshsig_file);
	CHECK(purpose_is(&f, "sshsig:file"));
	f.what.ns = span_of("gitea");
	CHECK(purpose_is(&f, "sshsig:gitea"));
	f.what.ns = span_of("a b=c\n");
	CHECK(purpose_is(&f, "sshsig:a\\x20b\\x3dc\\u{a}"));
	f = facts_of(captured_certify_host);
	CHECK(purpose_is(&f, "certificate"));
	f = facts_of(captured_pam);
	CHECK(purpose_is(&f, "pam"));
	f.what.purpose = PURPOSE_OPAQUE;
	CHECK(purpose_is(&f, "opaque"));
}

static void
hosts_and_verdicts_have_their_words(void)
{
	CHECK(strcmp(describe_host_known(HOST_PROVEN), "proven") == 0);
	CHECK(strcmp(describe_host_known(HOST_VOUCHED), "vouched") == 0);
	CHECK(strcmp(describe_host_known(HOST_UNNAMED), "unnamed") == 0);
	CHECK(strcmp(describe_host_known(HOST_UNKNOWN), "unknown") == 0);
	CHECK(strcmp(describe_verdict(ALLOW), "allow") == 0);
	CHECK(strcmp(describe_verdict(ASK), "ask") == 0);
	CHECK(strcmp(describe_verdict(DENY), "deny") == 0);
}

int
main(void)
{
	TEST(a_proven_host_is_the_only_place_to_log_in);
	TEST(a_port_is_shown_as_known_hosts_has_it);
	TEST(a_vouching_host_may_be_hostile);
	TEST(the_login_name_and_what_follows_it_are_shown_apart);
	TEST(a_host_with_a_hashed_name_is_told_by_its_key);
	TEST(an_unnamed_or_unknown_host_gets_no_name);
	TEST(every_kind_of_key_has_its_name);
	TEST(a_nickname_stands_for_the_comment);
	TEST(a_forwarded_agent_is_named_where_it_is_known);
	TEST(the_way_is_told_hop_by_hop);
	TEST(a_signed_namespace_is_named);
	TEST(a_certificate_tells_its_principals_and_its_life);
	TEST(a_life_is_told_in_the_unit_that_fits);
	TEST(a_life_is_rounded_up);
	TEST(a_life_without_an_end_or_a_begin_is_told_so);
	TEST(dates_are_right);
	TEST(many_principals_are_counted);
	TEST(a_certificate_that_is_not_understood_is_told_so);
	TEST(pam_and_unknown_bytes_are_told);
	TEST(untrusted_names_do_not_get_out_of_their_place);
	TEST(the_longest_sentence_fits_and_keeps_its_purpose_and_key);
	TEST(a_name_of_64_characters_is_shown_whole);
	TEST(a_smaller_text_is_cut);
	TEST(purposes_are_the_words_of_the_rules);
	TEST(hosts_and_verdicts_have_their_words);
	return check_done();
}
