#include "rules/value.h"

#include "base/base64.h"
#include "ssh/hostnames.h"

#include <errno.h>
#include <string.h>

#define COUNT_MAX 1000u
#define NUMBER_DIGITS 5u

#define FINGERPRINT "SHA256:"

int
rulevalue_fail(const char **why, const char *reason)
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

static bool
span_holds(struct span s, char c)
{
	return s.len > 0 && memchr(s.p, c, s.len) != NULL;
}

void
rulevalue_list_open(struct rulevalue_list *l, struct span raw)
{
	struct word w;

	words_open(&l->words, raw);
	l->more = words_next(&l->words, &w);
	l->left = w.text;
}

bool
rulevalue_list_next(struct rulevalue_list *l, struct span *pattern, bool *excluded)
{
	const uint8_t *comma;

	if (!l->more)
		return false;
	*pattern = l->left;
	comma = l->left.len > 0 ? memchr(l->left.p, ',', l->left.len) : NULL;
	l->more = comma != NULL;
	if (comma != NULL) {
		pattern->len = (size_t)(comma - l->left.p);
		l->left = span_from(l->left, pattern->len + 1);
	}
	*excluded = pattern->len > 0 && pattern->p[0] == '!';
	if (*excluded)
		*pattern = span_from(*pattern, 1);
	return true;
}

int
rulevalue_list(struct span raw, const char **why)
{
	struct rulevalue_list list;
	struct span pattern;
	bool excluded;

	rulevalue_list_open(&list, raw);
	if (list.left.len == 0)
		return 0;
	while (rulevalue_list_next(&list, &pattern, &excluded)) {
		if (pattern.len == 0)
			return rulevalue_fail(why, "a pattern of the list is empty");
	}
	return 0;
}

bool
rulevalue_list_matches(struct span raw, struct span s)
{
	struct rulevalue_list list;
	struct span pattern;
	bool excluded, found = false;

	rulevalue_list_open(&list, raw);
	while (rulevalue_list_next(&list, &pattern, &excluded)) {
		if (!names_glob(pattern, s, false))
			continue;
		if (excluded)
			return false;
		found = true;
	}
	return found;
}

/* One pattern of the list that excludes, or does not, covers inner. */
static bool
list_has_covering(struct span raw, bool wanted, struct span inner)
{
	struct rulevalue_list list;
	struct span pattern;
	bool excluded;

	rulevalue_list_open(&list, raw);
	while (rulevalue_list_next(&list, &pattern, &excluded)) {
		if (excluded == wanted && names_glob_covers(pattern, inner, false))
			return true;
	}
	return false;
}

/* Each pattern of one list that excludes, or does not, is covered by one like it of the other. */
static bool
list_is_covered(struct span raw, bool wanted, struct span by)
{
	struct rulevalue_list list;
	struct span pattern;
	bool excluded;

	rulevalue_list_open(&list, raw);
	while (rulevalue_list_next(&list, &pattern, &excluded)) {
		if (excluded == wanted && !list_has_covering(by, wanted, pattern))
			return false;
	}
	return true;
}

bool
rulevalue_list_covers(struct span outer, struct span inner)
{
	if (span_eq(outer, inner)) /* the common case, and the quick one */
		return true;
	return list_is_covered(inner, false, outer) && list_is_covered(outer, true, inner);
}

enum rulevalue_key
rulevalue_key(struct span word)
{
	if (word.len > 0 && (word.p[0] == '~' || word.p[0] == '/'))
		return RULEVALUE_FILE;
	return span_starts(word, FINGERPRINT) ? RULEVALUE_HASH : RULEVALUE_COMMENT;
}

