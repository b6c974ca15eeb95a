/* SPDX-License-Identifier: ISC */
#include "proxy/connhash.h"

#include "base/sha1.h"

#include <errno.h>
#include <string.h>

int
connhash_of(const char *local, const char *host, const char *port, const char *user, char hex[CONNHASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	const char *const parts[] = { local, host, port, user };
	uint8_t all[4096], hash[SHA1_SIZE];
	size_t len = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t n = strlen(parts[i]);

		if (n > sizeof(all) - len)
			return -E2BIG;
		memcpy(all + len, parts[i], n);
		len += n;
	}
	sha1(all, len, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	hex[CONNHASH_SIZE - 1] = '\0';
	return 0;
}
