/* SPDX-License-Identifier: ISC */
/* A key's fingerprint as OpenSSH prints it. Pure: no I/O, no malloc. Source: OpenSSH sshkey.c, fingerprint_b64. */
#ifndef QSSH_SSH_FINGERPRINT_H
#define QSSH_SSH_FINGERPRINT_H

#include "base/sha256.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* s begins as a fingerprint does. */
bool fingerprint_begins(struct span s);

/*
 * Reads the whole of a fingerprint: `SHA256:` and 43 characters of base64 in its one canonical form.
 * Whoever can choose a key can make one whose fingerprint begins and ends as another's: a part counts for nothing.
 * 0, or -EINVAL.
 */
int fingerprint_read(struct span s, uint8_t hash[SHA256_SIZE]);

#endif
