/* SPDX-License-Identifier: ISC */
#include "rules/wording.h"

#include "base/limits.h"
#include "rules/certificate.h"
#include "rules/describe.h"

#include <string.h>

#define ROOM 96u

/* As many of a fingerprint's last characters tell a person's keys apart. */
#define SHORT_FINGERPRINT 6u

static bool
is_bare_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (c == '\0' || strchr("._-:[]", c) == NULL))
			return false;
	}
	return s.len > 0 && s.len <= LIMIT_SHOWN_NAME;
}

/* The name that this vault's known_hosts give a host; empty for none. */
static struct span
host_name(const struct facts *f)
{
	if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED)
		return names_shown(&f->names);
	return (struct span){ NULL, 0 };
}

static void
login_action(struct text *t, const struct facts *f)
{
	struct span name = host_name(f);

	switch (f->host) {
	case HOST_UNKNOWN: text_add(t, "log in to an unknown host"); return;
	case HOST_UNNAMED: text_add(t, "log in to a host that this vault does not know"); return;
	case HOST_VOUCHED:
	case HOST_PROVEN: break;
	}
	/* who vouches is not where it goes: that may be any host */
	text_add(t, f->host == HOST_PROVEN ? "log in to " : "log in to a host that ");
	if (is_bare_name(name))
		text_name(t, name, ROOM);
	else
		text_add(t, "the host below");
	text_add(t, f->host == HOST_PROVEN ? "" : " vouches for");
}

void
wording_action(struct text *t, const struct facts *f)
{
	bool host = f->what.subject.certified && f->what.subject.cert.type == 2;

	switch (f->what.purpose) {
	case PURPOSE_LOGIN: login_action(t, f); return;
	case PURPOSE_SSHSIG:
		text_add(t, span_is(f->what.ns, "git") ? "sign a git commit, tag or push certificate"
						       : "sign a file or a message");
		return;
	case PURPOSE_CERTIFICATE:
		text_add(t, host ? "issue a certificate for hosts" : "issue a certificate that lets others log in");
		return;
	case PURPOSE_PAM: text_add(t, "pass sudo, or another program that asks for this key"); return;
	case PURPOSE_OPAQUE: break;
	}
	text_add(t, "sign bytes of unknown meaning");
}

const char *
wording_deed(const struct facts *f)
{
	switch (f->what.purpose) {
	case PURPOSE_LOGIN: return "login";
	case PURPOSE_SSHSIG: return span_is(f->what.ns, "git") ? "git signature" : "signature of a file or message";
	case PURPOSE_CERTIFICATE: return "certificate";
	case PURPOSE_PAM: return "sudo or the like";
	case PURPOSE_OPAQUE: break;
	}
	return "signature of unknown bytes";
}

static void
place_add(struct text *t, const struct facts *f)
{
	struct span name = host_name(f);

	if (f->host == HOST_PROVEN && name.len > 0) {
		text_name(t, signdata_login_name(f->what.user), ROOM);
		text_add(t, "@");
		text_name(t, name, ROOM);
		return;
	}
	if (f->host == HOST_VOUCHED && name.len > 0) {
		text_add(t, "a host that ");
		text_name(t, name, ROOM);
		text_add(t, " vouches for");
	} else if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED) {
		text_add(t, "a host without a readable name");
	} else {
		text_add(t, f->host == HOST_UNNAMED ? "a host that this vault does not know" : "an unknown host");
	}
	text_add(t, ", as ");
	text_name(t, signdata_login_name(f->what.user), ROOM);
}

void
wording_place(struct text *t, const struct facts *f)
{
	if (f->what.purpose == PURPOSE_LOGIN)
		place_add(t, f);
	if (f->forwarded != TRI_YES)
		return;
	text_add(t, ", by way of ");
	describe_way(t, f);
}

void
wording_signed(struct text *t, const struct facts *f)
{
	bool login = f->what.purpose == PURPOSE_LOGIN;

	text_untrusted(t, f->client, LIMIT_QUBE);
	text_add(t, login ? " → " : ": ");
	text_add(t, login ? "" : wording_deed(f));
	text_add(t, login ? "" : " given");
	wording_place(t, f);
	text_add(t, login ? ": signed" : "");
}

const char *
wording_cost(const struct facts *f)
{
	bool host = f->what.subject.certified && f->what.subject.cert.type == 2;

	switch (f->what.purpose) {
	case PURPOSE_SSHSIG: return NULL;
	case PURPOSE_LOGIN:
		if (f->host == HOST_PROVEN || f->host == HOST_VOUCHED)
			return NULL;
		return "This vault can't tell where the login goes. A yes may let somebody in, as you, on any server "
		       "that takes this key.";
	case PURPOSE_CERTIFICATE:
		return host ? "Whoever has it can pass for the hosts below, wherever this key is trusted to name "
			      "hosts."
			    : "Whoever has it can log in as the users below, wherever this key is trusted to let "
			      "users in.";
	case PURPOSE_PAM:
		return "A yes gives the powers of the user below to whoever asks, on a machine that this vault can't "
		       "name.";
	case PURPOSE_OPAQUE: break;
	}
	return "A yes may let somebody log in as you wherever this key is taken, or sign anything in your name.";
}

