/* SPDX-License-Identifier: ISC */
#include "sys/account.h"

#include "sys/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL */
enum { NAME = 0, UID = 2, HOME = 5, FIELDS = 7 };

static bool
split(char *line, char *fields[FIELDS])
{
	for (int i = 0; i < FIELDS; i++) {
		fields[i] = line;
		if (line == NULL)
			return false;
		line = strchr(line, ':');
		if (line != NULL)
			*line++ = '\0';
	}
	return true;
}

static bool
is_uid(const char *digits, uid_t uid)
{
	char *end;
	unsigned long number = strtoul(digits, &end, 10);

	return digits[0] >= '0' && digits[0] <= '9' && *end == '\0' && number == uid;
}

static bool
copy(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size)
		return false;
	memcpy(to, from, len + 1);
	return true;
}

int
account_parse(struct account *a, uid_t uid, char *text)
{
	char *fields[FIELDS], *next;

	for (char *line = text; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (split(line, fields) && is_uid(fields[UID], uid) && copy(a->name, sizeof(a->name), fields[NAME]) &&
		    copy(a->home, sizeof(a->home), fields[HOME]))
			return 0;
	}
	return -ENOENT;
}

void
account_set_home(void)
{
	const char *home = getenv("HOME");
	struct account a;

	if ((home == NULL || home[0] != '/') && account_find(&a, getuid()) == 0)
		setenv("HOME", a.home, 1);
}

int
account_find(struct account *a, uid_t uid)
{
	static char text[256 * 1024];
	int len = file_read("/etc/passwd", text, sizeof(text));

	if (len < 0)
		return len;
	text[len] = '\0';
	return account_parse(a, uid, text);
}
