/* SPDX-License-Identifier: ISC */
#include "client/config.h"

#include "base/limits.h"
#include "sys/file.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static struct target t;
static const char *source;

static int
choose(const char *text)
{
	scratch_put(CONFIG_FILE, text);
	target_parse(&t, span_of("default:arg"));
	return config_target(&t, scratch_dir, &source);
}

static void
the_file_in_the_home_names_the_vault(void)
{
	CHECK(choose("work-vault\n") == 0);
	CHECK(strcmp(t.qube, "work-vault") == 0 && strcmp(t.arg, "arg") == 0 && strcmp(t.socket, "default:arg") == 0);
	CHECK(source != NULL && strcmp(source, "~/.config/qssh/vault") == 0);
}

static void
blanks_around_the_name_are_ignored(void)
{
	CHECK(choose(" \t vault \r\n") == 0 && strcmp(t.qube, "vault") == 0);
	CHECK(choose("vault") == 0 && strcmp(t.qube, "vault") == 0);
}

static void
default_is_a_choice_too(void)
{
	CHECK(choose("@default\n") == 0 && strcmp(t.qube, "@default") == 0);
	CHECK(source != NULL && strcmp(source, "~/.config/qssh/vault") == 0);
}

static void
what_is_no_name_is_an_error_that_names_its_file(void)
{
	static const char *const texts[] = { "", "\n", "no such", "vault\nvault2\n", "default\n", "none\n", "@dispvm\n",
		"v@ult", "vault:work\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		source = NULL;
		CHECK(choose(texts[i]) == -EINVAL);
		CHECK(source != NULL && strcmp(source, "~/.config/qssh/vault") == 0);
	}
}

static void
a_file_longer_than_any_name_is_no_name(void)
{
	char text[5000];

	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "vault", 5);
	text[sizeof(text) - 1] = '\0';
	CHECK(choose(text) == -EINVAL);
}

static void
a_directory_in_its_place_is_an_error(void)
{
	unlink(scratch_path(CONFIG_FILE));
	mkdir(scratch_path(CONFIG_FILE), 0700);
	target_parse(&t, span_of("default"));
	CHECK(config_target(&t, scratch_dir, &source) < 0);
	CHECK(source != NULL && strcmp(source, "~/.config/qssh/vault") == 0);
	rmdir(scratch_path(CONFIG_FILE));
}

static void
a_target_with_a_name_is_left_alone(void)
{
	choose("work-vault\n");
	target_parse(&t, span_of("vault"));
	CHECK(config_target(&t, scratch_dir, &source) == 0 && strcmp(t.qube, "vault") == 0 && source == NULL);
	unlink(scratch_path(CONFIG_FILE));
}

static int64_t
with(const char *value)
{
	setenv("QSSH_TIMEOUT", value, 1);
	return config_answer_ms();
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
	CHECK(config_answer_ms() == LIMIT_ANSWER_MS);
}

static void
the_program_is_qubes_own_unless_named(void)
{
	unsetenv("QSSH_QREXEC_CLIENT_VM");
	CHECK(strcmp(config_program(), "/usr/bin/qrexec-client-vm") == 0);
	setenv("QSSH_QREXEC_CLIENT_VM", "", 1);
	CHECK(strcmp(config_program(), "/usr/bin/qrexec-client-vm") == 0);
	setenv("QSSH_QREXEC_CLIENT_VM", "/other", 1);
	CHECK(strcmp(config_program(), "/other") == 0);
}

static void
a_relative_runtime_directory_counts_as_unset(void)
{
	unsetenv("XDG_RUNTIME_DIR");
	CHECK(config_runtime_dir() == NULL);
	setenv("XDG_RUNTIME_DIR", "", 1);
	CHECK(config_runtime_dir() == NULL);
	setenv("XDG_RUNTIME_DIR", "run/user", 1);
	CHECK(config_runtime_dir() == NULL);
	setenv("XDG_RUNTIME_DIR", "/run/user/1", 1);
	CHECK(strcmp(config_runtime_dir(), "/run/user/1") == 0);
}

static void
what_is_wrong_with_the_choice_is_said(void)
{
	char why[CONFIG_FAULT_SIZE];

	config_say_fault(why, -EINVAL, "here");
	CHECK(strcmp(why, "here holds no qube's name") == 0);
	config_say_fault(why, -EACCES, "here");
	CHECK(strcmp(why, "here can't be read: Permission denied") == 0);
}

int
main(void)
{
	scratch_make();
	file_make_parents(scratch_path(CONFIG_FILE));
	TEST(the_file_in_the_home_names_the_vault);
	TEST(blanks_around_the_name_are_ignored);
	TEST(default_is_a_choice_too);
	TEST(what_is_no_name_is_an_error_that_names_its_file);
	TEST(a_file_longer_than_any_name_is_no_name);
	TEST(a_directory_in_its_place_is_an_error);
	TEST(a_target_with_a_name_is_left_alone);
	TEST(whole_seconds_are_taken);
	TEST(anything_else_is_the_default);
	TEST(the_program_is_qubes_own_unless_named);
	TEST(a_relative_runtime_directory_counts_as_unset);
	TEST(what_is_wrong_with_the_choice_is_said);
	return check_done();
}
