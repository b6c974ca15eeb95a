#include "rules/keyvalue.h"

#include "rules/value.h"

#include <errno.h>
#include <string.h>

/* A home directory and what stands behind it. */
#define PATH_SIZE 8192u

/* home and what stands behind the ~, or the path itself. */
static int
path_read(struct span word, const char *home, char path[PATH_SIZE], const char **why)
{
	size_t n = 0;

	if (span_starts(word, "~/")) {
		if (home == NULL || home[0] != '/')
			return rulevalue_fail(why, "~/ has no meaning without a home directory");
		n = strlen(home);
		if (n >= PATH_SIZE)
			return rulevalue_fail(why, "the path is too long");
		memcpy(path, home, n);
		word.p++;
		word.len--;
	} else if (!span_starts(word, "/")) {
		return rulevalue_fail(why, "a path begins with / or ~/");
	}
	if (word.len >= PATH_SIZE - n)
		return rulevalue_fail(why, "the path is too long");
	memcpy(path + n, word.p, word.len);
	path[n + word.len] = '\0';
	return 0;
}

static const char *
keyfile_reason(int err)
{
	switch (err) {
	case -ENOENT: return "there is no such key file";
	case -EINVAL: return "the file holds no public key";
	case -E2BIG: return "the file holds more than one public key";
	case -EACCES: return "the key file may not be read";
	default: return "the key file can't be read";
	}
}

static int
keyfile_read(struct rules *r, const struct rules_keyfile *keyfile, const struct word *w, const char **why)
{
	struct rules_named n = { .kind = RULES_KEYFILE };
	char path[PATH_SIZE];
	int err;

	if (rules_find(r, RULES_KEYFILE, w->text) != NULL)
		return 0;
	if (path_read(w->text, keyfile != NULL ? keyfile->home : NULL, path, why) != 0)
		return -EINVAL;
	if (keyfile == NULL)
		return rulevalue_fail(why, "a key file can't be named here");
	err = keyfile->hash(keyfile->ctx, path, n.hash);
	if (err != 0)
		return rulevalue_fail(why, keyfile_reason(err));
	n.name = rules_keep(r, w);
	return rules_add(r, &n) == 0 ? 0 : rulevalue_fail(why, "too many agents and key files");
}

int
rulekey_read(struct rules *r, const struct rules_keyfile *keyfile, const struct word *w, const char **why)
{
	switch (rulevalue_key(w->text)) {
	case RULEVALUE_FILE: return keyfile_read(r, keyfile, w, why);
	case RULEVALUE_HASH: return rulevalue_fingerprint(w->text, why);
	case RULEVALUE_COMMENT: break;
	}
	return 0;
}
