/* SPDX-License-Identifier: ISC */
#include "agents/keyload.h"

#include "check.h"
#include "gone.h"
#include "scratch.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static struct keyload load;
static struct text failures;
static char words[4096], home[64];

/* ssh-add and ssh-keygen of our own: sh scripts of these lines. */
static void
put_program(const char *name, const char *lines)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "bin/%s", name);
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", lines);
	scratch_put(path, text);
	chmod(scratch_path(path), 0755);
}

static int
run(int64_t ms)
{
	static struct record record = { .signatures = { .fd = -1 }, .requests = { .fd = -1 }, .journal = -1 };

	text_open(&failures, words, sizeof(words));
	load =
	    (struct keyload){ .home = home, .record = &record, .deadline = clock_deadline(ms), .failures = &failures };
	unlink(scratch_path("log"));
	return keyload_run(&load, "office");
}

static void
each_key_is_added_with_its_options(void)
{
	put_program("ssh-add", "for a; do printf '%s|' \"${a##*/}\"; done >>\"$HOME/log\"; echo >>\"$HOME/log\"");
	CHECK(run(5000) == 0 && load.loaded == 2 && load.failed == 0);
	CHECK(strcmp(scratch_get("log"), "a|\n-c|-t|60|-h|x y|b b|\n") == 0);
	CHECK(words[0] == '\0');
}

static void
one_that_fails_is_named_with_its_reason_and_stops_no_other(void)
{
	put_program("ssh-add", "case $1 in */a) echo first >&2; echo 'no good \033[1m' >&2; exit 1;; esac");
	put_program("ssh-keygen", "exit 0");
	CHECK(run(5000) == 0 && load.loaded == 1 && load.failed == 1);
	CHECK(strcmp(words, "~/.ssh/identities.d/office/a: no good \\u{1b}[1m") == 0);
	put_program("ssh-keygen", "echo incorrect passphrase supplied to decrypt private key >&2; exit 255");
	setenv("SSH_ASKPASS_REQUIRE", "force", 1);
	setenv("SSH_ASKPASS", "/bin/false", 1);
	CHECK(run(5000) == 0 && strstr(words, "its passphrase was not given") != NULL);
	setenv("SSH_ASKPASS", "/nowhere", 1);
	CHECK(run(5000) == 0 && strstr(words, "no ssh-askpass is installed") != NULL);
	unsetenv("SSH_ASKPASS_REQUIRE");
	CHECK(run(5000) == 0 && strstr(words, "no session to ask in") != NULL);
	chmod(scratch_path(".ssh/identities.d/office/a"), 0640);
	CHECK(run(5000) == 0 && strstr(words, "others may read it") != NULL);
	chmod(scratch_path(".ssh/identities.d/office/a"), 0600);
}

static void
all_keys_share_one_time_and_what_is_late_is_ended(void)
{
	int64_t begun = clock_now();
	int pid;

	put_program("ssh-add", "sleep 60 & echo $! >\"$HOME/log\"; wait");
	CHECK(run(300) == 0 && load.loaded == 0 && load.failed == 2);
	CHECK(clock_now() - begun < 5000);
	CHECK(strcmp(words, "~/.ssh/identities.d/office/a: nobody answered for its passphrase in time\n"
			    "~/.ssh/identities.d/office/b b: nobody answered for its passphrase in time") == 0);
	pid = (int)strtol(scratch_get("log"), NULL, 10);
	CHECK(pid > 1 && gone(pid));
}

static void
wrong_options_keep_a_key_out(void)
{
	put_program("ssh-add", "exit 0");
	scratch_put(".ssh/identities.d/office/a.ssh-add-option", "-D");
	CHECK(run(5000) == 0 && load.loaded == 1 && load.failed == 1 && strstr(words, "\"-D\"") != NULL);
	scratch_put(".ssh/identities.d/office/a.ssh-add-option", "-t");
	CHECK(run(5000) == 0 && load.failed == 1 && strstr(words, "can't be understood") != NULL);
	unlink(scratch_path(".ssh/identities.d/office/a.ssh-add-option"));
}

static void
without_ssh_add_or_a_directory_nothing_is_loaded(void)
{
	unlink(scratch_path("bin/ssh-add"));
	setenv("PATH", scratch_path("bin"), 1);
	CHECK(run(5000) == 0 && load.loaded == 0 && strstr(words, "ssh-add is not installed") != NULL);
	CHECK(keyload_run(&load, "play") == -ENOENT);
}

int
main(void)
{
	char path[128];

	scratch_make();
	snprintf(home, sizeof(home), "%s", scratch_dir);
	setenv("HOME", home, 1);
	snprintf(path, sizeof(path), "%s/bin:/usr/bin:/bin", home);
	setenv("PATH", path, 1);
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	unsetenv("SSH_ASKPASS_REQUIRE");
	mkdir(scratch_path("bin"), 0700);
	mkdir(scratch_path(".ssh"), 0700);
	mkdir(scratch_path(".ssh/identities.d"), 0700);
	mkdir(scratch_path(".ssh/identities.d/office"), 0700);
	umask(077);
	scratch_put(".ssh/identities.d/office/a", "-----BEGIN OPENSSH PRIVATE KEY-----");
	scratch_put(".ssh/identities.d/office/b b", "-----BEGIN OPENSSH PRIVATE KEY-----");
	scratch_put(".ssh/identities.d/office/b b.ssh-add-option", "-c -t 60\n-h 'x y'");
	TEST(each_key_is_added_with_its_options);
	TEST(one_that_fails_is_named_with_its_reason_and_stops_no_other);
	TEST(all_keys_share_one_time_and_what_is_late_is_ended);
	TEST(wrong_options_keep_a_key_out);
	TEST(without_ssh_add_or_a_directory_nothing_is_loaded);
	return check_done();
}
