/* SPDX-License-Identifier: ISC */
#include "vault/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
terminal_confirm(const char *question)
{
	char answer[16] = "";
	FILE *tty = fopen("/dev/tty", "r+e");
	int yes;

	if (tty == NULL)
		return -ENOTTY;
	fprintf(tty, "%s [y/N] ", question);
	fflush(tty);
	yes =
	    fgets(answer, sizeof(answer), tty) != NULL && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
	fclose(tty);
	return yes;
}
