/* SPDX-License-Identifier: ISC */
#include "store/unnamed.h"

#include "check.h"
#include "store/knownhosts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW 1700000000u

static struct unnamed seen;
static char dir[256], path[300];

static void
dir_make(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/seen_test.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/unnamed", dir);
}

static void
store_open(void)
{
	dir_make();
	CHECK(unnamed_open(&seen, dir) == 0);
}

static void
store_close(void)
{
	unnamed_close(&seen);
	CHECK(unlink(path) == 0 && rmdir(dir) == 0);
}

/* A key of size bytes, told apart by its number. */
static struct sshkey
key_make(unsigned number, size_t size)
{
	static uint8_t fields[HOSTS_KEY_SIZE];

	memset(fields, 0, sizeof(fields));
	memcpy(fields, &number, sizeof(number));
	return (struct sshkey){ .type = span_of("ssh-x"), .fields = { fields, size } };
}

static int
add_at(const char *client, unsigned number, uint64_t now)
{
	struct sshkey key = key_make(number, 36);

	return unnamed_add(&seen, span_of(client), &key, now);
}

static int
add(const char *client, unsigned number)
{
	return add_at(client, number, NOW);
}

/* How many entries client has; with a key's number, of that key alone, and its time. */
static unsigned
count(const char *client, const unsigned *number, uint64_t *when)
{
	char text[HOSTS_KEY_TEXT] = "";
	struct span rest;
	struct unnamed_entry e;
	unsigned n = 0;

	if (number != NULL) {
		struct sshkey key = key_make(*number, 36);

		CHECK(hosts_key_text(&key, text) > 0);
	}
	CHECK(unnamed_read(&seen, &rest) == 0);
	while (unnamed_next(&rest, &e)) {
		if (!span_is(e.client, client) || (number != NULL && !span_is(e.key, text)))
			continue;
		if (when != NULL)
			*when = e.time;
		n++;
	}
	return n;
}

static unsigned
has(const char *client, unsigned number)
{
	return count(client, &number, NULL);
}