int
rulevalue_fingerprint(struct span word, const char **why)
{
	uint8_t hash[SHA256_SIZE];
	size_t len;

	if (!span_starts(word, FINGERPRINT) ||
	    base64_decode_bare(span_from(word, strlen(FINGERPRINT)), hash, sizeof(hash), &len) != 0 ||
	    len != sizeof(hash))
		return rulevalue_fail(why, "this is no whole SHA256: fingerprint");
	return 0;
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

/* Takes the brackets and the port off. One colon alone is a port without brackets: IPv6 addresses have two at least. */
static int
host_split(struct span word, struct rulevalue_to *out, const char **why)
{
	const uint8_t *end, *colon;
	uint32_t port;
	size_t len;

	out->host = word;
	out->port = 22;
	if (word.p[0] != '[') {
		colon = memchr(word.p, ':', word.len);
		if (colon != NULL && colon == memrchr(word.p, ':', word.len))
			return rulevalue_fail(why, "a port is written [HOST]:PORT");
		return 0;
	}
	end = memrchr(word.p, ']', word.len);
	len = end != NULL ? (size_t)(end - word.p) : 0;
	if (len < 2 || len + 2 > word.len || end[1] != ':' ||
	    number_read(span_from(word, len + 2), UINT16_MAX, &port) != 0)
		return rulevalue_fail(why, "a port is written [HOST]:PORT, from 1 to 65535");
	out->port = (uint16_t)port;
	out->host = (struct span){ word.p + 1, len - 1 };
	return 0;
}

/* What no known_hosts line can hold in a name would never match, and a deny would be void. */
static bool
host_possible(struct span host)
{
	return host.len > 0 && host.p[0] != '!' && host.p[0] != '|' && !span_holds(host, ',') &&
	       !span_holds(host, ' ') && !span_holds(host, '\t');
}

static int
host_read(struct span word, struct rulevalue_to *out, const char **why)
{
	if (word.len == 0)
		return rulevalue_fail(why, "the host is empty");
	if (span_starts(word, FINGERPRINT)) {
		out->form = RULEVALUE_HOSTKEY;
		out->host = word;
		return rulevalue_fingerprint(word, why);
	}
	if (span_is(word, "*")) {
		out->form = RULEVALUE_NAMED;
		out->host = word;
		return 0;
	}
	if (host_split(word, out, why) != 0)
		return -EINVAL;
	if (!host_possible(out->host))
		return rulevalue_fail(why, "this can't be a host's name; values are parted by spaces");
	out->form = span_holds(out->host, '*') || span_holds(out->host, '?') ? RULEVALUE_PATTERN : RULEVALUE_LITERAL;
	return 0;
}

int
rulevalue_to(struct span word, bool quoted, struct rulevalue_to *out, const char **why)
{
	const uint8_t *at;

	*out = (struct rulevalue_to){ .user = span_of("*"), .port = 22 };
	if (!quoted && (span_is(word, "@unnamed") || span_is(word, "@unknown"))) {
		out->form = span_is(word, "@unnamed") ? RULEVALUE_UNNAMED : RULEVALUE_UNKNOWN;
		out->host = word;
		return 0;
	}
	at = word.len > 0 ? memrchr(word.p, '@', word.len) : NULL;
	if (at == NULL)
		return host_read(word, out, why);
	out->user = (struct span){ word.p, (size_t)(at - word.p) };
	if (out->user.len == 0)
		return rulevalue_fail(why, "the user is empty, and this is neither @unnamed nor @unknown");
	if (!quoted && (span_ends(word, "@@unnamed") || span_ends(word, "@@unknown")))
		return rulevalue_fail(why, "@unnamed and @unknown take no user");
	return host_read(span_from(word, out->user.len + 1), out, why);
}

bool
rulevalue_to_next(struct words *values, struct rulevalue_to *out)
{
	struct word w;
	const char *why;

	return words_next(values, &w) && rulevalue_to(w.text, w.quoted, out, &why) == 0;
}

bool
rulevalue_to_covers(const struct rulevalue_to *outer, const struct rulevalue_to *inner)
{
	if (outer->form == RULEVALUE_UNNAMED || outer->form == RULEVALUE_UNKNOWN || inner->form == RULEVALUE_UNNAMED ||
	    inner->form == RULEVALUE_UNKNOWN)
		return false;
	if (outer->form == RULEVALUE_NAMED)
		return true;
	return outer->form == inner->form && outer->port == inner->port &&
	       names_glob_covers(outer->host, inner->host, outer->form != RULEVALUE_HOSTKEY);
}

int
rulevalue_purpose(struct span word, bool quoted, struct rulevalue_purpose *out, const char **why)
{
	static const struct {
		const char *word;
		unsigned purposes;
	} words[] = {
		{ "login", 1u << PURPOSE_LOGIN },
		{ "certificate", 1u << PURPOSE_CERTIFICATE },
		{ "pam", 1u << PURPOSE_PAM },
		{ "opaque", 1u << PURPOSE_OPAQUE },
		{ "any", RULEVALUE_ANY_PURPOSE },
	};

	*out = (struct rulevalue_purpose){ 0, { NULL, 0 } };
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
		return rulevalue_fail(
		    why, "a purpose is login, git, sshsig:NAMESPACE, certificate, pam, opaque or any");
	out->ns = span_from(word, strlen("sshsig:"));
	if (out->ns.len == 0)
		return rulevalue_fail(why, "the namespace is empty");
	if (span_is(out->ns, "*")) {
		out->purposes = 1u << PURPOSE_SSHSIG;
		out->ns = (struct span){ NULL, 0 };
	}
	return 0;
}

bool
rulevalue_namespace_next(struct words *values, struct span *ns)
{
	struct rulevalue_purpose purpose;
	struct word w;
	const char *why;

	while (words_next(values, &w)) {
		if (rulevalue_purpose(w.text, w.quoted, &purpose, &why) == 0 && purpose.ns.len > 0) {
			*ns = purpose.ns;
			return true;
		}
	}
	return false;
}

int
rulevalue_count(struct span word, bool quoted, uint32_t *out, const char **why)
{
	if (!quoted && span_is(word, "any")) {
		*out = RULEVALUE_ANY;
		return 0;
	}
	if (number_read(word, COUNT_MAX, out) != 0)
		return rulevalue_fail(why, "a count is 1 to 1000, or any");
	return 0;
}

int
rulevalue_duration(struct span word, uint32_t *seconds, const char **why)
{
	uint32_t unit = 0, n;

	if (word.len > 0) {
		uint8_t c = word.p[word.len - 1];

		unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : 0;
		word.len--;
	}
	if (unit == 0 || number_read(word, 99999, &n) != 0)
		return rulevalue_fail(why, "a duration is 1 to 99999 followed by s, m or h");
	*seconds = n * unit;
	return 0;
}

int
rulevalue_rate(struct span word, bool quoted, uint32_t *count, uint32_t *seconds, const char **why)
{
	const uint8_t *slash = word.len > 0 ? memchr(word.p, '/', word.len) : NULL;
	size_t len;

	if (slash == NULL)
		return rulevalue_fail(why, "a rate is a count, a slash and a duration, like 20/1m");
	len = (size_t)(slash - word.p);
	if (rulevalue_count((struct span){ word.p, len }, quoted, count, why) != 0)
		return -EINVAL;
	return rulevalue_duration(span_from(word, len + 1), seconds, why);
}
