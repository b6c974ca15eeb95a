/* SPDX-License-Identifier: ISC */
#include "vault/trustline.h"

#include "ssh/hostnames.h"
#include "vault/unnamedfile.h"

#include <errno.h>
#include <string.h>
#include <time.h>

bool
trustline_is_type(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    (c == 0 || strchr("@._+-", c) == NULL))
			return false;
	}
	return s.len > 0;
}

int
trustline_open(struct trustline_known *k, const char *home)
{
	int r = ledger_open(&k->ledger, home);

	k->home = home;
	if (r == -EBUSY)
		return said_complain("the known hosts", "another qssh-vault trust is at work");
	if (r != 0)
		return said_error("the known hosts", r);
	r = hosts_open(&k->hosts, home);
	if (r == 0)
		return VERB_DONE;
	ledger_close(k->ledger);
	return said_error("the known hosts", r);
}

void
trustline_close(struct trustline_known *k)
{
	hosts_free(k->hosts);
	ledger_close(k->ledger);
}

enum trustline_fate
trustline_judge(const struct trustline_known *k, const struct hosts_line *line, const struct sshkey *key,
    const struct ledger_line **other)
{
	struct names names;

	if (ledger_has(k->ledger, line))
		return TRUSTLINE_THERE;
	if (line->mark == HOSTS_REVOKE)
		return TRUSTLINE_ADD;
	if (hosts_lookup(k->hosts, key, (uint64_t)time(NULL), &names) == HOSTS_REVOKED)
		return TRUSTLINE_REVOKED;
	*other = line->mark == HOSTS_PLAIN ? ledger_other(k->ledger, line) : NULL;
	return *other != NULL ? TRUSTLINE_CHANGED : TRUSTLINE_ADD;
}

static void
text_names(struct text *t, const struct hosts_line *line)
{
	static const char *const marks[] = { "", "authority for ", "revoked for " };

	text_add(t, marks[line->mark]);
	if (line->mark == HOSTS_PLAIN && *line->field.p == '|')
		text_add(t, "(a hashed name)");
	else
		text_untrusted(t, line->field, SAID_FIELD);
}

void
trustline_say(const char *result, const struct hosts_line *line, const struct sshkey *key,
    const struct ledger_line *other, FILE *to)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey old;
	struct said s;

	said_open(&s, result);
	said_key(&s, key);
	text_add(&s.t, " ");
	text_names(&s.t, line);
	if (other != NULL && ledger_key(&other->line, blob, &old)) {
		text_add(&s.t, ": it has another key, ");
		said_key(&s, &old);
		text_add(&s.t, ", in ");
		text_untrusted(&s.t, span_of(other->path), SAID_FIELD);
	}
	said_close(&s, to);
}

void
trustline_advise(const char *path, const char *name)
{
	fprintf(stderr,
	    "A key is never replaced. If the host really has a new one, remove the old line, then try again:\n"
	    "ssh-keygen -f %s -R '%s'\n",
	    path, name);
}

int
trustline_commit(struct trustline_known *k)
{
	int r = ledger_store(k->ledger);

	if (r != 0)
		return said_error(k->ledger->paths[0], r);
	unnamedfile_forget(k->ledger, k->home);
	return VERB_DONE;
}
