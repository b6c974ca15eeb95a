/* SPDX-License-Identifier: ISC */
#include "client/members.h"

#include "sys/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* More than `qssh add` writes. */
#define UNIT_SIZE 8192u

bool
members_hold(const struct members *m, const char *socket)
{
	for (unsigned i = 0; i < m->count; i++)
		if (strcmp(m->list[i].socket, socket) == 0)
			return true;
	return false;
}

int
members_parse(struct members *m, struct span untrusted_list, struct span *bad)
{
	m->count = 0;
	do {
		*bad = span_cut(&untrusted_list, ',');
		if (m->count == MEMBERS_MAX)
			return -E2BIG;
		if (target_parse(&m->list[m->count], *bad) < 0)
			return -EINVAL;
		if (members_hold(m, m->list[m->count].socket))
			return -EEXIST;
		m->count++;
	} while (untrusted_list.p != NULL);
	return 0;
}

static int
unit_path(char path[FILE_PATH_SIZE], const char *home, const char *socket)
{
	char name[256];

	if (snprintf(name, sizeof(name), MEMBERS_UNITS "/" MEMBERS_BEFORE "%s" MEMBERS_BEHIND, socket) >=
	    (int)sizeof(name))
		return -ENAMETOOLONG;
	return file_path(path, home, name);
}

int
members_read(struct members *m, const char *home, const char *socket)
{
	char path[FILE_PATH_SIZE], text[UNIT_SIZE];
	struct span rest, line, bad;
	bool section = false;
	int n;

	m->count = 0;
	/* `default` is qssh.socket, and what has an argument, one vault's agent. */
	if (strcmp(socket, "default") == 0 || strchr(socket, ':') != NULL)
		return -ENOENT;
	n = unit_path(path, home, socket);
	if (n == 0)
		n = file_read(path, text, sizeof(text));
	if (n < 0)
		return n == -ENOTDIR ? -ENOENT : n;
	rest = (struct span){ (const uint8_t *)text, (size_t)n };
	while (span_line(&rest, &line)) {
		if (span_starts(line, "["))
			section = span_is(line, MEMBERS_SECTION);
		if (!section || !span_starts(line, MEMBERS_LINE))
			continue;
		line.p += strlen(MEMBERS_LINE);
		line.len -= strlen(MEMBERS_LINE);
		return members_parse(m, line, &bad) == 0 ? 0 : -EBADMSG;
	}
	return -ENOENT;
}
