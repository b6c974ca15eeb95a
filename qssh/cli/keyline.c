/* SPDX-License-Identifier: ISC */
#include "cli/keyline.h"

#include "base/limits.h"
#include "base/text.h"
#include "ssh/sshkey.h"

/* Shown for a blob that can't be read as a key. No sane agent offers one, and none is pinned. */
static const char NO_KEY[] = "(no key)";

static void
fingerprint(struct text *t, const struct sshkey *key)
{
	uint8_t hash[SHA256_SIZE];

	sshkey_hash(key, hash);
	text_fingerprint(t, hash);
}

void
keyline_text(char *line, size_t size, const struct agentmsg_identity *untrusted)
{
	struct sshkey key;
	struct text t;

	text_open(&t, line, size);
	if (sshkey_read(untrusted->blob, &key) < 0) {
		text_add(&t, NO_KEY);
		return;
	}
	fingerprint(&t, &key);
	text_add(&t, " ");
	text_untrusted(&t, untrusted->comment, LIMIT_SHOWN_NAME);
	text_add(&t, " (");
	text_untrusted(&t, key.type, LIMIT_SHOWN_NAME);
	text_add(&t, key.certified ? " certificate)" : ")");
}

void
keyline_print(FILE *to, const char *indent, const struct agentmsg_identity *untrusted)
{
	char line[LIMIT_SENTENCE];

	keyline_text(line, sizeof(line), untrusted);
	fprintf(to, "%s%s\n", indent, line);
}

void
keyline_json(struct json *j, const struct agentmsg_identity *untrusted, const char *called)
{
	struct sshkey key;
	char print[64];
	struct text t;

	if (sshkey_read(untrusted->blob, &key) < 0)
		return;
	text_open(&t, print, sizeof(print));
	fingerprint(&t, &key);
	json_open(j, NULL, '{');
	json_string(j, "fingerprint", text_str(&t));
	json_bytes(j, "comment", untrusted->comment);
	json_bytes(j, "type", key.type);
	json_bool(j, "certificate", key.certified);
	if (called != NULL)
		json_string(j, "called", called);
	json_close(j, '}');
}

void
keyline_list(const char *indent, struct span answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(answer, &list) < 0)
		return;
	while (agentmsg_identity_next(&list, &id))
		keyline_print(stdout, indent, &id);
}

void
keyline_age(time_t then, time_t now, char words[KEYLINE_AGE_SIZE])
{
	static const struct {
		long seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		long n = (long)(now - then) / units[i].seconds;

		if (n > 0) {
			snprintf(words, KEYLINE_AGE_SIZE, "%ld %s%s ago", n, units[i].name, n == 1 ? "" : "s");
			return;
		}
	}
	snprintf(words, KEYLINE_AGE_SIZE, "just now");
}
