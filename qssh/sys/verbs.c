/* SPDX-License-Identifier: ISC */
#include "sys/verbs.h"

#include "base/version.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* One letter more, less or other, or two neighbours the other way round. */
static bool
is_slip(const char *typed, const char *name)
{
	size_t len = strlen(typed), wanted = strlen(name), same = 0;
	const char *a, *b;

	while (typed[same] != '\0' && typed[same] == name[same])
		same++;
	a = typed + same;
	b = name + same;
	if (len == wanted + 1)
		return strcmp(a + 1, b) == 0;
	if (wanted == len + 1)
		return strcmp(a, b + 1) == 0;
	return len == wanted && len > 1 && *a != '\0' &&
	       (strcmp(a + 1, b + 1) == 0 || (a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0));
}

static int
complain(const struct verbs *v, const char *typed)
{
	const char *meant = NULL;

	for (const struct verb *verb = v->list; verb->name != NULL && meant == NULL; verb++)
		if (is_slip(typed, verb->name))
			meant = verb->name;
	fprintf(stderr, "%s: there is no verb '%s'; ", v->program, typed);
	if (meant != NULL)
		fprintf(stderr, "did you mean '%s'? ", meant);
	fprintf(stderr, "'%s --help' lists them\n", v->program);
	return 2;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Behind a verb's words too, as people add it once they wonder; what follows "--" is a command's. */
static bool
wants_help(char **words)
{
	if (words[0] != NULL && is_help(words[0]))
		return true;
	for (; *words != NULL && strcmp(*words, "--") != 0; words++)
		if (strcmp(*words, "--help") == 0)
			return true;
	return false;
}

/* `help VERB` is `VERB --help`. */
static int
help(const struct verbs *v, const char *name)
{
	const struct verb *verb = name == NULL ? NULL : find(v, name);

	if (name != NULL && verb == NULL)
		return complain(v, name);
	if (verb != NULL)
		fputs(verb->help, stdout);
	else
		print_usage(v, stdout);
	return 0;
}

/* What is said on standard output and on standard error stays in order where both are one file. */
static void
keep_order(void)
{
	struct stat out, error;

	if (fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &error) == 0 && out.st_dev == error.st_dev &&
	    out.st_ino == error.st_ino)
		setvbuf(stdout, NULL, _IOLBF, 0);
}

/* What did not reach the reader was not done. The exit status. */
static int
end(const struct verbs *v, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: its output could not be written\n", v->program);
	return status != 0 ? status : 1;
}

int
verbs_run(const struct verbs *v, int argc, char **argv)
{
	const struct verb *verb;

	keep_order();
	if (argc < 2) {
		print_usage(v, stderr);
		return 2;
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return end(v, help(v, is_help(argv[1]) ? NULL : argv[2]));
	if (strcmp(argv[1], "--version") == 0) {
		printf("%s %s\n", v->program, QSSH_VERSION);
		return end(v, 0);
	}
	verb = find(v, argv[1]);
	if (verb == NULL)
		return complain(v, argv[1]);
	if (wants_help(argv + 2))
		return end(v, help(v, verb->name));
	return end(v, verb->run(argc - 1, argv + 1));
}
