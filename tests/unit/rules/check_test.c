#include "rules/check.h"

#include "check.h"

#include <errno.h>
#include <string.h>

#define SHA_A "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"
#define SHA_B "SHA256:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"

static struct rules rules;

/* /A is a key file whose hash is 32 times that letter. */
static int
keyfile_hash(void *ctx, const char *path, uint8_t out[SHA256_SIZE])
{
	(void)ctx;
	memset(out, path[1], SHA256_SIZE);
	return 0;
}

static const struct rules_keyfile keyfile = { keyfile_hash, NULL, "/home/u" };

static bool
parse(const char *text)
{
	struct rules_error error;

	if (rules_parse(&rules, span_of(text), &keyfile, &error) == 0)
		return true;
	fprintf(stderr, "<%s>: %u:%u: %s\n", text, error.line, error.column, error.reason);
	return false;
}

/* The findings as LINE KIND OTHER, with ; between them. */
static void
finds(const char *text, const char *want)
{
	static const char *const kinds[] = { "unreachable", "nobody", "deny-to", "vouched", "purpose", "remember",
		"asker" };
	struct rulecheck_finding out[8];
	char got[256] = "";
	size_t n, len = 0;

	CHECK(parse(text));
	n = rulecheck(&rules, out, 8);
	for (size_t i = 0; i < n && i < 8; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%u %s %u", i > 0 ? "; " : "", out[i].line,
		    kinds[out[i].kind], out[i].other);
	if (strcmp(got, want) == 0)
		return;
	fprintf(stderr, "<%s>: <%s>, not <%s>\n", text, got, want);
	check_failed = 1;
}

/* The second of two rules is unreachable, or is not. */
static void
covers(const char *outer, const char *inner, bool want)
{
	struct rulecheck_finding out[8];
	char text[256];
	bool got = false;
	size_t n;

	snprintf(text, sizeof(text), "%s\n%s", outer, inner);
	CHECK(parse(text));
	n = rulecheck(&rules, out, 8);
	for (size_t i = 0; i < n && i < 8; i++)
		got = got || (out[i].kind == RULECHECK_UNREACHABLE && out[i].line == 2 && out[i].other == 1);
	if (got == want)
		return;
	fprintf(stderr, "<%s> should %scover <%s>\n", outer, want ? "" : "not ", inner);
	check_failed = 1;
}

static const char *const covered[][2] = {
	{ "allow work", "allow work" },
	{ "allow *", "deny work for login" },
	{ "allow *", "allow work key x to a" },
	{ "allow w*", "ask work,wor?,web" },
	{ "allow *,!a", "allow b*,!a" },
	{ "allow *,!a?", "allow *,!a*" },
	{ "allow \"work\"", "allow work" },
	{ "deny *", "allow work for any" },
	{ "deny * arg *", "allow work arg ci" },
	{ "deny * arg *", "allow work" },
	{ "deny * arg default,c?", "allow work arg default,ci" },
	{ "deny *", "allow work arg default" },
	{ "deny *", "allow work arg \"\"" },
	{ "deny * arg \"*\"", "allow work" },
	{ "deny * key " SHA_A, "allow * key " SHA_A },
	{ "deny * key " SHA_A, "allow * key /A" },
	{ "deny * key /A " SHA_B, "allow * key /B " SHA_A },
	{ "deny * key x*", "allow * key xy" },
	{ "deny * key *", "allow * key /A xy" },
	{ "deny * key *", "allow *" },
	{ "allow * to a", "allow * to a" },
	{ "allow * to a", "ask * to A git@a" },
	{ "allow * to *", "allow * to a *.corp " SHA_A },
	{ "allow * to *.corp", "allow * to *.a.corp" },
	{ "allow * to *@[a]:2222", "allow * to git@[a]:2222" },
	{ "allow * to a b", "allow * to b" },
	{ "allow * to a vouched", "allow * to a vouched" },
	{ "allow * to a vouched", "allow * to a" },
	{ "allow * to @unknown", "ask * to @unknown" },
	{ "allow * for login", "allow * to a @unknown @unnamed vouched" },
	{ "allow * for login", "deny * to a" },
	{ "deny * to a", "deny * to a" },
	{ "deny * to a", "allow * to a vouched" },
	{ "deny * to a", "allow * to @unknown @unnamed" },
	{ "deny * to a", "deny * to @unknown" },
	{ "deny * to *", "deny * to a" },
	{ "deny * to *", "allow * for login" },
	{ "allow * for login git", "allow * for git" },
	{ "allow * for sshsig:*", "allow * for git sshsig:x" },
	{ "allow * for sshsig:g*", "allow * for git sshsig:g?t" },
	{ "allow * for any", "deny *" },
	{ "allow * for login sshsig:*", "ask *" },
	{ "allow *", "allow * forwarded no" },
	{ "allow * forwarded no", "ask * forwarded no" },
	{ "deny * forwarded no", "deny * forwarded no" },
	{ "deny * forwarded no", "allow * forwarded no" },
};

