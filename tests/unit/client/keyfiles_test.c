/* SPDX-License-Identifier: ISC */
#include "client/keyfiles.h"

#include "client/pins.h"
#include "ssh/agentmsg.h"

#include "check.h"
#include "fakevault.h"
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define DIR_NAME KEYFILES_DIR "/vault:a"

/* The line of key A of fakevault_key(), up to its comment. */
#define LINE_A "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"

static uint8_t list[65536];

/* A LIST answer of keys, a letter each, with these comments. */
static struct span
answer(const char *letters, const char *const *comments)
{
	struct wire_out out;
	uint8_t key[64];

	wire_out_open(&out, list, sizeof(list));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, (uint32_t)strlen(letters));
	for (size_t i = 0; letters[i] != '\0'; i++) {
		wire_put_string(&out, fakevault_key(letters[i], key));
		wire_put_string(&out, span_of(comments[i]));
	}
	return wire_out_span(&out);
}

#define PIN(letters, ...) keyfiles_pin(scratch_dir, "vault:a", answer(letters, (const char *const[]){ __VA_ARGS__ }))

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in the directory, in order, a space behind each. */
static const char *
names(void)
{
	static char text[16384], copies[32][256];
	const char *sorted[32];
	DIR *dir = opendir(scratch_path(DIR_NAME));
	struct dirent *entry;
	size_t n = 0;

	text[0] = '\0';
	while (dir != NULL && n < 32 && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			snprintf(copies[n], sizeof(copies[n]), "%s", entry->d_name);
			sorted[n] = copies[n];
			n++;
		}
	if (dir != NULL)
		closedir(dir);
	if (n > 0)
		qsort(sorted, n, sizeof(sorted[0]), by_name);
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", sorted[i]);
	return text;
}

static const char *
content(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), DIR_NAME "/%s", name);
	return scratch_get(path);
}

static void
put(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), DIR_NAME "/%s", name);
	scratch_put(path, text);
}

static void
clear(void)
{
	bool was;

	keyfiles_unpin(scratch_dir, "vault:a", &was);
	CHECK(strcmp(names(), "") == 0);
}

