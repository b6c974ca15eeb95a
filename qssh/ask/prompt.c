/* SPDX-License-Identifier: ISC */
#include "ask/prompt.h"

#include "base/qube.h"
#include "base/text.h"
#include "sys/qubesdb.h"

#include <string.h>
#include <unistd.h>

/* This vault's own name: Qubes' for it, or the host's. A person may have several vaults. */
static void
put_vault(struct text *t)
{
	char name[256];

	qubesdb_read("/name", name, sizeof(name));
	if (!qube_is_name(span_of(name)) && gethostname(name, sizeof(name)) == -1)
		return;
	name[sizeof(name) - 1] = '\0';
	text_word(t, span_of(name), LIMIT_SHOWN_NAME);
}

/* Where the question is from: the vault, and the agent where the client named one. */
static void
put_place(struct text *t, const struct asker *a)
{
	put_vault(t);
	if (strcmp(a->arg, "-") != 0) {
		text_add(t, ", agent ");
		text_add(t, a->arg);
	}
	text_add(t, ": ");
}

/* What there has been so many of. */
static const char *
many(const struct subject *s)
{
	if (s->user[0] != '-')
		return " logins in ";
	return strcmp(s->purpose, "sshsig:git") == 0 ? " git signatures in " : " signatures of files or messages in ";
}

static void
put_burst(struct text *t, const struct asker *a, const struct askmsg *m)
{
	text_add(t, a->client);
	text_add(t, " has had ");
	text_number(t, m->rate);
	text_add(t, many(&m->subject));
	wording_duration(t, m->rate_seconds);
	text_add(t, ". Allow more for ");
	wording_duration(t, m->remember_seconds);
	text_add(t, "?");
}

static void
put_wish(struct text *t, const struct asker *a, const struct askmsg *m, unsigned others)
{
	text_add(t, a->client);
	text_add(t, " wants to ");
	text_add(t, m->title);
	if (others > 0) {
		text_add(t, ", ");
		text_number(t, others + 1);
		text_add(t, " times at once");
	}
	text_add(t, ".");
}

static void
put_title(
    struct text *t, const struct asker *a, const struct askmsg *m, const struct prompt *p, unsigned others, bool burst)
{
	text_add(t, p->careful ? "CAREFUL, " : "");
	put_place(t, a);
	if (burst) {
		put_burst(t, a, m);
	} else if (p->careful) {
		put_wish(t, a, m, others);
	} else {
		text_add(t, "let ");
		text_add(t, a->client);
		text_add(t, " ");
		text_add(t, m->title);
		text_add(t, "?");
	}
}

static void
put_body(struct text *t, const struct asker *a, const struct askmsg *m, unsigned others, bool burst)
{
	if (burst) {
		text_add(t, "Whatever runs in ");
		text_add(t, a->client);
		text_add(t, " can have as many as it likes in that time.\n");
	}
	if (others > 0) {
		text_add(t, "One yes allows all ");
		text_number(t, others + 1);
		text_add(t, ".\n");
	}
	text_add(t, m->cost);
	text_add(t, m->cost[0] != '\0' ? "\n" : "");
	text_add(t, t->len > 0 ? "\n" : "");
	text_add(t, m->lines);
}

static void
put_yes(struct text *t, const struct askmsg *m, const struct prompt *p, bool remember)
{
	bool login = m->subject.user[0] != '-';

	if (p->careful) {
		text_add(t, "To allow this");
		text_add(t, remember ? ", and the same again for " : "");
		if (remember)
			wording_duration(t, m->remember_seconds);
		text_add(t, ", type yes.");
		text_add(t, " Anything else refuses it.");
		return;
	}
	text_add(t, login ? "Yes: this login" : "Yes: this signature");
	if (!remember) {
		text_add(t, " alone.");
		return;
	}
	text_add(t, login ? ", and the same one again for " : ", and more of this kind with this key for ");
	wording_duration(t, m->remember_seconds);
	text_add(t, ".");
}

void
prompt_of(struct prompt *p, const struct asker *a, const struct askmsg *m, unsigned others, bool remember)
{
	bool burst = m->rate > 0 && remember;
	struct text t;

	p->careful = burst || others > 0 || m->cost[0] != '\0';
	text_open(&t, p->title, sizeof(p->title));
	put_title(&t, a, m, p, others, burst);
	text_open(&t, p->body, sizeof(p->body));
	put_body(&t, a, m, others, burst);
	text_open(&t, p->yes, sizeof(p->yes));
	put_yes(&t, m, p, remember);
}

void
prompt_wrap(char *words)
{
	char *space = NULL, *begin = words;

	for (char *p = words; *p != '\0'; p++) {
		if (*p == '\n') {
			begin = p + 1;
			space = NULL;
			continue;
		}
		if (p - begin >= (int)PROMPT_WIDTH && space != NULL) {
			*space = '\n';
			begin = space + 1;
			space = NULL;
		}
		if (*p == ' ')
			space = p;
	}
}
