/* SPDX-License-Identifier: ISC */
#include "cli/sockets.h"

#include "client/members.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
by_socket(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->socket, ((const struct target *)b)->socket);
}

/* Of the characters in a socket's name only '+' can't stand in a unit's. Source: systemd.unit(5), string escaping. */
static void
escape(char *to, size_t size, const char *name)
{
	size_t len = 0;

	for (; *name != '\0' && len + 5 < size; name++) {
		if (*name == '+')
			len += (size_t)snprintf(to + len, size - len, "\\x2b");
		else
			to[len++] = *name;
	}
	to[len] = '\0';
}

static bool
unescape(char *to, size_t size, struct span name)
{
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (len + 1 >= size)
			return false;
		if (name.len - i >= 4 && memcmp(name.p + i, "\\x2b", 4) == 0) {
			to[len++] = '+';
			i += 3;
		} else {
			to[len++] = (char)name.p[i];
		}
	}
	to[len] = '\0';
	return true;
}

void
sockets_unit_name(char *unit, size_t size, const struct target *t, const char *behind)
{
	char escaped[SOCKETS_UNIT_SIZE - 24];

	escape(escaped, sizeof(escaped), t->socket);
	snprintf(unit, size, MEMBERS_BEFORE "%s%s", escaped, behind);
}

void
sockets_unit(char unit[SOCKETS_UNIT_SIZE], const struct target *t)
{
	if (strcmp(t->socket, "default") == 0)
		snprintf(unit, SOCKETS_UNIT_SIZE, "%s", MANAGER_SOCKET);
	else
		sockets_unit_name(unit, SOCKETS_UNIT_SIZE, t, MEMBERS_BEHIND);
}

static bool
is_unit(const char *file, struct target *t)
{
	struct span name = span_of(file);
	char socket[sizeof(t->socket)];

	if (strncmp(file, MEMBERS_BEFORE, strlen(MEMBERS_BEFORE)) != 0 || !span_ends(name, MEMBERS_BEHIND))
		return false;
	name.p += strlen(MEMBERS_BEFORE);
	name.len -= strlen(MEMBERS_BEFORE) + strlen(MEMBERS_BEHIND);
	return unescape(socket, sizeof(socket), name) && target_parse(t, span_of(socket)) == 0 &&
	       strcmp(t->socket, "default") != 0;
}

int
sockets_read(struct sockets *s, const char *home)
{
	struct dirent *entry;
	struct target t;
	int error;
	DIR *dir;

	s->count = 1;
	target_parse(&s->list[0], span_of("default"));
	error = file_open_dir(&dir, home, MEMBERS_UNITS);
	if (dir == NULL)
		return error;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_unit(entry->d_name, &t))
			continue;
		if (s->count == SOCKETS_MAX) {
			error = -E2BIG;
			break;
		}
		s->list[s->count++] = t;
	}
	closedir(dir);
	qsort(s->list + 1, s->count - 1, sizeof(s->list[0]), by_socket);
	return error;
}

int
sockets_path(char path[SOCKETS_PATH_SIZE], const char *runtime_dir, const struct target *t)
{
	int len;

	if (runtime_dir == NULL)
		return -ENOENT;
	len = snprintf(path, SOCKETS_PATH_SIZE, "%s/qssh/%s", runtime_dir, t->socket);
	return len >= (int)SOCKETS_PATH_SIZE ? -ENAMETOOLONG : 0;
}

int
sockets_parse(const char *verb, struct target *t, const char *name)
{
	if (target_parse(t, span_of(name)) == 0)
		return 0;
	fprintf(stderr,
	    "qssh %s: '%s': not a vault's name; it must be default, QUBE, QUBE:ARGUMENT or default:ARGUMENT, "
	    "where QUBE has up to 31 of A-Z a-z 0-9 . _ - and begins with a letter\n",
	    verb, name);
	return -EINVAL;
}

/* Whether `default` or an added socket has t's name, and whether several vaults have t among them. */
static void
look_for(const char *home, const struct target *t, bool *socket, bool *member)
{
	static struct sockets s;
	struct members m;

	*socket = *member = false;
	(void)sockets_read(&s, home);
	for (size_t i = 0; i < s.count; i++) {
		*socket = *socket || strcmp(s.list[i].socket, t->socket) == 0;
		*member = *member || (members_read(&m, home, s.list[i].socket) == 0 && members_hold(&m, t->socket));
	}
}

bool
sockets_is_member(const char *home, const struct target *t)
{
	bool socket, member;

	look_for(home, t, &socket, &member);
	return member;
}

bool
sockets_lead_to(const char *home, const struct target *t)
{
	bool socket, member;

	look_for(home, t, &socket, &member);
	return socket || member;
}

bool
sockets_is_known(const char *verb, const char *home, const struct target *t)
{
	if (sockets_lead_to(home, t))
		return true;
	fprintf(stderr, "qssh %s: there is no socket %s: 'qssh add %s' makes it, 'qssh status' lists those there are\n",
	    verb, t->socket, t->socket);
	return false;
}
