/* SPDX-License-Identifier: ISC */
#include "ssh/pubkey.h"

#include "check.h"

#include <errno.h>

/* An ed25519 key of 32 times the letter A. */
#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"

static uint8_t buf[1024];
static struct pubkey key;

static int
reads(const char *line, size_t size)
{
	return pubkey_read(span_of(line), buf, size, &key);
}

static void
a_line_is_type_key_and_comment(void)
{
	CHECK(reads(ED25519, sizeof(buf)) == 0 && span_is(key.key.type, "ssh-ed25519") && key.blob.len == 51);
	CHECK(key.comment.len == 0 && key.key.fields.len == 36);
	CHECK(reads(ED25519 " my  key ", sizeof(buf)) == 0 && span_is(key.comment, "my  key "));
	CHECK(reads(" \t" ED25519 "\t x", sizeof(buf)) == 0 && span_is(key.comment, " x"));
	CHECK(reads(ED25519, 51) == 0 && reads(ED25519, 50) == -EINVAL);
}

static void
what_is_no_key_is_refused(void)
{
	CHECK(reads("", sizeof(buf)) == -EINVAL && reads("ssh-ed25519", sizeof(buf)) == -EINVAL);
	CHECK(reads("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIEFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB", sizeof(buf)) ==
	      -EINVAL);
	CHECK(reads(ED25519 "=", sizeof(buf)) == -EINVAL &&
	      reads("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", sizeof(buf)) == -EINVAL);
}

int
main(void)
{
	TEST(a_line_is_type_key_and_comment);
	TEST(what_is_no_key_is_refused);
	return check_done();
}
