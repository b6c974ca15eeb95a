/* SPDX-License-Identifier: ISC */
/*
 * known_hosts: names for host keys, in a table that is read once from the files (hostsfile.h) and their lines
 * (hostsline.h).
 * Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; OpenSSH hostfile.c, sshkey.c (sshkey_read,
 * sshkey_cert_check_host).
 *
 * A line that has no sense is passed over, as OpenSSH does; a @revoked line with a readable key counts wherever it
 * stands, whatever hosts it names.
 *
 * Keys are found by their base64 text: a key has one such text, padding included, so that a line with another one
 * holds no key.
 */
#ifndef QSSH_STORE_KNOWNHOSTS_H
#define QSSH_STORE_KNOWNHOSTS_H

#include "ssh/hostnames.h"
#include "ssh/sshkey.h"
#include "store/hostsfile.h"
#include "store/hostsline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hosts_state {
	HOSTS_UNNAMED, /* no line names it; or its certificate does not hold */
	HOSTS_NAMED,
	HOSTS_REVOKED, /* it, or its certificate's CA, is revoked */
};

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
enum hosts_state hosts_lookup(const struct hosts *h, const struct sshkey *key, uint64_t now, struct names *names);

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

#endif
