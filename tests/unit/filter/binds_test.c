/* SPDX-License-Identifier: ISC */
#include "filter/binds.h"

#include "base/base64.h"
#include "check.h"

#include <errno.h>
#include <string.h>

/* The known_hosts of these tests: key 'a' is host.example, 'r' is revoked, any other has no name. */
static struct hosts *hosts;
static struct binds binds;

/* An ed25519 key of one letter. */
static struct span
key(char letter)
{
	static uint8_t blobs[128][64];
	uint8_t raw[32];
	struct wire_out w;

	memset(raw, letter, sizeof(raw));
	wire_out_open(&w, blobs[(unsigned char)letter], sizeof(blobs[0]));
	wire_put_string(&w, span_of("ssh-ed25519"));
	wire_put_string(&w, (struct span){ raw, sizeof(raw) });
	return wire_out_span(&w);
}

static void
hosts_make(void)
{
	static char text[512];
	char a[128], r[128];

	base64_encode(key('a'), a, sizeof(a));
	base64_encode(key('r'), r, sizeof(r));
	snprintf(text, sizeof(text), "host.example ssh-ed25519 %s\n@revoked * ssh-ed25519 %s\n", a, r);
	if (hosts_new(&hosts) < 0 || hosts_add(hosts, span_of(text)) < 0)
		abort();
}

static void
add(const char *session_id, char letter, bool forwarding, bool accepted)
{
	struct agentmsg_bind b = { key(letter), span_of(session_id), span_of("signature"), forwarding };

	binds_add(&binds, &b, accepted);
}

static void
start(void)
{
	memset(&binds, 0, sizeof(binds));
}

static enum host_known
listed(bool *revoked)
{
	struct facts f = { 0 };

	binds_host(&binds, hosts, 0, &f, revoked);
	return f.host;
}

static enum host_known
host(void)
{
	bool revoked;
	enum host_known h = listed(&revoked);

	CHECK(!revoked);
	return h;
}

/* What is known of the host of a login over this session; hostkey 0: by the plain method. */
static enum host_known
login(const char *session_id, char hostkey)
{
	struct facts f = { .what = { .purpose = PURPOSE_LOGIN, .session_id = span_of(session_id) } };
	bool revoked;

	if (hostkey != 0) {
		f.what.hostbound = true;
		f.what.hostkey = key(hostkey);
	}
	binds_login(&binds, hosts, 0, &f, &revoked);
	CHECK(!revoked);
	return f.host;
}

static void
without_a_bind_nothing_is_known(void)
{
	start();
	CHECK(host() == HOST_UNKNOWN && login("one", 'a') == HOST_UNKNOWN && login("", 0) == HOST_UNKNOWN);
	CHECK(binds_forwarded(&binds) == TRI_UNKNOWN);
}

static void
a_bind_that_is_not_accepted_proves_nothing(void)
{
	start();
	add("one", 'a', false, false);
	CHECK(host() == HOST_UNKNOWN && login("one", 'a') == HOST_UNKNOWN);
	CHECK(binds_forwarded(&binds) == TRI_UNKNOWN && binds.count == 1);
}

static void
an_accepted_bind_proves_a_host_by_its_name(void)
{
	struct facts f = { 0 };
	struct sshkey k;
	uint8_t hash[SHA256_SIZE];
	bool revoked;

	start();
	add("one", 'a', false, true);
	binds_host(&binds, hosts, 0, &f, &revoked);
	CHECK(f.host == HOST_PROVEN && names_has(&f.names, span_of("host.example"), 22));
	CHECK(sshkey_read(key('a'), &k) == 0);
	sshkey_hash(&k, hash);
	CHECK(memcmp(hash, f.host_hash, sizeof(hash)) == 0);
	CHECK(login("one", 'a') == HOST_PROVEN);
	CHECK(binds_forwarded(&binds) == TRI_NO);
}

static void
a_host_without_a_name_is_unnamed(void)
{
	start();
	add("one", 'b', false, true);
	CHECK(host() == HOST_UNNAMED && login("one", 'b') == HOST_UNNAMED && login("one", 0) == HOST_UNNAMED);
}

