/* SPDX-License-Identifier: ISC */
#include "rules/value.h"

#include "ssh/fingerprint.h"
#include "ssh/hostport.h"

#include <errno.h>
#include <string.h>

#define COUNT_MAX 1000u
#define NUMBER_DIGITS 5u

int
value_fail(const char **why, const char *reason)
{
	*why = reason;
	return -EINVAL;
}

/* s from its byte with this offset on. */
static struct span
span_from(struct span s, size_t at)
{
	return (struct span){ s.p + at, s.len - at };
}

int
value_fingerprint(struct span word, uint8_t hash[SHA256_SIZE], const char **why)
{
	return fingerprint_read(word, hash) == 0 ? 0 : value_fail(why, "this is not a whole SHA256: fingerprint");
}

/* A number without a leading zero, 1 to max. */
static int
number_read(struct span s, uint32_t max, uint32_t *out)
{
	uint32_t n = 0;

	if (s.len == 0 || s.len > NUMBER_DIGITS || s.p[0] == '0')
		return -EINVAL;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -EINVAL;
		n = n * 10 + (uint32_t)(s.p[i] - '0');
	}
	*out = n;
	return n <= max ? 0 : -EINVAL;
}

/* One colon alone is a port without brackets: IPv6 addresses have two at least. */
static int
host_split(struct span word, struct value_to *out, const char **why)
{
	const uint8_t *colon = span_find(word, ':');

	if (!hostport_split(word, &out->host, &out->port))
		return value_fail(why, "a port is written [HOST]:PORT, from 1 to 65535");
	if (word.p[0] != '[' && colon != NULL && colon == memrchr(word.p, ':', word.len))
		return value_fail(why, "a port is written [HOST]:PORT");
	return 0;
}

/* What no known_hosts line can hold in a name would never match, and a deny would be void. */
static bool
host_possible(struct span host)
{
	return host.len > 0 && host.p[0] != '!' && host.p[0] != '|' && !span_has(host, ',') && !span_has(host, ' ') &&
	       !span_has(host, '\t');
}

static int
host_read(struct span word, struct value_to *out, const char **why)
{
	if (word.len == 0)
		return value_fail(why, "the host is empty");
	if (fingerprint_begins(word)) {
		out->form = VALUE_HOSTKEY;
		return value_fingerprint(word, out->hash, why);
	}
	if (span_is(word, "*")) {
		out->form = VALUE_NAMED;
		return 0;
	}
	if (host_split(word, out, why) != 0)
		return -EINVAL;
	if (!host_possible(out->host))
		return value_fail(why, "this can't be a host's name; values are separated by spaces");
	out->form = span_has(out->host, '*') || span_has(out->host, '?') ? VALUE_PATTERN : VALUE_LITERAL;
	return 0;
}

int
value_to(struct span word, bool quoted, struct value_to *out, const char **why)
{
	const uint8_t *at;

	*out = (struct value_to){ .user = span_of("*"), .port = 22 };
	if (!quoted && (span_is(word, "@unnamed") || span_is(word, "@unknown"))) {
		out->form = span_is(word, "@unnamed") ? VALUE_UNNAMED : VALUE_UNKNOWN;
		return 0;
	}
	at = word.len > 0 ? memrchr(word.p, '@', word.len) : NULL;
	if (at == NULL)
		return host_read(word, out, why);
	out->user = (struct span){ word.p, (size_t)(at - word.p) };
	if (out->user.len == 0)
		return value_fail(why, "the user is empty, and this is neither @unnamed nor @unknown");
	if (!quoted && (span_ends(word, "@@unnamed") || span_ends(word, "@@unknown")))
		return value_fail(why, "@unnamed and @unknown take no user");
	return host_read(span_from(word, out->user.len + 1), out, why);
}

int
value_via(struct span word, struct value_to *out, const char **why)
{
	*out = (struct value_to){ .user = span_of("*"), .port = 22 };
	if (span_has(word, '@'))
		return value_fail(why, "via names hosts, without a user, that this vault has a name for");
	return host_read(word, out, why);
}

int
value_purpose(struct span word, bool quoted, struct value_purpose *out, const char **why)
{
	static const struct {
		const char *word;
		unsigned purposes;
	} words[] = {
		{ "login", 1u << PURPOSE_LOGIN },
		{ "certificate", 1u << PURPOSE_CERTIFICATE },
		{ "pam", 1u << PURPOSE_PAM },
		{ "opaque", 1u << PURPOSE_OPAQUE },
		{ "any", VALUE_ANY_PURPOSE },
	};

	*out = (struct value_purpose){ 0, { NULL, 0 } };
	for (size_t i = 0; !quoted && i < sizeof(words) / sizeof(words[0]); i++) {
		if (span_is(word, words[i].word)) {
			out->purposes = words[i].purposes;
			return 0;
		}
	}
	if (!quoted && span_is(word, "git")) {
		out->ns = word;
		return 0;
	}
	if (!span_starts(word, "sshsig:"))
		return value_fail(why, "a purpose is login, git, sshsig:NAMESPACE, certificate, pam, opaque or any");
	out->ns = span_from(word, strlen("sshsig:"));
	if (out->ns.len == 0)
		return value_fail(why, "the namespace is empty");
	if (span_is(out->ns, "*")) {
		out->purposes = 1u << PURPOSE_SSHSIG;
		out->ns = (struct span){ NULL, 0 };
	}
	return 0;
}

int
value_count(struct span word, bool quoted, uint32_t *out, const char **why)
{
	if (!quoted && span_is(word, "any")) {
		*out = VALUE_ANY;
		return 0;
	}
	if (number_read(word, COUNT_MAX, out) != 0)
		return value_fail(why, "a count is 1 to 1000, or any");
	return 0;
}

int
value_duration(struct span word, uint32_t *seconds, const char **why)
{
	uint32_t unit = 0, n;

	if (word.len > 0) {
		uint8_t c = word.p[word.len - 1];

		unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : 0;
		word.len--;
	}
	if (unit == 0 || number_read(word, 99999, &n) != 0)
		return value_fail(why, "a duration is 1 to 99999 followed by s, m or h");
	*seconds = n * unit;
	return 0;
}

int
value_rate(struct span word, bool quoted, uint32_t *count, uint32_t *seconds, const char **why)
{
	const uint8_t *slash = span_find(word, '/');
	size_t len;

	if (slash == NULL)
		return value_fail(why, "a rate is a count, a slash and a duration, like 20/1m");
	len = (size_t)(slash - word.p);
	if (value_count((struct span){ word.p, len }, quoted, count, why) != 0)
		return -EINVAL;
	return value_duration(span_from(word, len + 1), seconds, why);
}
