/* SPDX-License-Identifier: ISC */
/*
 * Base64 (RFC 4648 section 4), strict: no line breaks, no other alphabet, canonical last character.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_BASE_BASE64_H
#define QSSH_BASE_BASE64_H

#include "base/wire.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Decodes padded text of a whole number of quartets. *len is what was written.
 * 0, -EINVAL or -ENOSPC; then out is not to be read.
 */
int base64_decode(struct span text, uint8_t *out, size_t size, size_t *len);

/* The same without padding, as fingerprints are written. */
int base64_decode_bare(struct span text, uint8_t *out, size_t size, size_t *len);

/*
 * Encodes with padding, NUL-terminated.
 * The text's length without the NUL; 0: nothing to encode, or size is less than 4 for every 3 bytes begun and 1
 * for the NUL.
 */
size_t base64_encode(struct span bytes, char *out, size_t size);

#endif
