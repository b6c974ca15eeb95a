/* SPDX-License-Identifier: ISC */
#include "sys/verbs.h"

#include "base/version.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void
print_usage(const struct verbs *v, FILE *f)
{
	fprintf(f, "usage: %s VERB [ARGUMENT...]\n       %s VERB --help\n       %s --version\n\n%s\n\n", v->program,
	    v->program, v->program, v->purpose);
	for (const struct verb *verb = v->list; verb->name != NULL; verb++)
		fprintf(f, "  %-*s %s\n", v->width, verb->name, verb->summary);
}

static const struct verb *
find(const struct verbs *v, const char *name)
{
	for (const struct verb *verb = v->list; verb->name != NULL; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int
verbs_run(const struct verbs *v, int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		print_usage(v, stderr);
		return 2;
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
		print_usage(v, stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("%s %s\n", v->program, QSSH_VERSION);
		return 0;
	}
	verb = find(v, argv[1]);
	if (verb == NULL) {
		fprintf(stderr, "%s: there is no verb '%s'; '%s --help' lists them\n", v->program, argv[1], v->program);
		return 2;
	}
	if (argc > 2 && is_help(argv[2])) {
		fputs(verb->help, stdout);
		return 0;
	}
	return verb->run(argc - 1, argv + 1);
}