static void
the_plain_method_only_vouches(void)
{
	start();
	add("one", 'a', false, true);
	CHECK(login("one", 0) == HOST_VOUCHED);
}

static void
a_login_is_over_the_bound_session_and_to_the_bound_host(void)
{
	start();
	add("one", 'a', false, true);
	CHECK(login("two", 'a') == HOST_UNKNOWN && login("on", 'a') == HOST_UNKNOWN && login("", 'a') == HOST_UNKNOWN);
	CHECK(login("one", 'b') == HOST_UNKNOWN);
}

static void
what_is_no_login_has_no_host(void)
{
	struct facts f = { .what = { .purpose = PURPOSE_SSHSIG, .session_id = span_of("one") } };
	bool revoked;

	start();
	add("one", 'a', false, true);
	binds_login(&binds, hosts, 0, &f, &revoked);
	CHECK(f.host == HOST_UNKNOWN && !revoked);
}

static void
only_the_last_bind_counts(void)
{
	start();
	add("one", 'a', true, true);
	add("two", 'b', false, true);
	CHECK(login("one", 'a') == HOST_UNKNOWN && login("two", 'b') == HOST_UNNAMED);
	add("three", 'a', false, false);
	CHECK(host() == HOST_UNKNOWN && login("two", 'b') == HOST_UNKNOWN && login("three", 'a') == HOST_UNKNOWN);
}

static void
a_forwarding_bind_is_no_host_to_log_in_to(void)
{
	struct sshkey k;

	start();
	add("one", 'a', true, true);
	CHECK(host() == HOST_UNKNOWN && login("one", 'a') == HOST_UNKNOWN && binds_hostkey(&binds, &k) == -ENOENT);
	CHECK(binds_forwarded(&binds) == TRI_YES);
	add("two", 'a', false, true);
	CHECK(binds_forwarded(&binds) == TRI_YES && login("two", 'a') == HOST_PROVEN);
	CHECK(binds_hostkey(&binds, &k) == 0);
}

static void
that_a_bind_preceded_is_known_for_good_and_that_none_did_only_of_an_accepted_one(void)
{
	start();
	add("one", 'a', false, false);
	CHECK(binds_forwarded(&binds) == TRI_UNKNOWN);
	add("two", 'a', false, true);
	CHECK(binds_forwarded(&binds) == TRI_NO);
	binds_spoil(&binds, false);
	CHECK(binds_forwarded(&binds) == TRI_UNKNOWN);

	start();
	add("one", 'a', true, false);
	CHECK(binds_forwarded(&binds) == TRI_YES);
	add("two", 'a', false, true);
	CHECK(binds_forwarded(&binds) == TRI_YES);
	add("three", 'a', false, false);
	CHECK(binds_forwarded(&binds) == TRI_YES);

	start();
	binds_spoil(&binds, true);
	CHECK(binds_forwarded(&binds) == TRI_YES && host() == HOST_UNKNOWN);
}

/* The hops as letters: a by its name, others without one; then ! where the way is not whole. */
static bool
way_is(const char *want)
{
	struct facts f = { 0 };
	struct sshkey k;
	char got[LIMIT_BINDS + 2] = "";
	bool revoked = false;

	binds_way(&binds, hosts, 0, &f, &revoked);
	for (unsigned i = 0; i < f.hop_count; i++) {
		uint8_t hash[SHA256_SIZE];

		CHECK(binds_hop(&binds, i, &k) == 0);
		got[i] = (char)k.fields.p[4];
		sshkey_hash(&k, hash);
		CHECK(memcmp(hash, f.hops[i].hash, sizeof(hash)) == 0);
		CHECK(f.hops[i].named == (got[i] == 'a'));
		CHECK(!f.hops[i].named || names_has(&f.hops[i].names, span_of("host.example"), 22));
	}
	CHECK(revoked == (strchr(got, 'r') != NULL));
	if (!f.way_whole)
		strcat(got, "!");
	if (strcmp(got, want) != 0)
		fprintf(stderr, "way: %s, not %s\n", got, want);
	return strcmp(got, want) == 0;
}

