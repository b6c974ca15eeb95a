/* SPDX-License-Identifier: ISC */
/*
 * Whether a process has ended.
 * One that nobody has waited for yet counts as ended: whoever adopted it may never do so.
 */
#ifndef QSSH_GONE_H
#define QSSH_GONE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static inline bool
gone_now(pid_t pid)
{
	char path[64], line[512] = "";
	const char *state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return true;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	state = strrchr(line, ')');
	return state == NULL || strncmp(state, ") Z", 3) == 0 || strncmp(state, ") X", 3) == 0;
}

/* Within a second. */
static inline bool
gone(pid_t pid)
{
	for (int i = 0; i < 100 && !gone_now(pid); i++)
		usleep(10000);
	return gone_now(pid);
}

#endif
