/* SPDX-License-Identifier: ISC */
#include "client/keyfiles.h"

#include "base/limits.h"
#include "client/answer.h"
#include "client/pins.h"
#include "ssh/agentmsg.h"
#include "ssh/pubkey.h"
#include "ssh/sshkey.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base64 makes 4 bytes of 3, and the type stands twice. */
#define TEXT_SIZE (2u * LIMIT_FRAME)

/* How much of a comment a name shows. */
#define SHOWN 64u

/* Where more keys have one comment, the last ones have no file. */
#define SAME_NAME_MAX 100u

/* One file of the directory, read. */
struct keyfile {
	char text[TEXT_SIZE];
	uint8_t blob[LIMIT_FRAME];
	struct pubkey key;
};

static bool
is_safe(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-+@", c) != NULL);
}

/* The name of a key's file without .pub: the number-th of those with this comment. */
static void
put_name(char name[KEYFILES_NAME_SIZE], struct span comment, bool certified, unsigned number)
{
	const uint8_t *slash = comment.len > 0 && comment.p[0] == '/' ? memrchr(comment.p, '/', comment.len) : NULL;
	char number_text[16] = "", base[SHOWN + 1];
	size_t len = 0;

	if (slash != NULL) {
		comment.len -= (size_t)(slash + 1 - comment.p);
		comment.p = slash + 1;
	}
	for (; len < SHOWN && len < comment.len; len++)
		base[len] = is_safe(comment.p[len]) ? (char)comment.p[len] : '_';
	base[len] = '\0';
	/* No hidden file, and no option. */
	if (base[0] == '.' || base[0] == '-')
		base[0] = '_';
	if (number > 1)
		snprintf(number_text, sizeof(number_text), "-%u", number);
	snprintf(name, KEYFILES_NAME_SIZE, "%s%s%s", len > 0 ? base : "key", certified ? "-cert" : "", number_text);
}

static int
dir_path(char path[FILE_PATH_SIZE], const char *home, const char *socket)
{
	char name[256];

	if (snprintf(name, sizeof(name), KEYFILES_DIR "/%s", socket) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	return file_path(path, home, name);
}

static int
join(char path[FILE_PATH_SIZE], const char *dir, const char *name, const char *behind)
{
	int len = snprintf(path, FILE_PATH_SIZE, "%s/%s%s", dir, name, behind);

	return len < 0 || len >= (int)FILE_PATH_SIZE ? -ENAMETOOLONG : 0;
}

/* Reads a file of one public key, on one line. 0; -EINVAL: it is something else; or -errno. */
static int
read_file(struct keyfile *f, const char *path)
{
	struct span line = { (const uint8_t *)f->text, 0 };
	struct stat st;
	int n;

	f->key.blob = (struct span){ NULL, 0 };
	n = lstat(path, &st) == 0 && S_ISREG(st.st_mode) ? file_read(path, f->text, sizeof(f->text)) : -EINVAL;
	if (n < 0)
		return n;
	line.len = (size_t)n;
	if (!span_ends(line, "\n") || memchr(line.p, '\n', line.len - 1) != NULL)
		return -EINVAL;
	line.len--;
	return pubkey_read(line, f->blob, sizeof(f->blob), &f->key);
}

/* Whether a file that was read has one of the names that we give to a key of its comment. */
static bool
keyfile_is_ours(const struct keyfile *f, const char *file)
{
	char name[KEYFILES_NAME_SIZE], base[KEYFILES_NAME_SIZE];
	size_t len;

	put_name(base, f->key.comment, f->key.key.certified, 1);
	len = strlen(base);
	if (strncmp(file, base, len) != 0)
		return false;
	if (strcmp(file + len, ".pub") == 0)
		return true;
	for (unsigned i = 2; i <= SAME_NAME_MAX; i++) {
		put_name(name, f->key.comment, f->key.key.certified, i);
		if (strncmp(file, name, strlen(name)) == 0 && strcmp(file + strlen(name), ".pub") == 0)
			return true;
	}
	return false;
}

/* Reads the directory's next file that is ours. False at its end. */
static bool
next_file(DIR *dir, const char *dir_name, struct keyfile *f, char path[FILE_PATH_SIZE])
{
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL)
		if (span_ends(span_of(entry->d_name), ".pub") && join(path, dir_name, entry->d_name, "") == 0 &&
		    read_file(f, path) == 0 && keyfile_is_ours(f, entry->d_name))
			return true;
	return false;
}

/* The place of a key in a LIST answer, or -1. */
static long
place_of(struct span answer, struct span blob)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(answer, &list) < 0)
		return -1;
	for (long i = 0; agentmsg_identity_next(&list, &id); i++)
		if (span_eq(id.blob, blob))
			return i;
	return -1;
}

