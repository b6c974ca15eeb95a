/* SPDX-License-Identifier: ISC */
#include "client/pins.h"

#include "ssh/agentmsg.h"

#include "check.h"
#include "fakevault.h"
#include "scratch.h"

#include <errno.h>
#include <sys/stat.h>

static struct pins p;
static uint8_t list[65536];

static const char FILE_NAME[] = PINS_DIR "/vault:a.pub";

/* A real key's line, as ssh-keygen wrote it. */
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG3m6x0+ZWvIWZxCW8nBvz6h+sB8lswTby+jVRk4JFOs"

static int
write_keys(const char *letters)
{
	return pins_write(scratch_dir, "vault:a", fakevault_list(letters, list, sizeof(list)));
}

static int
read_text(const char *text)
{
	scratch_put(FILE_NAME, text);
	return pins_read(&p, scratch_dir, "vault:a");
}

/* A LIST answer of one key A with this comment. */
static struct span
list_commented(struct span comment)
{
	struct wire_out out;
	uint8_t key[64];

	wire_out_open(&out, list, sizeof(list));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 1);
	wire_put_string(&out, fakevault_key('A', key));
	wire_put_string(&out, comment);
	return wire_out_span(&out);
}

static void
what_is_written_is_read_as_the_vault_listed_it(void)
{
	struct span expected = fakevault_list("XYZ", list, sizeof(list));

	CHECK(pins_write(scratch_dir, "vault:a", expected) == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0);
	CHECK(span_eq(pins_answer(&p), expected));
	CHECK(time(NULL) - p.refreshed < 5);
}

static void
the_file_is_ours_alone_and_one_line_a_key(void)
{
	struct stat st;

	CHECK(write_keys("A") == 0);
	CHECK(stat(scratch_path(FILE_NAME), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(stat(scratch_path(PINS_DIR), &st) == 0 && (st.st_mode & 0777) == 0700);
	CHECK(strcmp(scratch_get(FILE_NAME),
		  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB A\n") == 0);
}

static void
lines_that_ssh_keygen_writes_are_read(void)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;

	CHECK(read_text("# a comment\n\n" KEY " work laptop\n" KEY "\n" KEY) == 0);
	CHECK(agentmsg_identities(pins_answer(&p), &l) == 0 && l.count == 3);
	CHECK(agentmsg_identity_next(&l, &id) && span_is(id.comment, "work laptop") && id.blob.len == 51);
	CHECK(agentmsg_identity_next(&l, &id) && id.comment.len == 0);
	CHECK(read_text(" " KEY "\n") == 0); /* as sshd reads authorized_keys */
}

static void
no_file_and_no_key_are_no_pins(void)
{
	unlink(scratch_path(FILE_NAME));
	CHECK(pins_read(&p, scratch_dir, "vault:a") == -ENOENT && p.len == 0);
	CHECK(read_text("") == -ENOENT);
	CHECK(read_text("# nothing\n\n") == -ENOENT && p.len == 0);
	CHECK(pins_read(&p, NULL, "vault:a") == -ENOENT);
}

static void
a_line_that_is_no_key_spoils_the_file(void)
{
	CHECK(read_text(KEY "\nrubbish\n") == -EBADMSG && p.len == 0);
	CHECK(read_text(&("ssh-rsa" KEY)[11]) == -EBADMSG);
	CHECK(read_text("from=\"x\" " KEY "\n") == -EBADMSG);
	CHECK(read_text("ssh-ed25519 AAAA\n") == -EBADMSG);
	CHECK(read_text(KEY "\r\n") == -EBADMSG);
}

static void
a_list_without_keys_replaces_nothing(void)
{
	CHECK(write_keys("AB") == 0);
	CHECK(write_keys("") == -ENOKEY);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0 && wire_get32(p.answer + 1) == 2);
	unlink(scratch_path(FILE_NAME));
	CHECK(write_keys("") == -ENOKEY && access(scratch_path(FILE_NAME), F_OK) == -1);
}

static void
what_is_no_list_replaces_nothing(void)
{
	static const uint8_t failure[] = { AGENTMSG_FAILURE };
	struct span torn = fakevault_list("XY", list, sizeof(list));

	CHECK(write_keys("AB") == 0);
	torn.len--;
	CHECK(pins_write(scratch_dir, "vault:a", torn) == -EBADMSG);
	CHECK(pins_write(scratch_dir, "vault:a", (struct span){ failure, 1 }) == -EBADMSG);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0 && wire_get32(p.answer + 1) == 2);
}

static void
the_same_keys_renew_only_the_time(void)
{
	struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	struct stat before, after;

	CHECK(write_keys("AB") == 0);
	CHECK(utimensat(AT_FDCWD, scratch_path(FILE_NAME), old, 0) == 0);
	CHECK(stat(scratch_path(FILE_NAME), &before) == 0);
	CHECK(write_keys("AB") == 0);
	CHECK(stat(scratch_path(FILE_NAME), &after) == 0);
	CHECK(before.st_ino == after.st_ino && after.st_mtime > 1000);
	CHECK(write_keys("BA") == 0);
	CHECK(stat(scratch_path(FILE_NAME), &after) == 0 && before.st_ino != after.st_ino);
}

static void
no_comment_can_add_a_line(void)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;

	CHECK(pins_write(scratch_dir, "vault:a", list_commented(span_of("a\n" KEY " evil"))) == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0);
	CHECK(agentmsg_identities(pins_answer(&p), &l) == 0 && l.count == 1);
	CHECK(agentmsg_identity_next(&l, &id) && id.comment.len > 80 &&
	      memchr(id.comment.p, '\n', id.comment.len) == NULL);
	CHECK(pins_write(scratch_dir, "vault:a", list_commented((struct span){ (const uint8_t *)"x\0y", 3 })) == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0);
	CHECK(pins_write(scratch_dir, "vault:a", list_commented(span_of(" C:\\keys \xc3\xa4 "))) == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0 && agentmsg_identities(pins_answer(&p), &l) == 0);
	CHECK(agentmsg_identity_next(&l, &id) && span_is(id.comment, " C:\\keys \xc3\xa4 "));
	CHECK(pins_write(scratch_dir, "vault:a", list_commented(span_of("\xe2\x80\xae\xc2\x9b\xff"))) == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0 && agentmsg_identities(pins_answer(&p), &l) == 0);
	CHECK(agentmsg_identity_next(&l, &id) && span_is(id.comment, "\\u{202e}\\u{9b}\\xff"));
}

