/* SPDX-License-Identifier: ISC */
#include "ssh/hostport.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static bool
reads(const char *name, const char *host, uint16_t port)
{
	struct span h;
	uint16_t p;

	return hostport_read(span_of(name), &h, &p) && span_is(h, host) && p == port && hostport_is(span_of(name));
}

static void
names_and_addresses_are_names(void)
{
	CHECK(reads("a", "a", 22));
	CHECK(reads("git.example.org", "git.example.org", 22));
	CHECK(reads("Git-1.example", "Git-1.example", 22));
	CHECK(reads("build_1.corp", "build_1.corp", 22));
	CHECK(reads("xn--bcher-kva.example", "xn--bcher-kva.example", 22));
	CHECK(reads("192.0.2.1", "192.0.2.1", 22));
	CHECK(reads("2001:db8::1", "2001:db8::1", 22));
	CHECK(reads("::1", "::1", 22));
}

static void
other_ports_stand_behind_brackets(void)
{
	CHECK(reads("[git.example.org]:2222", "git.example.org", 2222));
	CHECK(reads("[2001:db8::1]:1", "2001:db8::1", 1));
	CHECK(reads("[a]:65535", "a", 65535));
}

static void
what_is_no_name_is_refused(void)
{
	static const char *const bad[] = { "", ".", "a.", ".a", "a..b", "-a", "a.-b", "*", "a*", "?", "!a", "a,b",
		"a b", "a\tb", "a\n", "a#b", "@revoked", "|1|x|y", "a/b", "a:b", "1:2", "a\\", "\"a\"", "b\xc3\xbc",
		"a\x7f", "a%eth0", "fe80::1%eth0", "[a]", "[a]:", "[a]:22", "[a]:0", "[a]:02222", "[a]:65536",
		"[a]:99999", "[a]:100000", "[a]:-1", "[a]:+1", "[a]:1/", "[a]:1:", "[a]:1 ", "[a]2222", "[]:2222",
		"[a:2222", "a]:2222", "[[a]]:2222", "[*]:2222", "[a]:2222,b", "[a,b]:2222", ":::", "[", "[]", "a:22" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (hostport_is(span_of(bad[i])))
			fprintf(stderr, "taken for a name: %s\n", bad[i]);
		CHECK(!hostport_is(span_of(bad[i])));
	}
	CHECK(!hostport_is((struct span){ (const uint8_t *)"a\0b", 3 }));
	CHECK(!hostport_is((struct span){ (const uint8_t *)"::1\0", 4 }));
}

static void
nothing_is_read_beyond_the_end(void)
{
	static const char *const texts[] = { "[a]", "[a]:", "[", "a" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]);
		uint8_t *exact = malloc(len);

		CHECK(exact != NULL);
		memcpy(exact, texts[i], len);
		CHECK(hostport_is((struct span){ exact, len }) == (len == 1 && *exact == 'a'));
		free(exact);
	}
}

static void
labels_and_names_have_their_lengths(void)
{
	char name[256];

	memset(name, 'a', sizeof(name));
	name[63] = '\0';
	CHECK(hostport_is(span_of(name)));
	name[63] = 'a';
	name[64] = '\0';
	CHECK(!hostport_is(span_of(name)));
	memset(name, 'a', sizeof(name));
	for (size_t i = 49; i < sizeof(name); i += 50)
		name[i] = '.';
	name[253] = '\0';
	CHECK(hostport_is(span_of(name)));
	name[253] = 'a';
	name[254] = '\0';
	CHECK(!hostport_is(span_of(name)));
}

static void
a_list_is_taken_apart_at_its_commas(void)
{
	struct span list = span_of("a,,[b]:1,"), part;

	CHECK(hostport_next(&list, &part) && span_is(part, "a"));
	CHECK(hostport_next(&list, &part) && part.len == 0);
	CHECK(hostport_next(&list, &part) && span_is(part, "[b]:1"));
	CHECK(hostport_next(&list, &part) && part.len == 0);
	CHECK(!hostport_next(&list, &part) && list.p == NULL && list.len == 0);
	list = span_of("a");
	CHECK(hostport_next(&list, &part) && span_is(part, "a") && !hostport_next(&list, &part));
}

static bool
splits(const char *name, const char *host, uint16_t port)
{
	struct span h;
	uint16_t p;

	return hostport_split(span_of(name), &h, &p) && span_is(h, host) && p == port;
}

static void
a_port_stands_behind_brackets(void)
{
	static const char *const bad[] = { "[", "[a", "[a]", "[a]:", "[a]2222", "[]:2222", "[a]:0", "[a]:022",
		"[a]:65536", "[a]:100000", "[a]:2:", "[a]:-1", "[a]:2/", "[a]: 1" };
	struct span h;
	uint16_t p;

	CHECK(splits("a", "a", 22) && splits("", "", 22) && splits("::1", "::1", 22) && splits("a]:1", "a]:1", 22));
	CHECK(splits("[a]:1", "a", 1) && splits("[a]:65535", "a", 65535) && splits("[::1]:2222", "::1", 2222));
	CHECK(splits("[a]:22", "a", 22) && !hostport_split_known(span_of("[a]:22"), &h, &p));
	CHECK(hostport_split_known(span_of("a"), &h, &p) && hostport_split_known(span_of("[a]:23"), &h, &p));
	CHECK(splits("[a]b]:2", "a]b", 2));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!hostport_split(span_of(bad[i]), &h, &p));
}

int
main(void)
{
	TEST(names_and_addresses_are_names);
	TEST(other_ports_stand_behind_brackets);
	TEST(what_is_no_name_is_refused);
	TEST(nothing_is_read_beyond_the_end);
	TEST(labels_and_names_have_their_lengths);
	TEST(a_list_is_taken_apart_at_its_commas);
	TEST(a_port_stands_behind_brackets);
	return check_done();
}