static void
the_way_is_the_forwarding_binds_in_their_order(void)
{
	start();
	CHECK(way_is("!"));
	add("one", 'a', false, true);
	CHECK(way_is("!"));

	start();
	add("one", 'b', true, true);
	CHECK(way_is("b"));
	add("two", 'a', true, true);
	CHECK(way_is("ba"));
	add("three", 'c', false, true);
	CHECK(way_is("ba") && login("three", 'c') == HOST_UNNAMED);
}

static void
a_repeated_bind_is_one_hop_and_a_host_met_twice_is_two(void)
{
	start();
	add("one", 'a', true, true);
	add("one", 'a', true, true);
	add("one", 'a', false, true);
	CHECK(way_is("a"));
	add("two", 'a', true, true);
	CHECK(way_is("aa"));
}

static void
a_way_with_a_bind_that_is_not_proven_is_not_whole_ever_after(void)
{
	start();
	add("one", 'a', true, true);
	add("two", 'a', true, false);
	CHECK(way_is("a!"));
	add("three", 'a', true, true);
	add("four", 'a', false, true);
	CHECK(way_is("aa!"));

	start();
	add("one", 'a', true, true);
	binds_spoil(&binds, false);
	add("two", 'a', true, true);
	CHECK(way_is("aa!"));
}

/* OpenSSH's agent accepts none there. */
static void
a_hop_behind_the_bind_that_is_not_forwarding_is_not_on_a_way(void)
{
	start();
	add("one", 'a', true, true);
	add("two", 'b', false, true);
	CHECK(way_is("a"));
	add("three", 'a', true, true);
	CHECK(way_is("aa!"));
}

static void
a_revoked_hop_is_told(void)
{
	start();
	add("one", 'a', true, true);
	add("two", 'r', true, true);
	add("three", 'a', false, true);
	CHECK(way_is("ar"));
}

/* Of a key that is no key, and of more keys than there is room for. */
static void
a_hop_that_cannot_be_kept_breaks_the_way(void)
{
	static uint8_t large[BINDS_KEY_MAX];
	struct agentmsg_bind torn = { span_of("torn"), span_of("zero"), span_of("signature"), true };
	struct facts f = { 0 };
	struct wire_out w;
	bool revoked = false;
	char id[8];

	start();
	binds_add(&binds, &torn, true);
	CHECK(way_is("!") && binds_forwarded(&binds) == TRI_YES);

	start();
	wire_out_open(&w, large, sizeof(large));
	wire_put_string(&w, span_of("new-type"));
	for (unsigned i = 0; i < 5; i++) {
		struct agentmsg_bind b = { { large, sizeof(large) }, { (uint8_t *)id, 0 }, span_of("s"), true };

		b.session_id.len = (size_t)snprintf(id, sizeof(id), "%u", i);
		binds_add(&binds, &b, true);
	}
	binds_way(&binds, hosts, 0, &f, &revoked);
	CHECK(f.hop_count == 4 && !f.way_whole && !revoked && binds_forwarded(&binds) == TRI_YES);
}

static void
a_repeat_changes_nothing_whatever_it_says(void)
{
	start();
	add("one", 'a', false, true);
	add("one", 'a', true, true);
	CHECK(binds_forwarded(&binds) == TRI_NO && login("one", 'a') == HOST_PROVEN);
	add("one", 'a', false, false);
	CHECK(login("one", 'a') == HOST_PROVEN && binds.count == 3 && binds.accepted == 1);

	start();
	add("one", 'a', true, true);
	add("two", 'b', false, true);
	add("one", 'a', false, true);
	CHECK(login("two", 'b') == HOST_UNNAMED && login("one", 'a') == HOST_UNKNOWN);
}

static void
a_repeat_does_not_bring_back_what_a_refused_bind_took(void)
{
	start();
	add("one", 'a', false, true);
	add("two", 'a', false, false);
	add("one", 'a', false, true);
	CHECK(host() == HOST_UNKNOWN && login("one", 'a') == HOST_UNKNOWN);
}

static void
another_host_key_for_a_session_is_no_repeat(void)
{
	start();
	add("one", 'a', false, true);
	add("one", 'b', false, true);
	CHECK(login("one", 'b') == HOST_UNNAMED && login("one", 'a') == HOST_UNKNOWN);
	add("one", 'c', false, false);
	CHECK(host() == HOST_UNKNOWN);
}

