/* SPDX-License-Identifier: ISC */
#include "store/subject.h"

#include "base/text.h"
#include "rules/describe.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void
add_hash(struct text *t, struct span data)
{
	uint8_t hash[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, data.p, data.len);
	sha256_end(&h, hash);
	text_fingerprint(t, hash);
}

/* The whole value behind the prefix, or its hash: never a part of it, which another value could share. */
static void
put_whole(struct subject *s, char field[SUBJECT_FIELD], const char *prefix, struct span untrusted)
{
	struct text t;

	text_open(&t, field, SUBJECT_FIELD);
	text_add(&t, prefix);
	text_word(&t, untrusted, SIZE_MAX);
	if (!t.cut)
		return;
	s->rememberable = false;
	text_open(&t, field, SUBJECT_FIELD);
	text_add(&t, prefix);
	text_add(&t, "long:");
	add_hash(&t, untrusted);
}

static void
put_host(struct subject *s, const struct facts *f)
{
	char prefix[16];
	struct text t;

	if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED) {
		char name[SUBJECT_FIELD - 64];

		snprintf(prefix, sizeof(prefix), "%s ", describe_host_known(f->host));
		text_open(&t, name, sizeof(name));
		text_word(&t, names_shown(&f->names), SIZE_MAX);
		s->rememberable &= !t.cut;
		text_open(&t, s->host, sizeof(s->host));
		text_add(&t, prefix);
		text_add(&t, name);
	} else {
		text_open(&t, s->host, sizeof(s->host));
		text_add(&t, describe_host_known(f->host));
	}
	if (f->host == HOST_UNKNOWN)
		return;
	text_add(&t, " ");
	text_fingerprint(&t, f->host_hash);
}

/* Behind the host: an answer holds for this way alone. Of a way that is not known whole it holds once. */
static void
put_way(struct subject *s, const struct facts *f)
{
	size_t len = strlen(s->host);
	struct text t;

	if (f->forwarded != TRI_YES)
		return;
	s->rememberable &= f->way_whole;
	text_open(&t, s->host + len, sizeof(s->host) - len);
	text_add(&t, " via");
	for (unsigned i = 0; i < f->hop_count; i++) {
		s->rememberable &= f->hops[i].named;
		text_add(&t, " ");
		text_fingerprint(&t, f->hops[i].hash);
	}
	if (!t.cut)
		return;
	s->rememberable = false;
	s->host[len] = '\0';
}

static void
put_data(struct subject *s, const struct facts *f)
{
	struct text t;

	text_open(&t, s->data, sizeof(s->data));
	add_hash(&t, f->what.data);
}

/* pam_ssh_agent_auth has a fresh cookie in each try, and ssh-keygen a fresh nonce. */
static void
put_alike(struct subject *s, const struct facts *f)
{
	struct text t;

	if (f->what.purpose == PURPOSE_PAM || (f->what.purpose == PURPOSE_CERTIFICATE && !f->what.subject.certified))
		return;
	text_open(&t, s->alike, sizeof(s->alike));
	if (f->what.purpose == PURPOSE_CERTIFICATE)
		add_hash(&t, f->what.subject.cert.principals);
	else
		text_number(&t, f->what.data.len);
}

static void
put_request(struct subject *s, const struct facts *f)
{
	static const struct span none = { NULL, 0 };
	struct text t;

	memset(s, 0, sizeof(*s));
	s->rememberable =
	    f->what.purpose == PURPOSE_SSHSIG || (f->what.purpose == PURPOSE_LOGIN && f->host == HOST_PROVEN);
	text_open(&t, s->key, sizeof(s->key));
	text_fingerprint(&t, f->key_hash);
	put_whole(s, s->user, "", none);
	put_whole(s, s->host, "", none);
	put_whole(s, s->data, "", none);
	put_whole(s, s->alike, "", none);
	switch (f->what.purpose) {
	case PURPOSE_LOGIN:
		put_whole(s, s->user, "", f->what.user);
		put_whole(s, s->purpose, "", span_of("login"));
		put_host(s, f);
		return;
	case PURPOSE_SSHSIG: put_whole(s, s->purpose, "sshsig:", f->what.ns); return;
	case PURPOSE_PAM:
		put_whole(s, s->user, "", f->what.user);
		put_whole(s, s->purpose, "", span_of("pam"));
		break;
	case PURPOSE_CERTIFICATE: put_whole(s, s->purpose, "", span_of("certificate")); break;
	case PURPOSE_OPAQUE: put_whole(s, s->purpose, "", span_of("opaque")); break;
	}
	put_data(s, f);
	put_alike(s, f);
}

void
subject_of(struct subject *s, const struct facts *f)
{
	put_request(s, f);
	put_way(s, f);
}

bool
subject_same(const struct subject *a, const struct subject *b)
{
	return strcmp(a->key, b->key) == 0 && strcmp(a->user, b->user) == 0 && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->purpose, b->purpose) == 0 && strcmp(a->data, b->data) == 0;
}

/* With its NUL, so that no two lists of fields run together to the same bytes. */
static void
hash_field(struct sha256 *h, const char *field)
{
	sha256_add(h, field, strlen(field) + 1);
}

static void
hash_fields(const struct subject *s, const char *client, const char *arg, const char *last, char out[SUBJECT_HEX])
{
	const char *const fields[] = { client, arg, s->key, s->user, s->host, s->purpose, last };
	uint8_t hash[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		hash_field(&h, fields[i]);
	sha256_end(&h, hash);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

void
subject_hex(const struct subject *s, const char *client, const char *arg, char out[SUBJECT_HEX])
{
	hash_fields(s, client, arg, s->data, out);
}

void
subject_alike_hex(const struct subject *s, const char *client, const char *arg, char out[SUBJECT_HEX])
{
	hash_fields(s, client, arg, s->alike, out);
}

static bool
field_ok(const char field[SUBJECT_FIELD])
{
	size_t len = strnlen(field, SUBJECT_FIELD);

	if (len == 0 || len == SUBJECT_FIELD)
		return false;
	for (size_t i = 0; i < len; i++)
		if (field[i] < 0x20 || field[i] > 0x7e)
			return false;
	return true;
}

bool
subject_ok(const struct subject *s)
{
	return field_ok(s->key) && field_ok(s->user) && field_ok(s->host) && field_ok(s->purpose) &&
	       field_ok(s->data) && field_ok(s->alike);
}
