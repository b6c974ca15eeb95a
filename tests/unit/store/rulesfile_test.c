/* SPDX-License-Identifier: ISC */
#include "store/rulesfile.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A key, its fingerprint as a rule has it, another key, and a certificate of the first. */
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC7EC1wVgXI1SXZukwYH/PVrZNA39LUee3UT7Q0EP2Cd"
#define KEY_SHA "SHA256:xN8UEO00IV6QSRNbpvUaJfwC0BDTXvCkOQwHLhZ+02w"
#define OTHER "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define CERTIFICATE \
	"ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIAIMfOV0fT8U2Gk" \
	"b1Mnx2X8Kb3mcnfw0TtFIi2DK5YQTAAAAIC7EC1wVgXI1SXZukwYH/PVrZNA39LUee3UT7Q0EP2CdAAAAAAAAAAAAAAABAAAAAml" \
	"kAAAABwAAAANnaXQAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQ" \
	"tYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGV" \
	"ybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgJaYnvkw7a6GmGzDodb/SNbMBaxlFt+4t7VP9ZDe1AZ4" \
	"AAABTAAAAC3NzaC1lZDI1NTE5AAAAQHGq55cxbSgzEi2pfdibHtcKkWO38xI3JNvX9VLyKF735QW9TdC+bmWeDes2PvUqpY0Z1+Q" \
	"5VYDLCjKk3rPgVQk="

static struct rulesfile file;
static char root[] = "/tmp/qssh-rulesfile.XXXXXX";
static char home[64], dir[96], user[128], everybody[128];

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0 || chmod(path, mode) != 0)
		abort();
}

/* A home with a directory for the rules, and a file for everybody that asks; neither has a fault. */
static void
fresh(void)
{
	char command[512];

	snprintf(command, sizeof(command), "rm -rf %s/* && mkdir -p %s %s/etc && chmod 755 %s %s/etc", root, dir, root,
	    dir, root);
	if (system(command) != 0)
		abort();
	put(everybody, "ask work\n", 0644);
}

static void
set_up(void)
{
	if (mkdtemp(root) == NULL)
		abort();
	snprintf(home, sizeof(home), "%s/home", root);
	snprintf(dir, sizeof(dir), "%s/.config/qssh", home);
	snprintf(user, sizeof(user), "%s/rules", dir);
	snprintf(everybody, sizeof(everybody), "%s/etc/rules", root);
}

static void
tear_down(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	CHECK(system(command) == 0);
}

static enum verdict
decides(const uint8_t *key_hash)
{
	struct facts f = { .client = span_of("work"), .what = { .purpose = PURPOSE_LOGIN, .user = span_of("git") } };
	struct decision d;

	if (key_hash != NULL)
		memcpy(f.key_hash, key_hash, SHA256_SIZE);
	rules_decide(&file.rules, &f, &d);
	return d.verdict;
}

/* Everything is refused, and the reason begins and ends so. */
static bool
refuses(const char *path, const char *reason)
{
	int err = rulesfile_find(&file, home, everybody);
	size_t len = strlen(path);

	if (err < 0 && decides(NULL) == DENY && strncmp(file.reason, path, len) == 0 && file.reason[len] == ':' &&
	    strstr(file.reason + len, reason) != NULL)
		return true;
	fprintf(stderr, "%d, %s: not %s: %s\n", err, file.reason, path, reason);
	return false;
}

static bool
holds(const char *path, enum verdict verdict)
{
	int err = rulesfile_find(&file, home, everybody);

	if (err == 0 && strcmp(file.path, path) == 0 && decides(NULL) == verdict)
		return true;
	fprintf(stderr, "%d, %s: %s\n", err, file.path, file.reason);
	return false;
}

static void
the_users_file_replaces_everybodys(void)
{
	fresh();
	CHECK(holds(everybody, ASK));
	put(user, "allow work\n", 0600);
	CHECK(holds(user, ALLOW));
	put(user, "", 0600);
	CHECK(holds(user, DENY));
}

