/* SPDX-License-Identifier: ISC */
/*
 * SHA-1 and HMAC-SHA1 (FIPS 180-4, RFC 2104): hashed host names in known_hosts, and nothing else.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_BASE_SHA1_H
#define QSSH_BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_SIZE 20u

/* HMAC-SHA1 of data under key. A key longer than 64 bytes is hashed first, as RFC 2104 says. */
void sha1_hmac(const void *key, size_t keylen, const void *data, size_t len, uint8_t out[SHA1_SIZE]);

/* SHA-1 of data. */
void sha1(const void *data, size_t len, uint8_t out[SHA1_SIZE]);

#endif