static void
session_and_host_key_do_not_run_into_each_other(void)
{
	struct span blob = key('a');
	struct agentmsg_bind shifted = { { blob.p + 1, blob.len - 1 }, { NULL, 0 }, span_of("s"), false };
	uint8_t id[4] = { 'o', 'n', 'e' };

	start();
	add("one", 'a', false, true);
	id[3] = blob.p[0];
	shifted.session_id = (struct span){ id, sizeof(id) };
	binds_add(&binds, &shifted, true);
	CHECK(binds.accepted == 2 && host() == HOST_UNKNOWN);
}

static void
as_many_as_openssh_takes_are_accepted(void)
{
	char id[16];

	start();
	for (unsigned i = 0; i < LIMIT_BINDS; i++) {
		snprintf(id, sizeof(id), "session %u", i);
		add(id, 'a', true, true);
		CHECK(binds.valid);
	}
	add("one more", 'a', false, true);
	CHECK(!binds.valid && login("one more", 'a') == HOST_UNKNOWN);
}

static void
what_is_too_long_to_keep_proves_nothing(void)
{
	static uint8_t large[BINDS_KEY_MAX + 1];
	struct agentmsg_bind b = { { large, sizeof(large) }, span_of("one"), span_of("s"), false };

	start();
	binds_add(&binds, &b, true);
	CHECK(!binds.valid);
	b.hostkey.len--;
	binds_add(&binds, &b, true);
	CHECK(binds.valid && host() == HOST_UNKNOWN);
	b = (struct agentmsg_bind){ key('a'), { large, LIMIT_SESSION_ID + 1 }, span_of("s"), false };
	binds_add(&binds, &b, true);
	CHECK(!binds.valid);
	b.session_id.len--;
	binds_add(&binds, &b, true);
	CHECK(binds.valid);
}

static void
a_revoked_host_key_is_told(void)
{
	struct facts f = { .what = { .purpose = PURPOSE_LOGIN, .session_id = span_of("one") } };
	bool revoked;

	start();
	add("one", 'r', false, true);
	CHECK(listed(&revoked) != HOST_PROVEN && revoked);
	binds_login(&binds, hosts, 0, &f, &revoked);
	CHECK(revoked);
	add("two", 'a', false, true);
	CHECK(listed(&revoked) == HOST_PROVEN && !revoked);
}

int
main(void)
{
	hosts_make();
	TEST(without_a_bind_nothing_is_known);
	TEST(a_bind_that_is_not_accepted_proves_nothing);
	TEST(an_accepted_bind_proves_a_host_by_its_name);
	TEST(a_host_without_a_name_is_unnamed);
	TEST(the_plain_method_only_vouches);
	TEST(a_login_is_over_the_bound_session_and_to_the_bound_host);
	TEST(what_is_no_login_has_no_host);
	TEST(only_the_last_bind_counts);
	TEST(a_forwarding_bind_is_no_host_to_log_in_to);
	TEST(that_a_bind_preceded_is_known_for_good_and_that_none_did_only_of_an_accepted_one);
	TEST(the_way_is_the_forwarding_binds_in_their_order);
	TEST(a_repeated_bind_is_one_hop_and_a_host_met_twice_is_two);
	TEST(a_way_with_a_bind_that_is_not_proven_is_not_whole_ever_after);
	TEST(a_hop_behind_the_bind_that_is_not_forwarding_is_not_on_a_way);
	TEST(a_revoked_hop_is_told);
	TEST(a_hop_that_cannot_be_kept_breaks_the_way);
	TEST(a_repeat_changes_nothing_whatever_it_says);
	TEST(a_repeat_does_not_bring_back_what_a_refused_bind_took);
	TEST(another_host_key_for_a_session_is_no_repeat);
	TEST(session_and_host_key_do_not_run_into_each_other);
	TEST(as_many_as_openssh_takes_are_accepted);
	TEST(what_is_too_long_to_keep_proves_nothing);
	TEST(a_revoked_host_key_is_told);
	hosts_free(hosts);
	return check_done();
}
