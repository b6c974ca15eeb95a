/* SPDX-License-Identifier: ISC */
#include "rules/describe.h"

#include "base/limits.h"
#include "base/utc.h"

#include <string.h>

/*
 * The most bytes that each untrusted part takes, its quotes and the mark of a cut included.
 * Together with our own words they stay under LIMIT_SENTENCE whatever a name is made of.
 * LIMIT_SHOWN_NAME characters of ASCII fit all of them.
 */
#define ROOM_COMMENT 128u
#define ROOM_TYPE 72u
#define ROOM_USER 96u
#define ROOM_HOST 96u
#define ROOM_PRINCIPAL 72u
#define ROOM_KEY_ID 72u
#define ROOM_NAMESPACE 128u
#define ROOM_HOP 72u
#define ROOM_MAX 128u

/* Principals that are named; the rest are counted. */
#define PRINCIPALS_SHOWN 3u

/* Hops that are named: the first ones, since a hop could make up what is behind it. */
#define HOPS_SHOWN 3u

/* What user and host names commonly hold. Nothing that could pass for our own words around it. */
static bool
is_bare(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-:[]", c) != NULL);
}

static bool
is_bare_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_bare(s.p[i]))
			return false;
	}
	return s.len > 0;
}

/* As many characters as LIMIT_SHOWN_NAME and the room allow; quoted unless it is a word that needs none. */
static void
name_add(struct text *t, struct span untrusted, bool quoted, size_t room)
{
	char buf[ROOM_MAX + 1];
	struct text part;
	size_t max = LIMIT_SHOWN_NAME + 1;

	do {
		max--;
		text_open(&part, buf, room + 1);
		if (quoted)
			text_quoted(&part, untrusted, max);
		else
			text_untrusted(&part, untrusted, max);
	} while (part.cut && max > 0);
	text_add(t, text_str(&part)); /* escaped already */
}

void
describe_word(struct text *t, struct span untrusted, size_t room)
{
	name_add(t, untrusted, !is_bare_word(untrusted), room);
}

/* The kinds of keys, by the names that ssh-keygen -l gives them. */
void
describe_type(struct text *t, const struct sshkey *key)
{
	static const struct {
		const char *type;
		const char *shown;
	} kinds[] = {
		{ "ssh-ed25519", "ED25519" },
		{ "ssh-rsa", "RSA" },
		{ "ssh-dss", "DSA" },
		{ "ecdsa-sha2-nistp256", "ECDSA" },
		{ "ecdsa-sha2-nistp384", "ECDSA" },
		{ "ecdsa-sha2-nistp521", "ECDSA" },
		{ "sk-ssh-ed25519@openssh.com", "ED25519-SK" },
		{ "sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA-SK" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (span_is(key->type, kinds[i].type)) {
			text_add(t, kinds[i].shown);
			text_add(t, key->certified ? "-CERT" : "");
			return;
		}
	}
	describe_word(t, key->type, ROOM_TYPE);
}

void
describe_key(struct text *t, const struct facts *f, struct span nickname)
{
	struct span name = nickname.len > 0 ? nickname : f->comment;

	if (name.len > 0) {
		name_add(t, name, true, ROOM_COMMENT);
		text_add(t, " ");
	}
	describe_type(t, &f->key);
	text_add(t, " ");
	text_fingerprint(t, f->key_hash);
}

/* A host that has a name, but one that known_hosts keeps hashed, or has none, is told by its key. */
static void
nameless_add(struct text *t, const struct facts *f)
{
	if (f->host == HOST_UNKNOWN) {
		text_add(t, "an unknown host");
		return;
	}
	text_add(
	    t, f->host == HOST_UNNAMED ? "a host that this vault has no name for, " : "a host with a hashed name, ");
	text_fingerprint(t, f->host_hash);
}

/* Whom sshd logs in; where the payload has more than that name, the whole of it behind. */
static void
user_add(struct text *t, struct span user)
{
	describe_word(t, signdata_login_name(user), ROOM_USER);
}

static void
written_add(struct text *t, struct span user)
{
	if (signdata_login_name(user).len == user.len)
		return;
	text_add(t, ", written ");
	name_add(t, user, true, ROOM_USER);
}

/* The host's name, or what stands for it. */
static void
host_add(struct text *t, const struct facts *f)
{
	struct span name = { NULL, 0 };

	if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED)
		name = names_shown(&f->names);
	if (name.len > 0)
		describe_word(t, name, ROOM_HOST);
	else
		nameless_add(t, f);
}

