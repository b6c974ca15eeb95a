/* SPDX-License-Identifier: ISC */
#include "store/hostsline.h"

#include "check.h"

#include <errno.h>
#include <string.h>

/* Made by ssh-keygen of OpenSSH 9.2. */
#define ED25519 "AAAAC3NzaC1lZDI1NTE5AAAAIF2TBoT9oC1E9Wu70L49PyDCUYnuE8KCV+ErM6Futk7e"

/* The next line of text is this one; what is behind it stays in *text. */
static bool
next_is(struct span *text, enum hosts_mark mark, const char *field, const char *type, const char *key)
{
	struct hosts_line line;

	return hosts_line_next(text, &line) && line.mark == mark && span_is(line.field, field) &&
	       span_is(line.type, type) && span_is(line.key, key);
}

static void
a_line_is_a_mark_names_a_type_and_a_key(void)
{
	struct span text = span_of("a,b ssh-x AAAA comment\n@cert-authority *.c ssh-y BBBB\n@revoked * z CCCC\r\n");
	struct hosts_line line;

	CHECK(next_is(&text, HOSTS_PLAIN, "a,b", "ssh-x", "AAAA"));
	CHECK(next_is(&text, HOSTS_AUTHORITY, "*.c", "ssh-y", "BBBB"));
	CHECK(next_is(&text, HOSTS_REVOKE, "*", "z", "CCCC"));
	CHECK(!hosts_line_next(&text, &line));
}

static void
a_line_without_that_shape_is_passed_over(void)
{
	struct span text = span_of("\n# a comment with words\n@unknown a b c\na b\n@revoked a b\n \t\n\t a \t b  c");
	struct hosts_line line;

	CHECK(next_is(&text, HOSTS_PLAIN, "a", "b", "c"));
	CHECK(!hosts_line_next(&text, &line));
}

static void
a_key_is_read_from_its_text_and_written_as_that(void)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	char text[HOSTS_KEY_TEXT];
	struct sshkey key;

	CHECK(hosts_key_read(span_of(ED25519), blob, &key) == 0 && span_is(key.type, "ssh-ed25519"));
	CHECK(hosts_key_text(&key, text) == strlen(ED25519) && strcmp(text, ED25519) == 0);
	CHECK(hosts_key_read(span_of("AAAA"), blob, &key) == -EINVAL);
	CHECK(hosts_key_read(span_of(ED25519 "="), blob, &key) == -EINVAL);
}

int
main(void)
{
	TEST(a_line_is_a_mark_names_a_type_and_a_key);
	TEST(a_line_without_that_shape_is_passed_over);
	TEST(a_key_is_read_from_its_text_and_written_as_that);
	return check_done();
}