static const char *const uncovered[][2] = {
	{ "allow work", "allow *" },
	{ "allow w*", "allow work,home" },
	{ "allow *,!a", "allow *" },
	{ "allow *,!a*", "allow *,!a" },
	{ "allow *,!a", "allow *,!b" },
	{ "allow Work", "allow work" },
	{ "deny *", "allow work arg ci" },
	{ "deny *", "allow work arg default,ci" },
	{ "deny * arg default", "allow work" },
	{ "deny * arg ci", "allow work arg *" },
	{ "deny * key " SHA_A, "allow * key " SHA_B },
	{ "deny * key " SHA_A, "allow * key /B" },
	{ "deny * key /A", "allow * key /B" },
	{ "deny * key /A", "allow * key /A /B" },
	{ "deny * key /A", "allow *" },
	{ "deny * key x", "allow * key /A" },
	{ "deny * key X", "allow * key x" },
	{ "allow * for sshsig:G*", "allow * for git" },
	{ "allow * to GIT@a", "allow * to git@a" },
	{ "deny * key ?*", "allow *" },
	{ "deny * key /A", "allow * key x" },
	{ "allow * to a", "allow * to b" },
	{ "allow * to a", "allow *" },
	{ "allow * to a", "allow * for login" },
	{ "allow * to *", "allow * for login" },
	{ "allow * to git@a", "allow * to a" },
	{ "allow * to *.corp", "allow * to a.corp" },
	{ "allow * to [*.corp]:2222", "allow * to *.a.corp" },
	{ "allow * to *.corp", "allow * to *" },
	{ "allow * to a", "allow * to a vouched" },
	{ "allow * to a", "allow * to a @unknown" },
	{ "allow * to @unknown", "allow * to @unnamed" },
	{ "allow * to *", "allow * to @unknown" },
	{ "allow * to a vouched", "deny * to a" },
	{ "allow * to @unknown", "deny * to @unknown" },
	{ "allow * to a", "deny * to a" },
	{ "deny * to a", "allow * to b" },
	{ "deny * to a", "allow * for login" },
	{ "deny * to root@*", "allow * for login" },
	{ "deny * to *", "allow * for login git" },
	{ "deny * to @unknown", "deny * to a" },
	{ "deny * to root@a", "allow * to @unknown" },
	{ "allow *", "deny *" },
	{ "allow *", "allow * for any" },
	{ "allow * for git", "allow * for sshsig:g*" },
	{ "allow * for git", "allow * for git sshsig:x" },
	{ "allow * for git", "allow * for login" },
	{ "allow * for sshsig:x", "allow * for sshsig:*" },
	{ "allow * forwarded no", "allow *" },
	{ "allow * forwarded no", "allow * forwarded yes" },
	{ "allow * forwarded no", "deny * forwarded no" },
};

static void
a_rule_that_an_earlier_one_covers_is_unreachable(void)
{
	for (size_t i = 0; i < sizeof(covered) / sizeof(covered[0]); i++)
		covers(covered[i][0], covered[i][1], true);
}

static void
a_rule_that_takes_more_is_reachable(void)
{
	for (size_t i = 0; i < sizeof(uncovered) / sizeof(uncovered[0]); i++)
		covers(uncovered[i][0], uncovered[i][1], false);
}

static void
the_first_covering_rule_is_named(void)
{
	finds("allow a\n\nallow b\nallow *\nask b\nask c", "5 unreachable 3; 6 unreachable 4");
	finds("allow a\nallow b\nallow a,b", ""); /* two together go unseen */
}

static void
a_list_that_only_excludes_is_for_nobody(void)
{
	finds("allow !a", "1 nobody 0");
	finds("allow !a,!b\nallow *", "1 nobody 0");
	finds("allow * arg !a", "1 nobody 0");
	finds("allow !a,b arg !a,b", "");
}

static void
a_deny_of_hosts_before_a_login_is_no_wall(void)
{
	finds("deny * to a\nallow * for login", "1 deny-to 2");
	finds("deny * to *.corp @unknown\n\nask *", "1 deny-to 3");
	finds("deny * to " SHA_A "\ndeny x\nask * to *", "1 deny-to 3");
	finds("deny * to a\nallow * for git", "");
	finds("deny * to a", "");
	finds("allow *\ndeny x arg ci to a", "");
	finds("deny * to * @unknown\nallow x for login git", "");
	finds("deny * to @unnamed @unknown\nallow *", "");
}

static void
words_that_change_nothing_are_told(void)
{
	finds("allow * vouched", "1 vouched 0");
	finds("allow * to @unknown vouched", "1 vouched 0");
	finds("deny * to * vouched", "1 vouched 0");
	finds("allow * to @unknown a vouched", "");
	finds("allow * to * vouched", "");
	finds("allow * to a for login git", "1 purpose 0");
	finds("allow * to a for login sshsig:*", "1 purpose 0");
	finds("allow * to a for login", "");
	finds("allow * to a for any", "");
	finds("allow * for login git", "");
	finds("ask * for pam remember 5m", "1 remember 0");
	finds("ask * for certificate opaque remember 5m", "1 remember 0");
	finds("ask * for pam git remember 5m", "");
	finds("ask * remember 5m", "");
	finds("ask * for pam", "");
	finds("asker none\nask *\nallow x arg ci", "2 asker 0");
	finds("asker auto\nask *", "");
}

