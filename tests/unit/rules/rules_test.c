/* SPDX-License-Identifier: ISC */
#include "rules/rules.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* The fingerprints of keys whose hash is 32 times the letter A, B or H. */
#define SHA_A "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"
#define SHA_B "SHA256:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"
#define SHA_H "SHA256:SEhISEhISEhISEhISEhISEhISEhISEhISEhISEhISEg"

/* `ssh-keygen -H` made it of git.example. */
#define HASHED "|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4="

static struct rules rules;
static struct rules_error error;
static unsigned hashed; /* key files that were asked for */

static int
keyfile_hash(void *ctx, const char *path, uint8_t out[SHA256_SIZE])
{
	static const struct {
		const char *path;
		int letter;
	} files[] = {
		{ "/keys/a.pub", 'A' },
		{ "/keys/b.pub", 'B' },
		{ "/keys/a b\"\\.pub", 'A' },
		{ "/home/u/.ssh/a.pub", 'A' },
		{ "/keys/none", -ENOENT },
		{ "/keys/two", -E2BIG },
		{ "/keys/bad", -EINVAL },
		{ "/keys/locked", -EACCES },
	};

	(void)ctx;
	hashed++;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(path, files[i].path) != 0)
			continue;
		if (files[i].letter < 0)
			return files[i].letter;
		memset(out, files[i].letter, SHA256_SIZE);
		return 0;
	}
	return -EIO;
}

static const struct rules_keyfile keyfile = { keyfile_hash, NULL, "/home/u" };

static int
parse(const char *text)
{
	return rules_parse(&rules, span_of(text), &keyfile, &error);
}

/*
 * A request as words: CLIENT, then in any order +ARG, key=LETTER, comment=TEXT (_ for a space), login:USER or
 * sshsig:NAMESPACE or certificate, pam, opaque, then proven:NAMES, vouched:NAMES, unnamed or unknown, hk=LETTER,
 * fwd=yes or fwd=no, via=HOP,… (a name that is its key's letter too, @unnamed, @unknown: the rest is not proven).
 * Else: no argument, key A, "laptop", login:git, unknown, nothing known of forwarding.
 */
struct request {
	char words[256];
	struct names_line line;
	struct names_line hops[LIMIT_BINDS];
	struct facts f;
};

static bool
word_value(char *word, const char *head, struct span *value)
{
	if (strncmp(word, head, strlen(head)) != 0)
		return false;
	*value = span_of(word + strlen(head));
	return true;
}

static void
request_way(struct request *q, struct span way)
{
	struct facts *f = &q->f;

	f->forwarded = TRI_YES;
	f->way_whole = true;
	while (way.len > 0) {
		const uint8_t *comma = memchr(way.p, ',', way.len);
		struct span word = { way.p, comma == NULL ? way.len : (size_t)(comma - way.p) };
		struct hop *hop = &f->hops[f->hop_count];

		way = comma == NULL ? (struct span){ NULL, 0 } : (struct span){ comma + 1, way.len - word.len - 1 };
		if (span_is(word, "@unknown")) {
			f->way_whole = false;
			continue;
		}
		hop->named = word.p[0] != '@';
		q->hops[f->hop_count].field = word;
		memset(hop->hash, word.p[0], SHA256_SIZE);
		hop->names.plain = hop->named ? &q->hops[f->hop_count] : NULL;
		f->hop_count++;
	}
}

static void
request_word(struct request *q, char *word)
{
	struct span v;

	if (word_value(word, "+", &v)) {
		q->f.arg = v;
	} else if (word_value(word, "key=", &v)) {
		memset(q->f.key_hash, v.p[0], SHA256_SIZE);
	} else if (word_value(word, "hk=", &v)) {
		memset(q->f.host_hash, v.p[0], SHA256_SIZE);
	} else if (word_value(word, "comment=", &v)) {
		for (char *c = word; *c != '\0'; c++)
			*c = *c == '_' ? ' ' : *c;
		q->f.comment = v;
	} else if (word_value(word, "login:", &v)) {
		q->f.what.user = v;
	} else if (word_value(word, "sshsig:", &v)) {
		q->f.what = (struct signdata){ .purpose = PURPOSE_SSHSIG, .ns = v };
	} else if (strcmp(word, "certificate") == 0) {
		q->f.what = (struct signdata){ .purpose = PURPOSE_CERTIFICATE };
	} else if (strcmp(word, "pam") == 0) {
		q->f.what = (struct signdata){ .purpose = PURPOSE_PAM, .user = span_of("git") };
	} else if (strcmp(word, "opaque") == 0) {
		q->f.what = (struct signdata){ .purpose = PURPOSE_OPAQUE };
	} else if (word_value(word, "proven:", &v) || word_value(word, "vouched:", &v)) {
		q->f.host = word[0] == 'p' ? HOST_PROVEN : HOST_VOUCHED;
		q->line.field = v;
		q->f.names.plain = &q->line;
	} else if (strcmp(word, "unnamed") == 0) {
		q->f.host = HOST_UNNAMED;
	} else if (strcmp(word, "unknown") == 0) {
		q->f.host = HOST_UNKNOWN;
	} else if (word_value(word, "via=", &v)) {
		request_way(q, v);
	} else if (word_value(word, "fwd=", &v)) {
		q->f.forwarded = span_is(v, "yes") ? TRI_YES : TRI_NO;
	} else {
		fprintf(stderr, "what is %s?\n", word);
		abort();
	}
}

static const struct facts *
request(struct request *q, const char *words)
{
	memset(q, 0, sizeof(*q));
	q->f.what = (struct signdata){ .purpose = PURPOSE_LOGIN, .user = span_of("git") };
	q->f.comment = span_of("laptop");
	memset(q->f.key_hash, 'A', SHA256_SIZE);
	memset(q->f.host_hash, 'H', SHA256_SIZE);
	snprintf(q->words, sizeof(q->words), "%s", words);
	q->f.client = span_of(strtok(q->words, " "));
	for (char *word = strtok(NULL, " "); word != NULL; word = strtok(NULL, " "))
		request_word(q, word);
	return &q->f;
}

/* Rules, a request, the verdict and the line that gave it, or '-' for none. */
struct row {
	const char *rules;
	const char *request;
	const char *want;
};

static void
row_check(const struct row *row)
{
	static const char *const verdicts[] = { "deny", "ask", "allow" };
	struct decision d;
	struct request q;
	char got[64];

	if (parse(row->rules) != 0) {
		fprintf(stderr, "<%s>: %u:%u: %s\n", row->rules, error.line, error.column, error.reason);
		check_failed = 1;
		return;
	}
	rules_decide(&rules, request(&q, row->request), &d);
	if (d.line != 0)
		snprintf(got, sizeof(got), "%s %u", verdicts[d.verdict], d.line);
	else
		snprintf(got, sizeof(got), "%s -", verdicts[d.verdict]);
	if (strcmp(got, row->want) == 0 && (d.verdict == DENY) == (d.reason[0] != '\0'))
		return;
	fprintf(stderr, "<%s> %s: %s, not %s (%s)\n", row->rules, row->request, got, row->want, d.reason);
	check_failed = 1;
}

#define ROWS_CHECK(rows) \
	do { \
		for (size_t row_i = 0; row_i < sizeof(rows) / sizeof((rows)[0]); row_i++) \
			row_check(&(rows)[row_i]); \
	} while (0)

static void
clients_are_a_list_of_patterns(void)
{
	static const struct row rows[] = {
		{ "allow work", "work", "allow 1" },
		{ "allow work", "Work", "deny -" },
		{ "allow work", "work2", "deny -" },
		{ "allow work", "ork", "deny -" },
		{ "allow *", "work", "allow 1" },
		{ "allow wor?", "work", "allow 1" },
		{ "allow wor?", "wor", "deny -" },
		{ "allow a,work,b", "work", "allow 1" },
		{ "allow a,b", "work", "deny -" },
		{ "allow dev-*,!dev-x", "dev-a", "allow 1" },
		{ "allow dev-*,!dev-x", "dev-x", "deny -" },
		{ "allow !dev-x,dev-*", "dev-x", "deny -" },
		{ "allow !dev-x", "dev-a", "deny -" },
		{ "allow *,!dev-*", "dev-a", "deny -" },
		{ "allow \"work\"", "work", "allow 1" },
		{ "allow \"key\"", "key", "allow 1" },
		{ "allow \"w\\\\k\"", "w\\k", "allow 1" },
		{ "ask work", "work", "ask 1" },
		{ "deny work", "work", "deny 1" },
	};

	ROWS_CHECK(rows);
}

