/* SPDX-License-Identifier: ISC */
#include "store/subject.h"

#include "check.h"

#include <string.h>

static const uint8_t HOST_BLOB[] = { 0, 0, 0, 11, 's', 's', 'h', '-', 'e', 'd', '2', '5', '5', '1', '9', 'x' };
static const struct names_line LINE = { .field = { (const uint8_t *)"github.com", 10 } };

static struct facts
login(const char *user, enum host_known host)
{
	struct facts f = { .client = span_of("work"), .host = host };

	f.what.purpose = PURPOSE_LOGIN;
	f.what.user = span_of(user);
	f.what.data = span_of("session");
	f.what.hostkey = (struct span){ HOST_BLOB, sizeof(HOST_BLOB) };
	memset(f.host_hash, 1, sizeof(f.host_hash));
	memset(f.key_hash, 2, sizeof(f.key_hash));
	if (host == HOST_PROVEN || host == HOST_VOUCHED)
		f.names.plain = &LINE;
	return f;
}

static struct subject
of(struct facts f)
{
	struct subject s;

	subject_of(&s, &f);
	CHECK(subject_ok(&s));
	return s;
}

static struct facts
signature(const char *ns)
{
	struct facts f = login("", HOST_UNKNOWN);

	f.what.purpose = PURPOSE_SSHSIG;
	f.what.ns = span_of(ns);
	return f;
}

static void
a_login_is_its_key_user_and_host(void)
{
	struct subject s = of(login("git", HOST_PROVEN));

	CHECK(strcmp(s.key, "SHA256:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI") == 0);
	CHECK(strcmp(s.user, "git") == 0);
	CHECK(strcmp(s.host, "proven github.com SHA256:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE") == 0);
	CHECK(strcmp(s.purpose, "login") == 0);
	CHECK(strcmp(s.data, "-") == 0);
}

static void
two_sessions_are_the_same_login(void)
{
	struct facts f = login("git", HOST_PROVEN);
	struct subject a = of(f), b;

	f.what.data = span_of("another session");
	b = of(f);
	CHECK(subject_same(&a, &b));
}

static void
only_proven_logins_and_sshsigs_can_be_remembered(void)
{
	struct facts f = login("git", HOST_PROVEN);

	CHECK(of(f).rememberable);
	CHECK(of(signature("git")).rememberable);
	CHECK(!of(login("git", HOST_VOUCHED)).rememberable);
	CHECK(!of(login("git", HOST_UNNAMED)).rememberable);
	CHECK(!of(login("git", HOST_UNKNOWN)).rememberable);
	f.what.purpose = PURPOSE_CERTIFICATE;
	CHECK(!of(f).rememberable);
	f.what.purpose = PURPOSE_PAM;
	CHECK(!of(f).rememberable);
	f.what.purpose = PURPOSE_OPAQUE;
	CHECK(!of(f).rememberable);
}

static struct facts
forwarded(struct facts f, unsigned hops)
{
	f.forwarded = TRI_YES;
	f.way_whole = hops > 0;
	f.hop_count = hops;
	for (unsigned i = 0; i < hops; i++) {
		f.hops[i].named = true;
		memset(f.hops[i].hash, (int)i + 1, SHA256_SIZE);
	}
	return f;
}

/* So that what was answered to the client's own login is not the answer to a host's that it was forwarded to. */
static void
the_way_makes_another_subject_and_is_remembered_where_it_is_known(void)
{
	struct facts f[] = { login("git", HOST_PROVEN), forwarded(login("git", HOST_PROVEN), 0),
		forwarded(login("git", HOST_PROVEN), 1), forwarded(login("git", HOST_PROVEN), 2), signature("git"),
		forwarded(signature("git"), 1) };
	struct facts own = login("git", HOST_PROVEN);

	for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
		struct subject a = of(f[i]);

		CHECK(a.rememberable == (i != 1));
		for (size_t k = 0; k < i; k++) {
			struct subject b = of(f[k]);

			CHECK(!subject_same(&a, &b));
		}
	}
	CHECK(strcmp(of(f[2]).host + strlen(of(own).host), " via SHA256:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE") ==
	      0);
	own.forwarded = TRI_NO;
	CHECK(strstr(of(own).host, " via") == NULL);
	f[2].hops[0].named = false;
	f[3].way_whole = false;
	CHECK(!of(f[2]).rememberable && !of(f[3]).rememberable);
	f[3] = forwarded(login("git", HOST_PROVEN), LIMIT_BINDS);
	CHECK(!of(f[3]).rememberable && strcmp(of(f[3]).host, of(login("git", HOST_PROVEN)).host) == 0);
}

static void
each_fact_makes_another_subject(void)
{
	struct facts f[9];
	char hex[9][SUBJECT_HEX];

	for (size_t i = 0; i < 7; i++)
		f[i] = login("git", HOST_PROVEN);
	f[1].key_hash[31] ^= 1;
	f[2].what.user = span_of("gi");
	f[3].host_hash[31] ^= 1;
	f[4].host = HOST_VOUCHED;
	f[5].host = HOST_UNNAMED;
	f[6].host = HOST_UNKNOWN;
	f[7] = signature("git");
	f[8] = signature("file");
	for (size_t i = 0; i < 9; i++) {
		struct subject a = of(f[i]);

		subject_hex(&a, "work", "-", hex[i]);
		for (size_t k = 0; k < i; k++) {
			struct subject b = of(f[k]);

			CHECK(!subject_same(&a, &b));
			CHECK(strcmp(hex[i], hex[k]) != 0);
		}
	}
}