static void
without_either_the_built_in_rules_hold(void)
{
	fresh();
	CHECK(unlink(everybody) == 0);
	CHECK(holds("", ALLOW) && file.rules.builtin);
	CHECK(rmdir(dir) == 0);
	CHECK(holds("", ALLOW) && file.rules.builtin);
}

static void
only_a_file_that_is_not_there_is_none(void)
{
	fresh();
	CHECK(rmdir(dir) == 0);
	put(dir, "", 0600);
	CHECK(refuses(user, "is not a directory")); /* ENOTDIR */
	fresh();
	CHECK(symlink("rules", user) == 0);
	CHECK(refuses(user, "circle"));
	fresh();
	CHECK(symlink("/nonexistent/rules", user) == 0);
	CHECK(refuses(user, "nowhere"));
	fresh();
	CHECK(rmdir(dir) == 0 && symlink("/nonexistent", dir) == 0);
	CHECK(refuses(user, "nowhere"));
	fresh();
	CHECK(unlink(everybody) == 0 && symlink("/nonexistent", everybody) == 0);
	CHECK(refuses(everybody, "nowhere"));
	if (geteuid() != 0) {
		fresh();
		put(user, "allow work\n", 0);
		CHECK(refuses(user, "may not be read"));
	}
}

static void
what_is_no_file_is_not_believed(void)
{
	fresh();
	CHECK(mkdir(user, 0700) == 0);
	CHECK(refuses(user, "not a regular file"));
	CHECK(rmdir(user) == 0 && mkfifo(user, 0600) == 0);
	CHECK(refuses(user, "not a regular file"));
}

static void
a_file_that_others_may_write_is_not_believed(void)
{
	fresh();
	put(user, "allow work\n", 0620);
	CHECK(refuses(user, "group or others may write"));
	put(user, "allow work\n", 0602);
	CHECK(refuses(user, "group or others may write"));
	put(user, "allow work\n", 0644);
	CHECK(holds(user, ALLOW));
	put(everybody, "ask work\n", 0664);
	CHECK(holds(user, ALLOW));
	CHECK(unlink(user) == 0);
	CHECK(refuses(everybody, "group or others may write"));
}

static void
a_directory_that_others_may_write_is_not_believed(void)
{
	fresh();
	put(user, "allow work\n", 0600);
	CHECK(chmod(dir, 0770) == 0 && refuses(user, "its directory"));
	CHECK(chmod(dir, 01777) == 0 && refuses(user, "its directory"));
	CHECK(chmod(dir, 0755) == 0 && holds(user, ALLOW));
}

static void
a_link_is_followed_and_both_its_ends_are_checked(void)
{
	char target[128];

	fresh();
	snprintf(target, sizeof(target), "%s/elsewhere", home);
	CHECK(mkdir(target, 0755) == 0 && symlink("../../elsewhere/mine", user) == 0);
	snprintf(target, sizeof(target), "%s/elsewhere/mine", home);
	put(target, "allow work\n", 0600);
	CHECK(holds(user, ALLOW));
	put(target, "allow work\n", 0622);
	CHECK(refuses(user, "group or others may write"));
	CHECK(chmod(target, 0600) == 0);
	snprintf(target, sizeof(target), "%s/elsewhere", home);
	CHECK(chmod(target, 0775) == 0 && refuses(user, "its directory"));
	CHECK(chmod(target, 0755) == 0 && chmod(dir, 0775) == 0 && refuses(user, "its directory"));
}

static void
a_stranger_owns_neither_file_nor_directory(void)
{
	if (geteuid() != 0)
		return;
	fresh();
	put(user, "allow work\n", 0600);
	CHECK(chown(user, 12345, 0) == 0 && refuses(user, "neither the user nor root"));
	CHECK(chown(user, 0, 12345) == 0 && holds(user, ALLOW));
	CHECK(chown(dir, 12345, 0) == 0 && refuses(user, "its directory"));
}