static void
the_first_rule_that_matches_decides(void)
{
	static const struct row rows[] = {
		{ "", "work", "deny -" },
		{ "# nothing\n\n \t\n", "work", "deny -" },
		{ "ask work\nallow work", "work", "ask 1" },
		{ "deny work\nallow work", "work", "deny 1" },
		{ "allow a\nask work\ndeny *", "work", "ask 2" },
		{ "allow a\nask b\ndeny *", "work", "deny 3" },
		{ "\n# comment\nallow work # more\n", "work", "allow 3" },
		{ "notify all\nasker none\nagent a /x\nallow work", "work", "allow 4" },
		{ "\tallow\twork\t", "work", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
an_argument_is_none_or_default_unless_a_rule_takes_it(void)
{
	static const struct row rows[] = {
		{ "allow work", "work +default", "allow 1" },
		{ "allow work", "work +ci", "deny -" },
		{ "allow work", "work +Default", "deny -" },
		{ "deny work\nallow * arg *", "work +ci", "allow 2" },
		{ "allow work arg ci", "work +ci", "allow 1" },
		{ "allow work arg ci", "work +CI", "deny -" },
		{ "allow work arg ci", "work", "deny -" },
		{ "allow work arg ci", "work +default", "deny -" },
		{ "allow work arg *", "work", "allow 1" },
		{ "allow work arg *", "work +default", "allow 1" },
		{ "allow work arg *", "work +ci", "allow 1" },
		{ "allow work arg c*,!ci", "work +ci", "deny -" },
		{ "allow work arg c*,!ci", "work +cd", "allow 1" },
		{ "allow work arg \"\"", "work", "allow 1" },
		{ "allow work arg \"\"", "work +ci", "deny -" },
		{ "allow work arg \"key\"", "work +key", "allow 1" },
		{ "allow work arg ?*", "work", "deny -" },
		{ "allow work arg a,b", "work +b", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
a_key_is_a_file_a_hash_or_a_comment(void)
{
	static const struct row rows[] = {
		{ "allow work key /keys/a.pub", "work", "allow 1" },
		{ "allow work key /keys/b.pub", "work", "deny -" },
		{ "allow work key /keys/b.pub", "work key=B", "allow 1" },
		{ "allow work key ~/.ssh/a.pub", "work", "allow 1" },
		{ "allow work key ~/.ssh/a.pub", "work key=B", "deny -" },
		{ "allow work key \"~/.ssh/a.pub\"", "work", "allow 1" },
		{ "allow work key \"/keys/a b\\\"\\\\.pub\"", "work", "allow 1" },
		{ "allow work key \"/keys/a b\\\"\\\\.pub\"", "work key=B", "deny -" },
		{ "allow work key " SHA_A, "work", "allow 1" },
		{ "allow work key " SHA_A, "work key=B", "deny -" },
		{ "allow work key " SHA_B, "work key=B", "allow 1" },
		{ "allow work key \"" SHA_B "\"", "work key=B", "allow 1" },
		{ "allow work key laptop", "work", "allow 1" },
		{ "allow work key laptop", "work comment=Laptop", "deny -" },
		{ "allow work key lap*", "work", "allow 1" },
		{ "allow work key lap", "work", "deny -" },
		{ "allow work key \"work lap*\"", "work comment=work_laptop", "allow 1" },
		{ "allow work key \"to\"", "work comment=to", "allow 1" },
		{ "allow work key \"\"", "work comment=", "allow 1" },
		{ "allow work key \"\"", "work", "deny -" },
		{ "allow work key *", "work comment=", "allow 1" },
		{ "allow work key x /keys/b.pub " SHA_A, "work", "allow 1" },
		{ "allow work key x /keys/b.pub " SHA_A, "work key=B", "allow 1" },
		{ "allow work key x /keys/b.pub " SHA_A, "work key=C comment=x", "allow 1" },
		{ "allow work key x /keys/b.pub " SHA_A, "work key=C", "deny -" },
		{ "allow work key !laptop", "work", "deny -" },
		{ "allow work key a,laptop", "work", "deny -" },
		{ "deny * key /keys/a.pub\nallow *", "work", "deny 1" },
		{ "deny * key /keys/a.pub\nallow *", "work key=B", "allow 2" },
		{ "allow work key /keys/a.pub\nask work key /keys/a.pub /keys/b.pub", "work key=B", "ask 2" },
	};

	ROWS_CHECK(rows);
}

static void
to_names_a_host_as_known_hosts_does(void)
{
	static const struct row rows[] = {
		{ "allow work to git.example", "work proven:git.example", "allow 1" },
		{ "allow work to Git.Example", "work proven:git.example", "allow 1" },
		{ "allow work to git.example", "work proven:x,git.example", "allow 1" },
		{ "allow work to git.example", "work proven:other.example", "deny -" },
		{ "allow work to git.example", "work proven:" HASHED, "allow 1" },
		{ "allow work to git.exampl", "work proven:" HASHED, "deny -" },
		{ "allow work to git.example", "work proven:[git.example]:2222", "deny -" },
		{ "allow work to [git.example]:2222", "work proven:[git.example]:2222", "allow 1" },
		{ "allow work to [git.example]:2222", "work proven:git.example", "deny -" },
		{ "allow work to [git.example]:22", "work proven:git.example", "allow 1" },
		{ "allow work to [a]:65535", "work proven:[a]:65535", "allow 1" },
		{ "allow work to [a]:10980", "work proven:[a]:10980", "allow 1" },
		{ "allow work to [a]:1", "work proven:[a]:1", "allow 1" },
		{ "allow work to [*.example]:2222", "work proven:[git.example]:2222", "allow 1" },
		{ "allow work to [*.example]:2222", "work proven:git.example", "deny -" },
		{ "allow work to *.example", "work proven:git.example", "allow 1" },
		{ "allow work to *.EXAMPLE", "work proven:git.example", "allow 1" },
		{ "allow work to g?t.example", "work proven:git.example", "allow 1" },
		{ "allow work to *.example", "work proven:" HASHED, "deny -" },
		{ "allow work to *.example", "work proven:*.example,x.corp", "deny -" },
		{ "allow work to git.example", "work proven:*.example,x.corp", "allow 1" },
		{ "allow work to git.example", "work proven:x,*.example,!git.*", "deny -" },
		{ "allow work to *", "work proven:" HASHED, "allow 1" },
		{ "allow work to *", "work proven:[git.example]:2222", "allow 1" },
		{ "allow work to " SHA_H, "work proven:a", "allow 1" },
		{ "allow work to " SHA_H, "work proven:a hk=X", "deny -" },
		{ "allow work to a b git.example", "work proven:git.example", "allow 1" },
		{ "allow work to a b", "work proven:git.example", "deny -" },
		{ "allow work to ::1", "work proven:::1", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
to_may_name_the_user(void)
{
	static const struct row rows[] = {
		{ "allow work to git@a", "work proven:a", "allow 1" },
		{ "allow work to git@a", "work proven:a login:root", "deny -" },
		{ "allow work to git@a", "work proven:a login:Git", "deny -" },
		{ "allow work to g*@a", "work proven:a", "allow 1" },
		{ "allow work to ?it@*", "work proven:a", "allow 1" },
		{ "allow work to *@a", "work proven:a login:", "allow 1" },
		{ "allow work to me@corp@a", "work proven:a login:me@corp", "allow 1" },
		{ "allow work to me@corp@a", "work proven:a login:me", "deny -" },
		{ "allow work to git@a root@b", "work proven:b", "deny -" },
		{ "allow work to git@a root@b", "work proven:b login:root", "allow 1" },
		{ "allow work to git@" SHA_H, "work proven:a", "allow 1" },
		{ "allow work to git@" SHA_H, "work proven:a login:root", "deny -" },
		{ "allow work to git@[a]:2222", "work proven:[a]:2222", "allow 1" },
		{ "allow work to \"my user@a\"", "work proven:a login:my", "deny -" },
		{ "deny * to root@a\nallow *", "work proven:a login:root", "deny 1" },
		{ "deny * to root@a\nallow *", "work proven:a", "allow 2" },
		{ "deny * to root@a\nallow *", "work unknown", "allow 2" },
		{ "deny * to root@a\nallow *", "work unknown login:root", "deny 1" },
	};

	ROWS_CHECK(rows);
}

/*
 * sshd takes `root:x` for root, and Debian's `root/x` too: a wildcard lets neither through, and a deny sees root
 * in both.
 */
static void
a_user_is_who_sshd_takes_it_for(void)
{
	static const struct row rows[] = {
		{ "deny work to root@a\nallow *", "work proven:a login:root:x", "deny 1" },
		{ "deny work to root@a\nallow *", "work proven:a login:root:", "deny 1" },
		{ "deny work to root@a\nallow *", "work proven:a login:root/x", "deny 1" },
		{ "deny work to root@a\nallow *", "work proven:a login:root/x:y", "deny 1" },
		{ "deny work to root@a\nallow *", "work proven:a login:root:x/y", "deny 1" },
		{ "deny work to root@a\nallow *", "work unknown login:root:x", "deny 1" },
		{ "deny work to r??t@a\nallow *", "work proven:a login:root:x", "deny 1" },
		{ "deny work to a/b@a\nallow *", "work proven:a login:a/b:x", "deny 1" },
		{ "deny work to a/b@a\nallow *", "work proven:a login:a/c:x", "allow 2" },
		{ "deny work to *:x@a\nallow *", "work proven:a login:root:x", "deny 1" },
		{ "deny work to root@a\nallow *", "work proven:a login:rooty", "allow 2" },
		{ "allow work to *@a", "work proven:a login:root:x", "deny -" },
		{ "allow work to *@a", "work proven:a login:root/x", "deny -" },
		{ "allow work to a", "work proven:a login:root:x", "deny -" },
		{ "allow work to *-ro@a", "work proven:a login:root:-ro", "deny -" },
		{ "allow work to *-ro@a", "work proven:a login:me-ro", "allow 1" },
		{ "allow work to root?x@a", "work proven:a login:root:x", "deny -" },
		{ "ask work to r*@a", "work proven:a login:root/x", "deny -" },
		{ "allow work to root@a", "work proven:a login:root:", "deny -" },
		{ "allow work to root:@a", "work proven:a login:root", "deny -" },
		{ "allow work to root:x@a", "work proven:a login:root:x", "allow 1" },
		{ "allow work to *:x@a", "work proven:a login:root:x", "allow 1" },
		{ "allow work to *:*@a", "work proven:a login:root:x", "allow 1" },
		{ "allow work to *:*@a", "work proven:a login:root:x:y", "deny -" },
		{ "allow work to *:*@a", "work proven:a login:root/x", "deny -" },
		{ "allow work to */?@a", "work proven:a login:root/x", "allow 1" },
		{ "allow work to */?@a", "work proven:a login:root/xy", "deny -" },
		{ "allow work to *", "work vouched:a login:root:x", "deny -" },
		{ "allow work", "work proven:a login:root:x", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
to_wants_a_proven_host_or_the_word_vouched(void)
{
	static const struct row rows[] = {
		{ "allow work to a", "work vouched:a", "deny -" },
		{ "allow work to a vouched", "work vouched:a", "allow 1" },
		{ "allow work to a vouched", "work proven:a", "allow 1" },
		{ "allow work to a vouched", "work vouched:b", "deny -" },
		{ "allow work vouched to a", "work vouched:a", "allow 1" },
		{ "ask work to a", "work vouched:a", "deny -" },
		{ "ask work to a vouched", "work vouched:a", "ask 1" },
		{ "allow work to *", "work vouched:a", "deny -" },
		{ "allow work to * vouched", "work vouched:a", "allow 1" },
		{ "allow work to *.corp vouched", "work vouched:a.corp", "allow 1" },
		{ "allow work to " SHA_H, "work vouched:a", "deny -" },
		{ "allow work to " SHA_H " vouched", "work vouched:a", "allow 1" },
		{ "allow work to a\nask work", "work vouched:a", "ask 2" },
		{ "allow work to a\nask work to a vouched", "work vouched:a", "ask 2" },
		{ "allow work to a\ndeny *", "work vouched:a", "deny 2" },
		{ "allow work for login", "work vouched:a", "allow 1" },
		{ "deny * to a\nallow *", "work vouched:a", "deny 1" },
		{ "deny * to a vouched\nallow *", "work vouched:a", "deny 1" },
		{ "deny * to a vouched\nallow *", "work proven:a", "deny 1" },
		{ "deny * to a\nallow *", "work vouched:b", "deny 1" },
		{ "deny * to a\nallow *", "work proven:b", "allow 2" },
		{ "deny * to root@a\nallow *", "work vouched:b", "allow 2" },
		{ "deny * to root@a\nallow *", "work vouched:b login:root", "deny 1" },
		{ "deny * to " SHA_B "\nallow *", "work vouched:b", "deny 1" },
		{ "deny * to a\nallow work to b vouched", "work vouched:b", "deny 1" },
		{ "allow work to b vouched\ndeny * to a", "work vouched:b", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
a_host_without_a_name_is_none_that_to_names(void)
{
	static const struct row rows[] = {
		{ "allow work to a", "work unknown", "deny -" },
		{ "allow work to a", "work unnamed", "deny -" },
		{ "allow work to *", "work unknown", "deny -" },
		{ "allow work to * vouched", "work unnamed", "deny -" },
		{ "allow work to " SHA_H, "work unnamed", "deny -" },
		{ "allow work to " SHA_H " vouched", "work unnamed", "deny -" },
		{ "allow work to @unnamed", "work unnamed", "allow 1" },
		{ "allow work to @unnamed", "work unknown", "deny -" },
		{ "allow work to @unnamed", "work proven:unnamed", "deny -" },
		{ "allow work to @unknown", "work unknown", "allow 1" },
		{ "allow work to @unknown", "work unnamed", "deny -" },
		{ "allow work to @unknown", "work vouched:a", "deny -" },
		{ "ask work to @unnamed @unknown", "work unknown", "ask 1" },
		{ "ask work to a @unnamed", "work unnamed", "ask 1" },
		{ "ask work to a @unnamed", "work proven:a", "ask 1" },
		{ "allow work to unnamed", "work proven:unnamed", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
no_fact_left_out_slips_past_a_deny(void)
{
	static const struct row rows[] = {
		{ "deny * to a\nallow *", "work unknown", "deny 1" },
		{ "deny * to a\nallow *", "work unnamed", "deny 1" },
		{ "deny * to *.corp\nallow *", "work unknown", "deny 1" },
		{ "deny * to *\nallow *", "work unknown", "deny 1" },
		{ "deny * to " SHA_B "\nallow *", "work unnamed", "deny 1" },
		{ "deny * to " SHA_B "\nallow *", "work proven:a", "allow 2" },
		{ "deny * to @unnamed\nallow *", "work unknown", "deny 1" },
		{ "deny * to @unknown\nallow *", "work unnamed", "deny 1" },
		{ "deny * to @unknown\nallow *", "work proven:a", "allow 2" },
		{ "deny * to @unnamed\nallow *", "work proven:a", "allow 2" },
		{ "deny * to @unnamed\nallow *", "work vouched:a", "deny 1" },
		{ "deny * to @unknown\nallow *", "work vouched:a", "deny 1" },
		{ "deny * forwarded yes\nallow *", "work", "deny 1" },
		{ "deny * forwarded no\nallow *", "work", "deny 1" },
		{ "deny * to a forwarded yes\nallow *", "work proven:a", "deny 1" },
		{ "deny * to a forwarded yes\nallow *", "work unknown fwd=no", "allow 2" },
		{ "deny * to a\nallow *", "work sshsig:git", "allow 2" },
		{ "deny other to a\nallow *", "work unknown", "allow 2" },
	};

	ROWS_CHECK(rows);
}

static void
forwarded_is_known_or_it_does_not_hold(void)
{
	static const struct row rows[] = {
		{ "allow work forwarded no", "work fwd=no", "allow 1" },
		{ "allow work forwarded no", "work fwd=yes", "deny -" },
		{ "allow work forwarded no", "work", "deny -" },
		{ "allow work forwarded yes", "work fwd=yes", "allow 1" },
		{ "allow work forwarded yes", "work fwd=no", "deny -" },
		{ "ask work forwarded yes", "work", "deny -" },
		{ "ask work forwarded no", "work fwd=no", "ask 1" },
		{ "deny work forwarded yes\nallow *", "work fwd=no", "allow 2" },
		{ "deny work forwarded yes\nallow *", "work fwd=yes", "deny 1" },
		{ "allow work for git forwarded no", "work sshsig:git fwd=no", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
via_lets_through_where_each_hop_is_named(void)
{
	static const struct row rows[] = {
		{ "allow work via a", "work via=a", "allow 1" },
		{ "ask work via a", "work via=a", "ask 1" },
		{ "allow work via a", "work via=b", "deny -" },
		{ "allow work via a", "work via=a,b", "deny -" },
		{ "allow work via a", "work via=b,a", "deny -" },
		{ "allow work via a b", "work via=a,b", "allow 1" },
		{ "allow work via a b", "work via=b,a", "allow 1" },
		{ "allow work via a b", "work via=b", "allow 1" },
		{ "allow work via a b", "work via=a,b,a,a", "allow 1" },
		{ "allow work via a b", "work via=a,c,b", "deny -" },
		{ "allow work via A", "work via=a", "allow 1" },
		{ "allow work via *", "work via=a,b", "allow 1" },
		{ "allow work via *.corp", "work via=a.corp,b.corp", "allow 1" },
		{ "allow work via *.corp", "work via=a.corp,b", "deny -" },
		{ "allow work via [a]:2222", "work via=[a]:2222", "allow 1" },
		{ "allow work via a", "work via=[a]:2222", "deny -" },
		{ "allow work via " SHA_A, "work via=A", "allow 1" },
		{ "allow work via " SHA_A, "work via=B", "deny -" },
		{ "allow work to db via a", "work proven:db via=a", "allow 1" },
		{ "allow work to db via a", "work proven:db via=b", "deny -" },
		{ "allow work to a via db", "work proven:db via=a", "deny -" },
		{ "allow work via a to git@db forwarded yes", "work proven:db via=a", "allow 1" },
		{ "allow work for git via a", "work sshsig:git via=a", "allow 1" },
		{ "allow work", "work via=a", "allow 1" },
	};

	ROWS_CHECK(rows);
}

static void
via_lets_nothing_through_that_is_not_known(void)
{
	static const struct row rows[] = {
		{ "allow work via *", "work", "deny -" },
		{ "allow work via *", "work fwd=no", "deny -" },
		{ "allow work via *", "work fwd=yes", "deny -" },
		{ "allow work via *", "work via=@unnamed", "deny -" },
		{ "allow work via *", "work via=a,@unnamed", "deny -" },
		{ "allow work via *", "work via=@unnamed,a", "deny -" },
		{ "allow work via *", "work via=a,@unknown", "deny -" },
		{ "allow work via *", "work via=@unknown", "deny -" },
		{ "ask work via a", "work via=a,@unknown", "deny -" },
		{ "allow work via a forwarded no", "work via=a", "deny -" },
		{ "allow work via " SHA_H, "work via=" HASHED, "deny -" },
		{ "allow work via *.example", "work via=" HASHED, "deny -" },
		{ "allow work via git.example", "work via=" HASHED, "allow 1" },
	};

	ROWS_CHECK(rows);
}

/* Behind a hop that is denied may stand any that it made up. */
static void
a_deny_takes_one_hop_for_the_way_and_what_is_not_known_for_any(void)
{
	static const struct row rows[] = {
		{ "deny * via a\nallow *", "work via=a", "deny 1" },
		{ "deny * via a\nallow *", "work via=a,b", "deny 1" },
		{ "deny * via a\nallow *", "work via=b,a", "deny 1" },
		{ "deny * via a c\nallow *", "work via=b,c", "deny 1" },
		{ "deny * via a\nallow *", "work via=b", "allow 2" },
		{ "deny * via a\nallow *", "work fwd=no", "allow 2" },
		{ "deny * via a\nallow *", "work", "deny 1" },
		{ "deny * via a\nallow *", "work fwd=yes", "deny 1" },
		{ "deny * via a\nallow *", "work via=b,@unnamed", "deny 1" },
		{ "deny * via a\nallow *", "work via=b,@unknown", "deny 1" },
		{ "deny * via a for git\nallow *", "work via=a", "allow 2" },
	};

	ROWS_CHECK(rows);
}

static const char *
reason_of(const char *text, const char *words)
{
	static struct request q;
	struct decision d;

	CHECK(parse(text) == 0);
	rules_decide(&rules, request(&q, words), &d);
	return d.reason;
}

static void
a_way_that_is_missed_for_what_is_not_known_says_so(void)
{
	CHECK(strstr(reason_of("allow * via a", "work via=a,@unknown"), "not every host") != NULL);
	CHECK(strstr(reason_of("allow * via a", "work via=@unnamed"), "no name here") != NULL);
	CHECK(strstr(reason_of("allow * via *.example", "work via=" HASHED), "hashed") != NULL);
	CHECK(strcmp(reason_of("allow * via a", "work via=b"), "no rule matches") == 0);
	CHECK(strcmp(reason_of("allow * via a", "work"), "no rule matches") == 0);
	CHECK(strcmp(reason_of("allow x", "work via=@unnamed"), "no rule matches") == 0);
	CHECK(strcmp(reason_of("deny * via a\nallow * via b", "work via=@unnamed"), "a rule denies it") == 0);
}

static void
for_says_what_is_signed(void)
{
	static const struct row rows[] = {
		{ "allow work for login", "work", "allow 1" },
		{ "allow work for login", "work sshsig:git", "deny -" },
		{ "allow work for login", "work unnamed", "allow 1" },
		{ "allow work for git", "work sshsig:git", "allow 1" },
		{ "allow work for git", "work sshsig:file", "deny -" },
		{ "allow work for git", "work sshsig:Git", "deny -" },
		{ "allow work for pam git", "work sshsig:", "deny -" },
		{ "allow work for git", "work", "deny -" },
		{ "allow work for sshsig:git", "work sshsig:git", "allow 1" },
		{ "allow work for sshsig:file*", "work sshsig:file-x", "allow 1" },
		{ "allow work for sshsig:file*", "work sshsig:git", "deny -" },
		{ "allow work for sshsig:*", "work sshsig:anything", "allow 1" },
		{ "allow work for sshsig:*", "work certificate", "deny -" },
		{ "allow work for \"sshsig:my ns\"", "work sshsig:my", "deny -" },
		{ "allow work for certificate", "work certificate", "allow 1" },
		{ "allow work for certificate", "work opaque", "deny -" },
		{ "allow work for pam", "work pam", "allow 1" },
		{ "allow work for pam", "work", "deny -" },
		{ "allow work for opaque", "work opaque", "allow 1" },
		{ "allow work for opaque", "work pam", "deny -" },
		{ "allow work for any", "work", "allow 1" },
		{ "allow work for any", "work sshsig:x", "allow 1" },
		{ "allow work for any", "work certificate", "allow 1" },
		{ "allow work for any", "work pam", "allow 1" },
		{ "allow work for any", "work opaque", "allow 1" },
		{ "allow work for login git", "work sshsig:git", "allow 1" },
		{ "allow work for login git", "work", "allow 1" },
		{ "allow work for git sshsig:file pam", "work sshsig:file", "allow 1" },
		{ "allow work for git sshsig:file pam", "work pam", "allow 1" },
		{ "allow work for git sshsig:file pam", "work sshsig:other", "deny -" },
		{ "deny work for git\nallow *", "work sshsig:git", "deny 1" },
		{ "deny work for git\nallow *", "work sshsig:file", "allow 2" },
		{ "deny work for opaque\nallow * for any", "work opaque", "deny 1" },
		{ "deny work for opaque\nallow * for any", "work pam", "allow 2" },
	};

	ROWS_CHECK(rows);
}

static void
what_a_rule_is_for_follows_where_it_does_not_say(void)
{
	static const struct row rows[] = {
		{ "allow work", "work", "allow 1" },
		{ "allow work", "work sshsig:x", "allow 1" },
		{ "allow work", "work certificate", "deny -" },
		{ "allow work", "work pam", "deny -" },
		{ "allow work", "work opaque", "deny -" },
		{ "ask work", "work sshsig:x", "ask 1" },
		{ "ask work", "work opaque", "deny -" },
		{ "deny work\nallow * for any", "work", "deny 1" },
		{ "deny work\nallow * for any", "work sshsig:x", "deny 1" },
		{ "deny work\nallow * for any", "work certificate", "deny 1" },
		{ "deny work\nallow * for any", "work pam", "deny 1" },
		{ "deny work\nallow * for any", "work opaque", "deny 1" },
		{ "allow work to a", "work proven:a", "allow 1" },
		{ "allow work to a", "work sshsig:git", "deny -" },
		{ "allow work to @unknown", "work sshsig:git", "deny -" },
		{ "allow work to @unknown", "work opaque", "deny -" },
		{ "deny work to a\nallow * for any", "work opaque", "allow 2" },
		{ "allow work to a for any", "work proven:a", "allow 1" },
		{ "allow work to a for any", "work sshsig:git", "deny -" },
		{ "allow work to @unknown for any", "work opaque", "deny -" },
		{ "allow work to a for login git", "work sshsig:git", "deny -" },
		{ "deny work to @unknown for any\nallow * for any", "work pam", "allow 2" },
	};

	ROWS_CHECK(rows);
}

static void
clauses_hold_together(void)
{
#define ALL "allow work arg ci key /keys/a.pub to git@a for login forwarded no"
	static const struct row rows[] = {
		{ ALL, "work +ci proven:a fwd=no", "allow 1" },
		{ ALL, "home +ci proven:a fwd=no", "deny -" },
		{ ALL, "work proven:a fwd=no", "deny -" },
		{ ALL, "work +ci key=B proven:a fwd=no", "deny -" },
		{ ALL, "work +ci proven:b fwd=no", "deny -" },
		{ ALL, "work +ci login:root proven:a fwd=no", "deny -" },
		{ ALL, "work +ci sshsig:git proven:a fwd=no", "deny -" },
		{ ALL, "work +ci proven:a fwd=yes", "deny -" },
		{ ALL, "work +ci vouched:a fwd=no", "deny -" },
		{ "allow work forwarded no for login to git@a vouched key /keys/a.pub arg ci uses 2 rate 5/1h quiet "
		  "nickname k",
		    "work +ci vouched:a fwd=no", "allow 1" },
		{ "ask work to a remember 5m timeout 9s quiet nickname k", "work proven:a", "ask 1" },
	};
#undef ALL

	ROWS_CHECK(rows);
}

/* The manual's own example. */
#define EXAMPLE \
	"allow  work       key /keys/a.pub to git@github.com vouched\n" \
	"allow  work       key /keys/a.pub to *.corp.example\n" \
	"ask    work       key /keys/a.pub                      remember 5m\n" \
	"allow  dev-*      key /keys/b.pub for git       uses any rate 200/1h quiet\n" \
	"allow  *          arg ci key \"deploy *\" to deploy@build.corp.example\n" \
	"deny   *          arg *\n"

static void
the_example_does_what_it_says(void)
{
	static const struct row rows[] = {
		{ EXAMPLE, "work vouched:github.com", "allow 1" },
		{ EXAMPLE, "work login:root vouched:github.com", "ask 3" },
		{ EXAMPLE, "work proven:a.corp.example", "allow 2" },
		{ EXAMPLE, "work vouched:a.corp.example", "ask 3" },
		{ EXAMPLE, "work sshsig:git", "ask 3" },
		{ EXAMPLE, "work opaque", "deny 6" },
		{ EXAMPLE, "work key=B", "deny 6" },
		{ EXAMPLE, "dev-a key=B sshsig:git", "allow 4" },
		{ EXAMPLE, "dev-a key=B sshsig:file", "deny 6" },
		{ EXAMPLE, "x +ci key=C comment=deploy_x login:deploy proven:build.corp.example", "allow 5" },
		{ EXAMPLE, "x key=C comment=deploy_x login:deploy proven:build.corp.example", "deny 6" },
		{ EXAMPLE, "x +ci", "deny 6" },
	};

	ROWS_CHECK(rows);
}

/* Text, and where and why it is wrong. */
struct wrong {
	const char *text;
	unsigned line;
	unsigned column;
	const char *reason; /* part of it */
};

static void
wrong_check(const struct wrong *w)
{
	struct decision d;
	struct request q;

	memset(&error, 0, sizeof(error));
	if (parse(w->text) == -EINVAL && error.line == w->line && error.column == w->column &&
	    strstr(error.reason, w->reason) != NULL) {
		rules_decide(&rules, request(&q, "work proven:a"), &d);
		CHECK(d.verdict == DENY && d.line == 0 && strstr(d.reason, "broken") != NULL);
		CHECK(!rules_lists(&rules, &q.f) && rules_agent(&rules, span_of("a")).len == 0);
		return;
	}
	fprintf(stderr, "<%s>: %u:%u: %s, not %u:%u: %s\n", w->text, error.line, error.column, error.reason, w->line,
	    w->column, w->reason);
	check_failed = 1;
}

#define WRONGS_CHECK(wrongs) \
	do { \
		for (size_t wrong_i = 0; wrong_i < sizeof(wrongs) / sizeof((wrongs)[0]); wrong_i++) \
			wrong_check(&(wrongs)[wrong_i]); \
	} while (0)

static void
an_error_of_words_refuses_everything(void)
{
	static const struct wrong wrongs[] = {
		{ "allow work\nAllow work", 2, 1, "a line begins with" },
		{ "allow work\n  permit work", 2, 3, "a line begins with" },
		{ "\"allow\" work", 1, 1, "a line begins with" },
		{ "allow wo\"rk\"", 1, 9, "a quote" },
		{ "allow \"work", 1, 7, "never closed" },
		{ "allow \"work\"x", 1, 13, "a space" },
		{ "allow \"wo\\rk\"", 1, 10, "backslash" },
		{ "allow work nickname \"a\\\"", 1, 21, "never closed" },
		{ "allow work \"", 1, 12, "never closed" },
		{ "notify all \"x", 1, 12, "never closed" },
		{ "\"allow", 1, 1, "never closed" },
		{ "allow work key a \"b", 1, 18, "never closed" },
		{ "agent \"a /x", 1, 7, "never closed" },
		{ "agent a \"/x", 1, 9, "never closed" },
		{ "asker \"auto", 1, 7, "never closed" },
		{ "allow work\r\nallow work", 1, 11, "CR" },
		{ "allow wo\001rk", 1, 9, "control" },
		{ "allow wo\177rk", 1, 9, "control" },
		{ "# \xff", 1, 3, "UTF-8" },
		{ "\xef\xbb\xbf"
		  "allow work",
		    1, 1, "byte order mark" },
	};

	WRONGS_CHECK(wrongs);
}

static void
an_error_of_rules_refuses_everything(void)
{
	static const struct wrong wrongs[] = {
		{ "allow", 1, 6, "client is missing" },
		{ "allow   # all", 1, 9, "client is missing" },
		{ "allow key x", 1, 7, "client is missing" },
		{ "allow quiet", 1, 7, "client is missing" },
		{ "allow \"\"", 1, 7, "client is empty" },
		{ "allow a,,b", 1, 7, "pattern of the list is empty" },
		{ "allow a,", 1, 7, "pattern of the list is empty" },
		{ "allow ,a", 1, 7, "pattern of the list is empty" },
		{ "allow a,!", 1, 7, "pattern of the list is empty" },
		{ "allow work home", 1, 12, "no such clause; there are key, to, for" },
		{ "allow work Key x", 1, 12, "no such clause; there are key, to, for" },
		{ "allow work \"key\" x", 1, 12, "no such clause; there are key, to, for" },
		{ "allow work key", 1, 15, "value is missing" },
		{ "allow work key to a", 1, 16, "value is missing" },
		{ "allow work arg", 1, 15, "value is missing" },
		{ "allow work to # x", 1, 15, "value is missing" },
		{ "allow work for quiet", 1, 16, "value is missing" },
		{ "allow work forwarded", 1, 21, "value is missing" },
		{ "ask work remember", 1, 18, "value is missing" },
		{ "allow work uses", 1, 16, "value is missing" },
		{ "allow work rate", 1, 16, "value is missing" },
		{ "ask work timeout", 1, 17, "value is missing" },
		{ "allow work nickname", 1, 20, "value is missing" },
		{ "allow work arg a b", 1, 18, "no such clause; there are key, to, for" },
		{ "allow work arg a,", 1, 16, "pattern of the list is empty" },
		{ "allow work forwarded yes no", 1, 26, "no such clause; there are key, to, for" },
		{ "allow work vouched yes", 1, 20, "no such clause; there are key, to, for" },
		{ "allow work nickname a b", 1, 23, "no such clause; there are key, to, for" },
		{ "allow work uses 1 2", 1, 19, "no such clause; there are key, to, for" },
		{ "allow work key a to b key c", 1, 23, "second time" },
		{ "allow work arg a arg b", 1, 18, "second time" },
		{ "allow work to a to b", 1, 17, "second time" },
		{ "allow work for pam for git", 1, 20, "second time" },
		{ "allow work vouched vouched", 1, 20, "second time" },
		{ "allow work quiet quiet", 1, 18, "second time" },
		{ "ask work remember 1m remember 1m", 1, 22, "second time" },
	};

	WRONGS_CHECK(wrongs);
}

static void
an_error_of_values_refuses_everything(void)
{
	static const struct wrong wrongs[] = {
		{ "allow work key ~/.ssh/none", 1, 16, "can't be read" },
		{ "allow work key /keys/none", 1, 16, "no such key file: /keys/none" },
		{ "allow work key /keys/a.pub /keys/two", 1, 28, "more than one" },
		{ "allow work key /keys/bad", 1, 16, "no public key" },
		{ "allow work key /keys/locked", 1, 16, "may not be read" },
		{ "allow work key ~u/a.pub", 1, 16, "a path begins" },
		{ "allow work key ~", 1, 16, "a path begins" },
		{ "allow work key SHA256:abc", 1, 16, "fingerprint" },
		{ "allow work key " SHA_A "=", 1, 16, "fingerprint" },
		{ "allow work key SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF", 1, 16, "fingerprint" },
		{ "allow work to @a", 1, 15, "user is empty" },
		{ "allow work to \"@unnamed\"", 1, 15, "user is empty" },
		{ "allow work to git@", 1, 15, "host is empty" },
		{ "allow work to \"\"", 1, 15, "host is empty" },
		{ "allow work to git@@unnamed", 1, 15, "take no user" },
		{ "allow work to a:2222", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:0", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:65536", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:100000", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:2/", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:2:", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]:022", 1, 15, "[HOST]:PORT" },
		{ "allow work to []:2222", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a]2222", 1, 15, "[HOST]:PORT" },
		{ "allow work to [a:2222", 1, 15, "[HOST]:PORT" },
		{ "allow work to b a,c", 1, 17, "can't be a host" },
		{ "allow work to !a", 1, 15, "can't be a host" },
		{ "allow work to \"a b\"", 1, 15, "can't be a host" },
		{ "allow work to git@SHA256:x", 1, 15, "fingerprint" },
		{ "allow work for logins", 1, 16, "a purpose is" },
		{ "allow work for Login", 1, 16, "a purpose is" },
		{ "allow work for \"login\"", 1, 16, "a purpose is" },
		{ "allow work for sshsig", 1, 16, "a purpose is" },
		{ "allow work for git sshsig:", 1, 20, "namespace is empty" },
		{ "allow work to a for git", 1, 12, "to speaks of logins" },
		{ "deny work for pam opaque to a", 1, 26, "to speaks of logins" },
		{ "allow work via", 1, 15, "value is missing" },
		{ "allow work via git@a", 1, 16, "without a user" },
		{ "allow work via @unnamed", 1, 16, "has a name for" },
		{ "allow work via a:22", 1, 16, "[HOST]:PORT" },
		{ "allow work via a,b", 1, 16, "host's name" },
		{ "allow work via a via b", 1, 18, "second time" },
		{ "allow work via SHA256:x", 1, 16, "fingerprint" },
		{ "allow via", 1, 7, "client is missing" },
		{ "allow work forwarded maybe", 1, 22, "yes or no" },
		{ "allow work forwarded \"yes\"", 1, 22, "yes or no" },
		{ "ask work remember 25h", 1, 19, "24h" },
		{ "ask work remember 86401s", 1, 19, "24h" },
		{ "ask work remember 5", 1, 19, "a duration" },
		{ "ask work remember 0m", 1, 19, "a duration" },
		{ "ask work remember 05m", 1, 19, "a duration" },
		{ "ask work remember m", 1, 19, "a duration" },
		{ "ask work remember 100000s", 1, 19, "a duration" },
		{ "ask work remember 5d", 1, 19, "a duration" },
		{ "ask work remember 5M", 1, 19, "a duration" },
		{ "ask work remember -5m", 1, 19, "a duration" },
		{ "ask work timeout 101s", 1, 18, "100s" },
		{ "ask work timeout 2m", 1, 18, "100s" },
		{ "ask work timeout 0s", 1, 18, "a duration" },
		{ "allow work uses 0", 1, 17, "a count" },
		{ "allow work uses 1001", 1, 17, "a count" },
		{ "allow work uses 01", 1, 17, "a count" },
		{ "allow work uses +1", 1, 17, "a count" },
		{ "allow work uses \"any\"", 1, 17, "a count" },
		{ "allow work uses \"\"", 1, 17, "a count" },
		{ "allow work rate 20", 1, 17, "a rate" },
		{ "allow work rate 20/", 1, 17, "a duration" },
		{ "allow work rate /1m", 1, 17, "a count" },
		{ "allow work rate 0/1m", 1, 17, "a count" },
		{ "allow work rate 20/1m/1m", 1, 17, "a duration" },
		{ "allow work rate any/0m", 1, 17, "a duration" },
	};

	WRONGS_CHECK(wrongs);
}

static void
an_option_out_of_place_refuses_everything(void)
{
	static const struct wrong wrongs[] = {
		{ "ask work uses 2", 1, 10, "only an allow rule" },
		{ "ask work rate 2/1m", 1, 10, "only an allow rule" },
		{ "deny work uses 2", 1, 11, "only an allow rule" },
		{ "deny work rate 2/1m", 1, 11, "only an allow rule" },
		{ "allow work remember 5m", 1, 12, "only an ask rule" },
		{ "allow work timeout 5s", 1, 12, "only an ask rule" },
		{ "deny work remember 5m", 1, 11, "only an ask rule" },
		{ "deny work timeout 5s", 1, 11, "only an ask rule" },
		{ "deny work quiet nickname x", 1, 17, "no option but quiet" },
	};

	WRONGS_CHECK(wrongs);
}

static void
an_error_of_directives_refuses_everything(void)
{
	static const struct wrong wrongs[] = {
		{ "agent", 1, 6, "name is missing" },
		{ "agent a", 1, 8, "path is missing" },
		{ "agent .a /x", 1, 7, "this is not a name" },
		{ "agent a/b /x", 1, 7, "this is not a name" },
		{ "agent \"\" /x", 1, 7, "this is not a name" },
		{ "agent a x", 1, 9, "a path begins" },
		{ "agent a ~x/y", 1, 9, "a path begins" },
		{ "agent a /x y", 1, 12, "should end" },
		{ "agent a /x\nagent b /x\nagent a /y", 3, 7, "a line already" },
		{ "asker", 1, 6, "an asker is" },
		{ "asker Auto", 1, 7, "an asker is" },
		{ "asker \"auto\"", 1, 7, "an asker is" },
		{ "asker auto none", 1, 12, "should end" },
		{ "asker auto\nallow work\nasker auto", 3, 1, "second time" },
		{ "notify", 1, 7, "notify is" },
		{ "notify some", 1, 8, "notify is" },
		{ "notify all quiet", 1, 12, "should end" },
		{ "notify all\nnotify all", 2, 1, "second time" },
	};

	WRONGS_CHECK(wrongs);
}

static void
only_whole_utf_8_is_read(void)
{
	static const char *const good[] = { "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2 ", "\xe0\x9f\xbf",
		"\xe1\x80", "\xe1\x80\xc0", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf1\x80\x80", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xfe" };
	char text[32];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "deny a # %s", good[i]);
		CHECK(parse(text) == 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "deny a # %s", bad[i]);
		CHECK(parse(text) == -EINVAL && error.column == 10 && strstr(error.reason, "UTF-8") != NULL);
	}
}

static void
a_nul_byte_is_an_error(void)
{
	static const char text[] = "allow wo\0rk";

	CHECK(
	    rules_parse(&rules, (struct span){ (const uint8_t *)text, sizeof(text) - 1 }, &keyfile, &error) == -EINVAL);
	CHECK(error.column == 9);
}

static char large[LIMIT_RULES_SIZE + 2];

static int
parse_large(size_t len)
{
	return rules_parse(&rules, (struct span){ (const uint8_t *)large, len }, &keyfile, &error);
}

static void
the_files_bounds_are_exact(void)
{
	memset(large, '#', sizeof(large));
	CHECK(parse_large(LIMIT_RULES_LINE) == 0);
	CHECK(parse_large(LIMIT_RULES_LINE + 1) == -EINVAL && error.line == 1 && error.column == LIMIT_RULES_LINE + 1);
	large[LIMIT_RULES_LINE] = '\n';
	CHECK(parse_large(LIMIT_RULES_LINE + 1) == 0);

	memset(large, '\n', sizeof(large));
	CHECK(parse_large(LIMIT_RULES_LINES) == 0);
	CHECK(
	    parse_large(LIMIT_RULES_LINES + 1) == -EINVAL && error.line == LIMIT_RULES_LINES + 1 && error.column == 1);
	large[LIMIT_RULES_LINES] = '#';
	CHECK(parse_large(LIMIT_RULES_LINES + 1) == -EINVAL && error.line == LIMIT_RULES_LINES + 1);

	memset(large, '#', sizeof(large));
	for (size_t i = LIMIT_RULES_LINE; i < sizeof(large); i += LIMIT_RULES_LINE + 1)
		large[i] = '\n';
	CHECK(parse_large(LIMIT_RULES_SIZE) == 0);
	CHECK(parse_large(LIMIT_RULES_SIZE + 1) == -EINVAL && error.line == 1 && strstr(error.reason, "1 MiB") != NULL);
}

static struct decision
decided(const char *text, const char *words)
{
	struct request q;
	struct decision d = { 0 };

	CHECK(parse(text) == 0);
	rules_decide(&rules, request(&q, words), &d);
	return d;
}

static void
options_have_their_defaults(void)
{
	struct decision d = decided("allow work", "work");

	CHECK(d.uses == 1 && d.rate == 20 && d.rate_seconds == 60 && !d.quiet && d.nickname.len == 0);
	CHECK(d.reason[0] == '\0' && !d.builtin);
	d = decided("ask work", "work");
	CHECK(d.remember_seconds == 0 && d.timeout_seconds == 60 && !d.quiet && d.nickname.len == 0);
	d = decided("deny work", "work");
	CHECK(!d.quiet);
	CHECK(rules_asker(&rules) == ASKER_AUTO && rules_notify(&rules) == NOTIFY_SIGN);
}

static void
options_are_the_deciding_rules(void)
{
	struct decision d =
	    decided("allow home uses 9\nallow work uses 3 rate 7/2m quiet nickname \"my \\\"key\\\"\"", "work");

	CHECK(d.uses == 3 && d.rate == 7 && d.rate_seconds == 120 && d.quiet && span_is(d.nickname, "my \"key\""));
	d = decided("allow work uses any rate any/99999h nickname k", "work");
	CHECK(d.uses == RULES_USES_ANY && d.rate == RULES_USES_ANY && d.rate_seconds == 99999u * 3600u &&
	      span_is(d.nickname, "k"));
	d = decided("allow work uses 1000 rate 1000/99999s nickname \"\"", "work");
	CHECK(d.uses == 1000 && d.rate == 1000 && d.rate_seconds == 99999 && d.nickname.len == 0);
	d = decided("ask work remember 24h timeout 100s", "work");
	CHECK(d.remember_seconds == 86400 && d.timeout_seconds == 100);
	d = decided("ask work remember 86400s timeout 1m", "work");
	CHECK(d.remember_seconds == 86400 && d.timeout_seconds == 60);
	d = decided("deny work quiet", "work");
	CHECK(d.quiet && d.verdict == DENY);
}

static void
a_refusal_names_the_word_vouched(void)
{
	struct decision d = decided("allow home\nallow work to a\ndeny *", "work vouched:a");

	CHECK(d.verdict == DENY && d.line == 3 && d.vouched_line == 2 && strstr(d.reason, "vouched") != NULL);
	d = decided("ask work to a", "work vouched:a");
	CHECK(d.verdict == DENY && d.line == 0 && d.vouched_line == 1 && strstr(d.reason, "vouched") != NULL);
	d = decided("allow work to a key x", "work vouched:a");
	CHECK(d.vouched_line == 0 && strstr(d.reason, "vouched") == NULL);
	d = decided("allow work to b", "work vouched:a");
	CHECK(d.vouched_line == 0 && strcmp(d.reason, "no rule matches") == 0);
	d = decided("allow work to a\nask work", "work vouched:a");
	CHECK(d.verdict == ASK && d.vouched_line == 0 && d.reason[0] == '\0');
	d = decided("deny * to b\nallow work to a vouched", "work vouched:a");
	CHECK(d.line == 1 && strstr(d.reason, "vouches") != NULL && strstr(d.reason, "`deny ... to`") != NULL);
	d = decided("deny * to b\nallow work to a vouched", "work proven:b");
	CHECK(d.line == 1 && strcmp(d.reason, "a rule denies it") == 0);
	d = decided("deny *\nallow work to a", "work vouched:a");
	CHECK(d.line == 1 && d.vouched_line == 0 && strstr(d.reason, "vouched") == NULL);
}

/* HASHED is git.example: a pattern does not see it, and the refusal says so, with the way out. */
static void
a_refusal_names_the_hashed_name(void)
{
	static const char host[] = "work proven:" HASHED;
	struct decision d = decided("allow work to *.example", host);

	CHECK(d.verdict == DENY && strstr(d.reason, "hashed") != NULL && strstr(d.reason, "qssh-vault trust") != NULL);
	d = decided("allow work to *.example\ndeny *", host);
	CHECK(d.line == 2 && strstr(d.reason, "hashed") != NULL);
	d = decided("allow work to git.example", host);
	CHECK(d.verdict == ALLOW);
	d = decided("allow work to other.example", host);
	CHECK(d.verdict == DENY && strstr(d.reason, "hashed") == NULL);
	d = decided("allow work to root@*.example", host);
	CHECK(strstr(d.reason, "hashed") == NULL);
	d = decided("deny *\nallow work to *.example", host);
	CHECK(strstr(d.reason, "hashed") == NULL);
	d = decided("deny work to *.example", host);
	CHECK(strstr(d.reason, "hashed") == NULL);
	d = decided("allow work to *.example", "work proven:git.other");
	CHECK(strstr(d.reason, "hashed") == NULL);
}

static void
a_hashed_name_may_be_why_a_key_is_hidden(void)
{
	static const char host[] = "work proven:" HASHED;
	struct request q;

	CHECK(parse("allow work key a* to *.example") == 0);
	request(&q, "work proven:" HASHED " comment=abc");
	q.f.what = (struct signdata){ .purpose = PURPOSE_OPAQUE };
	CHECK(!rules_lists(&rules, &q.f) && rules_miss_hashed(&rules, &q.f));
	CHECK(!rules_miss_hashed(&rules, request(&q, host))); /* another key */
	CHECK(parse("allow work to git.example") == 0);
	CHECK(rules_lists(&rules, request(&q, host)) && !rules_miss_hashed(&rules, request(&q, host)));
	CHECK(parse("allow home to *.example") == 0);
	CHECK(!rules_miss_hashed(&rules, request(&q, host)));
}

static void
the_built_in_rules_allow_logins_and_sshsig_and_ask_the_rest_and_what_is_forwarded(void)
{
	static const struct {
		const char *request;
		enum verdict verdict;
	} rows[] = {
		{ "work", ALLOW },
		{ "work +ci proven:a", ALLOW },
		{ "work unnamed", ALLOW },
		{ "work sshsig:x", ALLOW },
		{ "work certificate", ASK },
		{ "work pam", ASK },
		{ "work +x opaque", ASK },
		{ "work proven:a fwd=no", ALLOW },
		{ "work proven:a fwd=yes", ASK },
		{ "work +x proven:a via=b", ASK },
		{ "work sshsig:git fwd=yes", ASK },
	};
	struct decision d;
	struct request q;

	rules_builtin(&rules);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rules_decide(&rules, request(&q, rows[i].request), &d);
		CHECK(d.verdict == rows[i].verdict && d.builtin && d.line == 0 && d.remember_seconds == 0);
	}
	CHECK(rules_lists(&rules, request(&q, "work +x unnamed")));
	rules_refuse(&rules);
	rules_decide(&rules, request(&q, "work"), &d);
	CHECK(d.verdict == DENY && !d.builtin && !rules_lists(&rules, &q.f));
}

static void
a_good_file_after_a_bad_one_counts(void)
{
	CHECK(parse("agent a /x\nallow work key /keys/a.pub\nasker none\nbad") == -EINVAL);
	CHECK(parse("agent a /y\nallow work\nnotify none") == 0);
	CHECK(span_is(rules_agent(&rules, span_of("a")), "/y"));
	CHECK(rules_asker(&rules) == ASKER_AUTO && rules_notify(&rules) == NOTIFY_NONE);
	CHECK(decided("allow work", "work").verdict == ALLOW);
	CHECK(rules_agent(&rules, span_of("a")).len == 0);
}

static void
directives_are_read(void)
{
	CHECK(parse("agent default ~/sock\nagent a.b+c-d_1 \"/x y/\\\"z\\\"\"\nasker dialog\nnotify refused") == 0);
	CHECK(span_is(rules_agent(&rules, span_of("default")), "~/sock"));
	CHECK(span_is(rules_agent(&rules, span_of("a.b+c-d_1")), "/x y/\"z\""));
	CHECK(rules_agent(&rules, span_of("other")).len == 0 && rules_agent(&rules, span_of("")).len == 0);
	CHECK(rules_asker(&rules) == ASKER_DIALOG && rules_notify(&rules) == NOTIFY_REFUSED);
	CHECK(parse("asker notification\nnotify sign") == 0);
	CHECK(rules_asker(&rules) == ASKER_NOTIFICATION && rules_notify(&rules) == NOTIFY_SIGN);
	CHECK(parse("asker none\nnotify all") == 0);
	CHECK(rules_asker(&rules) == ASKER_NONE && rules_notify(&rules) == NOTIFY_ALL);
}

static void
many_agents_and_key_files_are_told_apart(void)
{
	char name[32], path[32];
	size_t len = 0;

	for (unsigned i = 0; i < 9000; i++)
		len += (size_t)snprintf(large + len, sizeof(large) - len, "agent n%u /p%u\n", i, i);
	len += (size_t)snprintf(large + len, sizeof(large) - len, "allow work key /keys/b.pub /keys/a.pub\n");
	CHECK(parse_large(len) == 0);
	for (unsigned i = 0; i < 9000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		snprintf(path, sizeof(path), "/p%u", i);
		CHECK(span_is(rules_agent(&rules, span_of(name)), path));
	}
	CHECK(rules_agent(&rules, span_of("n9000")).len == 0 && rules_agent(&rules, span_of("/keys/a.pub")).len == 0);
	CHECK(rules_find(&rules, RULES_KEYFILE, span_of("/keys/a.pub"))->hash[0] == 'A');
	CHECK(rules_find(&rules, RULES_KEYFILE, span_of("/keys/b.pub"))->hash[0] == 'B');
	CHECK(rules_find(&rules, RULES_KEYFILE, span_of("n1")) == NULL);
}

static int
any_hash(void *ctx, const char *path, uint8_t out[SHA256_SIZE])
{
	(void)ctx;
	memset(out, path[1], SHA256_SIZE);
	return 0;
}

static int
parse_any(size_t len)
{
	const struct rules_keyfile any = { any_hash, NULL, NULL };

	return rules_parse(&rules, (struct span){ (const uint8_t *)large, len }, &any, &error);
}

static void
the_number_of_agents_and_key_files_is_bounded(void)
{
	size_t len = 0, more;

	for (unsigned i = 0; i < LIMIT_RULES_NAMED; i++) {
		if (i >= 8000)
			len += (size_t)snprintf(large + len, sizeof(large) - len, "agent n%u /p\n", i);
		else
			len += (size_t)snprintf(large + len, sizeof(large) - len, "%s /k%u%s",
			    i % 100 == 0 ? "allow a key" : "", i, i % 100 == 99 ? "\n" : "");
	}
	CHECK(parse_any(len) == 0);
	more = (size_t)snprintf(large + len, sizeof(large) - len, "agent x /p\n");
	CHECK(parse_any(len + more) == -EINVAL && strstr(error.reason, "too many") != NULL && error.column == 9);
	more = (size_t)snprintf(large + len, sizeof(large) - len, "allow a key /x\n");
	CHECK(parse_any(len + more) == -EINVAL && strstr(error.reason, "too many") != NULL && error.column == 13);
	more = (size_t)snprintf(large + len, sizeof(large) - len, "allow a key /k0\n");
	CHECK(parse_any(len + more) == 0);
}

/* CLIENTS with so many patterns in lines of a hundred, and a line behind them. */
static size_t
patterns_write(unsigned count, const char *more)
{
	size_t len = 0;

	for (unsigned i = 0; i < count; i++)
		len += (size_t)snprintf(large + len, sizeof(large) - len, "%sa%s", i % 100 == 0 ? "deny " : "",
		    i % 100 == 99 || i + 1 == count ? "\n" : ",");
	return len + (size_t)snprintf(large + len, sizeof(large) - len, "%s", more);
}

static void
the_number_of_values_is_bounded(void)
{
	size_t len;

	CHECK(parse_any(patterns_write(LIMIT_RULES_VALUES, "")) == 0);
	CHECK(parse_any(patterns_write(LIMIT_RULES_VALUES, "deny b\n")) == -EINVAL && error.column == 6);
	CHECK(strstr(error.reason, "more than 65536") != NULL && error.line == LIMIT_RULES_VALUES / 100 + 2);
	CHECK(parse_any(patterns_write(LIMIT_RULES_VALUES - 1, "deny b for git\n")) == -EINVAL && error.column == 12);
	for (int key = 0; key < 2; key++) {
		len = 0;
		for (unsigned i = 0; i < LIMIT_RULES_VALUES; i++)
			len += (size_t)snprintf(large + len, sizeof(large) - len, "%s x%s",
			    i % 100 > 0 ? ""
			    : key == 1  ? "deny a key"
					: "deny a to",
			    i % 100 == 99 ? "\n" : "");
		CHECK(parse_any(len) == 0);
		len += (size_t)snprintf(large + len, sizeof(large) - len, " x");
		CHECK(parse_any(len) == -EINVAL && strstr(error.reason, "more than 65536") != NULL);
	}
}

static void
escaped_words_are_kept_one_by_one(void)
{
	CHECK(
	    parse(
		"agent a \"/\\\"1\"\nagent b \"/\\\"22\"\nallow x nickname \"\\\\3\"\nallow work nickname \"\\\"4\"") ==
	    0);
	CHECK(
	    span_is(rules_agent(&rules, span_of("a")), "/\"1") && span_is(rules_agent(&rules, span_of("b")), "/\"22"));
	CHECK(span_is(rules.rule[0].nickname, "\\3") && span_is(rules.rule[1].nickname, "\"4"));
}

/* A home of this length, and a file in it that is not a key file. */
static bool
home_fits(size_t len)
{
	static char home[9000];
	const struct rules_keyfile long_home = { keyfile_hash, NULL, home };

	memset(home, '/', len);
	home[len] = '\0';
	CHECK(rules_parse(&rules, span_of("allow a key ~/x"), &long_home, &error) == -EINVAL && error.column == 13);
	return strstr(error.reason, "too long") == NULL;
}

static void
a_home_that_is_too_long_is_an_error(void)
{
	CHECK(home_fits(8189) && !home_fits(8190) && !home_fits(8191) && !home_fits(8192) && !home_fits(8999));
}

static void
a_name_has_its_shape(void)
{
	static char longest[65], longer[66];

	memset(longest, 'a', sizeof(longest) - 1);
	memset(longer, 'a', sizeof(longer) - 1);
	CHECK(rules_is_name(span_of("a")) && rules_is_name(span_of("_")) && rules_is_name(span_of("0.+-_ZAaz9")));
	CHECK(!rules_is_name(span_of("")) && !rules_is_name(span_of(".a")) && !rules_is_name(span_of("-a")));
	CHECK(!rules_is_name(span_of("+a")) && !rules_is_name(span_of("a/b")) && !rules_is_name(span_of("a b")));
	CHECK(
	    !rules_is_name(span_of("\xc3\xa4")) && rules_is_name(span_of(longest)) && !rules_is_name(span_of(longer)));
}

static void
a_key_file_is_read_once(void)
{
	hashed = 0;
	CHECK(parse("allow a key /keys/a.pub\nallow b key /keys/a.pub /keys/b.pub\nagent /keys/a.pub /x") == -EINVAL);
	CHECK(hashed == 2);
	CHECK(rules_parse(&rules, span_of("allow a key /x"), NULL, &error) == -EINVAL && error.column == 13);
	CHECK(rules_parse(&rules, span_of("allow a key ~/x"), &(struct rules_keyfile){ keyfile_hash, NULL, NULL },
		  &error) == -EINVAL);
	CHECK(strstr(error.reason, "home") != NULL);
}

static void
row_lists(const char *text, const char *words, bool want)
{
	struct request q;

	if (parse(text) == 0 && rules_lists(&rules, request(&q, words)) == want)
		return;
	fprintf(stderr, "<%s> %s should %sbe listed\n", text, words, want ? "" : "not ");
	check_failed = 1;
}

static void
a_key_is_listed_where_some_use_of_it_is(void)
{
	static const char *const rows[][2] = {
		{ "allow work", "work" },
		{ "ask work", "work" },
		{ "ask work for opaque", "work" },
		{ "allow work for pam", "work unnamed" },
		{ "allow work for certificate", "work proven:a" },
		{ "allow work for sshsig:x", "work proven:a" },
		{ "allow work to a", "work proven:a" },
		{ "allow work to a", "work vouched:a" },
		{ "allow work to a vouched", "work proven:a" },
		{ "allow work to root@a", "work proven:a" },
		{ "allow work to a", "work" }, /* no host is bound: it may be a */
		{ "allow work to " SHA_B, "work" },
		{ "allow work to @unnamed", "work unnamed" },
		{ "allow work to @unnamed", "work" },
		{ "allow work to @unknown", "work" },
		{ "allow work to * for any", "work proven:a" },
		{ "allow work key laptop", "work" },
		{ "allow work arg ci", "work +ci" },
		{ "allow work forwarded no", "work fwd=no" },
		{ "allow work via a", "work via=a" },
		{ "deny * via b\nallow work", "work via=a" },
		{ "deny * for opaque\nallow * for any", "work" },
		{ "deny * for login opaque\nallow * for any", "work" },
		{ "deny * to b\nallow work to a", "work proven:a" },
		{ "deny * to b\nallow work to a", "work" },
		{ "deny * to b\nallow work", "work" },
		{ "deny * to root@a\nallow work to a", "work proven:a" },
		{ "deny * to root@a\nallow work to a", "work" },
		{ "deny * to r*@a\nallow work to *@a", "work proven:a" },
		{ "deny * to ?*@a\nallow work to *@a", "work proven:a" }, /* the empty user is left */
		{ "deny * to *.corp\nallow work to a.corp", "work" }, /* its name may be hashed */
		{ "deny * to a.corp\nallow work to *.corp", "work" },
		{ "deny * to [*.corp]:2222\nallow work to *.corp", "work" },
		{ "deny * to @unknown\nallow work to a", "work" },
		{ "deny * to GIT@a\nallow work to git@a", "work proven:a" },
		{ "allow work to b a", "work proven:a" },
		{ "deny * to @unnamed @unknown\nallow work for login", "work" },
		{ "deny * to *\nallow work for git", "work" },
		{ "deny * to *\nallow work", "work proven:a" }, /* sshsig */
		{ "deny * for git\nallow work for sshsig:*", "work" },
		{ "deny * for git\nallow work for sshsig:g*", "work" },
		{ "deny home\nallow work", "work" },
		{ "deny * key other\nallow work", "work" },
		{ "deny * arg ci\nallow work", "work" },
		{ "deny * forwarded yes\nallow work", "work fwd=no" },
		{ "deny * for pam\nallow * for pam opaque", "work" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row_lists(rows[i][0], rows[i][1], true);
}

static void
a_key_that_nothing_could_use_is_hidden(void)
{
	static const char *const rows[][2] = {
		{ "", "work" },
		{ "deny *", "work" },
		{ "allow home", "work" },
		{ "allow work via a", "work via=b" },
		{ "allow work via a", "work via=a,b" },
		{ "allow work via a", "work fwd=no" },
		{ "allow work via a", "work" },
		{ "deny * via a\nallow work", "work via=a,b" },
		{ "allow work", "work +ci" },
		{ "allow work key other", "work" },
		{ "allow work forwarded no", "work" },
		{ "allow work forwarded no", "work fwd=yes" },
		{ "allow work to a", "work proven:b" },
		{ "allow work to a", "work unnamed" },
		{ "allow work to *", "work unnamed" },
		{ "allow work to @unknown", "work proven:a" },
		{ "allow work to @unknown", "work unnamed" },
		{ "allow work to @unnamed", "work proven:a" },
		{ "deny work\nallow work", "work" },
		{ "deny work arg *\nallow work for any", "work" },
		{ "deny * to a\nallow work to a", "work proven:a" },
		{ "deny * to a\nallow work to a", "work" },
		{ "deny * to A\nallow work to root@a git@a", "work" },
		{ "deny * to b a\nallow work to a b", "work" },
		{ "deny * to x@b git@a\nallow work to git@a", "work proven:a" },
		{ "deny * for login git\nallow work for login git", "work" },
		{ "deny * to git@a\nallow work to git@a", "work proven:a" },
		{ "deny * to g*@a\nallow work to git@a", "work" },
		{ "deny * to *@a\nallow work to git@a", "work" },
		{ "deny * to git@a\ndeny * to root@a\nallow work to git@a root@a", "work proven:a" },
		{ "deny * to *.corp\nallow work to *.a.corp", "work" },
		{ "deny * to *\nallow work to a *.corp " SHA_B " @unnamed @unknown", "work" },
		{ "deny * to *\nallow work for login", "work" },
		{ "deny * to a\nallow work to @unknown", "work" },
		{ "deny * to a\nallow work for login", "work unnamed" },
		{ "deny * to *\nallow work to a", "work vouched:a" },
		{ "deny * for login\nallow work to a", "work proven:a" },
		{ "deny * for login\nallow work to a", "work" },
		{ "deny * for git\nallow work for git", "work" },
		{ "deny * for sshsig:g*\nallow work for git sshsig:gpg", "work" },
		{ "deny * for sshsig:*\nallow work for git", "work" },
		{ "deny * for any\nallow work for any", "work" },
		{ "deny * for pam\ndeny * for certificate opaque\nallow * for certificate pam opaque", "work" },
		{ "deny * forwarded yes\nallow work", "work" },
		{ "deny work for login sshsig:*\nallow work", "work" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row_lists(rows[i][0], rows[i][1], false);
}

/* Whatever is allowed or asked about is listed, for every request of the small world that these words make. */
static void
what_is_granted_is_listed(void)
{
	static const char *const lines[] = {
		"allow work to a\n",
		"allow * to git@*.x vouched\n",
		"ask work for git\n",
		"allow work for any\n",
		"ask * to @unnamed @unknown\n",
		"deny * to a\n",
		"deny * to root@*\n",
		"deny work to git@b.x @unknown\n",
		"deny * for git opaque\n",
		"deny work forwarded yes\n",
		"deny * to *\n",
	};
	static const char *const hosts[] = { "proven:a", "vouched:a", "proven:b.x", "vouched:b.x,c", "unnamed",
		"unknown" };
	static const char *const whats[] = { "login:git", "login:root", "login:root:x", "sshsig:git", "sshsig:x", "pam",
		"opaque" };
	static const char *const forwards[] = { "", "fwd=yes", "fwd=no" };
	const size_t n = sizeof(lines) / sizeof(lines[0]);
	unsigned granted = 0, hidden = 0;

	for (size_t code = 0; code < n * n * n; code++) {
		char text[256], words[128];

		snprintf(text, sizeof(text), "%s%s%s", lines[code % n], lines[code / n % n], lines[code / n / n]);
		if (parse(text) != 0)
			continue;
		for (size_t c = 0; c < 6 * 7 * 3; c++) {
			struct decision d;
			struct request q, list;
			const char *fwd = forwards[c / 42];

			snprintf(words, sizeof(words), "work %s %s %s", hosts[c % 6], whats[c / 6 % 7], fwd);
			rules_decide(&rules, request(&q, words), &d);
			hidden += !rules_lists(&rules, &q.f);
			if (d.verdict == DENY)
				continue;
			granted++;
			CHECK(rules_lists(&rules, &q.f));
			snprintf(words, sizeof(words), "work unknown %s", fwd);
			CHECK(rules_lists(&rules, request(&list, words)));
		}
	}
	CHECK(granted > 1000 && hidden > 1000);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A generous bound, for slow machines and sanitizers: what is meant is that nothing goes quadratic. */
static void
ten_thousand_rules_take_no_time(void)
{
	struct decision d;
	struct request q;
	size_t len = 0;
	double start;

	for (unsigned i = 0; i < LIMIT_RULES_LINES; i++)
		len += (size_t)snprintf(large + len, sizeof(large) - len, "%s work key " SHA_B " to u%u@h%u.corp\n",
		    i % 2 == 0 ? "deny" : "allow", i, i);
	start = seconds();
	CHECK(parse_large(len) == 0);
	rules_decide(&rules, request(&q, "work proven:a"), &d);
	CHECK(d.verdict == DENY && !rules_lists(&rules, &q.f));
	CHECK(seconds() - start < 1);
}

/* Each allow is covered by a deny of its own, far before it: where the looking ends, the key is listed. */
static void
what_would_take_long_to_hide_is_listed(void)
{
	struct request q;
	size_t len = 0;
	double start;

	for (unsigned i = 0; i < LIMIT_RULES_LINES; i++)
		len += (size_t)snprintf(large + len, sizeof(large) - len, "%s work to h%u.corp\n",
		    i < LIMIT_RULES_LINES / 2 ? "deny" : "allow", i % (LIMIT_RULES_LINES / 2));
	CHECK(parse_large(len) == 0);
	start = seconds();
	CHECK(rules_lists(&rules, request(&q, "work unknown")));
	CHECK(seconds() - start < 1);
	CHECK(!rules_lists(&rules, request(&q, "work unnamed")));
}

int
main(void)
{
	TEST(clients_are_a_list_of_patterns);
	TEST(the_first_rule_that_matches_decides);
	TEST(an_argument_is_none_or_default_unless_a_rule_takes_it);
	TEST(a_key_is_a_file_a_hash_or_a_comment);
	TEST(to_names_a_host_as_known_hosts_does);
	TEST(to_may_name_the_user);
	TEST(a_user_is_who_sshd_takes_it_for);
	TEST(to_wants_a_proven_host_or_the_word_vouched);
	TEST(a_host_without_a_name_is_none_that_to_names);
	TEST(no_fact_left_out_slips_past_a_deny);
	TEST(forwarded_is_known_or_it_does_not_hold);
	TEST(via_lets_through_where_each_hop_is_named);
	TEST(via_lets_nothing_through_that_is_not_known);
	TEST(a_deny_takes_one_hop_for_the_way_and_what_is_not_known_for_any);
	TEST(a_way_that_is_missed_for_what_is_not_known_says_so);
	TEST(for_says_what_is_signed);
	TEST(what_a_rule_is_for_follows_where_it_does_not_say);
	TEST(clauses_hold_together);
	TEST(the_example_does_what_it_says);
	TEST(an_error_of_words_refuses_everything);
	TEST(an_error_of_rules_refuses_everything);
	TEST(an_error_of_values_refuses_everything);
	TEST(an_option_out_of_place_refuses_everything);
	TEST(an_error_of_directives_refuses_everything);
	TEST(only_whole_utf_8_is_read);
	TEST(a_nul_byte_is_an_error);
	TEST(the_files_bounds_are_exact);
	TEST(options_have_their_defaults);
	TEST(options_are_the_deciding_rules);
	TEST(a_refusal_names_the_word_vouched);
	TEST(a_refusal_names_the_hashed_name);
	TEST(a_hashed_name_may_be_why_a_key_is_hidden);
	TEST(the_built_in_rules_allow_logins_and_sshsig_and_ask_the_rest_and_what_is_forwarded);
	TEST(a_good_file_after_a_bad_one_counts);
	TEST(directives_are_read);
	TEST(many_agents_and_key_files_are_told_apart);
	TEST(the_number_of_agents_and_key_files_is_bounded);
	TEST(the_number_of_values_is_bounded);
	TEST(escaped_words_are_kept_one_by_one);
	TEST(a_home_that_is_too_long_is_an_error);
	TEST(a_name_has_its_shape);
	TEST(a_key_file_is_read_once);
	TEST(a_key_is_listed_where_some_use_of_it_is);
	TEST(a_key_that_nothing_could_use_is_hidden);
	TEST(what_is_granted_is_listed);
	TEST(ten_thousand_rules_take_no_time);
	TEST(what_would_take_long_to_hide_is_listed);
	return check_done();
}
