/* SPDX-License-Identifier: ISC */
/* The verbs of a program that a person types: which one it is, its help, and the list of them all. */
#ifndef QSSH_SYS_VERBS_H
#define QSSH_SYS_VERBS_H

struct verb {
	const char *name;
	const char *summary; /* behind its name in the list */
	const char *help; /* whole lines */
	int (*run)(int argc, char **argv); /* gets argv from the verb on; returns the exit status */
};

struct verbs {
	const char *program;
	const char *purpose; /* a sentence or two, above the list */
	int width; /* of the list's names */
	const struct verb *list; /* one without a name ends it */
};

/*
 * Runs what argv says; its first is the program.
 * The exit status: the verb's, 0 for --help and --version, 2 after a complaint on standard error.
 */
int verbs_run(const struct verbs *v, int argc, char **argv);

#endif
