/* Input: a known_hosts file. A key is named only where its base64 stands in the file, and never where a @revoked line holds it. */
#include "hosts.h"

#include "fuzz.h"

static const char KEY[] = "AAAAC3NzaC1lZDI1NTE5AAAAIEdHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dH";

static void
make_key(uint8_t *blob, struct span *out)
{
	struct wire_out o;
	uint8_t fields[32];

	memset(fields, 'G', sizeof(fields));
	wire_out_open(&o, blob, 64);
	wire_put_string(&o, span_of("ssh-ed25519"));
	wire_put_string(&o, (struct span){ fields, sizeof(fields) });
	*out = wire_out_span(&o);
}

static bool
holds(const uint8_t *text, size_t size, const char *word)
{
	return memmem(text, size, word, strlen(word)) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *text = copy_exact((struct span){ data, size }), blob[64];
	enum hosts_state state;
	struct agentmsg_key key;
	struct hosts *hosts;
	struct names names;
	struct span s;

	make_key(blob, &s);
	MUST(agentmsg_key(s, &key) == 0);
	MUST(hosts_new(&hosts) == 0);
	(void)hosts_add(hosts, (struct span){ text, size });
	state = hosts_lookup(hosts, &key, 1700000000, &names);
	if (PLANTED && state == HOSTS_NAMED && names_shown(&names).len == 5)
		state = HOSTS_REVOKED;
	if (state == HOSTS_NAMED)
		MUST(holds(text, size, KEY) && names_any(&names));
	if (state == HOSTS_REVOKED)
		MUST(holds(text, size, KEY) && holds(text, size, "@revoked"));
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
