/* SPDX-License-Identifier: ISC */
#include "client/settings.h"

#include "base/limits.h"
#include "check.h"

#include <string.h>

static int64_t
with(const char *value)
{
	setenv("QSSH_TIMEOUT", value, 1);
	return settings_answer_ms();
}

static void
whole_seconds_are_taken(void)
{
	CHECK(with("1") == 1000);
	CHECK(with("9") == 9000);
	CHECK(with("86400") == 86400000);
}

static void
anything_else_is_the_default(void)
{
	static const char *const others[] = { "", "0", "86401", "99999999999999999999", "-1", "+1", " 1", "1s", "1.5",
		"/1", ":1", "x" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(with(others[i]) == LIMIT_ANSWER_MS);
	unsetenv("QSSH_TIMEOUT");
	CHECK(settings_answer_ms() == LIMIT_ANSWER_MS);
}

static void
the_program_is_qubes_own_unless_named(void)
{
	unsetenv("QSSH_QREXEC_CLIENT_VM");
	CHECK(strcmp(settings_program(), "/usr/bin/qrexec-client-vm") == 0);
	setenv("QSSH_QREXEC_CLIENT_VM", "", 1);
	CHECK(strcmp(settings_program(), "/usr/bin/qrexec-client-vm") == 0);
	setenv("QSSH_QREXEC_CLIENT_VM", "/other", 1);
	CHECK(strcmp(settings_program(), "/other") == 0);
}

int
main(void)
{
	TEST(whole_seconds_are_taken);
	TEST(anything_else_is_the_default);
	TEST(the_program_is_qubes_own_unless_named);
	return check_done();
}