static void
a_directory_that_cannot_be_written_is_an_error(void)
{
	unlink(scratch_path(FILE_NAME));
	CHECK(rmdir(scratch_path(PINS_DIR)) == 0);
	scratch_put(PINS_DIR, "in the way");
	CHECK(write_keys("A") == -ENOTDIR);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == -ENOENT);
	unlink(scratch_path(PINS_DIR));
}

static void
a_key_is_held_by_all_of_its_bytes(void)
{
	struct span keys = fakevault_list("AB", list, sizeof(list));
	uint8_t key[64];

	CHECK(pins_hold(keys, fakevault_key('B', key)));
	CHECK(!pins_hold(keys, fakevault_key('C', key)));
	CHECK(!pins_hold(keys, (struct span){ key, 0 }));
	CHECK(!pins_hold((struct span){ keys.p, keys.len - 1 }, fakevault_key('B', key)));
}

/* A key of a type that is newer than this program, or made up. */
static void
a_key_of_an_unknown_type_is_pinned_like_any(void)
{
	static const char line[] = "ssh-made-up@example.org "
				   "AAAAF3NzaC1tYWRlLXVwQGV4YW1wbGUub3JnAAAAFG1tbW1tbW1tbW1tbW1tbW1tbW1tbW9yZQ== new\n";
	struct agentmsg_identities l;
	struct agentmsg_identity id;

	CHECK(read_text(line) == 0 && agentmsg_identities(pins_answer(&p), &l) == 0 && l.count == 1);
	CHECK(agentmsg_identity_next(&l, &id) && id.blob.len == 55 && span_is(id.comment, "new"));
	CHECK(pins_write(scratch_dir, "vault:a", pins_answer(&p)) == 0 && strcmp(scratch_get(FILE_NAME), line) == 0);
}

int
main(void)
{
	scratch_make();
	TEST(what_is_written_is_read_as_the_vault_listed_it);
	TEST(the_file_is_ours_alone_and_one_line_a_key);
	TEST(a_key_of_an_unknown_type_is_pinned_like_any);
	TEST(lines_that_ssh_keygen_writes_are_read);
	TEST(no_file_and_no_key_are_no_pins);
	TEST(a_line_that_is_no_key_spoils_the_file);
	TEST(a_list_without_keys_replaces_nothing);
	TEST(what_is_no_list_replaces_nothing);
	TEST(the_same_keys_renew_only_the_time);
	TEST(no_comment_can_add_a_line);
	TEST(a_directory_that_cannot_be_written_is_an_error);
	TEST(a_key_is_held_by_all_of_its_bytes);
	return check_done();
}
