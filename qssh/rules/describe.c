/* SPDX-License-Identifier: ISC */
#include "rules/describe.h"

#include "base/limits.h"
#include "rules/certificate.h"

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
#define ROOM_NAMESPACE 128u
#define ROOM_HOP 72u

/* Hops that are named: the first ones, since a hop could make up what is behind it. */
#define HOPS_SHOWN 3u

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
	text_name(t, key->type, ROOM_TYPE);
}

void
describe_key(struct text *t, const struct facts *f, struct span nickname)
{
	struct span name = nickname.len > 0 ? nickname : f->comment;

	if (name.len > 0) {
		text_name_quoted(t, name, ROOM_COMMENT);
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
	text_name(t, signdata_login_name(user), ROOM_USER);
}

static void
written_add(struct text *t, struct span user)
{
	if (signdata_login_name(user).len == user.len)
		return;
	text_add(t, ", written ");
	text_name_quoted(t, user, ROOM_USER);
}

/* The host's name, or what stands for it. */
static void
host_add(struct text *t, const struct facts *f)
{
	struct span name = { NULL, 0 };

	if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED)
		name = names_shown(&f->names);
	if (name.len > 0)
		text_name(t, name, ROOM_HOST);
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
	text_name_quoted(t, s->ns, ROOM_NAMESPACE);
}

static void
certificate_add(struct text *t, const struct sshkey *subject)
{
	if (!subject->certified) {
		text_add(t, "issue a certificate that is not understood,");
		return;
	}
	text_add(t, subject->cert.type == 1 ? "issue a user certificate for " : "issue a host certificate for ");
	certificate_principals(t, &subject->cert);
	text_add(t, ", ");
	certificate_validity(t, &subject->cert);
	text_add(t, ",");
}

static void
pam_add(struct text *t, const struct signdata *s)
{
	text_add(t, "authenticate ");
	text_name(t, s->user, ROOM_USER);
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
		text_name(t, name, ROOM_HOP);
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
		certificate_details(t, &f->what.subject.cert);
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
