/* SPDX-License-Identifier: ISC */
#include "cli/active.h"

#include "sys/agentsockets.h"

#include <stdlib.h>
#include <unistd.h>

/* ssh leaves its standard error to what a Match runs: there is no other place where `sudo -E ssh` can be told why. */
static void
warn_root(void)
{
	static const char words[] =
	    "qssh: SSH_AUTH_SOCK is a user's vault, which serves that user alone: run ssh as the user, or see "
	    "qssh-proxy(1) for root\n";

	if (getuid() == 0 && getenv("QSSH_QUIET") == NULL && isatty(STDERR_FILENO) == 1 &&
	    agentsockets_is_anothers(getenv("SSH_AUTH_SOCK")))
		(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
}

int
active_run(bool needed)
{
	struct agentsockets_named own = agentsockets_own();

	if (!needed)
		return agentsockets_is_active(own) ? 0 : 1;
	warn_root();
	return agentsockets_is_needed(own) ? 0 : 1;
}