/* The host that vouches is not a destination: whoever owns it may log in anywhere with this. */
static void
vouched_add(struct text *t, const struct facts *f)
{
	bool named = names_shown(&f->names).len > 0;

	text_add(t, "log in as ");
	user_add(t, f->what.user);
	written_add(t, f->what.user);
	text_add(t, " (");
	host_add(t, f);
	text_add(t, named ? " vouches for this session; if " : ", vouches for this session; if ");
	if (named)
		host_add(t, f);
	else
		text_add(t, "it");
	text_add(t, " is hostile it may log in elsewhere)");
}

static void
login_add(struct text *t, const struct facts *f)
{
	bool named = f->host == HOST_PROVEN && names_shown(&f->names).len > 0;
	bool written = signdata_login_name(f->what.user).len < f->what.user.len;

	if (f->host == HOST_VOUCHED) {
		vouched_add(t, f);
		return;
	}
	text_add(t, named ? "log in to " : "log in as ");
	user_add(t, f->what.user);
	if (!named)
		written_add(t, f->what.user);
	text_add(t, named ? "@" : written ? ", to " : " to ");
	host_add(t, f);
	if (named)
		written_add(t, f->what.user);
	if (f->host == HOST_PROVEN)
		text_add(t, " (can only log in there)");
	else if (f->host == HOST_UNNAMED)
		text_add(t, " (the client may have made it up)");
}

static void
sshsig_add(struct text *t, const struct signdata *s)
{
	if (span_is(s->ns, "git")) {
		text_add(t, "sign a git commit, tag or push certificate");
		return;
	}
	text_add(t, "sign data for the namespace ");
	name_add(t, s->ns, true, ROOM_NAMESPACE);
}

static size_t
principals_count(struct span seq)
{
	struct span name;
	size_t n = 0;

	while (span_string(&seq, &name))
		n++;
	return n;
}

void
describe_principals(struct text *t, const struct sshkey_cert *cert)
{
	struct span rest = cert->principals, name;
	size_t n = principals_count(rest);

	if (n == 0)
		text_add(t, cert->type == 1 ? "any user" : "any host");
	for (size_t i = 0; i < PRINCIPALS_SHOWN && span_string(&rest, &name); i++) {
		if (i > 0)
			text_add(t, i + 1 == n ? " and " : ", ");
		describe_word(t, name, ROOM_PRINCIPAL);
	}
	if (n > PRINCIPALS_SHOWN) {
		text_add(t, " and ");
		text_number(t, n - PRINCIPALS_SHOWN);
		text_add(t, " more");
	}
}

