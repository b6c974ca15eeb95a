/* SPDX-License-Identifier: ISC */
#include "ssh/fingerprint.h"

#include "base/base64.h"

#include <errno.h>
#include <string.h>

#define PREFIX "SHA256:"

bool
fingerprint_begins(struct span s)
{
	return span_starts(s, PREFIX);
}

int
fingerprint_read(struct span s, uint8_t hash[SHA256_SIZE])
{
	const size_t skip = strlen(PREFIX);
	size_t len;

	if (!fingerprint_begins(s))
		return -EINVAL;
	s = (struct span){ s.p + skip, s.len - skip };
	return base64_decode_bare(s, hash, SHA256_SIZE, &len) == 0 && len == SHA256_SIZE ? 0 : -EINVAL;
}
