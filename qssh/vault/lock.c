/* SPDX-License-Identifier: ISC */
#include "vault/lock.h"

#include "store/brake.h"
#include "store/record.h"
#include "store/recorddir.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "vault/clientname.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
record(const char *state_dir, const char *client, bool on)
{
	static struct record record;

	(void)record_open(&record, state_dir, span_of(client == NULL ? "" : client), span_of(""));
	record_request(&record, on ? "locked" : "unlocked", "done", "a person typed it in the vault");
	record_close(&record);
}

static int
say_still(void *ctx, const struct recorddir *d)
{
	(void)ctx;
	if (strcmp(d->client, RECORDDIR_NOBODY) != 0 && brake_is_set(d->fd, false) != 0)
		printf("%s is still locked: 'qssh-vault unlock --for %s' lifts that.\n", d->client, d->client);
	return 0;
}

/* What else keeps the vault from signing, once client (NULL: all) is unlocked. */
static void
say_rest(const char *state_dir, const char *client)
{
	int all = recorddir_open_all(state_dir, false);

	if (all < 0)
		return;
	if (client == NULL)
		(void)recorddir_each(all, say_still, NULL);
	else if (brake_is_set(all, true) != 0)
		puts("The whole vault is still locked: 'qssh-vault unlock' lifts that.");
	close(all);
}

static int
change(const char *verb, const char *client, bool on)
{
	const char *home = getenv("HOME");
	char state_dir[STATEDIR_SIZE];
	int changed;

	statedir_path(state_dir, home);
	changed = brake_set(state_dir, client, on);
	if (changed < 0) {
		fprintf(stderr, "qssh-vault %s: nothing was changed: %s: %s\n", verb, state_dir, strerror(-changed));
		return 1;
	}
	if (changed > 0)
		record(state_dir, client, on);
	if (on) {
		printf("Nothing is signed for %s%s. 'qssh-vault unlock%s%s' lifts that.\n",
		    client == NULL ? "any qube" : client, changed > 0 ? " from now on" : "; it was so already",
		    client == NULL ? "" : " --for ", client == NULL ? "" : client);
	} else {
		printf("%s %s.\n", client == NULL ? "The vault" : client,
		    changed > 0 ? "is unlocked: the rules hold again" : "was not locked");
		say_rest(state_dir, client);
	}
	return 0;
}

static int
run(int argc, char **argv, bool on)
{
	struct args a = { .program = "qssh-vault", .options = { "for=" } };
	const char *client;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	client = a.values[0];
	if (clientname_check(argv[0], "--for", client) < 0)
		return 2;
	return change(argv[0], client, on);
}

int
lock_run(int argc, char **argv)
{
	return run(argc, argv, true);
}

int
unlock_run(int argc, char **argv)
{
	return run(argc, argv, false);
}
