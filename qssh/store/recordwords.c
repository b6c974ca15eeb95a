/* SPDX-License-Identifier: ISC */
#include "store/recordwords.h"

#include "base/limits.h"
#include "rules/describe.h"

#include <string.h>

/*
 * Room for an untrusted word, in bytes: a name of that many plain letters is whole. What is longer, or made of
 * escapes, is cut.
 */
#define ROOM_USER 160u
#define ROOM_HOST 256u
#define ROOM_COMMENT 128u
#define ROOM_KEY_ID 96u
#define ROOM_MAX 256u

/* A certificate's names that are recorded, and the room for each, in characters. */
#define PRINCIPALS_MAX 2u
#define PRINCIPAL_MAX 20u

static void
add_key(struct text *t, const char *key)
{
	text_add(t, " ");
	text_add(t, key);
	text_add(t, "=");
}

/* As many characters as the room holds: a cut is marked, so that nobody takes a part of a name for the name. */
static void
add_word(struct text *t, const char *key, struct span untrusted, size_t room)
{
	char buf[ROOM_MAX + 1];
	struct text word;
	size_t max = room;

	do {
		text_open(&word, buf, room + 1);
		text_word(&word, untrusted, max);
	} while (word.cut && max-- > 0);
	add_key(t, key);
	text_add(t, text_str(&word)); /* escaped already */
}

void
recordwords_ours(struct text *t, const char *key, const char *value)
{
	struct span s = span_of(value);
	bool cut = s.len > RECORDWORDS_OURS_MAX;

	if (cut)
		s.len = RECORDWORDS_OURS_MAX;
	while (cut && s.len > 0 && s.p[s.len] != ' ')
		s.len--;
	add_key(t, key);
	text_word(t, s, RECORDWORDS_OURS_MAX);
	text_add(t, cut ? "…" : "");
}

void
recordwords_client(struct text *t, struct span untrusted_client, struct span untrusted_arg)
{
	text_add(t, " client=");
	text_word(t, untrusted_client, LIMIT_NAME);
	text_add(t, " arg=");
	text_word(t, untrusted_arg, LIMIT_NAME);
}

/* Whom sshd logs in; where the payload has more than that name, the whole of it too. */
static void
add_user(struct text *t, struct span user)
{
	struct span login = signdata_login_name(user);

	add_word(t, "user", login, ROOM_USER);
	if (login.len < user.len)
		add_word(t, "written", user, ROOM_USER);
}

/* A host that only vouches is not where the login goes. */
static void
add_host(struct text *t, const struct facts *f)
{
	struct span name = names_shown(&f->names);

	if (f->what.purpose != PURPOSE_LOGIN)
		return;
	add_user(t, f->what.user);
	recordwords_ours(t, "host", describe_host_known(f->host));
	if (f->host == HOST_UNKNOWN)
		return;
	if (f->host != HOST_UNNAMED)
		add_word(t, f->host == HOST_PROVEN ? "to" : "voucher", name, ROOM_HOST);
	text_add(t, " hostkey=");
	text_fingerprint(t, f->host_hash);
}

/*
 * Each hop by its name, or its key's fingerprint where no name can be read; one without a name, and what is not
 * verified, as words of their own. Their keys stand behind, in the same order.
 */
static void
add_way(struct text *t, const struct facts *f)
{
	if (f->forwarded != TRI_YES)
		return;
	text_add(t, " via=");
	for (unsigned i = 0; i < f->hop_count; i++) {
		const struct hop *hop = &f->hops[i];
		struct span name = hop->named ? names_shown(&hop->names) : (struct span){ NULL, 0 };

		text_add(t, i > 0 ? "," : "");
		if (!hop->named)
			text_add(t, "@unnamed");
		else if (name.len == 0 || span_has(name, ','))
			text_fingerprint(t, hop->hash);
		else
			text_word(t, name, ROOM_HOST);
	}
	text_add(t, f->way_whole ? "" : f->hop_count > 0 ? ",@unknown" : "@unknown");
	text_add(t, f->hop_count > 0 ? " viakeys=" : "");
	for (unsigned i = 0; i < f->hop_count; i++) {
		text_add(t, i > 0 ? "," : "");
		text_fingerprint(t, f->hops[i].hash);
	}
}

/* Whom it is for; "-" is for anybody. */
static void
add_certificate(struct text *t, const struct sshkey *subject)
{
	struct span rest = subject->cert.principals, name;
	unsigned n = 0;

	if (!subject->certified)
		return;
	recordwords_ours(t, "certificate", subject->cert.type == 1 ? "user" : "host");
	text_add(t, " principals=");
	text_add(t, rest.len == 0 ? "-" : "");
	while (n < PRINCIPALS_MAX && span_string(&rest, &name)) {
		text_add(t, n++ > 0 ? "," : "");
		text_word(t, name, PRINCIPAL_MAX);
	}
	text_add(t, rest.len > 0 ? ",..." : "");
	add_word(t, "keyid", subject->cert.id, ROOM_KEY_ID);
}

void
recordwords_facts(struct text *t, const struct facts *f)
{
	if (f->key.type.len == 0)
		return;
	text_add(t, " key=");
	text_fingerprint(t, f->key_hash);
	text_add(t, " purpose=");
	describe_purpose(t, &f->what);
	if (f->what.purpose == PURPOSE_CERTIFICATE)
		add_certificate(t, &f->what.subject);
	add_host(t, f);
	if (f->forwarded != TRI_UNKNOWN)
		recordwords_ours(t, "forwarded", f->forwarded == TRI_YES ? "yes" : "no");
	add_word(t, "comment", f->comment, ROOM_COMMENT);
	add_way(t, f);
}

void
recordwords_decision(struct text *t, const struct decision *d)
{
	recordwords_ours(t, "verdict", describe_verdict(d->verdict));
	text_add(t, " rule=");
	if (d->builtin)
		text_add(t, "built-in");
	else if (d->line == 0)
		text_add(t, "none");
	else
		text_number(t, d->line);
	if (d->asked)
		recordwords_ours(t, "asked", "yes");
}
