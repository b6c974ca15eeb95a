/* SPDX-License-Identifier: ISC */
#include "vault/purpose.h"

#include "base/text.h"
#include "rules/describe.h"

#include "check.h"

#include <errno.h>

/* The record's words are those that describe_purpose() writes: each is read as what it was. */
static void
what_is_written_is_read(void)
{
	static const struct signdata whats[] = { { .purpose = PURPOSE_LOGIN }, { .purpose = PURPOSE_CERTIFICATE },
		{ .purpose = PURPOSE_PAM }, { .purpose = PURPOSE_OPAQUE },
		{ .purpose = PURPOSE_SSHSIG, .ns = { (const uint8_t *)"git", 3 } },
		{ .purpose = PURPOSE_SSHSIG, .ns = { (const uint8_t *)"file", 4 } } };

	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		struct signdata what = { .purpose = PURPOSE_LOGIN };
		char buf[64];
		struct text t;

		text_open(&t, buf, sizeof(buf));
		describe_purpose(&t, &whats[i]);
		CHECK(purpose_read(&what, span_of(text_str(&t))) == 0);
		CHECK(what.purpose == whats[i].purpose && span_eq(what.ns, whats[i].ns));
	}
}

static void
anything_else_is_refused(void)
{
	static const char *const words[] = { "", "log", "logins", "Login", "sshsig", "sshsig:", "gitx" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct signdata what;

		CHECK(purpose_read(&what, span_of(words[i])) == -EINVAL);
	}
}

int
main(void)
{
	TEST(what_is_written_is_read);
	TEST(anything_else_is_refused);
	return check_done();
}
