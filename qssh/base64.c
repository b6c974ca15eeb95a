#include "base64.h"

#include <errno.h>

/* The value of one character, or -1. */
static int
base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

int
base64_decode_bare(struct span text, uint8_t *out, size_t size, size_t *len)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	if (text.len % 4 == 1)
		return -EINVAL;
	for (size_t i = 0; i < text.len; i++) {
		int v = base64_value(text.p[i]);

		if (v < 0)
			return -EINVAL;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if (n == size)
			return -ENOSPC;
		out[n++] = (uint8_t)(bits >> held);
		bits &= (1u << held) - 1;
	}
	if (bits != 0) /* left-over bits that are not zero: the same bytes have another, canonical text */
		return -EINVAL;
	*len = n;
	return 0;
}

int
base64_decode(struct span text, uint8_t *out, size_t size, size_t *len)
{
	if (text.len % 4 != 0)
		return -EINVAL;
	for (int pad = 0; pad < 2 && text.len > 0 && text.p[text.len - 1] == '='; pad++)
		text.len--;
	return base64_decode_bare(text, out, size, len);
}
