/* SPDX-License-Identifier: ISC */
/*
 * reading HOSTS RULES...: says how the vault reads what is to be signed.
 * HOSTS is a known_hosts file, each RULES a rules file.
 *
 * Each line of stdin is a SIGN on a connection whose bind the witness has accepted, as words of hex: the key, the
 * bind's session id and host key, the payload; then the flags as a digit. "-" is the empty word.
 * The answer is a line: the payload's purpose or `refused`, what is known of the host, the user's login name or
 * "-", and a letter for each rules file: A allow, Q ask, D deny.
 * The client is called `client`.
 */
#include "base/text.h"
#include "filter/binds.h"
#include "rules/describe.h"
#include "rules/rules.h"
#include "ssh/agentmsg.h"
#include "ssh/signdata.h"
#include "store/knownhosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILES_MAX 128
#define WORD_MAX 16384u

static void
die(const char *what)
{
	fprintf(stderr, "reading: %s\n", what);
	exit(2);
}

static struct span
read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	uint8_t *text = malloc(65536);
	size_t n;

	if (f == NULL || text == NULL)
		die(path);
	n = fread(text, 1, 65536, f);
	fclose(f);
	return (struct span){ text, n };
}

static struct rules *
read_rules(const char *path)
{
	struct rules *r = calloc(1, sizeof(*r));
	struct rules_error error;

	if (r == NULL || rules_parse(r, read_file(path), NULL, &error) < 0)
		die(path);
	return r;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct span
unhex(const char *word, uint8_t *buf)
{
	size_t n = 0;

	for (; digit(word[0]) >= 0 && digit(word[1]) >= 0; word += 2)
		buf[n++] = (uint8_t)(digit(word[0]) << 4 | digit(word[1]));
	return (struct span){ buf, n };
}

/* What is known, as the filter's find_facts() has it. False: it is refused whatever the rules say. */
static bool
find_facts(struct facts *f, char *line, const struct hosts *hosts)
{
	static uint8_t key[WORD_MAX], session[WORD_MAX], hostkey[WORD_MAX], payload[WORD_MAX];
	static struct binds b;
	struct agentmsg_bind bind = { .forwarding = false };
	const char *words[5];
	bool revoked;

	for (size_t i = 0; i < 5; i++) {
		words[i] = strtok(i == 0 ? line : NULL, " \n");
		if (words[i] == NULL || strlen(words[i]) >= 2 * WORD_MAX)
			die("a line is not five words");
	}
	*f = (struct facts){ .client = span_of("client"), .comment = span_of("key") };
	bind.session_id = unhex(words[1], session);
	bind.hostkey = unhex(words[2], hostkey);
	memset(&b, 0, sizeof(b));
	binds_add(&b, &bind, true);
	f->forwarded = binds_forwarded(&b);
	if (sshkey_read(unhex(words[0], key), &f->key) < 0)
		die("a key is malformed");
	sshkey_hash(&f->key, f->key_hash);
	if (signdata_read(unhex(words[3], payload), &f->key, &f->what) < 0 ||
	    !signdata_hash_fits(&f->what, &f->key, (uint32_t)digit(words[4][0])))
		return false;
	binds_login(&b, hosts, (uint64_t)time(NULL), f, &revoked);
	return !revoked;
}

static void
answer(const struct facts *f, bool sound, struct rules *const rules[], int count)
{
	char purpose[256], user[1024];
	struct text t;

	text_open(&t, purpose, sizeof(purpose));
	describe_purpose(&t, &f->what);
	text_open(&t, user, sizeof(user));
	text_word(&t, signdata_login_name(f->what.user), 64);
	printf("%s %s %s ", sound ? purpose : "refused", describe_host_known(f->host), user);
	for (int i = 0; i < count; i++) {
		struct decision d = { .verdict = DENY };

		if (sound)
			rules_decide(rules[i], f, &d);
		putchar("DQA"[d.verdict]);
	}
	putchar('\n');
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static char line[8 * WORD_MAX];
	static struct rules *rules[FILES_MAX];
	static struct hosts *hosts;

	if (argc < 3 || argc - 2 > FILES_MAX)
		die("usage: reading HOSTS RULES...");
	if (hosts_new(&hosts) < 0 || hosts_add(hosts, read_file(argv[1])) < 0)
		die("the known hosts can't be read");
	for (int i = 2; i < argc; i++)
		rules[i - 2] = read_rules(argv[i]);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct facts f;
		bool sound = find_facts(&f, line, hosts);

		answer(&f, sound, rules, argc - 2);
	}
	return 0;
}
