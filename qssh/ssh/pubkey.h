/* SPDX-License-Identifier: ISC */
/*
 * A public key as a line has it: `TYPE BASE64 [COMMENT]`, words separated by spaces and tabs.
 * Pure: no I/O, no malloc.
 * Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT, without options.
 */
#ifndef QSSH_SSH_PUBKEY_H
#define QSSH_SSH_PUBKEY_H

#include "base/wire.h"
#include "ssh/agentmsg.h"
#include "ssh/sshkey.h"

#include <stddef.h>
#include <stdint.h>

struct pubkey {
	struct span blob;
	struct sshkey key;
	struct span comment; /* all that follows the one space behind BASE64 */
};

/*
 * Decodes the two words into buf, which *out borrows from.
 * 0, or -EINVAL: no key, one of another type, or more than size bytes.
 */
int pubkey_decode(struct span type, struct span base64, uint8_t *buf, size_t size, struct pubkey *out);

/* The same of a line. */
int pubkey_read(struct span line, uint8_t *buf, size_t size, struct pubkey *out);

#endif