static const struct unit {
	uint64_t seconds;
	const char *name;
} units[] = { { 604800, "week" }, { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };

#define UNITS (sizeof(units) / sizeof(units[0]))

/* ssh-keygen lets a certificate begin up to two minutes before it is made, which is not part of what was meant (-V). */
static uint64_t
slack(const struct unit *u)
{
	return u->seconds >= 3600 ? 120 : 0;
}

static void
amount_add(struct text *t, uint64_t n, const struct unit *u)
{
	text_number(t, n);
	text_add(t, " ");
	text_add(t, u->name);
	text_add(t, n == 1 ? "" : "s");
}

/* More than 400 of a unit say little; weeks have no greater one. */
static bool
is_whole(uint64_t seconds, const struct unit *u)
{
	return seconds >= u->seconds && seconds % u->seconds <= slack(u) && (u == units || seconds / u->seconds <= 400);
}

/* In one unit where that is exact, else in two, rounded up. seconds is not 0. */
static void
duration_add(struct text *t, uint64_t seconds)
{
	const struct unit *u = units, *next;
	uint64_t n, rest, m;

	for (size_t i = 0; i < UNITS; i++) {
		if (is_whole(seconds, &units[i])) {
			amount_add(t, seconds / units[i].seconds, &units[i]);
			return;
		}
	}
	while (seconds < u->seconds)
		u++;
	next = u + 1; /* there is one: any number of seconds under a minute is whole */
	n = seconds / u->seconds;
	rest = seconds % u->seconds;
	m = rest / next->seconds + (rest % next->seconds > slack(next) ? 1 : 0);
	if (m * next->seconds == u->seconds) {
		n++;
		m = 0;
	}
	amount_add(t, n, u);
	if (m > 0) {
		text_add(t, " ");
		amount_add(t, m, next);
	}
}

static void
two_digits_add(struct text *t, const char *before, unsigned n)
{
	text_add(t, before);
	text_add(t, n < 10 ? "0" : "");
	text_number(t, n);
}

/* 2026-12-31 00:00 */
static void
date_add(struct text *t, uint64_t when)
{
	struct utc u;

	if (utc_of(when, &u) < 0) {
		text_add(t, "after the year 9999");
		return;
	}
	text_number(t, u.year);
	two_digits_add(t, "-", u.month);
	two_digits_add(t, "-", u.day);
	two_digits_add(t, " ", u.hour);
	two_digits_add(t, ":", u.minute);
}

/*
 * There is no clock here, so nothing is said of a certificate's life as seen from now: its length first, its dates
 * behind.
 */
void
describe_validity(struct text *t, const struct sshkey_cert *c)
{
	if (c->valid_before <= c->valid_after) {
		text_add(t, "never valid");
	} else if (c->valid_before >= UTC_END) {
		text_add(t, "valid for ever");
	} else if (c->valid_after == 0) {
		text_add(t, "valid until ");
		date_add(t, c->valid_before);
		text_add(t, " UTC");
	} else {
		text_add(t, "valid ");
		duration_add(t, c->valid_before - c->valid_after);
	}
}

static void
dates_add(struct text *t, const struct sshkey_cert *c)
{
	text_add(t, "from ");
	date_add(t, c->valid_after);
	if (c->valid_before < UTC_END) {
		text_add(t, " to ");
		date_add(t, c->valid_before);
	}
	text_add(t, " UTC");
}

static bool
has_dates(const struct sshkey_cert *c)
{
	return c->valid_before > c->valid_after && c->valid_after != 0;
}

void
describe_dates(struct text *t, const struct sshkey_cert *c)
{
	if (!has_dates(c))
		return;
	text_add(t, " (");
	dates_add(t, c);
	text_add(t, ")");
}

/* What is behind the sentence, in brackets: the key id, as sshd will log it, and the dates. */
static void
details_add(struct text *t, const struct sshkey_cert *c)
{
	if (c->id.len == 0) {
		describe_dates(t, c);
		return;
	}
	text_add(t, " (key id ");
	name_add(t, c->id, true, ROOM_KEY_ID);
	if (has_dates(c)) {
		text_add(t, ", ");
		dates_add(t, c);
	}
	text_add(t, ")");
}

static void
certificate_add(struct text *t, const struct sshkey *subject)
{
	if (!subject->certified) {
		text_add(t, "issue a certificate that is not understood,");
		return;
	}
	text_add(t, subject->cert.type == 1 ? "issue a user certificate for " : "issue a host certificate for ");
	describe_principals(t, &subject->cert);
	text_add(t, ", ");
	describe_validity(t, &subject->cert);
	text_add(t, ",");
}

static void
pam_add(struct text *t, const struct signdata *s)
{
	text_add(t, "authenticate ");
	describe_word(t, s->user, ROOM_USER);
	text_add(t, " to pam_ssh_agent_auth, as sudo and the like ask,");
}

static void
opaque_add(struct text *t, const struct signdata *s)
{
	text_add(t, "sign ");
	text_number(t, s->data.len);
	text_add(t, s->data.len == 1 ? " byte of unknown meaning" : " bytes of unknown meaning");
}

static void
hop_add(struct text *t, const struct hop *hop)
{
	struct span name = hop->named ? names_shown(&hop->names) : (struct span){ NULL, 0 };

	if (name.len > 0)
		describe_word(t, name, ROOM_HOP);
	else
		text_add(t, hop->named ? "a host with a hashed name" : "a host without a name here");
}

static void
hops_add(struct text *t, const struct hop *hops, unsigned n, const char *last)
{
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			text_add(t, i + 1 == n ? last : ", ");
		hop_add(t, &hops[i]);
	}
}

