/* SPDX-License-Identifier: ISC */
#include "vault/addition.h"

#include "base/text.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "vault/hostkeys.h"
#include "vault/ruleline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long another that adds a rule is waited for. */
#define LOCK_MS 5000

#define RULES_DIR ".config/qssh"

static enum addition_state
refuse(struct addition *a, const char *format, const char *word)
{
	int len = snprintf(a->why, sizeof(a->why), format, word);

	if (len < 0)
		a->why[0] = '\0';
	return ADDITION_REFUSED;
}

/* Nobody but the person may be able to change what is replaced, and what stands behind a link is not replaced. */
static const char *
find_fault(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return "it can't be looked at";
	if (S_ISLNK(st.st_mode))
		return "it is a link, and what it leads to is not changed from here";
	if (!S_ISREG(st.st_mode))
		return "it is not a regular file";
	if (st.st_uid != geteuid())
		return "it does not belong to you";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others may write it";
	return NULL;
}

static int
open_dir(const char *home)
{
	char path[FILE_PATH_SIZE];
	int error = file_path(path, home, RULES_DIR), fd;

	if (error < 0)
		return error;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd == -1 ? -errno : fd;
}

/* These are the person's own rules, and may be changed. */
static enum addition_state
check_own(struct addition *a, const char *home)
{
	char own[FILE_PATH_SIZE];
	const char *fault;
	int dir;

	if (file_path(own, home, RULES_DIR) < 0 || strncmp(a->now->path, own, strlen(own)) != 0)
		return refuse(a,
		    "the rules that hold are not yours but %s; rules of your own would replace them all, so begin "
		    "with a copy of them in ~/.config/qssh/rules",
		    a->now->path[0] == '\0' ? "the built-in ones" : a->now->path);
	dir = open_dir(home);
	fault = dir < 0 ? "its directory can't be opened" : find_fault(dir, "rules");
	if (dir >= 0)
		close(dir);
	if (fault != NULL)
		return refuse(a, "~/.config/qssh/rules is left alone: %s; add the rule yourself", fault);
	return ADDITION_READY;
}

static void
print_date(FILE *to)
{
	time_t now = time(NULL);
	struct tm tm;
	char date[16];

	strftime(date, sizeof(date), "%Y-%m-%d", localtime_r(&now, &tm));
	fputs(date, to);
}

/*
 * The rule, with its comment. Where it is not known whether a request was forwarded, as for a git signature, what
 * comes over a forwarded agent goes on being asked about.
 */
static bool
write_rule(struct addition *a, const struct past *p, const char *name)
{
	char buf[4 * LIMIT_RECORD_LINE];
	struct past rule = *p;
	struct text value;
	FILE *to = open_memstream(&a->rule, &a->rule_len);

	if (to == NULL)
		abort();
	text_open(&value, buf, sizeof(buf));
	text_add(&value, " ");
	if (!ruleline_target(&value, p) || value.cut) {
		fclose(to);
		return false;
	}
	fputs("# ", to);
	print_date(to);
	fputs(", allowed from now on: ", to);
	ruleline_request(to, p);
	fprintf(to, " (%s in the record)\n", name);
	if (p->word[PAST_FORWARDED].len == 0) {
		rule.result = PAST_ASKED;
		rule.word[PAST_FORWARDED] = span_of("yes");
		ruleline_print(to, &rule, text_str(&value));
	}
	rule.word[PAST_FORWARDED] = p->word[PAST_FORWARDED];
	rule.result = PAST_ALLOWED;
	rule.uses = rule.rate = 0;
	ruleline_print(to, &rule, text_str(&value));
	fclose(to);
	return true;
}

