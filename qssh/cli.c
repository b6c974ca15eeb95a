/* qssh: what a person types in a client qube. See qssh(1). */
#include "active.h"
#include "proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One verb: run() gets argv from the verb on and returns the exit status. */
struct verb {
	const char *name;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
};

static int
run_active(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 2;
	return active_is(getenv("SSH_AUTH_SOCK")) ? 0 : 1;
}

static const struct verb VERBS[] = {
	{ "active", "succeed if ssh should use the vault now",
	    "usage: qssh active\n"
	    "\n"
	    "Exits with 0 if the vault's socket listens and SSH_AUTH_SOCK names no agent that you chose\n"
	    "yourself, else with 1. Prints nothing. /etc/ssh/ssh_config.d/30-qssh.conf asks this for each ssh.\n",
	    run_active },
	{ "proxy", "ssh's ProxyCommand where there is no user manager", proxy_help, proxy_run },
};

#define VERB_COUNT (sizeof(VERBS) / sizeof(VERBS[0]))

static void
print_usage(FILE *f)
{
	fputs("usage: qssh VERB [ARGUMENT...]\n       qssh VERB --help\n\nSplit SSH: this qube's ssh uses keys that "
	      "stay in a vault qube.\n\n",
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

int
main(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		print_usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return 0;
	}
	verb = find_verb(argv[1]);
	if (verb == NULL) {
		fprintf(stderr, "qssh: there is no verb '%s'; 'qssh --help' lists them\n", argv[1]);
		return 2;
	}
	if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
		fputs(verb->help, stdout);
		return 0;
	}
	return verb->run(argc - 1, argv + 1);
}