void
describe_way(struct text *t, const struct facts *f)
{
	unsigned shown = f->hop_count < HOPS_SHOWN ? f->hop_count : HOPS_SHOWN;
	bool more = f->hop_count > shown || !f->way_whole;

	if (f->hop_count == 0) {
		text_add(t, "a host that is not verified");
		return;
	}
	hops_add(t, f->hops, shown, more ? ", " : " and ");
	if (f->hop_count > shown) {
		text_add(t, f->way_whole ? " and " : ", ");
		text_number(t, f->hop_count - shown);
		text_add(t, " more");
	}
	if (!f->way_whole)
		text_add(t, " and others that are not verified");
}

static void
way_add(struct text *t, const struct facts *f)
{
	if (f->forwarded != TRI_YES)
		return;
	text_add(t, t->len > 0 && t->buf[t->len - 1] == ',' ? " by way of " : ", by way of ");
	describe_way(t, f);
	text_add(t, ",");
}

void
describe_request(struct text *t, const struct facts *f, struct span nickname)
{
	switch (f->what.purpose) {
	case PURPOSE_LOGIN: login_add(t, f); break;
	case PURPOSE_SSHSIG: sshsig_add(t, &f->what); break;
	case PURPOSE_CERTIFICATE: certificate_add(t, &f->what.subject); break;
	case PURPOSE_PAM: pam_add(t, &f->what); break;
	case PURPOSE_OPAQUE: opaque_add(t, &f->what); break;
	}
	way_add(t, f);
	text_add(t, " with ");
	describe_key(t, f, nickname);
	if (f->what.purpose == PURPOSE_CERTIFICATE && f->what.subject.certified)
		details_add(t, &f->what.subject.cert);
}

void
describe_purpose(struct text *t, const struct signdata *s)
{
	switch (s->purpose) {
	case PURPOSE_LOGIN: text_add(t, "login"); break;
	case PURPOSE_CERTIFICATE: text_add(t, "certificate"); break;
	case PURPOSE_PAM: text_add(t, "pam"); break;
	case PURPOSE_OPAQUE: text_add(t, "opaque"); break;
	case PURPOSE_SSHSIG:
		if (span_is(s->ns, "git")) {
			text_add(t, "git");
			break;
		}
		text_add(t, "sshsig:");
		text_word(t, s->ns, LIMIT_SHOWN_NAME);
		break;
	}
}

const char *
describe_host_known(enum host_known k)
{
	switch (k) {
	case HOST_PROVEN: return "proven";
	case HOST_VOUCHED: return "vouched";
	case HOST_UNNAMED: return "unnamed";
	case HOST_UNKNOWN: break;
	}
	return "unknown";
}

const char *
describe_verdict(enum verdict v)
{
	switch (v) {
	case ALLOW: return "allow";
	case ASK: return "ask";
	case DENY: break;
	}
	return "deny";
}
