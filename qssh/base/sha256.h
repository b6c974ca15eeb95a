/* SPDX-License-Identifier: ISC */
/* SHA-256 (FIPS 180-4): fingerprints of keys, as `ssh-keygen -l` prints them. Pure: no I/O, no malloc. */
#ifndef QSSH_BASE_SHA256_H
#define QSSH_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32u

struct sha256 {
	uint32_t state[8];
	uint64_t len;
	uint8_t block[64];
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t len);
void sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE]);

#endif
