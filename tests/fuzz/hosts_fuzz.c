/* SPDX-License-Identifier: ISC */
/*
 * Input: a known_hosts file.
 * A key is named only where its base64 stands in the file, and it is revoked just where a @revoked line holds it,
 * or a certificate over it.
 */
#include "store/knownhosts.h"

#include "fuzz.h"
#include "letters.h"

static bool
holds(const uint8_t *text, size_t size, const char *word)
{
	return memmem(text, size, word, strlen(word)) != NULL;
}

/* One of the lines revokes the key, by itself or inside a certificate. */
static bool
revokes(struct span text, const struct sshkey *key)
{
	static uint8_t blob[HOSTS_KEY_SIZE];
	struct hosts_line line;
	struct sshkey held;
	size_t len;

	while (hosts_line_next(&text, &line)) {
		if (line.mark == HOSTS_REVOKE && base64_decode(line.key, blob, sizeof(blob), &len) == 0 &&
		    sshkey_read((struct span){ blob, len }, &held) == 0 && sshkey_same(&held, key))
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *text = copy_exact((struct span){ data, size }), blob[64];
	char base64[128];
	enum hosts_state state;
	struct sshkey key;
	struct hosts *hosts;
	struct names names;

	letter_base64('G', base64);
	MUST(sshkey_read(letter_key('G', blob), &key) == 0);
	MUST(hosts_new(&hosts) == 0);
	(void)hosts_add(hosts, (struct span){ text, size });
	state = hosts_lookup(hosts, &key, 1700000000, &names);
	if (PLANTED && state == HOSTS_NAMED && names_shown(&names).len == 5)
		state = HOSTS_REVOKED;
	if (state == HOSTS_NAMED)
		MUST(holds(text, size, base64) && names_any(&names));
	MUST((state == HOSTS_REVOKED) == revokes((struct span){ text, size }, &key));
	MUST(state != HOSTS_REVOKED || holds(text, size, "@revoked"));
	if (state == HOSTS_NAMED) {
		struct span shown = names_shown(&names);

		MUST(shown.len == 0 || span_is_inside(shown, (struct span){ text, size }));
		(void)names_has(&names, span_of("good.example"), 22);
		(void)names_has(&names, span_of("good.example"), 2222);
		(void)names_like(&names, span_of("*.exam?le"), 22);
	}
	hosts_free(hosts);
	free(text);
	return 0;
}