static void
root_may_own_what_the_user_reads(void)
{
	if (geteuid() != 0)
		return;
	fresh();
	put(user, "allow work\n", 0644);
	CHECK(chmod(root, 0755) == 0 && seteuid(12345) == 0);
	CHECK(holds(user, ALLOW));
	CHECK(seteuid(0) == 0 && chown(user, 12345, 0) == 0 && chown(dir, 12345, 0) == 0 && seteuid(12345) == 0);
	CHECK(holds(user, ALLOW));
	CHECK(seteuid(0) == 0 && chown(user, 12346, 0) == 0 && seteuid(12345) == 0);
	CHECK(refuses(user, "neither the user nor root"));
	CHECK(seteuid(0) == 0 && chmod(root, 0700) == 0);
}

static void
a_home_is_needed(void)
{
	fresh();
	CHECK(rulesfile_find(&file, NULL, everybody) == -EINVAL && decides(NULL) == DENY && file.reason[0] != '\0');
	CHECK(rulesfile_find(&file, "", everybody) == -EINVAL && decides(NULL) == DENY);
	CHECK(rulesfile_find(&file, "tmp", everybody) == -EINVAL && decides(NULL) == DENY);
	CHECK(rulesfile_open(&file, "") == -EINVAL && decides(NULL) == DENY);
}

static void
an_error_says_file_line_and_column(void)
{
	fresh();
	put(user, "allow work\nallow work key ~/none.pub\n", 0600);
	CHECK(refuses(user, ":2:16: there is no such key file"));
	put(user, "allow work\n\n  alow work", 0600);
	CHECK(refuses(user, ":3:3: a line begins with"));
}

static void
a_file_is_one_mebibyte_at_most(void)
{
	static char text[LIMIT_RULES_SIZE + 2];

	fresh();
	memset(text, '#', LIMIT_RULES_SIZE);
	for (size_t i = 4000; i < LIMIT_RULES_SIZE; i += 4000)
		text[i] = '\n';
	put(user, text, 0600);
	CHECK(holds(user, DENY));
	strcat(text, "\n");
	put(user, text, 0600);
	CHECK(refuses(user, "larger than 1 MiB"));
}

/* What a rule with this key file says of it. */
static const char *
key_file(const char *text)
{
	char path[128];

	fresh();
	put(user, "allow work key ~/k.pub", 0600);
	snprintf(path, sizeof(path), "%s/k.pub", home);
	put(path, text, 0644);
	return rulesfile_find(&file, home, everybody) == 0 ? "" : file.reason + strlen(user);
}

static void
a_key_file_holds_exactly_one_key(void)
{
	static const char none[] = ":1:16: the file holds no public key: ~/k.pub";
	static const char more[] = ":1:16: the file holds more than one public key: ~/k.pub";

	CHECK(strcmp(key_file(KEY "\n"), "") == 0);
	CHECK(strcmp(key_file(KEY " me@here, at work"), "") == 0);
	CHECK(strcmp(key_file("# mine\n\n  " KEY "\tx\n \n"), "") == 0);
	CHECK(strcmp(key_file(KEY "\n" KEY "\n"), more) == 0);
	CHECK(strcmp(key_file(KEY "\n" OTHER "\n"), more) == 0);
	CHECK(strcmp(key_file(""), none) == 0);
	CHECK(strcmp(key_file("# " KEY "\n"), none) == 0);
	CHECK(strcmp(key_file("ssh-ed25519\n"), none) == 0);
	CHECK(strcmp(key_file("ssh-rsa"
			      " AAAAC3NzaC1lZDI1NTE5AAAAIC7EC1wVgXI1SXZukwYH/PVrZNA39LUee3UT7Q0EP2Cd"),
		  none) == 0);
	CHECK(strcmp(key_file(KEY "AAAA\n"), none) == 0);
	CHECK(strcmp(key_file("no-pty " KEY), none) == 0);
	CHECK(strcmp(key_file("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"), none) == 0);
}

static void
a_key_file_stands_for_its_hash(void)
{
	const struct rules_named *n;
	uint8_t hash[SHA256_SIZE];

	CHECK(strcmp(key_file(KEY), "") == 0);
	n = rules_find(&file.rules, RULES_KEYFILE, span_of("~/k.pub"));
	CHECK(n != NULL && decides(n->hash) == ALLOW && decides(NULL) == DENY);
	memcpy(hash, file.rules.named[0].hash, sizeof(hash));
	put(user, "allow work key " KEY_SHA, 0600);
	CHECK(holds(user, DENY) && decides(hash) == ALLOW);
}

