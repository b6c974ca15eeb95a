/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

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

size_t
base64_encode(struct span bytes, char *out, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	if (bytes.len == 0 || size == 0 || (bytes.len - 1) / 3 + 1 > (size - 1) / 4)
		return 0;
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t bits = (uint32_t)bytes.p[i] << 16;

		if (left > 1)
			bits |= (uint32_t)bytes.p[i + 1] << 8;
		if (left > 2)
			bits |= bytes.p[i + 2];
		out[n++] = alphabet[bits >> 18];
		out[n++] = alphabet[bits >> 12 & 63];
		out[n++] = left > 1 ? alphabet[bits >> 6 & 63] : '=';
		out[n++] = left > 2 ? alphabet[bits & 63] : '=';
	}
	out[n] = '\0';
	return n;
}