static void
what_does_not_fit_is_counted(void)
{
	struct rulecheck_finding out[2] = { { 0, 0, 0 }, { 7, 0, 0 } };

	CHECK(parse("allow *\nallow a\nallow b\nallow c"));
	CHECK(rulecheck(&rules, out, 1) == 3 && out[0].line == 2 && out[1].line == 7);
	CHECK(rulecheck(&rules, NULL, 0) == 3);
	rules_refuse(&rules);
	CHECK(rulecheck(&rules, out, 2) == 0);
	rules_builtin(&rules);
	CHECK(rulecheck(&rules, out, 2) == 0);
}

static void
a_finding_has_words(void)
{
	char buf[256];
	struct text t;

	for (int kind = RULECHECK_UNREACHABLE; kind <= RULECHECK_ASKER; kind++) {
		text_open(&t, buf, sizeof(buf));
		rulecheck_describe(&t, &(struct rulecheck_finding){ 3, (enum rulecheck_kind)kind, 0 });
		CHECK(buf[0] != '\0' && !t.cut);
	}
	text_open(&t, buf, sizeof(buf));
	rulecheck_describe(&t, &(struct rulecheck_finding){ 3, RULECHECK_UNREACHABLE, 12 });
	CHECK(strstr(buf, "line 12") != NULL);
}

/* A request of a small world, by its number. */
#define REQUESTS (2 * 3 * 2 * 6 * 7 * 3)

static void
request(struct facts *f, struct names_line *line, unsigned n)
{
	static const char *const clients[] = { "work", "home" };
	static const char *const args[] = { "", "default", "ci" };
	static const char *const names[] = { "a", "a.corp", "[a]:2222" };
	static const char *const users[] = { "git", "root", "x" };

	memset(f, 0, sizeof(*f));
	f->client = span_of(clients[n % 2]);
	f->arg = span_of(args[n / 2 % 3]);
	memset(f->key_hash, n / 6 % 2 == 0 ? 'A' : 'B', SHA256_SIZE);
	f->comment = span_of(n / 6 % 2 == 0 ? "x" : "xy");
	memset(f->host_hash, 'A', SHA256_SIZE);
	*line = (struct names_line){ span_of(names[n / 12 % 3]), NULL };
	f->host = n / 12 % 6 < 3    ? HOST_PROVEN
		  : n / 12 % 6 == 3 ? HOST_UNNAMED
		  : n / 12 % 6 == 4 ? HOST_UNKNOWN
				    : HOST_VOUCHED;
	f->names.plain = line;
	f->what.purpose = n / 72 % 7 < 3    ? PURPOSE_LOGIN
			  : n / 72 % 7 < 5  ? PURPOSE_SSHSIG
			  : n / 72 % 7 == 5 ? PURPOSE_PAM
					    : PURPOSE_OPAQUE;
	f->what.user = span_of(users[n / 72 % 3]);
	f->what.ns = span_of(n / 72 % 7 == 3 ? "git" : "x");
	f->forwarded = (enum known_bool)(n / 504);
}

/* No request is decided by a rule that is called unreachable: of all pairs of the first and second rules above. */
static void
what_is_called_unreachable_is(void)
{
	const size_t n = sizeof(covered) / sizeof(covered[0]), m = sizeof(uncovered) / sizeof(uncovered[0]);
	unsigned found = 0;

	for (size_t i = 0; i < (n + m) * (n + m); i++) {
		size_t a = i / (n + m), b = i % (n + m);
		struct rulecheck_finding out[8];
		char text[256];
		size_t count;

		snprintf(text, sizeof(text), "%s\n%s", a < n ? covered[a][0] : uncovered[a - n][0],
		    b < n ? covered[b][1] : uncovered[b - n][1]);
		CHECK(parse(text));
		count = rulecheck(&rules, out, 8);
		for (size_t k = 0; k < count; k++) {
			if (out[k].kind != RULECHECK_UNREACHABLE)
				continue;
			found++;
			for (unsigned q = 0; q < REQUESTS; q++) {
				struct names_line line;
				struct decision d;
				struct facts f;

				request(&f, &line, q);
				rules_decide(&rules, &f, &d);
				if (d.line != out[k].line)
					continue;
				fprintf(stderr, "request %u reaches line %u of <%s>\n", q, d.line, text);
				check_failed = 1;
				break;
			}
		}
	}
	CHECK(found > 1000);
}

int
main(void)
{
	TEST(a_rule_that_an_earlier_one_covers_is_unreachable);
	TEST(a_rule_that_takes_more_is_reachable);
	TEST(the_first_covering_rule_is_named);
	TEST(a_list_that_only_excludes_is_for_nobody);
	TEST(a_deny_of_hosts_before_a_login_is_no_wall);
	TEST(words_that_change_nothing_are_told);
	TEST(what_does_not_fit_is_counted);
	TEST(a_finding_has_words);
	TEST(what_is_called_unreachable_is);
	return check_done();
}