static void
client_and_argument_are_in_the_hash(void)
{
	struct subject s = of(login("git", HOST_PROVEN));
	char a[SUBJECT_HEX], b[SUBJECT_HEX];

	subject_hex(&s, "work", "-", a);
	CHECK(strlen(a) == SUBJECT_HEX - 1);
	subject_hex(&s, "wor", "k-", b);
	CHECK(strcmp(a, b) != 0);
	subject_hex(&s, "work2", "-", b);
	CHECK(strcmp(a, b) != 0);
	subject_hex(&s, "work", "ci", b);
	CHECK(strcmp(a, b) != 0);
	subject_hex(&s, "work", "-", b);
	CHECK(strcmp(a, b) == 0);
}

static void
unknown_bytes_are_told_apart_by_all_of_them(void)
{
	struct facts f = login("", HOST_UNKNOWN);
	struct subject a, b;

	f.what.purpose = PURPOSE_OPAQUE;
	a = of(f);
	f.what.data = span_of("sessioN");
	b = of(f);
	CHECK(!subject_same(&a, &b));
}

static void
hostile_names_are_one_inert_word(void)
{
	struct subject s = of(login("a b\nhost=\x1b[31m\xff\xe2\x80\xae", HOST_UNKNOWN));

	CHECK(strcmp(s.user, "a\\x20b\\u{a}host\\x3d\\u{1b}[31m\\xff\\u{202e}") == 0);
	s = of(login("-", HOST_UNKNOWN));
	CHECK(strcmp(s.user, "\\x2d") == 0);
	s = of(login("", HOST_UNKNOWN));
	CHECK(strcmp(s.user, "-") == 0);
}

static void
what_is_too_long_is_told_apart_but_not_remembered(void)
{
	static char one[2000], two[2000];
	const struct names_line long_line = { .field = { (const uint8_t *)one, sizeof(one) - 1 } };
	struct subject a, b;
	struct facts f;

	memset(one, 'u', sizeof(one) - 1);
	memcpy(two, one, sizeof(two));
	two[1900] = 'v';
	a = of(login(one, HOST_PROVEN));
	b = of(login(two, HOST_PROVEN));
	CHECK(!a.rememberable && !b.rememberable);
	CHECK(!subject_same(&a, &b));
	f = login("git", HOST_PROVEN);
	f.names.plain = &long_line;
	CHECK(!of(f).rememberable);
	a = of(signature(one));
	b = of(signature(two));
	CHECK(!a.rememberable && !subject_same(&a, &b));
}

static void
what_is_no_subject_is_found_out(void)
{
	struct subject s = of(login("git", HOST_PROVEN)), t;

	t = s, t.user[1] = '\n';
	CHECK(!subject_ok(&t));
	t = s, t.key[0] = '\0';
	CHECK(!subject_ok(&t));
	t = s, memset(t.host, 'x', sizeof(t.host));
	CHECK(!subject_ok(&t));
	t = s, t.purpose[0] = '\x7f';
	CHECK(!subject_ok(&t));
	t = s, t.data[0] = '\xe9';
	CHECK(!subject_ok(&t));
}

/* Each try of pam_ssh_agent_auth has another cookie; random bytes are as many. */
static void
what_a_person_would_call_the_same_is_alike(void)
{
	static const enum purpose purposes[] = { PURPOSE_PAM, PURPOSE_OPAQUE, PURPOSE_CERTIFICATE };
	struct facts f = login("root", HOST_UNKNOWN);
	char first[SUBJECT_HEX], second[SUBJECT_HEX], exact[SUBJECT_HEX];

	for (size_t i = 0; i < 3; i++) {
		struct subject s;

		f.what.purpose = purposes[i];
		f.what.data = span_of("one try");
		s = of(f);
		CHECK(subject_ok(&s));
		subject_alike_hex(&s, "work", "-", first);
		subject_hex(&s, "work", "-", exact);
		f.what.data = span_of("another");
		s = of(f);
		subject_alike_hex(&s, "work", "-", second);
		CHECK(strcmp(first, second) == 0);
		subject_hex(&s, "work", "-", second);
		CHECK(strcmp(exact, second) != 0);
	}
	f.what.purpose = PURPOSE_PAM;
	f.what.user = span_of("other");
	struct subject s = of(f);
	subject_alike_hex(&s, "work", "-", second);
	f.what.user = span_of("root");
	s = of(f);
	subject_alike_hex(&s, "work", "-", first);
	CHECK(strcmp(first, second) != 0);
}

int
main(void)
{
	TEST(what_a_person_would_call_the_same_is_alike);
	TEST(a_login_is_its_key_user_and_host);
	TEST(two_sessions_are_the_same_login);
	TEST(only_proven_logins_and_sshsigs_can_be_remembered);
	TEST(the_way_makes_another_subject_and_is_remembered_where_it_is_known);
	TEST(each_fact_makes_another_subject);
	TEST(client_and_argument_are_in_the_hash);
	TEST(unknown_bytes_are_told_apart_by_all_of_them);
	TEST(hostile_names_are_one_inert_word);
	TEST(what_is_too_long_is_told_apart_but_not_remembered);
	TEST(what_is_no_subject_is_found_out);
	return check_done();
}
