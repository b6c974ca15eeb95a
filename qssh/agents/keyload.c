/* SPDX-License-Identifier: ISC */
#include "agents/keyload.h"

#include "agents/keydir.h"
#include "agents/keyoptions.h"
#include "base/limits.h"
#include "sys/askpass.h"
#include "sys/clock.h"
#include "sys/command.h"
#include "sys/file.h"
#include "sys/frame.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What ssh-add may say of one key. */
#define SAID 16384

/* Characters of a reason that people are shown. */
#define SHOWN 160u

static void
report(struct keyload *l, const struct keydir_key *key, const char *reason)
{
	char words[LIMIT_SENTENCE];
	struct text t;

	text_open(&t, words, sizeof(words));
	text_untrusted(&t, span_of(key->shown), SHOWN);
	text_add(&t, ": ");
	text_untrusted(&t, span_of(reason), SHOWN);
	fprintf(stderr, "qssh-load: not loaded: %s\n", words);
	record_request(l->record, "load", "failed", words);
	if (l->failed++ > 0)
		text_add(l->failures, "\n");
	text_add(l->failures, words);
}

int
keyload_options(const struct keydir_key *key, struct keyoptions *o, char *why, size_t size)
{
	char path[KEYDIR_PATH + sizeof(".ssh-add-option")], text[KEYOPTIONS_SIZE];
	const char *bad = NULL;
	int len;

	snprintf(path, sizeof(path), "%s.ssh-add-option", key->path);
	len = file_read(path, text, sizeof(text));
	o->count = 0;
	if (len == -ENOENT)
		return 0;
	if (len >= 0)
		len = keyoptions_parse(o, (struct span){ (const uint8_t *)text, (size_t)len }, &bad);
	if (len == 0)
		return 0;
	if (bad != NULL)
		snprintf(
		    why, size, "its .ssh-add-option file has \"%s\", which is not an option for adding a key", bad);
	else
		snprintf(why, size, "its .ssh-add-option file can't be understood");
	return -EINVAL;
}

/* The last line that says something. */
static const char *
last_line(char *said)
{
	size_t len = strlen(said);
	char *line;

	while (len > 0 && (said[len - 1] == '\n' || said[len - 1] == '\r'))
		said[--len] = '\0';
	line = strrchr(said, '\n');
	line = line == NULL ? said : line + 1;
	return line[0] == '\0' ? "ssh-add refused it" : line;
}

static bool
wants_passphrase(const struct keydir_key *key)
{
	const char *const argv[] = { "ssh-keygen", "-y", "-P", "", "-f", key->path, NULL };
	struct command c = { .argv = argv, .ms = LIMIT_AGENT_MS, .with_errors = true, .alone = true };
	char said[SAID];

	return command_read(&c, said, sizeof(said)) > 0 && c.status != 0 && strstr(said, "passphrase") != NULL;
}

static const char *
why_not(const struct keydir_key *key, int error, char *said)
{
	char askpass[KEYDIR_PATH];
	struct stat st;

	if (error == -ENOENT)
		return "ssh-add is not installed";
	if (error == -ETIMEDOUT)
		return "nobody answered for its passphrase in time";
	if (error < 0)
		return "ssh-add could not be run";
	if (stat(key->path, &st) == 0 && (st.st_mode & 077) != 0)
		return "others may read it, so ssh-add won't take it: chmod 600";
	if (!wants_passphrase(key))
		return last_line(said);
	if (!askpass_has_display())
		return "it wants a passphrase, and there is no session to ask in";
	if (!askpass_find(askpass, sizeof(askpass)))
		return "it wants a passphrase, and no ssh-askpass is installed";
	return "its passphrase was not given";
}

static int
add(struct keyload *l, const struct keydir_key *key, struct keyoptions *o, char *said)
{
	const char *argv[KEYOPTIONS_MAX + 3] = { "ssh-add" };
	struct command c = { .argv = argv, .with_errors = true, .alone = true };
	int64_t left = l->deadline - clock_now();
	int n;

	for (size_t i = 0; i < o->count; i++)
		argv[1 + i] = o->word[i];
	argv[1 + o->count] = key->path;
	if (left <= 0)
		return -ETIMEDOUT;
	c.ms = (int)left;
	n = command_read(&c, said, SAID);
	return n < 0 ? n : c.status;
}

static void
load_key(void *ctx, const struct keydir_key *key)
{
	static struct keyoptions options;
	static char said[SAID], why[LIMIT_SENTENCE];
	struct keyload *l = ctx;
	int status;

	said[0] = '\0';
	if (keyload_options(key, &options, why, sizeof(why)) < 0) {
		report(l, key, why);
		return;
	}
	status = add(l, key, &options, said);
	fputs(said, stderr);
	if (status != 0) {
		report(l, key, why_not(key, status, said));
		return;
	}
	record_request(l->record, "load", "loaded", key->shown);
	l->loaded++;
}

int
keyload_run(struct keyload *l, const char *name)
{
	int n = keydir_each(l->home, name, load_key, l);

	return n < 0 ? n : 0;
}
