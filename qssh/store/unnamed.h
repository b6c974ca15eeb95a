/* SPDX-License-Identifier: ISC */
/*
 * Host keys that were seen without a name: ~/.local/state/qssh/unnamed (0600), for `qssh-vault hosts` and `trust`.
 * Lines `TIME CLIENT TYPE KEY`: seconds since 1970, the client qube, the plain key as known_hosts has it; the one
 * seen longest ago first.
 *
 * A client chooses what is kept here, keys that it made up included.
 * So what one client may keep is bounded, and its flood pushes out entries of its own and no others.
 * Where the file is full, a client with nothing in it keeps nothing until entries grow old.
 */
#ifndef QSSH_STORE_UNNAMED_H
#define QSSH_STORE_UNNAMED_H

#include "base/wire.h"
#include "ssh/sshkey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The whole file; one client's keys, and bytes: at least 16 clients have room; one line: an RSA key of 16384 bits
 * has 2.8 KiB.
 */
#define UNNAMED_SIZE (128u * 1024u)
#define UNNAMED_CLIENT_KEYS 16u
#define UNNAMED_CLIENT_SIZE (8u * 1024u)
#define UNNAMED_LINE 4096u

/* Seconds after which an entry is dropped, and within which the same key from the same client is not written again. */
#define UNNAMED_LIFE (30u * 24u * 3600u)
#define UNNAMED_FRESH 60u

/* How long the file's lock is waited for: others hold it for microseconds. */
#define UNNAMED_LOCK_MS 200

struct unnamed {
	int fd; /* -1: not open */
	size_t len;
	char buf[UNNAMED_SIZE];
};

struct unnamed_entry {
	uint64_t time;
	struct span client, type, key;
	struct span line; /* all of it */
};

/*
 * Opens the file, made if need be, in state_dir, which is there.
 * 0 or -errno; *s is then closed.
 * To be called before confinement.
 */
int unnamed_open(struct unnamed *s, const char *state_dir);
void unnamed_close(struct unnamed *s);

/*
 * Keeps the plain key of a host key that client presented; now is seconds since 1970.
 * 0; -EMSGSIZE: the line would be too long; -ENOSPC: the file is full; -EBUSY: the lock was not to be had; -errno.
 * No malloc; calls flock, poll, pread, pwrite and ftruncate alone.
 */
int unnamed_add(struct unnamed *s, struct span client, const struct sshkey *key, uint64_t now);

/*
 * Reads the file into *s, for unnamed_next() to walk.
 * 0 or -errno.
 * What a client's filter wrote is untrusted: words may be anything.
 */
int unnamed_read(struct unnamed *s, struct span *rest);
bool unnamed_next(struct span *rest, struct unnamed_entry *untrusted_out);

/* Drops all entries of a key, given in base64. 0 or -errno. */
int unnamed_remove(struct unnamed *s, struct span key);

#endif
