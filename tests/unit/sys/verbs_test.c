/* SPDX-License-Identifier: ISC */
#include "sys/verbs.h"

#include "base/version.h"
#include "check.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static int ran_argc; /* of the verb that ran; 0: none did */
static char **ran_argv;

static int
run_eat(int argc, char **argv)
{
	ran_argc = argc;
	ran_argv = argv;
	return 7;
}

static const struct verb LIST[] = {
	{ "eat", "take food", "usage: mouse eat FOOD\n", run_eat },
	{ "sleep", "rest", "usage: mouse sleep\n", NULL },
	{ .name = NULL },
};
static const struct verbs MOUSE = { .program = "mouse", .purpose = "A mouse.", .width = 6, .list = LIST };

static const char USAGE[] = "usage: mouse VERB [ARGUMENT...]\n"
			    "       mouse VERB --help\n"
			    "       mouse --version\n"
			    "\n"
			    "A mouse.\n"
			    "\n"
			    "  eat    take food\n"
			    "  sleep  rest\n";

/*
 * Runs `mouse FIRST SECOND THIRD`, NULL for those that are not there.
 * True: fd said text and no more; *status is its exit status.
 */
static bool
says(int fd, const char *text, int *status, char *first, char *second, char *third)
{
	char *argv[] = { "mouse", first, second, third, NULL }, said[1024];
	int argc = 1, old = dup(fd);
	FILE *f = tmpfile();
	size_t n;

	if (f == NULL || old == -1)
		abort();
	while (argv[argc] != NULL)
		argc++;
	ran_argc = 0;
	fflush(NULL);
	dup2(fileno(f), fd);
	*status = verbs_run(&MOUSE, argc, argv);
	fflush(NULL);
	dup2(old, fd);
	close(old);
	rewind(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	fclose(f);
	return strcmp(said, text) == 0;
}

static void
a_verb_gets_its_words_and_gives_the_exit_status(void)
{
	char eat[] = "eat", cheese[] = "cheese", help[] = "-h";
	int status;

	CHECK(says(STDOUT_FILENO, "", &status, eat, cheese, help));
	CHECK(status == 7 && ran_argc == 3 && ran_argv[0] == eat && ran_argv[1] == cheese && ran_argv[2] == help);
	CHECK(says(STDOUT_FILENO, "", &status, eat, "--", "--help") && status == 7 && ran_argc == 3);
	CHECK(says(STDOUT_FILENO, "", &status, eat, NULL, NULL));
	CHECK(status == 7 && ran_argc == 1);
}

static void
help_lists_the_verbs(void)
{
	char *words[] = { "--help", "-h", "help" };
	int status;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CHECK(says(STDOUT_FILENO, USAGE, &status, words[i], NULL, NULL));
		CHECK(status == 0);
	}
}

static void
no_verb_is_a_complaint(void)
{
	int status;

	CHECK(says(STDERR_FILENO, USAGE, &status, NULL, NULL, NULL));
	CHECK(status == 2);
}

static void
a_verb_says_its_help_and_does_not_run(void)
{
	int status;

	CHECK(says(STDOUT_FILENO, "usage: mouse eat FOOD\n", &status, "eat", "--help", NULL));
	CHECK(status == 0 && ran_argc == 0);
	CHECK(says(STDOUT_FILENO, "mouse " QSSH_VERSION "\n", &status, "--version", NULL, NULL) && status == 0);
	CHECK(says(STDOUT_FILENO, "usage: mouse sleep\n", &status, "sleep", "-h", "cheese"));
	CHECK(status == 0 && ran_argc == 0);
	CHECK(says(STDOUT_FILENO, "usage: mouse eat FOOD\n", &status, "eat", "cheese", "--help"));
	CHECK(status == 0 && ran_argc == 0);
	CHECK(says(STDOUT_FILENO, "usage: mouse eat FOOD\n", &status, "help", "eat", NULL));
	CHECK(status == 0 && ran_argc == 0);
	CHECK(says(STDOUT_FILENO, "", &status, "eat", "help", NULL));
	CHECK(status == 7 && ran_argc == 2);
}

static void
an_unknown_verb_is_named(void)
{
	static const struct {
		char *typed;
		const char *meant;
	} slips[] = { { "ea", "eat" }, { "eatt", "eat" }, { "aet", "eat" }, { "eta", "eat" }, { "est", "eat" },
		{ "slepe", "sleep" }, { "leep", "sleep" }, { "ate", NULL }, { "e", NULL }, { "", NULL }, { "x", NULL },
		{ "eatsleep", NULL }, { "Eaten", NULL } };
	char words[160];
	int status;

	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		bool known = slips[i].meant != NULL;

		snprintf(words, sizeof(words), "mouse: there is no verb '%s'; %s%s%s'mouse --help' lists them\n",
		    slips[i].typed, known ? "did you mean '" : "", known ? slips[i].meant : "", known ? "'? " : "");
		CHECK(says(STDERR_FILENO, words, &status, slips[i].typed, "--help", NULL));
		CHECK(status == 2 && ran_argc == 0);
		CHECK(says(STDERR_FILENO, words, &status, "help", slips[i].typed, NULL));
		CHECK(status == 2 && ran_argc == 0);
	}
}

int
main(void)
{
	TEST(a_verb_gets_its_words_and_gives_the_exit_status);
	TEST(help_lists_the_verbs);
	TEST(no_verb_is_a_complaint);
	TEST(a_verb_says_its_help_and_does_not_run);
	TEST(an_unknown_verb_is_named);
	return check_done();
}
