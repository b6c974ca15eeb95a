/* SPDX-License-Identifier: ISC */
#include "ask/prompt.h"

#include "check.h"

#include <string.h>

static struct asker a;
static struct askmsg m;
static struct prompt p;

static void
begin(const char *arg, const char *cost, const char *user)
{
	memset(&a, 0, sizeof(a));
	memset(&m, 0, sizeof(m));
	strcpy(a.client, "work");
	strcpy(a.arg, arg);
	strcpy(m.title, "log in to host");
	strcpy(m.cost, cost);
	strcpy(m.lines, "user: me\nkey: k");
	strcpy(m.subject.user, user);
	m.remember_seconds = 300;
}

static bool
ends(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

static void
an_ordinary_question_says_who_what_and_for_how_long(void)
{
	begin("-", "", "me");
	prompt_of(&p, &a, &m, 0, false);
	CHECK(!p.careful && ends(p.title, ": let work log in to host?") && strstr(p.title, "agent") == NULL);
	CHECK(strcmp(p.body, "user: me\nkey: k") == 0 && strcmp(p.yes, "Yes: this login alone.") == 0);
	prompt_of(&p, &a, &m, 0, true);
	CHECK(strcmp(p.yes, "Yes: this login, and the same one again for 5 minutes.") == 0);
	begin("github", "", "-");
	prompt_of(&p, &a, &m, 0, false);
	CHECK(ends(p.title, ", agent github: let work log in to host?") &&
	      strcmp(p.yes, "Yes: this signature alone.") == 0);
}

static void
what_could_cost_something_begins_with_careful(void)
{
	begin("-", "It costs.", "me");
	prompt_of(&p, &a, &m, 0, false);
	CHECK(p.careful && strncmp(p.title, "CAREFUL, ", 9) == 0 && ends(p.title, ": work wants to log in to host."));
	CHECK(strncmp(p.body, "It costs.\n\nuser: me", 19) == 0 && strstr(p.yes, "type yes") != NULL);
	begin("-", "", "me");
	prompt_of(&p, &a, &m, 7, false);
	CHECK(p.careful && ends(p.title, ": work wants to log in to host, 8 times at once."));
	CHECK(strncmp(p.body, "One yes allows all 8.\n\n", 23) == 0);
	m.rate = 20;
	m.rate_seconds = 60;
	prompt_of(&p, &a, &m, 0, true);
	CHECK(p.careful && ends(p.title, ": work has had 20 logins in 1 minute. Allow more for 5 minutes?"));
	begin("-", "", "-");
	m.rate = 20;
	m.rate_seconds = 60;
	strcpy(m.subject.purpose, "sshsig:git");
	prompt_of(&p, &a, &m, 0, true);
	CHECK(p.careful && ends(p.title, ": work has had 20 git signatures in 1 minute. Allow more for 5 minutes?"));
	strcpy(m.subject.purpose, "sshsig:file");
	prompt_of(&p, &a, &m, 0, true);
	CHECK(strstr(p.title, " 20 signatures of files or messages in 1 minute.") != NULL);
	/* Where a yes can't be remembered it is about this one. */
	prompt_of(&p, &a, &m, 0, false);
	CHECK(!p.careful && ends(p.title, ": let work log in to host?"));
}

static void
long_lines_are_broken_at_spaces(void)
{
	char words[] = "1234567890 234567890 234567890 234567890 234567890 234567890 234567890 234\nshort one\n"
		       "12345678901234567890123456789012345678901234567890123456789012345678901234567890";

	prompt_wrap(words);
	CHECK(strncmp(words, "1234567890 234567890 234567890 234567890 234567890 234567890\n234567890 234\nshort one\n",
		  85) == 0);
	CHECK(strchr(strstr(words, "short one\n") + 10, '\n') == NULL);
}

int
main(void)
{
	TEST(an_ordinary_question_says_who_what_and_for_how_long);
	TEST(what_could_cost_something_begins_with_careful);
	TEST(long_lines_are_broken_at_spaces);
	return check_done();
}
