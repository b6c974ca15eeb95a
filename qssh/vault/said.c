/* SPDX-License-Identifier: ISC */
#include "vault/said.h"

#include "base/limits.h"

#include <errno.h>
#include <string.h>

void
said_open(struct said *s, const char *begin)
{
	text_open(&s->t, s->buf, sizeof(s->buf));
	text_add(&s->t, begin);
}

void
said_key(struct said *s, const struct sshkey *key)
{
	uint8_t hash[SHA256_SIZE];

	sshkey_hash(key, hash);
	text_fingerprint(&s->t, hash);
	text_add(&s->t, " ");
	text_untrusted(&s->t, key->type, LIMIT_SHOWN_NAME);
}

void
said_close(struct said *s, FILE *to)
{
	fprintf(to, "%s\n", text_str(&s->t));
	fflush(to);
}

int
said_complain(const char *untrusted_what, const char *why)
{
	struct said s;

	said_open(&s, "qssh-vault: ");
	text_untrusted(&s.t, span_of(untrusted_what), SAID_FIELD);
	text_add(&s.t, ": ");
	text_add(&s.t, why);
	said_close(&s, stderr);
	return VERB_REFUSED;
}

int
said_error(const char *untrusted_what, int error)
{
	if (error == -E2BIG)
		return said_complain(untrusted_what, "more than the filter reads of all known_hosts files together");
	if (error == -ELOOP)
		return said_complain(untrusted_what, "not a regular file: edit it by hand");
	return said_complain(untrusted_what, strerror(-error));
}
