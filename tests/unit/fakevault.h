/* SPDX-License-Identifier: ISC */
/*
 * A vault for unit tests: the test program itself, started as qrexec-client-vm. main() begins with `if (argc > 1)
 * return fakevault_main(argc, argv);`. FAKEVAULT in the environment says how it behaves, one word:
 *
 * 	keys=AB		lists the keys A and B, and signs and binds
 * 	unbound=AB	the same, but refuses binds
 * 	refuse		answers everything with FAILURE
 * 	odd		answers everything with SUCCESS
 * 	exit=N		ends with status N before it reads anything
 * 	mute		reads and never answers
 * 	garble		answers with a frame that is too long
 * 	close		ends with status 0 after the first request
 * 	one=AB		answers one request as keys=AB, then ends with status 255
 *
 * FAKEVAULT_QUBE in the environment is how the vault QUBE behaves, if it is to differ.
 * FAKEVAULT_DELAY in the environment: the first answer comes so many milliseconds late.
 * What it was asked is appended to the file that FAKEVAULT_LOG names, a letter each: L, S, B, O; and its arguments
 * first, on a line.
 */
#ifndef QSSH_FAKEVAULT_H
#define QSSH_FAKEVAULT_H

#include "base/limits.h"
#include "base/wire.h"
#include "ssh/agentmsg.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The blob of key `letter`: an ed25519 key of 32 such letters. */
static inline struct span
fakevault_key(char letter, uint8_t buf[64])
{
	struct wire_out out;
	uint8_t point[32];

	memset(point, letter, sizeof(point));
	wire_out_open(&out, buf, 64);
	wire_put_string(&out, span_of("ssh-ed25519"));
	wire_put_string(&out, (struct span){ point, sizeof(point) });
	return wire_out_span(&out);
}

/* A LIST answer with a key for each letter, each one's comment its letter. */
static inline struct span
fakevault_list(const char *letters, uint8_t *buf, size_t size)
{
	struct wire_out out;
	uint8_t key[64];

	wire_out_open(&out, buf, size);
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, (uint32_t)strlen(letters));
	for (; *letters != '\0'; letters++) {
		wire_put_string(&out, fakevault_key(*letters, key));
		wire_put_string(&out, (struct span){ (const uint8_t *)letters, 1 });
	}
	return wire_out_span(&out);
}

static inline void
fakevault_note(const char *text)
{
	const char *path = getenv("FAKEVAULT_LOG");
	int fd = path != NULL ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;

	if (fd != -1) {
		(void)!write(fd, text, strlen(text));
		close(fd);
	}
}

static inline int
fakevault_read(uint8_t *buf, size_t len)
{
	while (len > 0) {
		ssize_t n = read(0, buf, len);

		if (n <= 0)
			return -1;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

static inline void
fakevault_write(struct span body)
{
	uint8_t head[4];

	wire_set32(head, (uint32_t)body.len);
	(void)!write(0, head, sizeof(head));
	(void)!write(0, body.p, body.len);
}

static inline void
fakevault_answer(const char *mode, const struct agentmsg_request *r)
{
	static uint8_t buf[LIMIT_FRAME];
	const char *keys = strchr(mode, '=');
	struct wire_out out;

	wire_out_open(&out, buf, sizeof(buf));
	if (keys != NULL && r->kind == REQUEST_LIST) {
		fakevault_write(fakevault_list(keys + 1, buf, sizeof(buf)));
		return;
	}
	if (keys != NULL && r->kind == REQUEST_SIGN) {
		wire_put_u8(&out, AGENTMSG_SIGN_ANSWER);
		wire_put_string(&out, span_of("signature"));
	} else if (keys != NULL && r->kind == REQUEST_BIND && strncmp(mode, "unbound", 7) != 0) {
		wire_put_u8(&out, AGENTMSG_SUCCESS);
	} else {
		wire_put_u8(&out, strcmp(mode, "odd") == 0 ? AGENTMSG_SUCCESS : AGENTMSG_FAILURE);
	}
	fakevault_write(wire_out_span(&out));
}

/* How the vault behaves that the arguments name: --use-stdin-socket -- QUBE SERVICE. */
static inline const char *
fakevault_mode(int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "FAKEVAULT_%s", argc > 3 ? argv[3] : "");
	return getenv(name) != NULL ? getenv(name) : getenv("FAKEVAULT");
}

static inline int
fakevault_main(int argc, char **argv)
{
	static uint8_t body[LIMIT_FRAME];
	const char *mode = fakevault_mode(argc, argv), *delay = getenv("FAKEVAULT_DELAY");
	struct agentmsg_request r;
	uint8_t head[4];

	for (int i = 1; i < argc; i++) {
		fakevault_note(argv[i]);
		fakevault_note(i + 1 < argc ? " " : "\n");
	}
	if (mode == NULL)
		return 1;
	if (strncmp(mode, "exit=", 5) == 0)
		return (int)strtol(mode + 5, NULL, 10);
	while (fakevault_read(head, 4) == 0 && wire_get32(head) <= LIMIT_FRAME &&
	       fakevault_read(body, wire_get32(head)) == 0) {
		agentmsg_request((struct span){ body, wire_get32(head) }, &r);
		fakevault_note(r.kind == REQUEST_LIST   ? "L"
			       : r.kind == REQUEST_SIGN ? "S"
			       : r.kind == REQUEST_BIND ? "B"
							: "O");
		if (delay != NULL)
			usleep((useconds_t)strtoul(delay, NULL, 10) * 1000);
		delay = NULL;
		if (strcmp(mode, "close") == 0)
			return 0;
		if (strcmp(mode, "mute") == 0)
			continue;
		if (strcmp(mode, "garble") == 0)
			(void)!write(0, "\377\377\377\377", 4);
		else
			fakevault_answer(mode, &r);
		if (strncmp(mode, "one=", 4) == 0)
			return 255;
	}
	return 0;
}

#endif
