/* SPDX-License-Identifier: ISC */
#include "ssh/hostport.h"

#include <arpa/inet.h>
#include <string.h>

#define LABEL_LEN 63u /* RFC 1123 */

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * Labels of letters, digits, '-' and '_' (real hosts have it), separated by dots; none begins with '-', which
 * programs take for an option.
 */
static bool
is_host_name(struct span s)
{
	size_t label = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (c == '.' ? label == 0 : !is_alnum(c) && c != '_' && (c != '-' || label == 0))
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > LABEL_LEN)
			return false;
	}
	return s.len <= HOSTNAME_LEN && label > 0;
}

static bool
is_address6(struct span s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (s.len >= sizeof(text) || s.len == 0 || span_has(s, '\0'))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

static bool
port_read(struct span s, uint16_t *port)
{
	unsigned long n = 0;

	if (s.len == 0 || s.len > 5 || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (unsigned long)(s.p[i] - '0');
	}
	*port = (uint16_t)n;
	return n <= UINT16_MAX;
}

bool
hostport_split(struct span s, struct span *host, uint16_t *port)
{
	const uint8_t *end;

	*host = s;
	*port = HOSTNAME_PORT;
	if (s.len == 0 || s.p[0] != '[')
		return true;
	end = memrchr(s.p, ']', s.len);
	if (end == NULL || end == s.p + 1 || end + 1 == s.p + s.len || end[1] != ':')
		return false;
	*host = (struct span){ s.p + 1, (size_t)(end - s.p) - 1 };
	return port_read((struct span){ end + 2, s.len - host->len - 3 }, port);
}

bool
hostport_split_known(struct span s, struct span *host, uint16_t *port)
{
	return hostport_split(s, host, port) && (*port != HOSTNAME_PORT || host->p == s.p);
}

bool
hostport_read(struct span s, struct span *host, uint16_t *port)
{
	return hostport_split_known(s, host, port) && (is_host_name(*host) || is_address6(*host));
}

bool
hostport_is(struct span s)
{
	struct span host;
	uint16_t port;

	return hostport_read(s, &host, &port);
}

bool
hostport_next(struct span *list, struct span *part)
{
	if (list->p == NULL)
		return false;
	*part = span_cut(list, ',');
	return true;
}