/* Behind a host's name, what is known of it. */
static void
host_line(struct text *t, const struct facts *f)
{
	struct span name = host_name(f);

	text_add(t, "\nhost: ");
	if (f->host == HOST_UNKNOWN || f->host == HOST_UNNAMED) {
		text_add(t, "NOT VERIFIED: ");
		text_name(t, f->client, ROOM);
		text_add(t, f->host == HOST_UNKNOWN ? " does not show which" : " may have made it up, key ");
	} else if (name.len > 0)
		text_name(t, name, ROOM);
	else
		text_add(t, "its name is kept unreadable, key ");
	if (f->host == HOST_UNNAMED || (f->host != HOST_UNKNOWN && name.len == 0))
		text_fingerprint(t, f->host_hash);
	if (f->host == HOST_PROVEN)
		text_add(t, " (verified by this vault)");
	else if (f->host == HOST_VOUCHED)
		text_add(t, " vouches for it (a hostile one could log in elsewhere with this)");
}

static void
login_lines(struct text *t, const struct facts *f)
{
	struct span user = signdata_login_name(f->what.user);

	text_add(t, "user: ");
	text_name(t, user, ROOM);
	if (user.len != f->what.user.len) {
		text_add(t, ", written ");
		text_name(t, f->what.user, ROOM);
	}
	host_line(t, f);
	text_add(t, "\n");
}

static void
certificate_lines(struct text *t, const struct sshkey *subject)
{
	if (!subject->certified) {
		text_add(t, "for: a certificate of a kind that this version can't read\n");
		return;
	}
	text_add(t, "for: ");
	certificate_principals(t, &subject->cert);
	text_add(t, "\ntime: ");
	certificate_validity(t, &subject->cert);
	certificate_dates(t, &subject->cert);
	if (subject->cert.id.len > 0) {
		text_add(t, "\nkey id: ");
		text_name(t, subject->cert.id, ROOM);
	}
	text_add(t, "\n");
}

/* A file's name stands for its path, which is the comment of a key that had none. */
static struct span
key_name(const struct facts *f, struct span nickname)
{
	struct span name = nickname.len > 0 ? nickname : f->comment;
	size_t begin = 0;

	if (nickname.len > 0 || name.len == 0 || name.p[0] != '/')
		return name;
	for (size_t i = 0; i + 1 < name.len; i++)
		if (name.p[i] == '/')
			begin = i + 1;
	return (struct span){ name.p + begin, name.len - begin };
}

/* What names of keys are made of needs no quotes on a line of its own. */
static bool
is_plain_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!is_bare_name((struct span){ &c, 1 }) && (c == '\0' || strchr(" @+/", c) == NULL))
			return false;
	}
	return s.len > 0;
}

void
wording_key(struct text *t, const struct facts *f, struct span nickname)
{
	struct span name = key_name(f, nickname);
	char whole[64];
	struct text fingerprint;

	if (is_plain_name(name))
		text_untrusted(t, name, LIMIT_SHOWN_NAME);
	else if (name.len > 0)
		text_name(t, name, 128);
	text_add(t, name.len > 0 ? " (" : "");
	describe_type(t, &f->key);
	text_open(&fingerprint, whole, sizeof(whole));
	text_fingerprint(&fingerprint, f->key_hash);
	text_add(t, " ...");
	text_add(t, text_str(&fingerprint) + fingerprint.len - SHORT_FINGERPRINT);
	text_add(t, name.len > 0 ? ")" : "");
}

void
wording_lines(struct text *t, const struct facts *f, struct span nickname)
{
	switch (f->what.purpose) {
	case PURPOSE_LOGIN: login_lines(t, f); break;
	case PURPOSE_SSHSIG:
		if (span_is(f->what.ns, "git"))
			break;
		text_add(t, "kind: ");
		text_name(t, f->what.ns, 128);
		text_add(t, "\n");
		break;
	case PURPOSE_CERTIFICATE: certificate_lines(t, &f->what.subject); break;
	case PURPOSE_PAM:
		text_add(t, "user: ");
		text_name(t, f->what.user, ROOM);
		text_add(t, "\n");
		break;
	case PURPOSE_OPAQUE:
		text_add(t, "size: ");
		text_number(t, f->what.data.len);
		text_add(t, f->what.data.len == 1 ? " byte\n" : " bytes\n");
		break;
	}
	if (f->forwarded == TRI_YES) {
		text_add(t, "by way of: ");
		describe_way(t, f);
		text_add(t, ", where the keys were forwarded\n");
	}
	text_add(t, "key: ");
	wording_key(t, f, nickname);
}

void
wording_duration(struct text *t, uint32_t seconds)
{
	bool hours = seconds % 3600 == 0, minutes = seconds % 60 == 0;
	uint32_t n = hours ? seconds / 3600 : minutes ? seconds / 60 : seconds;

	text_number(t, n);
	text_add(t, hours ? " hour" : minutes ? " minute" : " second");
	text_add(t, n == 1 ? "" : "s");
}
