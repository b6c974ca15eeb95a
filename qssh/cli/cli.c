/* SPDX-License-Identifier: ISC */
/* qssh: what a person types in a client qube. See qssh(1). */
#include "cli/active.h"
#include "cli/doctor.h"
#include "cli/enable.h"
#include "cli/environment.h"
#include "cli/pin.h"
#include "cli/session.h"
#include "cli/status.h"
#include "cli/unit.h"
#include "proxy/proxy.h"
#include "sys/account.h"
#include "sys/args.h"
#include "sys/verbs.h"

#include <stddef.h>

static int
run_active(int argc, char **argv)
{
	struct args a = { .options = { "needed" } };

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	return active_run(a.values[0] != NULL);
}

static const struct verb VERBS[] = {
	{ "enable", "use Split SSH in this qube",
	    "usage: qssh enable [--vault NAME]\n"
	    "\n"
	    "Switches Split SSH on in this qube, now and at its next start, and says what dom0 has to permit.\n"
	    "dom0 can do the same with 'qvm-service --enable QUBE qssh', from the qube's next start.\n"
	    "\n"
	    "  --vault NAME  the vault that holds the keys. Without it dom0's policy chooses the vault;\n"
	    "                NAME '@default' returns to that.\n",
	    enable_on },
	{ "disable", "stop using it",
	    "usage: qssh disable\n"
	    "\n"
	    "Switches Split SSH off in this qube. Connections that are open stay until ssh closes them.\n",
	    enable_off },
	{ "status", "how it stands, and the last calls",
	    "usage: qssh status [--json]\n"
	    "\n"
	    "Shows whether Split SSH is on, its vaults, pinned keys, and what became of the last calls.\n"
	    "Exits with 0 if the default vault's socket listens, else with 1.\n",
	    status_show },
	{ "doctor", "find what is wrong, and how to mend it",
	    "usage: qssh doctor [--call] [--json] [HOST]\n"
	    "\n"
	    "Looks at each step between ssh and the vault, and says what is wrong and how to mend it.\n"
	    "Exits with 0 if nothing is wrong, else with 1.\n"
	    "\n"
	    "  --call  calls each vault too, and shows the keys that it offers; dom0 or the vault may ask\n"
	    "  HOST    asks ssh for what it would do for that host, instead of any; with --call, which of the\n"
	    "          vault's keys it would offer there\n",
	    doctor_run },
	{ "add", "have a socket for one more vault",
	    "usage: qssh add NAME[:ARG]\n"
	    "       qssh add NAME=VAULT[:ARG],VAULT[:ARG]...\n"
	    "\n"
	    "Adds a socket for the vault NAME, beside the default one, and prints the lines for ssh_config and\n"
	    "dom0. ARG is the call's service argument: it names one of the vault's agents. default:ARG asks the\n"
	    "default vault for it.\n"
	    "\n"
	    "With '=' it adds one socket, named as you like, for several vaults. It lists the keys that are pinned\n"
	    "for them; the first VAULT that has the key is called for a signature, and no other.\n",
	    unit_add },
	{ "remove", "remove a socket that was added",
	    "usage: qssh remove NAME[:ARG]\n"
	    "\n"
	    "Removes what 'qssh add' added, and the keys that are pinned for it. Those that another socket needs\n"
	    "stay.\n",
	    unit_remove },
	{ "pin", "keep a vault's public keys here",
	    "usage: qssh pin [NAME[:ARG]]\n"
	    "\n"
	    "Calls the vault once, shows its public keys, and keeps them. From then on ssh is told of them without\n"
	    "a call, and the vault is called only when one of its keys has to sign. Without NAME: the default\n"
	    "vault's. With the name of a socket of several vaults: those of each.\n"
	    "\n"
	    "Each key has a file, too, ~/.config/qssh/keys/NAME/COMMENT.pub, for IdentityFile and user.signingkey.\n",
	    pin_keep },
	{ "unpin", "forget them",
	    "usage: qssh unpin [NAME[:ARG]]\n"
	    "\n"
	    "Forgets the public keys that 'qssh pin' keeps.\n",
	    pin_forget },
	{ "log", "show what became of the calls",
	    "usage: qssh log [-f | --follow] [--json]\n"
	    "\n"
	    "Shows the calls of this session, oldest first. With --follow it goes on with each new one.\n"
	    "With --json each call is a line.\n",
	    status_log },
	{ "active", "succeed if ssh should use the vault now",
	    "usage: qssh active [--needed]\n"
	    "\n"
	    "Exits with 0 if the vault's socket listens and SSH_AUTH_SOCK names no agent that you chose\n"
	    "yourself, else with 1. Prints nothing.\n"
	    "\n"
	    "  --needed  only if ssh has to be told, since SSH_AUTH_SOCK does not name the vault's socket already;\n"
	    "            /etc/ssh/ssh_config.d/30-qssh.conf asks this for each ssh\n",
	    run_active },
	{ "proxy", "ssh's ProxyCommand where there is no user manager", proxy_help, proxy_run },
	{ "environment", "what qssh.socket runs for SSH_AUTH_SOCK",
	    "usage: qssh environment set|clear\n"
	    "\n"
	    "Sets SSH_AUTH_SOCK in the user manager's environment and for what D-Bus starts, if 'qssh active' holds\n"
	    "there; clears it if it is ours. qssh.socket runs this as it starts and stops.\n",
	    environment_run },
	{ .name = NULL },
};

int
main(int argc, char **argv)
{
	static const struct verbs verbs = {
		.program = "qssh",
		.purpose = "Split SSH: this qube's ssh uses keys that stay in a vault qube.",
		.width = 12,
		.list = VERBS,
	};

	account_set_home();
	session_set();
	return verbs_run(&verbs, argc, argv);
}
