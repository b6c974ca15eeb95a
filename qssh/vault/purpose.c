/* SPDX-License-Identifier: ISC */
#include "vault/purpose.h"

#include <errno.h>
#include <string.h>

#define SSHSIG "sshsig:"

int
purpose_read(struct signdata *what, struct span word)
{
	static const struct {
		const char *word;
		enum purpose purpose;
	} words[] = { { "login", PURPOSE_LOGIN }, { "certificate", PURPOSE_CERTIFICATE }, { "pam", PURPOSE_PAM },
		{ "opaque", PURPOSE_OPAQUE } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (span_is(word, words[i].word)) {
			what->purpose = words[i].purpose;
			return 0;
		}
	}
	what->purpose = PURPOSE_SSHSIG;
	what->ns = word;
	if (span_is(word, "git"))
		return 0;
	if (!span_starts(word, SSHSIG) || word.len == strlen(SSHSIG))
		return -EINVAL;
	what->ns = (struct span){ word.p + strlen(SSHSIG), word.len - strlen(SSHSIG) };
	return 0;
}
