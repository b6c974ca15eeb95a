/* SPDX-License-Identifier: ISC */
#include "sys/args.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The option that word is, by its name or first letter; -1 for none. *value: what stands behind its '=', or NULL. */
static int
find(const struct args *a, const char *word, const char **value)
{
	bool is_long = word[1] == '-';
	const char *name = word + (is_long ? 2 : 1);
	size_t len = strcspn(name, "=");

	*value = name[len] == '=' ? name + len + 1 : NULL;
	for (int i = 0; a->options[i] != NULL; i++) {
		size_t known = strcspn(a->options[i], "=");

		if (is_long ? len == known && strncmp(name, a->options[i], len) == 0
			    : len == 1 && name[0] == a->options[i][0])
			return i;
	}
	return -1;
}

static int
complain(const struct args *a, const char *verb, const char *word, const char *what)
{
	const char *program = a->program == NULL ? "qssh" : a->program;

	fprintf(stderr, "%s %s: %s: %s; see '%s %s --help'\n", program, verb, word, what, program, verb);
	return -EINVAL;
}

int
args_parse(struct args *a, int argc, char **argv)
{
	bool only_words = false;

	for (int at = 1; at < argc; at++) {
		const char *word = argv[at], *value;
		bool takes_value;
		int i;

		if (only_words || word[0] != '-' || word[1] == '\0') {
			if (a->words_count == a->words_max)
				return complain(a, argv[0], word, "one word too many");
			a->words[a->words_count++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			only_words = true;
			continue;
		}
		i = find(a, word, &value);
		if (i == -1)
			return complain(a, argv[0], word, "there is no such option");
		takes_value = strchr(a->options[i], '=') != NULL;
		if (takes_value && value == NULL && at + 1 < argc)
			value = argv[++at];
		if (takes_value != (value != NULL))
			return complain(a, argv[0], word, takes_value ? "it needs a value" : "it takes no value");
		a->values[i] = value != NULL ? value : "";
	}
	return 0;
}
