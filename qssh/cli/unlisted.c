/* SPDX-License-Identifier: ISC */
#include "cli/unlisted.h"

#include "client/history.h"
#include "client/target.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What client/member.c says of it, behind the vault's name. */
static const char WORDS[] = " listed no key for this host;";

struct unlisted {
	char socket[sizeof(((struct target *)0)->socket)]; /* empty: there is none */
	char vault[64];
	time_t ended;
};

static void
visit(void *ctx, char *untrusted_line)
{
	struct unlisted *u = ctx;
	struct history_call c;
	const char *words;

	if (!history_parse(untrusted_line, &c))
		return;
	words = strstr(c.untrusted_sentence, WORDS);
	if (words == NULL) {
		if (strcmp(c.socket, u->socket) == 0)
			u->socket[0] = '\0';
		return;
	}
	snprintf(u->socket, sizeof(u->socket), "%.*s", (int)sizeof(u->socket) - 1, c.socket);
	snprintf(u->vault, sizeof(u->vault), "%.*s", (int)(words - c.untrusted_sentence), c.untrusted_sentence);
	u->ended = c.ended;
}

void
unlisted_report(struct report *r, const char *runtime_dir)
{
	struct unlisted u = { .socket = "" };
	char when[32];
	struct tm tm;

	if (history_each(runtime_dir, visit, &u) < 0 || u.socket[0] == '\0')
		return;
	strftime(when, sizeof(when), "%H:%M:%S", localtime_r(&u.ended, &tm));
	report_note(r,
	    "at %s %s listed no key for a login's host. Perhaps the host has no name there: in the vault, "
	    "'qssh-vault log' says so, and 'qssh-vault trust' gives it one",
	    when, u.vault);
}
