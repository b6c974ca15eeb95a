/* SPDX-License-Identifier: ISC */
#include "client/pins.h"

#include "base/base64.h"
#include "base/text.h"
#include "client/answer.h"
#include "ssh/agentmsg.h"
#include "ssh/pubkey.h"
#include "ssh/sshkey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Base64 makes 4 bytes of 3, and the type stands twice. */
#define TEXT_SIZE (2u * LIMIT_FRAME)

struct span
pins_answer(const struct pins *p)
{
	return (struct span){ p->answer, p->len };
}

int
pins_path(char path[FILE_PATH_SIZE], const char *home, const char *socket)
{
	char name[256];

	if (snprintf(name, sizeof(name), PINS_DIR "/%s.pub", socket) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	return file_path(path, home, name);
}

/* Adds one line's key. False: it is not a key, or does not fit. */
static bool
read_line(struct wire_out *out, struct span line)
{
	static uint8_t blob[LIMIT_FRAME];
	struct pubkey pubkey;

	if (pubkey_read(line, blob, sizeof(blob), &pubkey) != 0)
		return false;
	wire_put_string(out, pubkey.blob);
	wire_put_string(out, pubkey.comment);
	return !out->bad;
}

static int
read_text(struct pins *p, struct span text)
{
	struct wire_out out;
	struct span line;
	uint32_t count = 0;

	wire_out_open(&out, p->answer, sizeof(p->answer));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 0);
	while (span_line(&text, &line)) {
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (!read_line(&out, line) || ++count > LIMIT_IDENTITIES)
			return -EBADMSG;
	}
	if (count == 0)
		return -ENOENT;
	wire_set32(p->answer + 1, count);
	p->len = out.len;
	return 0;
}

int
pins_read(struct pins *p, const char *home, const char *socket)
{
	char path[FILE_PATH_SIZE], *text;
	struct stat st;
	int n;

	p->len = 0;
	p->refreshed = 0;
	n = pins_path(path, home, socket);
	if (n < 0)
		return n;
	if (stat(path, &st) == -1)
		return errno == ENOTDIR ? -ENOENT : -errno;
	text = malloc(TEXT_SIZE);
	if (text == NULL)
		return -ENOMEM;
	n = file_read(path, text, TEXT_SIZE);
	if (n >= 0) {
		p->refreshed = st.st_mtime;
		n = read_text(p, (struct span){ (const uint8_t *)text, (size_t)n });
	}
	free(text);
	return n;
}

static void
put_comment(struct wire_out *out, struct span untrusted_comment)
{
	char buf[ANSWER_COMMENT_SIZE];

	if (untrusted_comment.len == 0)
		return;
	wire_put_u8(out, ' ');
	wire_put_raw(out, answer_comment(untrusted_comment, buf));
}

void
pins_put_key(struct wire_out *out, const struct agentmsg_identity *id)
{
	static char coded[TEXT_SIZE];
	struct sshkey key;
	struct span type;
	struct wire w;

	wire_open(&w, id->blob);
	type = wire_string(&w);
	if (sshkey_read(id->blob, &key) < 0 || !text_is_plain(type) || span_has(type, ' ') || type.p[0] == '#' ||
	    base64_encode(id->blob, coded, sizeof(coded)) == 0)
		return;
	wire_put_raw(out, type);
	wire_put_u8(out, ' ');
	wire_put_raw(out, span_of(coded));
	put_comment(out, id->comment);
	wire_put_u8(out, '\n');
}

/* Whether path holds this text already. */
static bool
is_content(const char *path, struct span text)
{
	char *old = malloc(text.len + 1);
	int n = old != NULL ? file_read(path, old, text.len + 1) : -ENOMEM;
	bool same = n >= 0 && span_eq((struct span){ (const uint8_t *)old, (size_t)n }, text);

	free(old);
	return same;
}

int
pins_write(const char *home, const char *socket, struct span untrusted_answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;
	char path[FILE_PATH_SIZE];
	struct wire_out out;
	uint8_t *text;
	int error;

	error = agentmsg_identities(untrusted_answer, &list);
	if (error == 0)
		error = pins_path(path, home, socket);
	if (error < 0)
		return error;
	text = malloc(TEXT_SIZE);
	if (text == NULL)
		return -ENOMEM;
	wire_out_open(&out, text, TEXT_SIZE);
	while (agentmsg_identity_next(&list, &id))
		pins_put_key(&out, &id);
	if (out.bad)
		error = -EMSGSIZE;
	else if (out.len == 0)
		error = -ENOKEY;
	else if (is_content(path, wire_out_span(&out)))
		error = utimensat(AT_FDCWD, path, NULL, 0) == -1 ? -errno : 0;
	else
		error = file_replace(path, wire_out_span(&out));
	free(text);
	return error;
}

int
pins_forget(const char *home, const char *socket, bool *was)
{
	char path[FILE_PATH_SIZE];
	int error = pins_path(path, home, socket);

	*was = false;
	return error < 0 ? error : file_remove(path, was);
}

bool
pins_hold(struct span answer, struct span blob)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(answer, &list) < 0)
		return false;
	while (agentmsg_identity_next(&list, &id))
		if (span_eq(id.blob, blob))
			return true;
	return false;
}

const char *
pins_error(int error)
{
	return error == -EBADMSG ? "a line is not a public key" : strerror(-error);
}