static void
each_pinned_key_has_a_file_of_its_line(void)
{
	struct stat st;

	CHECK(PIN("AB", "laptop@home", "work") == 0);
	CHECK(strcmp(names(), "laptop@home.pub work.pub ") == 0);
	CHECK(strcmp(content("laptop@home.pub"), LINE_A " laptop@home\n") == 0);
	CHECK(stat(scratch_path(DIR_NAME "/work.pub"), &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(stat(scratch_path(DIR_NAME), &st) == 0 && (st.st_mode & 0777) == 0700);
	clear();
}

static void
a_name_is_inert(void)
{
	CHECK(PIN("ABCDEFGH", "../../x", ".hidden", "-rf", "a b%h$(x)\n", "", "/home/u/.ssh/id_rsa", "~/k",
		  "\xc3\xa4") == 0);
	CHECK(strcmp(names(),
		  "_._.._x.pub __.pub __k.pub _hidden.pub _rf.pub a_b_h__x__u_a_.pub id_rsa.pub key.pub ") == 0);
	clear();
}

static void
a_long_comment_is_cut(void)
{
	char comment[201];

	memset(comment, 'c', 200);
	comment[200] = '\0';
	CHECK(PIN("A", comment) == 0);
	CHECK(strlen(names()) == 64 + strlen(".pub "));
	clear();
}

static void
keys_of_one_name_are_numbered(void)
{
	CHECK(PIN("ABC", "same", "same", "same") == 0);
	CHECK(strcmp(names(), "same-2.pub same-3.pub same.pub ") == 0);
	CHECK(strcmp(content("same.pub"), LINE_A " same\n") == 0);
	/* In another order, and with one less, each keeps its own. */
	CHECK(PIN("CA", "same", "same") == 0);
	CHECK(strcmp(names(), "same-3.pub same.pub ") == 0);
	CHECK(strcmp(content("same.pub"), LINE_A " same\n") == 0);
	clear();
}

static void
a_key_keeps_its_file_whatever_its_comment(void)
{
	struct stat before, after;

	CHECK(PIN("A", "old") == 0 && stat(scratch_path(DIR_NAME "/old.pub"), &before) == 0);
	CHECK(PIN("AB", "new", "old") == 0);
	CHECK(stat(scratch_path(DIR_NAME "/old.pub"), &after) == 0 && before.st_ino == after.st_ino);
	CHECK(strcmp(names(), "old-2.pub old.pub ") == 0);
	clear();
}

static void
a_key_in_the_place_of_another_takes_over_its_name(void)
{
	CHECK(PIN("B", "work") == 0);
	CHECK(PIN("A", "work") == 0);
	CHECK(strcmp(names(), "work.pub ") == 0 && strcmp(content("work.pub"), LINE_A " work\n") == 0);
	clear();
}

static void
a_file_that_was_deleted_comes_back(void)
{
	CHECK(PIN("A", "work") == 0);
	unlink(scratch_path(DIR_NAME "/work.pub"));
	CHECK(PIN("A", "work") == 0 && strcmp(names(), "work.pub ") == 0);
	clear();
}

static void
no_file_of_someone_else_is_touched(void)
{
	bool was;

	CHECK(PIN("B", "work") == 0);
	put("mine.pub", "my own notes\n");
	put("laptop.pub", LINE_A " of another key\n");
	put("other.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG3m6x0+ZWvIWZxCW8nBvz6h+sB8lswTby+jVRk4JFOs other\n");
	CHECK(symlink("nowhere", scratch_path(DIR_NAME "/link.pub")) == 0);
	CHECK(PIN("BACD", "work", "mine", "laptop", "link") == 0);
	CHECK(strcmp(content("mine.pub"), "my own notes\n") == 0);
	CHECK(strcmp(content("mine-2.pub"), LINE_A " mine\n") == 0);
	CHECK(strcmp(content("laptop.pub"), LINE_A " of another key\n") == 0);
	CHECK(strcmp(names(), "laptop-2.pub laptop.pub link-2.pub link.pub mine-2.pub mine.pub other.pub work.pub ") ==
	      0);
	CHECK(keyfiles_unpin(scratch_dir, "vault:a", &was) == 0 && was);
	CHECK(strcmp(names(), "laptop.pub link.pub mine.pub other.pub ") == 0);
	unlink(scratch_path(DIR_NAME "/laptop.pub"));
	unlink(scratch_path(DIR_NAME "/mine.pub"));
	unlink(scratch_path(DIR_NAME "/other.pub"));
	unlink(scratch_path(DIR_NAME "/link.pub"));
}

static void
a_list_without_keys_changes_nothing(void)
{
	static const uint8_t failure[] = { AGENTMSG_FAILURE };

	CHECK(PIN("A", "work") == 0);
	CHECK(keyfiles_pin(scratch_dir, "vault:a", fakevault_list("", list, sizeof(list))) == -ENOKEY);
	CHECK(keyfiles_pin(scratch_dir, "vault:a", (struct span){ failure, 1 }) == -EBADMSG);
	CHECK(strcmp(names(), "work.pub ") == 0);
	CHECK(keyfiles_pin(NULL, "vault:a", fakevault_list("A", list, sizeof(list))) == -ENOENT);
	clear();
}

static void
the_path_of_a_keys_file_is_found(void)
{
	char path[FILE_PATH_SIZE];
	uint8_t key[64];

	CHECK(keyfiles_path(path, scratch_dir, "vault:a", fakevault_key('A', key)) == -ENOENT);
	CHECK(PIN("BA", "same", "same") == 0);
	CHECK(keyfiles_path(path, scratch_dir, "vault:a", fakevault_key('A', key)) == 0);
	CHECK(strcmp(path, scratch_path(DIR_NAME "/same-2.pub")) == 0);
	CHECK(keyfiles_path(path, scratch_dir, "vault:a", fakevault_key('C', key)) == -ENOENT);
	CHECK(keyfiles_path(path, NULL, "vault:a", fakevault_key('C', key)) == -ENOENT);
	clear();
}

static void
a_directory_that_cannot_be_written_keeps_no_key_from_being_pinned(void)
{
	static struct pins p;

	rmdir(scratch_path(DIR_NAME));
	rmdir(scratch_path(KEYFILES_DIR));
	scratch_put(KEYFILES_DIR, "in the way");
	CHECK(PIN("A", "work") == 0);
	CHECK(pins_read(&p, scratch_dir, "vault:a") == 0);
	unlink(scratch_path(KEYFILES_DIR));
	clear();
}

static void
another_default_vault_unpins_only_the_default_ones(void)
{
	static struct pins p;
	struct span keys = fakevault_list("A", list, sizeof(list));

	CHECK(keyfiles_pin(scratch_dir, "vault:a", keys) == 0);
	CHECK(keyfiles_pin(scratch_dir, "default", keys) == 0 && keyfiles_pin(scratch_dir, "default:b", keys) == 0);
	CHECK(keyfiles_pin(scratch_dir, "default2", keys) == 0);
	CHECK(keyfiles_unpin_default(scratch_dir) == 2);
	CHECK(keyfiles_unpin_default(scratch_dir) == 0 && keyfiles_unpin_default("/nonexistent") == 0);
	CHECK(pins_read(&p, scratch_dir, "default") == -ENOENT && pins_read(&p, scratch_dir, "default:b") == -ENOENT);
	CHECK(access(scratch_path(KEYFILES_DIR "/default"), F_OK) == -1);
	CHECK(pins_read(&p, scratch_dir, "default2") == 0 && pins_read(&p, scratch_dir, "vault:a") == 0);
	CHECK(access(scratch_path(KEYFILES_DIR "/default2/A.pub"), F_OK) == 0);
}

int
main(void)
{
	scratch_make();
	TEST(each_pinned_key_has_a_file_of_its_line);
	TEST(a_name_is_inert);
	TEST(a_long_comment_is_cut);
	TEST(keys_of_one_name_are_numbered);
	TEST(a_key_keeps_its_file_whatever_its_comment);
	TEST(a_key_in_the_place_of_another_takes_over_its_name);
	TEST(a_file_that_was_deleted_comes_back);
	TEST(no_file_of_someone_else_is_touched);
	TEST(a_list_without_keys_changes_nothing);
	TEST(the_path_of_a_keys_file_is_found);
	TEST(a_directory_that_cannot_be_written_keeps_no_key_from_being_pinned);
	TEST(another_default_vault_unpins_only_the_default_ones);
	return check_done();
}
