/* SPDX-License-Identifier: ISC */
#include "policy.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 12

struct rule {
	const char *service, *arg, *source, *target;
	enum policy_action action;
	const char *to, *dflt, *user;
};

/* Returns 0, or -1 for an option that is not one. */
static int
option_read(struct rule *r, char *word)
{
	if (strncmp(word, "target=", 7) == 0)
		r->to = word + 7;
	else if (strncmp(word, "default_target=", 15) == 0)
		r->dflt = word + 15;
	else if (strncmp(word, "user=", 5) == 0)
		r->user = word + 5;
	else if (strncmp(word, "notify=", 7) != 0 && strncmp(word, "autostart=", 10) != 0)
		return -1;
	return strchr(word, ',') ? -1 : 0;
}

static int
action_read(struct rule *r, const char *word)
{
	if (strcmp(word, "allow") == 0)
		r->action = POLICY_ALLOW;
	else if (strcmp(word, "ask") == 0)
		r->action = POLICY_ASK;
	else if (strcmp(word, "deny") == 0)
		r->action = POLICY_DENY;
	else
		return -1;
	return 0;
}

/* Splits a line into a rule. Returns 1 for a rule, 0 for an empty line or a comment, -1 for neither. */
static int
rule_read(struct rule *r, char *line)
{
	char *word[WORDS], *save = NULL;
	int n = 0;

	memset(r, 0, sizeof(*r));
	line += strspn(line, " \t");
	if (line[0] == '#')
		return 0;
	for (char *w = strtok_r(line, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
		if (n == WORDS || strlen(w) >= POLICY_NAME)
			return -1;
		word[n++] = w;
	}
	if (n == 0)
		return 0;
	if (n < 5 || action_read(r, word[4]) < 0)
		return -1;
	r->service = word[0];
	r->arg = word[1];
	r->source = word[2];
	r->target = word[3];
	if (strcmp(r->arg, "*") != 0 && r->arg[0] != '+')
		return -1;
	for (int i = 5; i < n; i++)
		if (option_read(r, word[i]) < 0)
			return -1;
	return r->action == POLICY_ALLOW && strcmp(r->target, "@default") == 0 && !r->to ? -1 : 1;
}

/* A qube has the tags that are files of POLICY_TAGS_DIR/QUBE. */
static int
tag_matches(const char *tag, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/%s", POLICY_TAGS_DIR, name, tag);
	return access(path, F_OK) == 0;
}

static int
name_matches(const char *pattern, const char *name)
{
	if (strncmp(pattern, "@tag:", 5) == 0)
		return tag_matches(pattern + 5, name);
	return strcmp(pattern, name) == 0 || strcmp(pattern, "@anyvm") == 0;
}

static int
rule_matches(const struct rule *r, const char *service, const char *arg, const char *source, const char *target)
{
	return strcmp(r->service, service) == 0 && (strcmp(r->arg, "*") == 0 || strcmp(r->arg + 1, arg) == 0) &&
	       name_matches(r->source, source) && name_matches(r->target, target);
}

static void
verdict_set(struct policy_verdict *v, const struct rule *r, const char *target)
{
	const char *to = r->to ? r->to : target;

	if (r->action == POLICY_DENY || to[0] == '@')
		return;
	snprintf(v->target, sizeof(v->target), "%s", to);
	snprintf(v->user, sizeof(v->user), "%s", r->user ? r->user : "");
	v->action = r->action;
}

static int
is_policy(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && strcmp(dot, ".policy") == 0;
}

/*
 * Reads on after the match too: an error further down refuses this call as well.
 * Returns 0, or -1 for a file that does not parse.
 */
static int
file_decide(const char *name, int *decided, const char *service, const char *arg, const char *source,
    const char *target, struct policy_verdict *v)
{
	char path[512], line[1024];
	struct rule r;
	FILE *f;
	int kind = 0;

	snprintf(path, sizeof(path), "%s/%s", POLICY_DIR, name);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (kind >= 0 && fgets(line, sizeof(line), f)) {
		kind = rule_read(&r, line);
		if (kind > 0 && !*decided && rule_matches(&r, service, arg, source, target)) {
			*decided = 1;
			verdict_set(v, &r, target);
		}
	}
	fclose(f);
	return kind < 0 ? -1 : 0;
}

void
policy_decide(const char *service, const char *arg, const char *source, const char *target, struct policy_verdict *v)
{
	struct dirent **names;
	int n, decided = 0, bad = 0;

	memset(v, 0, sizeof(*v));
	n = scandir(POLICY_DIR, &names, is_policy, alphasort); /* no setlocale(): C order */
	for (int i = 0; i < n; i++) {
		if (file_decide(names[i]->d_name, &decided, service, arg, source, target, v) < 0)
			bad = 1;
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (bad)
		v->action = POLICY_DENY;
}
