/* SPDX-License-Identifier: ISC */
/*
 * A line of known_hosts, and the key on it.
 * Pure: no I/O, no malloc. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; OpenSSH hostfile.c.
 */
#ifndef QSSH_STORE_HOSTSLINE_H
#define QSSH_STORE_HOSTSLINE_H

#include "base/wire.h"
#include "ssh/sshkey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The plain key's blob, and its base64 with a NUL. OpenSSH reads no number beyond 2 KiB in a key; a larger key has
 * no name here.
 */
#define HOSTS_KEY_SIZE (12u * 1024u)
#define HOSTS_KEY_TEXT (HOSTS_KEY_SIZE / 3u * 4u + 1u)

enum hosts_mark { HOSTS_PLAIN, HOSTS_AUTHORITY, HOSTS_REVOKE };

/* One line with a host field, a type and a key, none of them looked into. */
struct hosts_line {
	enum hosts_mark mark; /* none, @cert-authority, @revoked */
	struct span field;
	struct span type;
	struct span key; /* base64, as it stands */
};

/* Takes lines off text up to the next one that has the shape. False at the end. */
bool hosts_line_next(struct span *text, struct hosts_line *out);

/* The plain key in base64, NUL-terminated, as known_hosts has it. Its length; 0: larger than HOSTS_KEY_SIZE. */
size_t hosts_key_text(const struct sshkey *key, char text[HOSTS_KEY_TEXT]);

/* Decodes base64 from known_hosts into blob, and the key that it is. 0 or -EINVAL. */
int hosts_key_read(struct span text, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key);

#endif