static void
file_put(const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
file_is(const char *text)
{
	char buf[4096] = "";
	FILE *f = fopen(path, "r");

	CHECK(f != NULL && fread(buf, 1, sizeof(buf) - 1, f) == strlen(text) && fclose(f) == 0);
	CHECK(strcmp(buf, text) == 0);
}

static off_t
file_size(void)
{
	struct stat st;

	CHECK(stat(path, &st) == 0);
	return st.st_size;
}

static void
the_file_is_ours_alone(void)
{
	struct stat st;

	store_open();
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	unnamed_close(&seen);
	CHECK(chmod(path, 0664) == 0 && unnamed_open(&seen, dir) == 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	store_close();
}

static void
what_is_no_file_is_not_opened(void)
{
	dir_make();
	CHECK(symlink("/dev/null", path) == 0);
	CHECK(unnamed_open(&seen, dir) == -ELOOP && seen.fd == -1);
	CHECK(add("work", 1) == -EBADF);
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	CHECK(unnamed_open(&seen, dir) == -EPERM && seen.fd == -1);
	store_close();
	CHECK(unnamed_open(&seen, dir) == -ENOENT);
}

static void
a_key_is_kept_whole_with_client_and_time(void)
{
	struct sshkey key = key_make(7, 36), back;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct unnamed_entry e;
	struct span rest;

	store_open();
	CHECK(add("work", 7) == 0);
	CHECK(unnamed_read(&seen, &rest) == 0 && unnamed_next(&rest, &e));
	CHECK(span_is(e.client, "work") && span_is(e.type, "ssh-x") && e.time == NOW);
	CHECK(hosts_key_read(e.key, blob, &back) == 0 && sshkey_same(&key, &back));
	CHECK(!unnamed_next(&rest, &e));
	file_is("1700000000 work ssh-x AAAABXNzaC14BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	store_close();
}

static void
of_a_certificate_the_plain_key_is_kept(void)
{
	struct sshkey key = key_make(7, 36);

	key.certified = true;
	store_open();
	CHECK(unnamed_add(&seen, span_of("work"), &key, NOW) == 0 && has("work", 7) == 1);
	store_close();
}

static void
the_same_key_again_changes_its_time_alone(void)
{
	unsigned seven = 7;
	uint64_t when = 0;

	store_open();
	CHECK(add_at("work", 7, NOW) == 0);
	CHECK(add_at("work", 7, NOW + UNNAMED_FRESH - 1) == 0);
	CHECK(count("work", &seven, &when) == 1 && when == NOW);
	CHECK(add_at("work", 7, NOW + UNNAMED_FRESH) == 0);
	CHECK(count("work", &seven, &when) == 1 && when == NOW + UNNAMED_FRESH);
	CHECK(add_at("work", 7, NOW) == 0); /* the clock went back */
	CHECK(count("work", &seven, &when) == 1 && when == NOW);
	CHECK(add("dev", 7) == 0);
	CHECK(count("work", NULL, NULL) == 1 && count("dev", NULL, NULL) == 1);
	store_close();
}

static void
a_flood_pushes_out_its_own_oldest_alone(void)
{
	store_open();
	CHECK(add("dev", 1) == 0);
	for (unsigned i = 0; i < 1000; i++)
		CHECK(add("work", i) == 0);
	CHECK(count("dev", NULL, NULL) == 1 && has("dev", 1) == 1);
	CHECK(count("work", NULL, NULL) == UNNAMED_CLIENT_KEYS);
	CHECK(has("work", 999) == 1 && has("work", 1000 - UNNAMED_CLIENT_KEYS) == 1);
	CHECK(has("work", 999 - UNNAMED_CLIENT_KEYS) == 0);
	store_close();
}

static void
a_key_seen_again_is_not_the_oldest(void)
{
	store_open();
	for (unsigned i = 0; i < UNNAMED_CLIENT_KEYS; i++)
		CHECK(add("work", i) == 0);
	CHECK(add_at("work", 0, NOW + UNNAMED_FRESH) == 0);
	CHECK(add("work", 100) == 0);
	CHECK(has("work", 0) == 1 && has("work", 1) == 0 && has("work", 100) == 1);
	store_close();
}

static void
large_keys_are_bounded_by_their_bytes(void)
{
	store_open();
	CHECK(add("work", 1) == 0);
	for (unsigned i = 0; i < 100; i++) {
		struct sshkey key = key_make(i, 2200);

		CHECK(unnamed_add(&seen, span_of("work"), &key, NOW) == 0);
		CHECK(file_size() <= (off_t)UNNAMED_CLIENT_SIZE);
	}
	CHECK(count("work", NULL, NULL) == 2);
	store_close();
}

static void
a_key_too_long_for_a_line_is_not_kept(void)
{
	struct sshkey key = key_make(1, 3100);

	store_open();
	CHECK(unnamed_add(&seen, span_of("work"), &key, NOW) == -EMSGSIZE);
	key.fields.len = HOSTS_KEY_SIZE;
	CHECK(unnamed_add(&seen, span_of("work"), &key, NOW) == -EMSGSIZE);
	CHECK(file_size() == 0);
	store_close();
}

static void
a_full_file_keeps_what_it_has(void)
{
	char client[32];
	unsigned n = 0;
	int r;

	store_open();
	CHECK(add("first", 1) == 0);
	do {
		struct sshkey key = key_make(n, 2200);

		snprintf(client, sizeof(client), "disp%u", n++);
		r = unnamed_add(&seen, span_of(client), &key, NOW);
	} while (r == 0 && n < 1000);
	CHECK(r == -ENOSPC && n > 16);
	CHECK(file_size() <= (off_t)UNNAMED_SIZE);
	CHECK(has("first", 1) == 1 && count("disp0", NULL, NULL) == 1 && count(client, NULL, NULL) == 0);
	/* a client that has something there gives its own for it */
	CHECK(add("first", 2) == 0 && has("first", 2) == 1);
	/* and what is old makes room */
	CHECK(add_at("late", 3, NOW + UNNAMED_LIFE + 1) == 0);
	CHECK(has("late", 3) == 1 && has("first", 2) == 0 && count("disp0", NULL, NULL) == 0);
	store_close();
}

static void
an_entry_lives_to_its_last_second(void)
{
	store_open();
	CHECK(add("work", 1) == 0);
	CHECK(add_at("dev", 2, NOW + UNNAMED_LIFE) == 0 && has("work", 1) == 1);
	CHECK(add_at("dev", 3, NOW + UNNAMED_LIFE + 1) == 0 && has("work", 1) == 0);
	store_close();
}

static void
words_are_escaped(void)
{
	struct sshkey key = key_make(0, 4);

	key.type = span_of("a b\n\x1b[0m\xc3\xa9");
	store_open();
	CHECK(unnamed_add(&seen, span_of("x y\nz"), &key, NOW) == 0);
	CHECK(count("x\\x20y\\u{a}z", NULL, NULL) == 1);
	CHECK(unnamed_add(&seen, span_of(""), &key, NOW) == 0);
	CHECK(count("-", NULL, NULL) == 1);
	store_close();
}

static void
what_is_no_entry_is_passed_over_and_dropped(void)
{
	store_open();
	file_put(
	    "\n1 a\n1 a b\n1 a b c d\n 1 a b c\n a b c\n1700000000  a b\n1 a  b\n1 a b \n1  a b c\nx a b c\n-1 a b "
	    "c\n1234567890123 a b c\n1700000000 a b "
	    "c\n1700000000 torn t k");
	CHECK(count("a", NULL, NULL) == 1 && count("torn", NULL, NULL) == 0);
	CHECK(add("work", 1) == 0);
	file_is(
	    "1700000000 a b c\n1700000000 work ssh-x AAAABXNzaC14AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	store_close();
}

static void
a_file_grown_too_large_is_cut(void)
{
	char *text = malloc(2u * UNNAMED_SIZE), *p = text;

	store_open();
	CHECK(text != NULL);
	for (unsigned i = 0; p < text + UNNAMED_SIZE + 4096; i++)
		p += sprintf(p, "1700000000 work t%u key%u\n", i, i);
	file_put(text);
	CHECK(add("work", 1) == 0 && count("work", NULL, NULL) == UNNAMED_CLIENT_KEYS &&
	      file_size() < (off_t)UNNAMED_CLIENT_SIZE);
	free(text);
	store_close();
}

static void
a_key_is_removed_for_every_client(void)
{
	struct sshkey key = key_make(1, 36);
	char text[HOSTS_KEY_TEXT];

	store_open();
	CHECK(hosts_key_text(&key, text) > 0);
	CHECK(add("work", 1) == 0 && add("dev", 1) == 0 && add("dev", 2) == 0);
	CHECK(unnamed_remove(&seen, span_of(text)) == 0);
	CHECK(has("work", 1) == 0 && has("dev", 1) == 0 && has("dev", 2) == 1);
	store_close();
}

static void
a_lock_held_for_long_is_given_up(void)
{
	struct span rest;
	int other;

	store_open();
	CHECK(add("work", 1) == 0);
	other = open(path, O_RDWR);
	CHECK(other >= 0 && flock(other, LOCK_EX) == 0);
	CHECK(add("work", 2) == -EBUSY);
	CHECK(unnamed_read(&seen, &rest) == -EBUSY && rest.len == 0);
	CHECK(unnamed_remove(&seen, span_of("x")) == -EBUSY);
	CHECK(close(other) == 0);
	CHECK(add("work", 2) == 0 && has("work", 2) == 1);
	store_close();
}

static void
lock_is_free(int other)
{
	CHECK(flock(other, LOCK_EX | LOCK_NB) == 0 && flock(other, LOCK_UN) == 0);
}

static void
no_call_keeps_the_lock(void)
{
	struct span rest;
	int other;

	store_open();
	other = open(path, O_RDWR);
	CHECK(add("work", 1) == 0);
	lock_is_free(other);
	CHECK(unnamed_read(&seen, &rest) == 0);
	lock_is_free(other);
	CHECK(unnamed_remove(&seen, span_of("x")) == 0);
	lock_is_free(other);
	CHECK(close(other) == 0);
	store_close();
}

/* Each with a descriptor of its own, as filters have. */
static void
child_run(unsigned n)
{
	char client[32];

	snprintf(client, sizeof(client), "c%u", n);
	if (unnamed_open(&seen, dir) != 0)
		_exit(1);
	for (unsigned i = 0; i < 50; i++) {
		if (add(client, i) != 0)
			_exit(1);
	}
	_exit(0);
}

static void
many_processes_lose_nothing(void)
{
	store_open();
	for (unsigned n = 0; n < 16; n++) {
		if (fork() == 0)
			child_run(n);
	}
	for (unsigned n = 0; n < 16; n++) {
		int status = 0;

		CHECK(wait(&status) > 0 && status == 0);
	}
	for (unsigned n = 0; n < 16; n++) {
		char client[32];

		snprintf(client, sizeof(client), "c%u", n);
		CHECK(count(client, NULL, NULL) == UNNAMED_CLIENT_KEYS && has(client, 49) == 1);
	}
	store_close();
}

int
main(void)
{
	TEST(the_file_is_ours_alone);
	TEST(what_is_no_file_is_not_opened);
	TEST(a_key_is_kept_whole_with_client_and_time);
	TEST(of_a_certificate_the_plain_key_is_kept);
	TEST(the_same_key_again_changes_its_time_alone);
	TEST(a_flood_pushes_out_its_own_oldest_alone);
	TEST(a_key_seen_again_is_not_the_oldest);
	TEST(large_keys_are_bounded_by_their_bytes);
	TEST(a_key_too_long_for_a_line_is_not_kept);
	TEST(a_full_file_keeps_what_it_has);
	TEST(an_entry_lives_to_its_last_second);
	TEST(words_are_escaped);
	TEST(what_is_no_entry_is_passed_over_and_dropped);
	TEST(a_file_grown_too_large_is_cut);
	TEST(a_key_is_removed_for_every_client);
	TEST(a_lock_held_for_long_is_given_up);
	TEST(no_call_keeps_the_lock);
	TEST(many_processes_lose_nothing);
	return check_done();
}
