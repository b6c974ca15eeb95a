/* SPDX-License-Identifier: ISC */
#include "sys/process.h"

#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/* Fields of /proc/PID/stat, as proc(5) numbers them. */
enum field {
	PPID = 4,
	PGRP = 5,
	SESSION = 6,
	TTY_NR = 7,
	TPGID = 8,
	CMINFLT = 11,
	STARTTIME = 22,
	FIELDS,
};

/* /proc/PID/FILE, in text. False: it can't be read. */
static bool
read_proc(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	int len;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	len = file_read(path, text, size);
	if (len < 0)
		return false;
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* Bits 31 to 20 and 7 to 0 are the minor number. */
static dev_t
device(long long tty_nr)
{
	unsigned nr = (unsigned)tty_nr;

	return nr == 0 ? 0 : makedev((nr >> 8) & 0xfff, (nr & 0xff) | ((nr >> 12) & 0xfff00));
}

bool
process_look(pid_t pid, struct process *p)
{
	long long values[FIELDS] = { 0 };
	char text[1024], *at;
	int field = PPID;

	if (!read_proc(pid, "stat", text, sizeof(text)))
		return false;
	/* The second field, a name in parentheses, may hold anything; a letter for the state follows. */
	at = strrchr(text, ')');
	if (at == NULL || strlen(at) <= 4)
		return false;
	for (at += 4; field < FIELDS && *at != '\0'; field++)
		values[field] = strtoll(at, &at, 10);
	*p = (struct process){
		.parent = (pid_t)values[PPID],
		.group = (pid_t)values[PGRP],
		.session = (pid_t)values[SESSION],
		.terminal = device(values[TTY_NR]),
		.foreground = (pid_t)values[TPGID],
		.began = (unsigned long long)values[STARTTIME],
		.ended_faults = (unsigned long long)values[CMINFLT],
	};
	return field == FIELDS;
}

pid_t
process_parent(pid_t pid)
{
	struct process p;

	return process_look(pid, &p) ? p.parent : 0;
}

bool
process_is(pid_t pid, const char *name)
{
	char comm[32];

	return read_proc(pid, "comm", comm, sizeof(comm)) && strcmp(comm, name) == 0;
}
