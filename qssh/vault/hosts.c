/* SPDX-License-Identifier: ISC */
#include "vault/hosts.h"

#include "base/limits.h"
#include "sys/args.h"
#include "vault/said.h"
#include "vault/unnamedfile.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void
text_time(struct text *t, uint64_t seconds)
{
	char buf[64];
	time_t when = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&when, &tm) != NULL && strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M", &tm) > 0)
		text_add(t, buf);
}

static void
entry_say(const struct unnamed_entry *e, const struct sshkey *key)
{
	struct said s;

	said_open(&s, "");
	said_key(&s, key);
	text_add(&s.t, " ");
	text_untrusted(&s.t, e->client, LIMIT_NAME);
	text_add(&s.t, " ");
	text_time(&s.t, e->time);
	said_close(&s, stdout);
}

static unsigned
entries_say(struct span rest, const struct hosts *h)
{
	struct unnamed_entry e;
	unsigned n = 0;

	while (unnamed_next(&rest, &e)) {
		uint8_t blob[HOSTS_KEY_SIZE];
		struct sshkey key;
		struct names names;

		if (!unnamedfile_key(&e, blob, &key) ||
		    hosts_lookup(h, &key, (uint64_t)time(NULL), &names) != HOSTS_UNNAMED)
			continue;
		entry_say(&e, &key);
		n++;
	}
	return n;
}

static int
hosts_say(const struct hosts *h, const char *home)
{
	struct span rest = { NULL, 0 };
	struct unnamed *store = NULL;
	int r = unnamedfile_read(&store, home, &rest);
	unsigned n;

	if (r != 0 && r != -ENOENT)
		return said_error("the keys without a name", r);
	n = entries_say(rest, h);
	if (r == 0)
		unnamedfile_close(store);
	if (n == 0) {
		fputs("qssh-vault: no host key was seen without a name\n", stderr);
		return VERB_DONE;
	}
	fputs(
	    "\nThis vault has no name for these host keys. Each was presented by the client shown, which may have "
	    "made it up.\n"
	    "Compare the fingerprint with one that you have from the host itself, then: qssh-vault trust FINGERPRINT "
	    "NAME\n"
	    "On which port the host was reached isn't told: for one on a port other than 22, NAME is '[HOST]:PORT'.\n",
	    stderr);
	return VERB_DONE;
}

int
hostlist_run(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault" };
	const char *home = getenv("HOME");
	struct hosts *h;
	int r;

	if (args_parse(&a, argc, argv) < 0)
		return VERB_USAGE;
	r = hosts_open(&h, home);
	if (r != 0)
		return said_error("the known hosts", r);
	r = hosts_say(h, home);
	hosts_free(h);
	return r;
}