static void
a_certificate_stands_for_its_plain_key(void)
{
	uint8_t hash[SHA256_SIZE];

	CHECK(strcmp(key_file(CERTIFICATE), "") == 0 && decides(file.rules.named[0].hash) == ALLOW);
	memcpy(hash, file.rules.named[0].hash, sizeof(hash));
	put(user, "allow work key " KEY_SHA, 0600);
	CHECK(holds(user, DENY) && decides(hash) == ALLOW);
}

static void
a_key_file_may_be_no_directory_and_not_endless(void)
{
	static char text[RULESFILE_KEY_SIZE + 2];

	fresh();
	put(user, "allow work key ~/.config", 0600);
	CHECK(refuses(user, ":1:16: the key file can't be read"));
	put(user, "allow work key /dev/zero", 0600);
	CHECK(refuses(user, ":1:16: the key file can't be read"));
	memset(text, '#', RULESFILE_KEY_SIZE + 1);
	CHECK(strcmp(key_file(text), ":1:16: the key file can't be read: ~/k.pub") == 0);
}

static void
a_draft_is_read_whoever_may_write_it(void)
{
	char path[128];

	fresh();
	snprintf(path, sizeof(path), "%s/draft", home);
	CHECK(rulesfile_read(&file, path, home) == -ENOENT && decides(NULL) == DENY);
	put(path, "allow work\n", 0666);
	CHECK(rulesfile_read(&file, path, home) == 0 && decides(NULL) == ALLOW && strcmp(file.path, path) == 0);
	put(path, "allow", 0666);
	CHECK(rulesfile_read(&file, path, home) == -EINVAL && decides(NULL) == DENY);
	CHECK(strstr(file.reason, ":1:6: ") != NULL);
	CHECK(rulesfile_read(&file, home, home) < 0 && decides(NULL) == DENY);
}

static void
the_rest_of_a_bad_file_is_read_line_by_line(void)
{
	fresh();
	put(user, "alow work\n# bad\nallow work\nask work too\nagent x\n", 0644);
	CHECK(refuses(user, ":1:1: "));
	CHECK(rulesfile_rest(&file, home) == -EINVAL && file.bad_line == 4 && decides(NULL) == DENY);
	CHECK(rulesfile_rest(&file, home) == -EINVAL && file.bad_line == 5);
	CHECK(rulesfile_rest(&file, home) == 0 && file.bad_line == 0 && decides(NULL) == ALLOW);
	CHECK(rulesfile_rest(&file, home) == -ENOENT);
	put(user, "ask work too", 0644); /* no newline */
	CHECK(refuses(user, ":1:10: ") && rulesfile_rest(&file, home) == 0 && decides(NULL) == DENY);
	CHECK(unlink(user) == 0 && holds(everybody, ASK) && rulesfile_rest(&file, home) == -ENOENT);
}

int
main(void)
{
	umask(022);
	set_up();
	TEST(the_users_file_replaces_everybodys);
	TEST(without_either_the_built_in_rules_hold);
	TEST(only_a_file_that_is_not_there_is_none);
	TEST(what_is_no_file_is_not_believed);
	TEST(a_file_that_others_may_write_is_not_believed);
	TEST(a_directory_that_others_may_write_is_not_believed);
	TEST(a_link_is_followed_and_both_its_ends_are_checked);
	TEST(a_stranger_owns_neither_file_nor_directory);
	TEST(root_may_own_what_the_user_reads);
	TEST(a_home_is_needed);
	TEST(an_error_says_file_line_and_column);
	TEST(a_file_is_one_mebibyte_at_most);
	TEST(a_key_file_holds_exactly_one_key);
	TEST(a_key_file_stands_for_its_hash);
	TEST(a_certificate_stands_for_its_plain_key);
	TEST(a_key_file_may_be_no_directory_and_not_endless);
	TEST(a_draft_is_read_whoever_may_write_it);
	TEST(the_rest_of_a_bad_file_is_read_line_by_line);
	tear_down();
	return check_done();
}
