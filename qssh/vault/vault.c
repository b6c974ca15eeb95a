/* SPDX-License-Identifier: ISC */
/* qssh-vault: what a person types in a vault qube. Never reached over qrexec. See qssh-vault(1). */
#include "sys/account.h"
#include "sys/verbs.h"
#include "vault/allow.h"
#include "vault/answers.h"
#include "vault/check.h"
#include "vault/doctor.h"
#include "vault/hosts.h"
#include "vault/lock.h"
#include "vault/log.h"
#include "vault/status.h"
#include "vault/suggest.h"
#include "vault/trust.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct verb VERBS[] = {
	{ "check", "try the rules out, without asking anybody",
	    "usage: qssh-vault check [--rules FILE] [--client NAME [--arg NAME] [--key KEY] [--to USER@HOST]\n"
	    "                        [--host WORD] [--for PURPOSE] [--forwarded yes|no]\n"
	    "                        [--via HOST,...]]\n"
	    "\n"
	    "Without a client: reads the rules and says what is wrong or odd about them. With one: says what they\n"
	    "would decide of a request, and which line does.\n"
	    "\n"
	    "  --rules FILE         these rules, whoever may write to them; else those that hold here\n"
	    "  --client NAME        the qube that asks\n"
	    "  --arg NAME           its service argument; else none\n"
	    "  --key KEY            a .pub file, a SHA256:... fingerprint, or the comment of a key in the agent\n"
	    "  --to USER@HOST       a login there; [HOST]:PORT for other ports; SHA256:... for a host key\n"
	    "  --host WORD          what is known of that host: proven (without --to: unknown), vouched, unnamed, "
	    "unknown\n"
	    "  --for PURPOSE        login, git, sshsig:NAMESPACE, certificate, pam or opaque; else login\n"
	    "  --forwarded yes|no   over a forwarded agent; else not known where the host is unknown, and no where it "
	    "is\n"
	    "  --via HOST,...       forwarded, by way of these hosts: names, SHA256:FINGERPRINT or @unnamed\n"
	    "\n"
	    "Exits with 0 for allow, or rules that are in order; 3 for ask, or rules that are odd; 1 for deny, or\n"
	    "rules that refuse everything because they are wrong; 2 for a command line that is.\n",
	    check_run },
	{ "log", "show what was signed and refused",
	    "usage: qssh-vault log [-f | --follow] [--client NAME] [--since TIME] [--numbers | --json]\n"
	    "       qssh-vault log --verify [--client NAME]\n"
	    "\n"
	    "Shows the record, oldest first: at a terminal for people, what belongs together under one client and\n"
	    "time; elsewhere its lines as they are.\n"
	    "\n"
	    "  -f, --follow   wait for more\n"
	    "  --client NAME  only what this qube asked for\n"
	    "  --since TIME   only what is later: 30m, 12h, 7d, 2026-01-31, 2026-01-31T12:00\n"
	    "  --numbers      each signature's number first, as 'qssh-vault allow' takes it\n"
	    "  --json         a JSON object a line\n"
	    "  --verify       check instead that no line was changed or taken away\n",
	    log_run },
	{ "allow", "make a rule of a request in the record",
	    "usage: qssh-vault allow NUMBER [--yes|--offer] [--client NAME] [--clicked]\n"
	    "\n"
	    "Adds a rule to ~/.config/qssh/rules that allows just this from now on: a login of that qube, with that\n"
	    "key, as that user to that proven host, or its git signatures with that key. Shows the rule and its "
	    "place,\n"
	    "and asks first. 'qssh-vault log --numbers' shows each request's NUMBER.\n"
	    "\n"
	    "  --yes          without asking\n"
	    "  --offer        add nothing: print the rule, under a title, for a notification\n"
	    "  --client NAME  only if this qube asked for it\n"
	    "  --clicked      say in the record that it was a notification's button\n"
	    "\n"
	    "Exits with 0 if the rule was added, 3 if the rules allow this already, 1 if there is no rule for it.\n",
	    allow_run },
	{ "suggest", "write rules from what was signed",
	    "usage: qssh-vault suggest [--since TIME] [--client NAME]\n"
	    "       qssh-vault suggest --against RULES [--since TIME] [--client NAME]\n"
	    "\n"
	    "Prints rules that allow or ask for what was signed, and nothing else, each with how often that was and\n"
	    "when last; refusals as comments. Read them, and save them as ~/.config/qssh/rules.\n"
	    "\n"
	    "  --since TIME     only what is later: 12h, 30d, 2026-01-31\n"
	    "  --client NAME    only what this qube asked for\n"
	    "  --against RULES  say instead which requests of the record that file would decide otherwise\n"
	    "\n"
	    "Exits with 3 if what was longest ago had no room in a file.\n"
	    "With --against: exits with 0 if all would be decided as they were, 3 if not, 1 if the file is wrong.\n",
	    suggest_run },
	{ "status", "show how the vault stands",
	    "usage: qssh-vault status\n"
	    "\n"
	    "Shows in one screen whether the vault is locked, its rules, its agents and how many keys they hold, "
	    "which\n"
	    "qube was given what today, remembered answers, cooldowns, and what waits for an answer.\n",
	    vaultstatus_run },
	{ "lock", "sign nothing until it is unlocked",
	    "usage: qssh-vault lock [--for NAME]\n"
	    "\n"
	    "Refuses every signature from now on, those that wait for an answer too, until 'qssh-vault unlock', also\n"
	    "after the vault was started anew.\n"
	    "\n"
	    "  --for NAME  only what the qube NAME asks for\n",
	    lock_run },
	{ "unlock", "let the rules hold again",
	    "usage: qssh-vault unlock [--for NAME]\n"
	    "\n"
	    "Lifts what 'qssh-vault lock' did: the whole vault's lock, or with --for that of the qube NAME.\n",
	    unlock_run },
	{ "grants", "list the answers that are remembered",
	    "usage: qssh-vault grants [--json]\n"
	    "\n"
	    "Lists the remembered answers that still hold, each with its number, how long it holds, and for what: a "
	    "request that\n"
	    "is the same in every part is signed without a question.\n",
	    remembered_list },
	{ "revoke", "forget them, or hear a qube again",
	    "usage: qssh-vault revoke [all | N]\n"
	    "       qssh-vault revoke --cooldown NAME\n"
	    "\n"
	    "Ends the remembered answer with number N, or all of them, at once. With --cooldown: questions of the\n"
	    "qube NAME are heard again, after too many questions that were refused or not answered.\n",
	    remembered_revoke },
	{ "hosts", "list the host keys without a name",
	    "usage: qssh-vault hosts\n"
	    "\n"
	    "Lists the host keys that client qubes presented and that this vault has no name for: fingerprint, type,\n"
	    "client, and when it was last seen. A client may have made them up.\n",
	    hostlist_run },
	{ "trust", "name a host key",
	    "usage: qssh-vault trust FINGERPRINT NAME\n"
	    "       qssh-vault trust --file KNOWN_HOSTS [--yes]\n"
	    "\n"
	    "Names one of the host keys that 'qssh-vault hosts' lists, by its whole fingerprint. NAME is a host, or\n"
	    "[HOST]:PORT for a port other than 22. A key is never replaced: a host with another key of that type is "
	    "refused.\n"
	    "\n"
	    "  --file KNOWN_HOSTS  add the lines of that file, after showing each and asking\n"
	    "  --yes               without asking\n",
	    trust_run },
	{ "doctor", "find what is wrong, and how to mend it",
	    "usage: qssh-vault doctor [--json]\n"
	    "\n"
	    "Checks this qube's side of the path: the service, the session, the rules, the agents and their keys.\n"
	    "Starts nothing. Run it in the vault's graphical session, where calls are answered.\n"
	    "\n"
	    "  --json  an array of what was found\n",
	    vaultdoctor_run },
	{ .name = NULL },
};

/* Whoever types sudo before a verb means the keys of a user. */
static void
say_root(void)
{
	if (getuid() == 0)
		fputs(
		    "qssh-vault: this is about root's own keys, rules and record, not those of another user\n", stderr);
}

int
main(int argc, char **argv)
{
	static const struct verbs verbs = {
		.program = "qssh-vault",
		.purpose = "Split SSH: this qube keeps the keys, and decides what is signed with them.",
		.width = 10,
		.list = VERBS,
	};

	umask(077);
	account_set_home();
	if (argc > 1 && argv[1][0] != '-')
		say_root();
	return verbs_run(&verbs, argc, argv);
}
