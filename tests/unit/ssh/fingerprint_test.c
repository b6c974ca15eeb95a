/* SPDX-License-Identifier: ISC */
#include "ssh/fingerprint.h"

#include "check.h"

#include <string.h>

/* Of 32 times the letter A. */
#define SHA_A "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"

static bool
reads(const char *s)
{
	uint8_t hash[SHA256_SIZE];

	return fingerprint_read(span_of(s), hash) == 0;
}

static void
a_fingerprint_is_read_whole(void)
{
	uint8_t hash[SHA256_SIZE], want[SHA256_SIZE];

	memset(want, 'A', sizeof(want));
	CHECK(fingerprint_read(span_of(SHA_A), hash) == 0 && memcmp(hash, want, sizeof(hash)) == 0);
	CHECK(fingerprint_begins(span_of("SHA256:")) && !fingerprint_begins(span_of("SHA256")));
}

static void
what_is_no_whole_fingerprint_is_refused(void)
{
	CHECK(!reads("") && !reads("SHA256:") && !reads("SHA256:QUFB") && !reads(SHA_A "=") && !reads(SHA_A "A"));
	CHECK(!reads(SHA_A "QUFB") && !reads("sha256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"));
	CHECK(!reads("SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"));
	CHECK(!reads("SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF")); /* another text for the same bytes */
}

int
main(void)
{
	TEST(a_fingerprint_is_read_whole);
	TEST(what_is_no_whole_fingerprint_is_refused);
	return check_done();
}
