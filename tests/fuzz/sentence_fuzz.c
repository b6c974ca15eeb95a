/* SPDX-License-Identifier: ISC */
/*
 * Input: how the host is known, then user, host name, comment, nickname, what is to be signed.
 * Whatever they hold, the sentence is valid UTF-8, bounded, one line, without control or bidirectional characters,
 * and shows the key's fingerprint.
 */
#include "rules/describe.h"

#include "sentence.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char sentence[LIMIT_SENTENCE], fingerprint[64];
	struct names_line line = { .next = NULL };
	struct facts f = { .client = span_of("work"), .key.type = span_of("ssh-ed25519") };
	struct signdata what;
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
	f.forwarded = known >> 2 & 1 ? TRI_YES : TRI_NO;
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
	check_sentence(sentence, fingerprint);

	/* The same key, over whatever the bytes mean by themselves. */
	if (signdata_read(f.what.data, &f.key, &what) < 0)
		return 0;
	f.what = what;
	text_open(&t, sentence, sizeof(sentence));
	describe_request(&t, &f, nickname);
	check_sentence(sentence, fingerprint);
	return 0;
}
