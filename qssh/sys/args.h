/* SPDX-License-Identifier: ISC */
/* A verb's command line: options in any place, "--" ends them, the rest are words. */
#ifndef QSSH_SYS_ARGS_H
#define QSSH_SYS_ARGS_H

#define ARGS_OPTIONS 9
#define ARGS_WORDS 4

struct args {
	const char *program; /* for complaints; NULL: qssh */
	/* What the verb knows: "json" is --json or -j, "vault=" takes a value. NULL ends them. */
	const char *options[ARGS_OPTIONS + 1];
	int words_max; /* at most ARGS_WORDS */
	const char *values[ARGS_OPTIONS]; /* result, by option: NULL where it was not given, "" or its value */
	const char *words[ARGS_WORDS]; /* result */
	int words_count; /* result */
};

/* Parses argv, whose first is the verb. 0; -EINVAL, after a complaint on standard error. */
int args_parse(struct args *a, int argc, char **argv);

#endif
