/* SPDX-License-Identifier: ISC */
#include "cli/offer.h"

#include "base/limits.h"
#include "cli/keyline.h"
#include "client/pins.h"
#include "ssh/agentmsg.h"
#include "ssh/pubkey.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* sshd's MaxAuthTries, unless its administrator says otherwise. */
#define TRIES 6u

/* More than any public key has, a certificate with many principals included. */
#define BLOB_SIZE 8192u

struct offer {
	struct report *report;
	const struct sshsetup *setup;
	const char *home;
	struct span answer;
	bool only_named; /* IdentitiesOnly */
	unsigned offered;
};

/* The key blob of a public key file's first line. */
static bool
read_blob(const char *path, uint8_t blob[BLOB_SIZE], size_t *len)
{
	char text[16384];
	int n = file_read(path, text, sizeof(text));
	struct span rest = { (const uint8_t *)text, n > 0 ? (size_t)n : 0 }, line;
	struct pubkey key;

	if (!span_line(&rest, &line) || pubkey_read(line, blob, BLOB_SIZE, &key) < 0)
		return false;
	*len = key.blob.len;
	return true;
}

/* An IdentityFile's public key: in FILE.pub, or in FILE itself. */
static bool
public_key(const char *file, uint8_t blob[BLOB_SIZE], size_t *len)
{
	char beside[FILE_PATH_SIZE];

	return (snprintf(beside, sizeof(beside), "%.4000s.pub", file) > 0 && read_blob(beside, blob, len)) ||
	       read_blob(file, blob, len);
}

/*
 * Some IdentityFile of the host's names this key. With blob NULL: reports the public keys that the vault does not list.
 */
static bool
walk_identity_files(const struct offer *o, const struct span *blob)
{
	char value[FILE_PATH_SIZE], path[FILE_PATH_SIZE];
	uint8_t named[BLOB_SIZE];
	size_t len;

	for (unsigned i = 0; sshsetup_option(o->setup, "identityfile", i, value, sizeof(value)); i++) {
		sshsetup_expand(value, o->home, path, sizeof(path));
		if (!public_key(path, named, &len))
			continue;
		if (blob != NULL && span_eq(*blob, (struct span){ named, len }))
			return true;
		if (blob == NULL && !pins_hold(o->answer, (struct span){ named, len }))
			report_note(o->report, "for %s IdentityFile %s names a key that the vault does not list",
			    o->setup->host, path);
	}
	return false;
}

/* name is in the list, whose words commas separate. */
static bool
has(const char *list, struct span name)
{
	struct span rest = span_of(list);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ','), name))
			return true;
	return false;
}

/* The signature algorithms that ssh may use by its configuration have one for this key. */
static bool
is_accepted(const struct offer *o, const struct agentmsg_identity *id)
{
	char list[8192];
	struct wire w;
	struct span type;

	if (!sshsetup_option(o->setup, "pubkeyacceptedalgorithms", 0, list, sizeof(list)))
		return true;
	wire_open(&w, id->blob);
	type = wire_string(&w);
	if (span_is(type, "ssh-rsa"))
		return has(list, span_of("rsa-sha2-512")) || has(list, span_of("rsa-sha2-256")) || has(list, type);
	if (span_is(type, "ssh-rsa-cert-v01@openssh.com"))
		return has(list, span_of("rsa-sha2-512-cert-v01@openssh.com")) ||
		       has(list, span_of("rsa-sha2-256-cert-v01@openssh.com")) || has(list, type);
	return has(list, type);
}

static void
report_key(struct offer *o, const struct agentmsg_identity *id)
{
	char line[LIMIT_SENTENCE];

	keyline_text(line, sizeof(line), id);
	if (!is_accepted(o, id))
		report_note(o->report, "for %s ssh does not offer %s: its PubkeyAcceptedAlgorithms lack that type",
		    o->setup->host, line);
	else if (o->only_named && !walk_identity_files(o, &id->blob))
		report_note(o->report,
		    "for %s ssh does not offer %s: IdentitiesOnly is on, and no IdentityFile names it", o->setup->host,
		    line);
	else
		o->offered++;
}

static bool
is_off(const struct sshsetup *s, const char *option)
{
	char value[16];

	return sshsetup_option(s, option, 0, value, sizeof(value)) &&
	       (strcmp(value, "no") == 0 || strcmp(value, "false") == 0);
}

static bool
is_publickey_out(const struct sshsetup *s)
{
	char value[512];

	return sshsetup_option(s, "preferredauthentications", 0, value, sizeof(value)) &&
	       !has(value, span_of("publickey"));
}

static void
report_offered(const struct offer *o, uint32_t count)
{
	if (o->offered == 0 && count > 0 && !o->only_named)
		report_fault(o->report,
		    "use a key of a type that PubkeyAcceptedAlgorithms has; on Fedora update-crypto-policies(8) sets "
		    "them",
		    "for %s ssh offers none of the vault's keys", o->setup->host);
	else if (o->offered == 0 && count > 0)
		report_fault(o->report,
		    "delete IdentitiesOnly for that host; or put the public key into a file, and name that by "
		    "IdentityFile",
		    "for %s ssh offers none of the vault's keys", o->setup->host);
	else if (o->offered > TRIES)
		report_note(o->report,
		    "for %s ssh offers %u keys, and most servers end a login after %u: 'IdentitiesOnly yes' and an "
		    "IdentityFile choose one",
		    o->setup->host, o->offered, TRIES);
	else if (count > 0)
		report_ok(o->report, "for %s ssh offers %u of these keys", o->setup->host, o->offered);
}

void
offer_report(struct report *r, const struct sshsetup *s, const char *home, struct span answer)
{
	struct offer o = { .report = r, .setup = s, .home = home, .answer = answer };
	struct agentmsg_identities list;
	struct agentmsg_identity id;
	char value[16];
	uint32_t count;

	if (is_off(s, "pubkeyauthentication") || is_publickey_out(s)) {
		report_fault(r, "delete PubkeyAuthentication or PreferredAuthentications for that host",
		    "for %s ssh offers no keys at all, by its configuration", s->host);
		return;
	}
	if (agentmsg_identities(answer, &list) < 0)
		return;
	count = list.count;
	o.only_named = sshsetup_option(s, "identitiesonly", 0, value, sizeof(value)) && strcmp(value, "yes") == 0;
	while (agentmsg_identity_next(&list, &id))
		report_key(&o, &id);
	if (o.only_named)
		walk_identity_files(&o, NULL);
	report_offered(&o, count);
}
