/* SPDX-License-Identifier: ISC */
#include "vault/trustfile.h"

#include "base/limits.h"
#include "ssh/hostport.h"
#include "sys/file.h"
#include "vault/terminal.h"
#include "vault/trustline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

/* Names for one key must be whole: a wildcard beside a name makes OpenSSH take the key for every host that matches. */
static bool
is_name_list(struct span field)
{
	struct names_line l = { field, NULL };
	struct names names = { .plain = &l };
	struct span part;

	if (field.p[0] == '|')
		return names_any(&names);
	while (hostport_next(&field, &part)) {
		if (!hostport_is(part))
			return false;
	}
	return true;
}

/* Why a line is not even looked at; NULL: it is. */
static const char *
line_problem(const struct hosts_line *line, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key)
{
	if (!ledger_key(line, blob, key) || !trustline_is_type(line->type))
		return "its key can't be read, or is a certificate";
	if (!is_printable(line->field))
		return "its names are not printable ASCII";
	if (line->mark == HOSTS_PLAIN && !is_name_list(line->field))
		return "its names are not whole names of hosts";
	if (line->mark == HOSTS_AUTHORITY && line->field.p[0] == '|')
		return "its names are hashed";
	return NULL;
}

struct tally {
	size_t there, refused, passed;
	size_t hashed; /* of those to add */
};

static void
pass_over(const struct hosts_line *line, const char *why, struct tally *tally)
{
	struct said s;

	said_open(&s, "pass over: ");
	text_untrusted(&s.t, line->field, SAID_FIELD);
	text_add(&s.t, ": ");
	text_add(&s.t, why);
	said_close(&s, stdout);
	tally->passed++;
}

static int
line_consider(struct trustline_known *k, const struct hosts_line *line, struct tally *tally)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;
	const struct ledger_line *other = NULL;
	const char *problem = line_problem(line, blob, &key);

	if (problem != NULL) {
		pass_over(line, problem, tally);
		return 0;
	}
	switch (trustline_judge(k, line, &key, &other)) {
	case TRUSTLINE_THERE: tally->there++; return 0;
	case TRUSTLINE_CHANGED:
		trustline_say("refuse:    ", line, &key, other, stdout);
		tally->refused++;
		return 0;
	case TRUSTLINE_REVOKED:
		trustline_say("refuse, revoked: ", line, &key, NULL, stdout);
		tally->refused++;
		return 0;
	case TRUSTLINE_ADD: break;
	}
	trustline_say("add:       ", line, &key, NULL, stdout);
	tally->hashed += line->field.p[0] == '|';
	return ledger_add(k->ledger, line);
}

/* Asks on the terminal, whatever stdin is; without one: no. */
static bool
confirm(size_t n, const char *path)
{
	struct said s;
	int yes;

	said_open(&s, "Add ");
	text_number(&s.t, n);
	text_add(&s.t, n == 1 ? " line to " : " lines to ");
	text_untrusted(&s.t, span_of(path), SAID_FIELD);
	text_add(&s.t, "?");
	yes = terminal_confirm(text_str(&s.t));
	if (yes < 0)
		(void)said_complain("no terminal to ask on", "--yes adds without asking");
	return yes > 0;
}

static void
tally_say(const struct tally *tally, size_t added)
{
	struct said s;

	said_open(&s, "");
	text_number(&s.t, added);
	text_add(&s.t, " to add, ");
	text_number(&s.t, tally->there);
	text_add(&s.t, " there already, ");
	text_number(&s.t, tally->refused);
	text_add(&s.t, " refused, ");
	text_number(&s.t, tally->passed);
	text_add(&s.t, " passed over");
	said_close(&s, stdout);
	if (tally->hashed > 0)
		puts("A pattern in a rule, like *.corp.example, doesn't see hashed names. To add a readable one: "
		     "qssh-vault trust FINGERPRINT NAME");
}

static int
file_add(struct trustline_known *k, struct span text, bool yes)
{
	struct tally tally = { 0 };
	struct ledger *l = k->ledger;
	struct hosts_line line;
	int r = 0;

	while (r == 0 && hosts_line_next(&text, &line))
		r = line_consider(k, &line, &tally);
	if (r != 0)
		return said_error(l->paths[0], r);
	tally_say(&tally, l->added);
	if (tally.refused > 0)
		trustline_advise("FILE", "NAME");
	if (l->added == 0)
		return tally.there > 0 && tally.refused == 0 ? VERB_DONE : VERB_REFUSED;
	if (!yes && !confirm(l->added, l->paths[0])) {
		fputs("qssh-vault: nothing was added\n", stderr);
		return VERB_REFUSED;
	}
	r = trustline_commit(k);
	return r == VERB_DONE && tally.refused > 0 ? VERB_REFUSED : r;
}

/* Unlike hosts_read(), of whatever the person named. */
static int
typed_read(const char *path, uint8_t **text, size_t *len)
{
	int fd = file_open_typed(path), r;

	if (fd < 0)
		return fd;
	r = hosts_read_fd(fd, LIMIT_HOSTS_SIZE, text, len);
	close(fd);
	return r;
}

int
trustfile_add(const char *path, bool yes, const char *home)
{
	struct trustline_known k;
	uint8_t *text;
	size_t len;
	int r = typed_read(path, &text, &len);

	if (r != 0)
		return said_error(path, r);
	r = trustline_open(&k, home);
	if (r == VERB_DONE) {
		r = file_add(&k, (struct span){ text, len }, yes);
		trustline_close(&k);
	}
	free(text);
	return r;
}