/* Notes which of the keys now have a file already, and removes those of the keys that were pinned before. */
static void
sort_out(const char *dir_name, struct keyfile *f, struct span before, struct span now, bool has[LIMIT_IDENTITIES])
{
	char path[FILE_PATH_SIZE];
	DIR *dir = opendir(dir_name);

	if (dir == NULL)
		return;
	while (next_file(dir, dir_name, f, path)) {
		long place = place_of(now, f->key.blob);

		if (place >= 0)
			has[place] = true;
		else if (pins_hold(before, f->key.blob))
			unlink(path);
	}
	closedir(dir);
}

/* Writes a key's file under the first of its names that is free, or that another helper just gave it. */
static void
write_file(const char *dir_name, struct keyfile *f, const struct agentmsg_identity *id)
{
	static uint8_t line[TEXT_SIZE];
	char comment[ANSWER_COMMENT_SIZE], name[KEYFILES_NAME_SIZE], path[FILE_PATH_SIZE];
	struct sshkey key;
	struct wire_out out;
	int error = -EEXIST;

	wire_out_open(&out, line, sizeof(line));
	pins_put_key(&out, id);
	if (out.bad || out.len == 0 || sshkey_read(id->blob, &key) < 0)
		return;
	for (unsigned i = 1; error == -EEXIST && i <= SAME_NAME_MAX; i++) {
		put_name(name, answer_comment(id->comment, comment), key.certified, i);
		if (join(path, dir_name, name, ".pub") < 0)
			return;
		error = access(path, F_OK) == 0 ? -EEXIST : file_make(path, wire_out_span(&out));
		if (error == -EEXIST && read_file(f, path) == 0 && span_eq(f->key.blob, id->blob))
			return;
	}
}

/* Makes the files those of the keys now. Keys of before and now are LIST answers, or empty. */
static void
update(const char *home, const char *socket, struct span before, struct span now)
{
	static bool has[LIMIT_IDENTITIES];
	struct agentmsg_identities list;
	struct agentmsg_identity id;
	struct keyfile *f = malloc(sizeof(*f));
	char dir_name[FILE_PATH_SIZE];

	if (f == NULL || dir_path(dir_name, home, socket) < 0) {
		free(f);
		return;
	}
	memset(has, 0, sizeof(has));
	sort_out(dir_name, f, before, now, has);
	if (agentmsg_identities(now, &list) == 0) {
		for (size_t i = 0; agentmsg_identity_next(&list, &id); i++)
			if (!has[i])
				write_file(dir_name, f, &id);
	} else {
		rmdir(dir_name);
	}
	free(f);
}

int
keyfiles_pin(const char *home, const char *socket, struct span untrusted_answer)
{
	static struct pins before;
	struct agentmsg_identities list;

	/* First the files: a key that is pinned no more is known to be ours only from the pins before. */
	if (home != NULL && agentmsg_identities(untrusted_answer, &list) == 0 && list.count > 0) {
		(void)pins_read(&before, home, socket);
		update(home, socket, pins_answer(&before), untrusted_answer);
	}
	return pins_write(home, socket, untrusted_answer);
}

int
keyfiles_unpin(const char *home, const char *socket, bool *was)
{
	static struct pins before;

	if (pins_read(&before, home, socket) == 0)
		update(home, socket, pins_answer(&before), (struct span){ NULL, 0 });
	return pins_forget(home, socket, was);
}

int
keyfiles_unpin_default(const char *home)
{
	char socket[256];
	struct dirent *entry;
	int count = 0, error;
	DIR *dir;
	bool was;

	error = file_open_dir(&dir, home, PINS_DIR);
	if (dir == NULL)
		return error;
	while ((entry = readdir(dir)) != NULL) {
		struct span name = span_of(entry->d_name);

		if (!span_is(name, "default.pub") && !(span_starts(name, "default:") && span_ends(name, ".pub")))
			continue;
		snprintf(socket, sizeof(socket), "%.*s", (int)(name.len - strlen(".pub")), entry->d_name);
		if (keyfiles_unpin(home, socket, &was) == 0 && was)
			count++;
	}
	closedir(dir);
	return count;
}

int
keyfiles_path(char path[FILE_PATH_SIZE], const char *home, const char *socket, struct span blob)
{
	struct keyfile *f;
	char dir_name[FILE_PATH_SIZE];
	int error = dir_path(dir_name, home, socket);
	DIR *dir;

	if (error < 0)
		return error;
	dir = opendir(dir_name);
	if (dir == NULL)
		return -errno;
	f = malloc(sizeof(*f));
	error = f != NULL ? -ENOENT : -ENOMEM;
	while (error == -ENOENT && next_file(dir, dir_name, f, path))
		if (span_eq(f->key.blob, blob))
			error = 0;
	free(f);
	closedir(dir);
	return error;
}
