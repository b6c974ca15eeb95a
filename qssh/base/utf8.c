#include "base/utf8.h"

size_t
utf8_len(struct span s)
{
	uint8_t c = s.p[0], low = 0x80, high = 0xbf;
	size_t len = c < 0x80                ? 1
		     : c >= 0xc2 && c < 0xe0 ? 2
		     : c >= 0xe0 && c < 0xf0 ? 3
		     : c >= 0xf0 && c < 0xf5 ? 4
					     : 0;

	if (len > s.len)
		return 0;
	if (c == 0xe0)
		low = 0xa0; /* overlong */
	if (c == 0xed)
		high = 0x9f; /* surrogates */
	if (c == 0xf0)
		low = 0x90; /* overlong */
	if (c == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	for (size_t i = 1; i < len; i++) {
		if (s.p[i] < low || s.p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}
