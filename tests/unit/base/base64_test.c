/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

#include "check.h"

#include <errno.h>
#include <string.h>

static bool
decodes(const char *text, const char *want)
{
	uint8_t out[16];
	size_t len;

	return base64_decode(span_of(text), out, sizeof(out), &len) == 0 && len == strlen(want) &&
	       memcmp(out, want, len) == 0;
}

static int
padded(const char *text)
{
	uint8_t out[16];
	size_t len;

	return base64_decode(span_of(text), out, sizeof(out), &len);
}

static int
bare(const char *text)
{
	uint8_t out[16];
	size_t len;

	return base64_decode_bare(span_of(text), out, sizeof(out), &len);
}

static void
decodes_the_vectors_of_rfc_4648(void)
{
	CHECK(decodes("", ""));
	CHECK(decodes("Zg==", "f"));
	CHECK(decodes("Zm8=", "fo"));
	CHECK(decodes("Zm9v", "foo"));
	CHECK(decodes("Zm9vYg==", "foob"));
	CHECK(decodes("Zm9vYmE=", "fooba"));
	CHECK(decodes("Zm9vYmFy", "foobar"));
	CHECK(decodes("+/+/", "\xfb\xff\xbf"));
}

static void
refuses_what_is_not_canonical(void)
{
	CHECK(padded("Zh==") == -EINVAL);
	CHECK(padded("Zm9=") == -EINVAL);
	CHECK(padded("Zg") == -EINVAL);
	CHECK(padded("Zg=") == -EINVAL);
	CHECK(padded("Z===") == -EINVAL);
	CHECK(padded("====") == -EINVAL);
	CHECK(padded("Zg==Zg==") == -EINVAL);
	CHECK(padded("Zm 9") == -EINVAL);
	CHECK(padded("Zm9v\n") == -EINVAL);
	CHECK(padded("Zm9-") == -EINVAL);
	CHECK(padded("Zm9_") == -EINVAL);
}

static void
bare_text_has_no_padding(void)
{
	CHECK(bare("Zg") == 0);
	CHECK(bare("Zm8") == 0);
	CHECK(bare("Zg==") == -EINVAL);
	CHECK(bare("Zh") == -EINVAL);
	CHECK(bare("Zm9vY") == -EINVAL);
}

static void
what_does_not_fit_is_refused(void)
{
	uint8_t out[4] = { 0, 0, 0, 7 };
	size_t len;

	CHECK(base64_decode(span_of("Zm9v"), out, 3, &len) == 0 && len == 3 && out[3] == 7);
	CHECK(base64_decode(span_of("Zm9vYg=="), out, 3, &len) == -ENOSPC && out[3] == 7);
}

static bool
encodes(const char *bytes, const char *text)
{
	char out[16];
	size_t len = base64_encode(span_of(bytes), out, sizeof(out));

	return len == strlen(text) && strcmp(out, text) == 0;
}

static void
encodes_the_vectors_of_rfc_4648(void)
{
	CHECK(encodes("f", "Zg=="));
	CHECK(encodes("fo", "Zm8="));
	CHECK(encodes("foo", "Zm9v"));
	CHECK(encodes("foob", "Zm9vYg=="));
	CHECK(encodes("fooba", "Zm9vYmE="));
	CHECK(encodes("foobar", "Zm9vYmFy"));
	CHECK(encodes("\xfb\xff\xbf", "+/+/"));
}

static void
text_that_does_not_fit_is_not_written(void)
{
	char out[10] = "?????????";

	CHECK(base64_encode(span_of("foobar"), out, 8) == 0 && out[0] == '?');
	CHECK(base64_encode(span_of("foob"), out, 8) == 0 && out[0] == '?');
	CHECK(base64_encode(span_of("f"), out, 0) == 0 && out[0] == '?');
	CHECK(base64_encode(span_of(""), out, 1) == 0 && out[0] == '?');
	CHECK(base64_encode(span_of("foobar"), out, 9) == 8 && out[8] == '\0' && out[9] == '\0');
}

int
main(void)
{
	TEST(decodes_the_vectors_of_rfc_4648);
	TEST(refuses_what_is_not_canonical);
	TEST(bare_text_has_no_padding);
	TEST(what_does_not_fit_is_refused);
	TEST(encodes_the_vectors_of_rfc_4648);
	TEST(text_that_does_not_fit_is_not_written);
	return check_done();
}
