/* SPDX-License-Identifier: ISC */
#include "cli/pin.h"

#include "cli/keyline.h"
#include "cli/sockets.h"
#include "client/config.h"
#include "client/keyfiles.h"
#include "client/members.h"
#include "client/pins.h"
#include "ssh/agentmsg.h"
#include "sys/args.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the answer of the vault apart: the keys, a refusal, or nonsense. */
static int
check(struct pin_answer *f, const struct target *t)
{
	struct span answer = { f->answer, f->len };
	struct agentmsg_identities list;

	if (agentmsg_identities(answer, &list) == 0)
		return 0;
	if (f->len == 1 && f->answer[0] == AGENTMSG_FAILURE) {
		snprintf(f->why, sizeof(f->why),
		    "%s refused to list its keys; its record says why: 'qssh-vault log' there", target_shown(t));
		return -EACCES;
	}
	snprintf(f->why, sizeof(f->why), "%s answered with something that is not the agent protocol", target_shown(t));
	return -EBADMSG;
}

int
pin_fetch(struct pin_answer *f, struct target *t, const char *home)
{
	static const uint8_t list[] = { AGENTMSG_LIST };
	const char *source;
	struct call c;
	int n;

	f->fault = CALL_HERE;
	n = config_target(t, home, &source);
	if (n < 0) {
		config_say_fault(f->why, n, source);
		return n;
	}
	/* A vault that goes away while we write to it is an error to report. */
	signal(SIGPIPE, SIG_IGN);
	n = call_start(&c, config_program(), t, CALL_OURS, f->why);
	if (n < 0)
		return n;
	n = call_exchange(
	    &c, (struct span){ list, sizeof(list) }, f->answer, clock_deadline(config_answer_ms()), f->why);
	f->fault = n < 0 ? c.fault : CALL_VAULT;
	if (n < 0)
		return n;
	call_end(&c);
	f->len = (size_t)n;
	return check(f, t);
}

/* The socket that a verb's only word names; `default` without one. The exit status. */
static int
parse_word(struct args *a, struct target *t, int argc, char **argv)
{
	if (args_parse(a, argc, argv) < 0)
		return 2;
	if (getenv("HOME") == NULL) {
		fprintf(stderr, "qssh %s: HOME is not set\n", argv[0]);
		return 1;
	}
	return sockets_parse(argv[0], t, a->words_count > 0 ? a->words[0] : "default") < 0 ? 2 : 0;
}

/* Says which file each pinned key has. The exit status. */
static int
say_files(const char *home, const struct target *t, struct span answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;
	char path[FILE_PATH_SIZE];
	int status = 0;

	if (home == NULL || agentmsg_identities(answer, &list) < 0)
		return 1;
	puts("Each has a file, for IdentityFile and git's user.signingkey:");
	while (agentmsg_identity_next(&list, &id)) {
		if (keyfiles_path(path, home, t->socket, id.blob) == 0) {
			printf("  ~%s\n", path + strlen(home));
			continue;
		}
		fprintf(stderr, "qssh pin: ~/" KEYFILES_DIR "/%s: a key's file can't be written there\n", t->socket);
		status = 1;
	}
	return status;
}

/* Pins the keys of one vault. The exit status. */
static int
keep(const char *home, struct target *t)
{
	static struct pin_answer f;
	int error = pin_fetch(&f, t, home);

	if (error < 0) {
		fprintf(stderr, "qssh pin: %s\n", f.why);
		return 1;
	}
	error = keyfiles_pin(home, t->socket, (struct span){ f.answer, f.len });
	if (error == -ENOKEY) {
		fprintf(stderr, "qssh pin: %s offers no keys now, so there is nothing to pin\n", target_shown(t));
		return 1;
	}
	if (error < 0) {
		fprintf(stderr, "qssh pin: ~/" PINS_DIR "/%s.pub: %s\n", t->socket, strerror(-error));
		return 1;
	}
	printf("Pinned for %s, the keys of %s:\n", t->socket, target_shown(t));
	keyline_list("  ", (struct span){ f.answer, f.len });
	return say_files(home, t, (struct span){ f.answer, f.len });
}

/* The vaults of a socket: its members, or the one of its name. 0, or -errno with a complaint. */
static int
vaults_of(struct members *m, const char *verb, const char *home, const struct target *t)
{
	int error = members_read(m, home, t->socket);

	if (error == -ENOENT) {
		m->count = 1;
		m->list[0] = *t;
		return 0;
	}
	if (error < 0)
		fprintf(stderr,
		    "qssh %s: the vaults of the socket %s can't be read from its unit; 'qssh add %s=VAULT,VAULT' "
		    "writes it again\n",
		    verb, t->socket, t->socket);
	return error;
}

/* Forgets the pins of one vault. The exit status. */
static int
forget(const char *home, struct target *t)
{
	bool was;
	int error = keyfiles_unpin(home, t->socket, &was);

	if (error < 0) {
		fprintf(stderr, "qssh unpin: ~/" PINS_DIR "/%s.pub: %s\n", t->socket, strerror(-error));
		return 1;
	}
	if (!was && !sockets_is_known("unpin", home, t))
		return 1;
	printf("%s: %s\n", t->socket, was ? "no key is pinned any more" : "no key was pinned");
	return 0;
}

/* A verb: what each() does with every vault of the socket that its only word names. The exit status. */
static int
run(int argc, char **argv, bool known, int (*each)(const char *home, struct target *t))
{
	struct args a = { .words_max = 1 };
	const char *home = getenv("HOME");
	struct members m;
	struct target t;
	int status = parse_word(&a, &t, argc, argv);

	if (status != 0)
		return status;
	if (known && !sockets_is_known(argv[0], home, &t))
		return 1;
	if (vaults_of(&m, argv[0], home, &t) < 0)
		return 1;
	for (unsigned i = 0; i < m.count; i++)
		status |= each(home, &m.list[i]);
	return status;
}

int
pin_keep(int argc, char **argv)
{
	/* dom0 would take a qube that does not exist for @default, and another vault's keys would be pinned. */
	return run(argc, argv, true, keep);
}

int
pin_forget(int argc, char **argv)
{
	return run(argc, argv, false, forget);
}
