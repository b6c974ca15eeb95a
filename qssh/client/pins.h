/* SPDX-License-Identifier: ISC */
/*
 * Pinned public keys: ~/.config/qssh/pins/SOCKETNAME.pub, as authorized_keys(5) has them without options: a key a
 * line, "TYPE BASE64 COMMENT"; empty lines and those that begin with '#' are passed over.
 * In memory they are what a vault answers to LIST: agentmsg_identities() opens them.
 */
#ifndef QSSH_CLIENT_PINS_H
#define QSSH_CLIENT_PINS_H

#include "base/limits.h"
#include "base/wire.h"
#include "ssh/agentmsg.h"
#include "sys/file.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* The directory of pin files in the user's home. */
#define PINS_DIR ".config/qssh/pins"

struct pins {
	size_t len; /* of the LIST answer; 0 for no pins */
	time_t refreshed; /* when the vault last confirmed them */
	uint8_t answer[LIMIT_FRAME];
};

/* The pins' LIST answer. */
struct span pins_answer(const struct pins *p);

/* The path of socket's pin file; socket is a checked name. 0 or -errno. */
int pins_path(char path[FILE_PATH_SIZE], const char *home, const char *socket);

/*
 * Reads the pins of a socket.
 * 0; -ENOENT: it has none, or a file without a key; -EBADMSG: a line is not a key, or they do not fit a
 * LIST answer; or -errno.
 * On an error p holds no pins.
 */
int pins_read(struct pins *p, const char *home, const char *socket);

/*
 * Makes the keys of a LIST answer the socket's pins, all or none: a reader sees the old file or the new.
 * Where they are what is pinned already, only the time is renewed.
 * 0; -ENOKEY for a list without a key: it replaces nothing; -EBADMSG for what is not a LIST answer; or -errno.
 */
int pins_write(const char *home, const char *socket, struct span untrusted_answer);

/* Removes the pins of a socket. 0, *was: there were some; or -errno. */
int pins_forget(const char *home, const char *socket, bool *was);

/*
 * Puts one key as a line of the file, its comment inert; nothing where its type can't stand as a word in a line: none
 * such exists.
 */
void pins_put_key(struct wire_out *out, const struct agentmsg_identity *id);

/* A key of exactly these bytes is in the LIST answer. */
bool pins_hold(struct span answer, struct span blob);

/* Why pins can't be used, in words, from pins_read()'s error. */
const char *pins_error(int error);

#endif
