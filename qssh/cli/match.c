/* SPDX-License-Identifier: ISC */
/*
 * qssh-active: `qssh active` for what asks it at each start, ssh and login shells. See qssh(1).
 * A program of its own, since half of the time would be the start of qssh's other verbs.
 */
#include "base/version.h"
#include "cli/active.h"
#include "sys/relro.h"

#include <string.h>
#include <unistd.h>

static const char VERSION[] = "qssh-active " QSSH_VERSION "\n";
static const char USAGE[] = "usage: qssh-active [--needed]\n"
			    "       qssh-active --version\n"
			    "\n"
			    "As 'qssh active'. ssh and login shells run it at each start.\n";

int
main(int argc, char **argv)
{
	bool needed = argc == 2 && strcmp(argv[1], "--needed") == 0;
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (relro_protect() < 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return write(STDOUT_FILENO, VERSION, sizeof(VERSION) - 1) < 0;
	if (argc > 1 && !needed) {
		(void)!write(help ? STDOUT_FILENO : STDERR_FILENO, USAGE, sizeof(USAGE) - 1);
		return help ? 0 : 2;
	}
	return active_run(needed);
}
