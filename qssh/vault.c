/* qssh-vault: what a person types in a vault qube. Never reached over qrexec. See qssh-vault(1). */
#include "log.h"
#include "remembered.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* One verb: run() gets argv from the verb on and returns the exit status. */
struct verb {
	const char *name;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
};

static const struct verb VERBS[] = {
	{ "log", "show what was signed and refused",
	    "usage: qssh-vault log [-f | --follow] [--client NAME] [--since TIME] [--json]\n"
	    "\n"
	    "Shows the record, oldest first: at a terminal for people, elsewhere its lines as they are.\n"
	    "\n"
	    "  -f, --follow   wait for more\n"
	    "  --client NAME  only what this qube asked for\n"
	    "  --since TIME   only what is later: 30m, 12h, 7d, 2026-01-31, 2026-01-31T12:00\n"
	    "  --json         a JSON object a line\n",
	    log_run },
	{ "grants", "list the answers that are remembered",
	    "usage: qssh-vault grants [--json]\n"
	    "\n"
	    "Lists the yeses that still hold, each with its number, how long it holds, and for what: a request that\n"
	    "is the same in every part is signed without a question.\n",
	    remembered_list },
	{ "revoke", "forget them, or hear a qube again",
	    "usage: qssh-vault revoke [all | N]\n"
	    "       qssh-vault revoke --cooldown NAME\n"
	    "\n"
	    "Ends the remembered answer with number N, or all of them, at once. With --cooldown: questions of the\n"
	    "qube NAME are heard again, after too many noes or timeouts.\n",
	    remembered_revoke },
};

#define VERB_COUNT (sizeof(VERBS) / sizeof(VERBS[0]))

static void
print_usage(FILE *f)
{
	fputs("usage: qssh-vault VERB [ARGUMENT...]\n       qssh-vault VERB --help\n\nSplit SSH: this qube keeps the "
	      "keys, "
	      "and decides what is signed with them.\n\n",
	    f);
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(f, "  %-10s %s\n", VERBS[i].name, VERBS[i].summary);
}

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (strcmp(VERBS[i].name, name) == 0)
			return &VERBS[i];
	return NULL;
}

static int
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int
main(int argc, char **argv)
{
	const struct verb *verb;

	umask(077);
	if (argc < 2) {
		print_usage(stderr);
		return 2;
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return 0;
	}
	verb = find_verb(argv[1]);
	if (verb == NULL) {
		fprintf(stderr, "qssh-vault: there is no verb '%s'; 'qssh-vault --help' lists them\n", argv[1]);
		return 2;
	}
	if (argc > 2 && is_help(argv[2])) {
		fputs(verb->help, stdout);
		return 0;
	}
	return verb->run(argc - 1, argv + 1);
}
