/* SPDX-License-Identifier: ISC */
#include "sys/parent.h"

#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* /proc/PID/FILE, in text. False: it can't be read. */
static bool
read_proc(int pid, const char *file, char *text, size_t size)
{
	char path[64];
	int len;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	len = file_read(path, text, size);
	if (len < 0)
		return false;
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* The fourth field; the second, a name in parentheses, may hold anything. */
int
parent_of(int pid)
{
	char stat[512];
	const char *at;

	/* ") S 1234": the state, a letter, stands between. */
	if (!read_proc(pid, "stat", stat, sizeof(stat)) || (at = strrchr(stat, ')')) == NULL || strlen(at) <= 4)
		return 0;
	return (int)strtol(at + 4, NULL, 10);
}

bool
parent_is(int pid, const char *name)
{
	char comm[32];

	return read_proc(pid, "comm", comm, sizeof(comm)) && strcmp(comm, name) == 0;
}
