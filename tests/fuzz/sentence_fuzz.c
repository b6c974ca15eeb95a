/*
 * Input: how the host is known, then user, host name, comment, nickname, what is to be signed. Whatever they hold, the sentence is valid
 * UTF-8, bounded, one line, without control or bidirectional characters, and shows the key's fingerprint.
 */
#include "describe.h"

#include "fuzz.h"

/* The code points that change how a line is read: controls, bidirectional marks and isolates, separators, invisible ones. */
static bool
is_inert(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0) && c != 0xad && c != 0x61c &&
	       !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) &&
	       c != 0xfeff && !(c >= 0xe000 && c <= 0xf8ff) && !(c >= 0x300 && c <= 0x36f) &&
	       !(c >= 0x590 && c <= 0x8ff);
}

/* A strict reading of UTF-8 of its own: the length of the first character, 0 where it is none. */
static size_t
character(const uint8_t *p, uint32_t *c)
{
	size_t len = p[0] < 0x80             ? 1
		     : (p[0] & 0xe0) == 0xc0 ? 2
		     : (p[0] & 0xf0) == 0xe0 ? 3
		     : (p[0] & 0xf8) == 0xf0 ? 4
					     : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (len == 0)
		return 0;
	*c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	return *c >= least[len] && *c <= 0x10ffff && !(*c >= 0xd800 && *c < 0xe000) ? len : 0;
}

static void
check(const char *sentence, const char *fingerprint)
{
	const uint8_t *p = (const uint8_t *)sentence;
	uint32_t c = 0;
	size_t len;

	MUST(strlen(sentence) < LIMIT_SENTENCE);
	MUST(strstr(sentence, fingerprint) != NULL);
	for (; *p != '\0'; p += len) {
		len = character(p, &c);
		MUST(len > 0);
		MUST(is_inert(c));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char sentence[LIMIT_SENTENCE], fingerprint[64];
	struct names_line line = { .next = NULL };
	struct facts f = { .client = span_of("work"), .key.type = span_of("ssh-ed25519") };
	struct agentmsg_signed what;
	struct span nickname;
	struct text t;
	struct wire w;
	uint8_t known;

	wire_open(&w, (struct span){ data, size });
	known = wire_u8(&w);
	f.what.user = wire_raw(&w, wire_u8(&w));
	line.field = wire_raw(&w, wire_u8(&w));
	f.comment = wire_raw(&w, wire_u8(&w));
	nickname = wire_raw(&w, wire_u8(&w));
	f.what.data = wire_raw(&w, w.left);
	if (!wire_ok(&w))
		return 0;
	f.host = known & 3;
	f.forwarded = known >> 2 & 1 ? KNOWN_YES : KNOWN_NO;
	f.names.plain = f.host >= HOST_VOUCHED ? &line : NULL;
	memset(f.key_hash, known, sizeof(f.key_hash));
	text_open(&t, fingerprint, sizeof(fingerprint));
	text_fingerprint(&t, f.key_hash);
	f.what.purpose = PURPOSE_LOGIN;
	f.what.hostbound = f.host != HOST_VOUCHED;
	text_open(&t, sentence, sizeof(sentence));
	describe_request(&t, &f, nickname);
	if (PLANTED && strstr(sentence, "\\u{") != NULL)
		strcpy(strstr(sentence, "\\u{"), "\xe2\x80\xae");
	check(sentence, fingerprint);

	/* The same key, over whatever the bytes mean by themselves. */
	if (agentmsg_signed(f.what.data, &f.key, &what) < 0)
		return 0;
	f.what = what;
	text_open(&t, sentence, sizeof(sentence));
	describe_request(&t, &f, nickname);
	check(sentence, fingerprint);
	return 0;
}
