/* SPDX-License-Identifier: ISC */
/*
 * Input: a rules file.
 * It is taken or refused with a place in it; a refused one refuses everything; deciding and listing agree.
 */
#include "rules/rules.h"

#include "fuzz.h"

#include <errno.h>

static int
hash_of_path(void *ctx, const char *path, uint8_t out[SHA256_SIZE])
{
	(void)ctx;
	memset(out, 'k', SHA256_SIZE);
	return strstr(path, "none") != NULL ? -ENOENT : 0;
}

static const struct signdata PAYLOADS[] = {
	{ .purpose = PURPOSE_LOGIN, .hostbound = true, .user = { (const uint8_t *)"git", 3 } },
	{ .purpose = PURPOSE_SSHSIG, .ns = { (const uint8_t *)"git", 3 } },
	{ .purpose = PURPOSE_CERTIFICATE },
	{ .purpose = PURPOSE_PAM },
	{ .purpose = PURPOSE_OPAQUE },
};

/* Whatever is allowed or asked about is also listed: hiding a key that could be used would break logins. */
static void
check_decisions(const struct rules *r, struct facts *f, bool broken)
{
	bool listed = rules_lists(r, f);

	MUST(!broken || !listed);
	for (size_t i = 0; i < sizeof(PAYLOADS) / sizeof(PAYLOADS[0]); i++) {
		struct decision d;

		f->what = PAYLOADS[i];
		rules_decide(r, f, &d);
		MUST(d.reason != NULL);
		MUST(!broken || d.verdict == DENY);
		MUST(d.line <= LIMIT_RULES_LINES);
		if (PLANTED && d.verdict == ASK && d.line == 3)
			listed = false;
		if (f->host != HOST_VOUCHED && f->what.purpose == PURPOSE_LOGIN)
			MUST(d.verdict == DENY || listed);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct names_line NAMED = { .field = { (const uint8_t *)"good.example,[other]:2222", 25 } };
	static struct rules rules;
	const struct rules_keyfile keyfile = { .hash = hash_of_path, .home = "/home/user" };
	struct rules_error error = { 0 };
	struct facts f = {
		.client = span_of("work"), .comment = span_of("laptop"), .key.type = span_of("ssh-ed25519")
	};
	uint8_t *text = copy_exact((struct span){ data, size });
	int parsed = rules_parse(&rules, (struct span){ text, size }, &keyfile, &error);

	MUST(parsed == 0 || parsed == -EINVAL);
	if (parsed < 0)
		MUST(error.line >= 1 && error.column >= 1 && error.column <= size + 1 && error.reason[0] != '\0' &&
		     memchr(error.reason, '\0', sizeof(error.reason)) != NULL);
	memset(f.key_hash, 'k', sizeof(f.key_hash));
	check_decisions(&rules, &f, parsed < 0);
	f.host = HOST_UNNAMED;
	f.forwarded = TRI_NO;
	check_decisions(&rules, &f, parsed < 0);
	f.host = HOST_PROVEN;
	f.names.plain = &NAMED;
	check_decisions(&rules, &f, parsed < 0);
	f.arg = span_of("work");
	f.forwarded = TRI_YES;
	check_decisions(&rules, &f, parsed < 0);
	free(text);
	return 0;
}
