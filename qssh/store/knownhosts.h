/* SPDX-License-Identifier: ISC */
/*
 * known_hosts: names for host keys, read once.
 * Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; OpenSSH hostfile.c, sshkey.c (sshkey_read,
 * sshkey_cert_check_host).
 *
 * The files, in this order: ~/.config/qssh/known_hosts, ~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts.
 * A line that has no sense is passed over, as OpenSSH does; a @revoked line with a readable key counts wherever it
 * stands, whatever hosts it names.
 *
 * Keys are found by their base64 text: a key has one such text, padding included, so that a line with another one
 * holds no key.
 */
#ifndef QSSH_STORE_KNOWNHOSTS_H
#define QSSH_STORE_KNOWNHOSTS_H

#include "ssh/agentmsg.h"
#include "ssh/hostnames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The files, and a path's size with its NUL. */
#define HOSTS_FILES 3u
#define HOSTS_PATH 4096u

/*
 * The plain key's blob, and its base64 with a NUL. OpenSSH reads no number beyond 2 KiB in a key; a larger key has
 * no name here.
 */
#define HOSTS_KEY_SIZE (12u * 1024u)
#define HOSTS_KEY_TEXT (HOSTS_KEY_SIZE / 3u * 4u + 1u)

enum hosts_state {
	HOSTS_UNNAMED, /* no line names it; or its certificate does not hold */
	HOSTS_NAMED,
	HOSTS_REVOKED, /* it, or its certificate's CA, is revoked */
};

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

/* The path of file i < HOSTS_FILES. 0, -ENAMETOOLONG, or -EINVAL: home is NULL or not absolute. */
int hosts_path(unsigned i, const char *home, char path[HOSTS_PATH]);

/*
 * Reads a whole file into malloc memory; one that is not there is empty.
 * Never waits, whatever lies at path: a FIFO without a writer is empty, one that has nothing yet is -EAGAIN. 0,
 * -E2BIG beyond max bytes, or -errno.
 */
int hosts_read(const char *path, size_t max, uint8_t **text, size_t *len);

/* The same of an open file, from where it stands; waits if fd is one that does. */
int hosts_read_fd(int fd, size_t max, uint8_t **text, size_t *len);

struct hosts; /* all lines of all files */

/*
 * Reads the three files into one table made with malloc; a file that is not there is empty.
 * 0, or -errno: no table.
 * -E2BIG: more than LIMIT_HOSTS_SIZE. Without a table no one knows what is revoked: the caller then refuses.
 */
int hosts_open(struct hosts **out, const char *home);

/*
 * An empty table, and one more file's text added to it; text must live as long as the table.
 * 0 or -ENOMEM, -E2BIG. Of lines beyond LIMIT_HOSTS_LINES only @revoked ones count.
 */
int hosts_new(struct hosts **out);
int hosts_add(struct hosts *h, struct span text);

void hosts_free(struct hosts *h);

/*
 * Looks a host key up, plain or certified. now is seconds since 1970, for a certificate's life. *names borrows
 * from the table and from blob, and is empty unless NAMED. No malloc, no I/O: to be called when confined.
 * A certificate counts only if it is a host certificate, alive now, with at least one principal and no critical
 * option, and a @cert-authority line holds its CA; its signature is not checked here (the witness has).
 * The plain key inside a certificate is looked up as well.
 */
enum hosts_state hosts_lookup(const struct hosts *h, const struct agentmsg_key *key, uint64_t now, struct names *names);

/* The keys that lines without a mark hold, one after the other in no order that means anything. Begins as zeroes. */
struct hosts_walk {
	size_t bucket;
	const void *entry;
};

struct hosts_known {
	struct span type, key; /* as in the key's first line: the key in base64 */
	struct names names;
};

/* The next key, revoked ones too; false after the last. What it gives borrows from *h. */
bool hosts_walk_next(const struct hosts *h, struct hosts_walk *w, struct hosts_known *out);

/* The plain key in base64, NUL-terminated, as known_hosts has it. Its length; 0: larger than HOSTS_KEY_SIZE. */
size_t hosts_key_text(const struct agentmsg_key *key, char text[HOSTS_KEY_TEXT]);

/* Decodes base64 from known_hosts into blob, and the key that it is. 0 or -EINVAL. */
int hosts_key_read(struct span text, uint8_t blob[HOSTS_KEY_SIZE], struct agentmsg_key *key);

#endif