static unsigned
count_lines(struct span s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Where line number begins; 0: behind the last. */
static size_t
find_line(const struct addition *a, unsigned number)
{
	size_t at = 0;

	if (number == 0)
		return a->now->len;
	while (--number > 0 && at < a->now->len) {
		const uint8_t *end = memchr(a->now->text + at, '\n', a->now->len - at);

		at = end == NULL ? a->now->len : (size_t)(end - a->now->text) + 1;
	}
	return at;
}

/* The file with the rule in it. */
static void
compose(struct addition *a)
{
	size_t at = find_line(a, a->before);
	bool open_end = at > 0 && a->now->text[at - 1] != '\n';
	FILE *to = open_memstream(&a->text, &a->text_len);

	if (to == NULL)
		abort();
	fwrite(a->now->text, 1, at, to);
	fputs(open_end ? "\n" : "", to);
	fwrite(a->rule, 1, a->rule_len, to);
	fwrite(a->now->text + at, 1, a->now->len - at, to);
	fclose(to);
	a->line = count_lines((struct span){ a->now->text, at }) + open_end +
		  count_lines((struct span){ (const uint8_t *)a->rule, a->rule_len });
}

/* Decides the request by f's rules. */
static int
decide(const struct rulesfile *f, const struct past *p, const char *home, struct decision *d)
{
	static struct past_room room;
	struct hostkeys h;
	struct facts facts;

	if (past_facts(p, &room, &facts) < 0)
		return -EINVAL;
	hostkeys_read(&h, home);
	hostkeys_name(&h, &facts);
	rules_decide(&f->rules, &facts, d);
	hostkeys_free(&h);
	return 0;
}

/* The new rule must decide the request: anything else it was not added for. */
static enum addition_state
check_after(struct addition *a, const struct past *p, const char *home)
{
	struct decision d;

	compose(a);
	if (rulesfile_parse(a->then, a->now->path, (struct span){ (uint8_t *)a->text, a->text_len }, home) < 0)
		return refuse(a, "with it the rules would be wrong: %s", a->then->reason);
	if (decide(a->then, p, home, &d) < 0 || d.verdict != ALLOW || d.line != a->line)
		return refuse(a, "%s", "the rule would not decide this request");
	return ADDITION_READY;
}

enum addition_state
addition_plan(struct addition *a, const struct past *p, const char *name, const char *home)
{
	enum addition_state state;
	struct decision d;
	char line[16];

	*a = (struct addition){ .now = calloc(1, sizeof(*a->now)), .then = calloc(1, sizeof(*a->then)) };
	if (a->now == NULL || a->then == NULL)
		abort();
	if (rulesfile_open(a->now, home) < 0)
		return refuse(a, "everything is refused until the rules are mended: %s", a->now->reason);
	snprintf(a->path, sizeof(a->path), "%s", a->now->path);
	if (decide(a->now, p, home, &d) < 0)
		return refuse(a, "%s", "its line in the record can't be read");
	a->line = d.line;
	if (d.verdict == ALLOW)
		return ADDITION_USELESS;
	if (!write_rule(a, p, name))
		return refuse(a, "%s", "no rule can name just this request");
	state = check_own(a, home);
	if (state != ADDITION_READY)
		return state;
	snprintf(line, sizeof(line), "%u", d.line);
	if (d.verdict == DENY && d.line != 0)
		return refuse(
		    a, "line %s of the rules refuses it, and comes first: only you can say which holds", line);
	a->before = d.line;
	return check_after(a, p, home);
}

/* With the lock held. */
static int
replace(struct addition *a, int dir, const char *home)
{
	const char *fault = find_fault(dir, "rules");
	size_t len = a->now->len;
	int error;

	if (fault != NULL) {
		refuse(a, "%s", fault);
		return -EPERM;
	}
	if (rulesfile_open(a->then, home) < 0 || a->then->len != len || memcmp(a->then->text, a->now->text, len) != 0) {
		refuse(a, "%s", "the rules have changed meanwhile: try again");
		return -ESTALE;
	}
	error = file_replace_at(dir, "rules", (struct span){ (const uint8_t *)a->text, a->text_len });
	if (error < 0)
		refuse(a, "the rules can't be written: %s", strerror(-error));
	return error;
}

int
addition_write(struct addition *a, const char *home)
{
	int dir = open_dir(home), error;

	if (dir < 0) {
		refuse(a, "the rules' directory can't be opened: %s", strerror(-dir));
		return dir;
	}
	error = lock_take(dir, clock_deadline(LOCK_MS));
	if (error < 0)
		refuse(a, "%s", "another rule is being added: try again");
	else
		error = replace(a, dir, home);
	close(dir);
	return error;
}

void
addition_free(struct addition *a)
{
	free(a->now);
	free(a->then);
	free(a->rule);
	free(a->text);
	*a = (struct addition){ .rule = NULL };
}
