/* SPDX-License-Identifier: ISC */
#include "store/statedir.h"

#include <stddef.h>
#include <stdio.h>

void
statedir_path(char path[STATEDIR_SIZE], const char *home)
{
	snprintf(path, STATEDIR_SIZE, "%s/.local/state/qssh", home == NULL ? "" : home);
}
