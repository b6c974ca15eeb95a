/* SPDX-License-Identifier: ISC */
#include "vault/allow.h"

#include "base/text.h"
#include "rules/wording.h"
#include "store/record.h"
#include "store/recordline.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "vault/addition.h"
#include "vault/clientname.h"
#include "vault/entries.h"
#include "vault/past.h"
#include "vault/reader.h"
#include "vault/ruleline.h"
#include "vault/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_ADDED = 0, EXIT_NOT = 1, EXIT_USAGE = 2, EXIT_ALREADY = 3 };

enum option { YES, CLIENT, CLICKED, OFFER };

static int
refuse(const char *name, const char *why)
{
	fprintf(stderr, "qssh-vault allow %s: %s\n", name, why);
	return EXIT_NOT;
}

/* Only what can do no more than it says, for the qube that asked: NULL, or why no rule is made of it. */
static const char *
find_fault(const struct past *p)
{
	if (span_is(p->word[PAST_FORWARDED], "yes"))
		return "it came over a forwarded agent, from another host: such requests are asked about each time";
	if (ruleline_class(p) != LOGIN_PROVEN && !span_is(p->word[PAST_PURPOSE], "git"))
		return "only a login to a proven host, or a git signature, can be allowed this way; "
		       "'qssh-vault suggest' shows what rules there are for others";
	if (p->result == PAST_OTHER)
		return "it was refused for a reason that no rule changes; 'qssh-vault log' has it";
	return NULL;
}

/* Asks on the terminal, whatever stdin is; without one: no. */
static bool
confirm(void)
{
	int yes = terminal_confirm("Add it?");

	if (yes < 0)
		fputs("qssh-vault allow: no terminal to ask on: --yes adds it without asking\n", stderr);
	return yes > 0;
}

static void
print_plan(const struct addition *a, const struct past *p)
{
	past_print(stdout, p->word[PAST_CLIENT]);
	fputs(": ", stdout);
	ruleline_request(stdout, p);
	if (a->before != 0)
		printf(".\nGoes into %s before line %u, which decides it now:\n\n%s\n", a->path, a->before, a->rule);
	else
		printf(".\nGoes to the end of %s, where no line matches it now:\n\n%s\n", a->path, a->rule);
	fflush(stdout);
}

/* What a notification shows: a title, and the rule without its comment. */
static int
print_offer(const struct addition *a, const struct past *p)
{
	static struct past_room room;
	char title[WORDING_DEED];
	struct facts f;
	struct text t;

	if (past_facts(p, &room, &f) < 0)
		return EXIT_NOT;
	text_open(&t, title, sizeof(title));
	wording_signed(&t, &f);
	printf("%s\n%s", text_str(&t), strchr(a->rule, '\n') + 1);
	return EXIT_ADDED;
}

/* Who, and what: the last line of the addition is the rule. */
static void
record(const struct past *p, const struct addition *a, const char *home, bool clicked)
{
	static struct record rec;
	char client[LIMIT_QUBE + 1], state_dir[STATEDIR_SIZE], detail[RECORD_REASON_SIZE];
	const char *rule = strstr(a->rule, "\nallow ");
	struct text t;

	snprintf(client, sizeof(client), "%.*s", (int)p->word[PAST_CLIENT].len, (const char *)p->word[PAST_CLIENT].p);
	statedir_path(state_dir, home);
	text_open(&t, detail, sizeof(detail));
	text_add(&t, clicked ? "a person clicked it in a notification" : "a person typed it in the vault");
	text_add(&t, ", rules:");
	text_number(&t, a->line);
	text_add(&t, ": ");
	text_untrusted(&t, (struct span){ (const uint8_t *)rule + 1, strcspn(rule + 1, "\n") }, sizeof(detail));
	(void)record_open(&rec, state_dir, span_of(client), span_of(""));
	record_request(&rec, "rule-added", "done", detail);
	record_close(&rec);
}

static int
add(struct addition *a, const struct past *p, const char *name, const struct args *args)
{
	const char *home = getenv("HOME");

	print_plan(a, p);
	if (args->values[YES] == NULL && !confirm()) {
		fputs("Nothing was added.\n", stderr);
		return EXIT_NOT;
	}
	if (addition_write(a, home) < 0)
		return refuse(name, a->why);
	record(p, a, home, args->values[CLICKED] != NULL);
	printf("Added as line %u of %s.\n", a->line, a->path);
	return EXIT_ADDED;
}

static int
say_useless(const struct addition *a, const struct past *p)
{
	if (a->line == 0)
		fputs("The built-in rules allow", stdout);
	else
		printf("Line %u of %s allows", a->line, a->path);
	fputs(" this already", stdout);
	puts(p->result == PAST_ALLOWED ? "."
				       : ": if it was asked about, then beyond that rule's limits, `uses` and `rate`.");
	return EXIT_ALREADY;
}

static int
allow_past(struct past *p, const char *name, const struct args *args)
{
	struct addition a;
	int status;

	switch (addition_plan(&a, p, name, getenv("HOME"))) {
	case ADDITION_READY: status = args->values[OFFER] != NULL ? print_offer(&a, p) : add(&a, p, name, args); break;
	case ADDITION_USELESS: status = say_useless(&a, p); break;
	default:
		status = refuse(name, a.why);
		if (a.rule != NULL)
			fprintf(stderr, "\n%s", a.rule);
	}
	addition_free(&a);
	return status;
}

static int
allow_entry(const struct entries *e, const char *name, const struct args *args)
{
	size_t count, others = 0;
	const struct entry *found = entries_find(e, name, args->values[CLIENT], &count);
	struct past p;
	const char *fault;

	if (count == 0 && args->values[CLIENT] != NULL)
		(void)entries_find(e, name, NULL, &others);
	if (others > 0)
		return refuse(name, "it is another qube's");
	if (count == 0)
		return refuse(
		    name, "no signature in the record is called so; 'qssh-vault log --numbers' shows what each is");
	if (count > 1)
		return refuse(name,
		    "more than one is called so: give more digits of its conn=, as 'qssh-vault log | cat' has it");
	if (!past_of(&p, found->line))
		return refuse(name, "its line in the record says too little for a rule");
	fault = find_fault(&p);
	return fault != NULL ? refuse(name, fault) : allow_past(&p, name, args);
}

int
allow_run(int argc, char **argv)
{
	struct args a = {
		.program = "qssh-vault", .options = { "yes", "client=", "clicked", "offer" }, .words_max = 1
	};
	struct entries e = { 0 };
	const char *home = getenv("HOME");
	char state_dir[STATEDIR_SIZE];
	int error, status;

	if (args_parse(&a, argc, argv) < 0 || clientname_check("allow", "--client", a.values[CLIENT]) < 0)
		return EXIT_USAGE;
	if (a.words_count != 1) {
		fputs("qssh-vault allow: wants the number of a request: 'qssh-vault log --numbers' shows it\n", stderr);
		return EXIT_USAGE;
	}
	statedir_path(state_dir, home);
	error = reader_read(&e, state_dir);
	if (error < 0)
		return refuse(a.words[0], error == -ENOENT ? "no request has been recorded yet"
							   : "the record can't be read: see qssh-vault log");
	status = allow_entry(&e, a.words[0], &a);
	entries_free(&e);
	return fflush(stdout) == 0 ? status : EXIT_NOT;
}
