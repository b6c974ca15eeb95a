/* SPDX-License-Identifier: ISC */
#include "cli/sockets.h"

#include "cli/enable.h"
#include "cli/keyline.h"
#include "client/config.h"
#include "client/pins.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BEFORE "qssh-to-"
#define BEHIND ".socket"

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

/* qssh-to-NAME and what is behind it. */
static void
unit_name(char *unit, size_t size, const struct target *t, const char *behind)
{
	char escaped[SOCKETS_UNIT_SIZE - 24];

	escape(escaped, sizeof(escaped), t->socket);
	snprintf(unit, size, BEFORE "%s%s", escaped, behind);
}

void
sockets_unit(char unit[SOCKETS_UNIT_SIZE], const struct target *t)
{
	if (strcmp(t->socket, "default") == 0)
		snprintf(unit, SOCKETS_UNIT_SIZE, "%s", MANAGER_SOCKET);
	else
		unit_name(unit, SOCKETS_UNIT_SIZE, t, BEHIND);
}

static bool
is_unit(const char *file, struct target *t)
{
	struct span name = span_of(file);
	char socket[sizeof(t->socket)];

	if (strncmp(file, BEFORE, strlen(BEFORE)) != 0 || !span_ends(name, BEHIND))
		return false;
	name.p += strlen(BEFORE);
	name.len -= strlen(BEFORE) + strlen(BEHIND);
	return unescape(socket, sizeof(socket), name) && target_parse(t, span_of(socket)) == 0 &&
	       strcmp(t->socket, "default") != 0;
}

int
sockets_read(struct sockets *s, const char *home)
{
	char path[FILE_PATH_SIZE];
	struct dirent *entry;
	struct target t;
	int error;
	DIR *dir;

	s->count = 1;
	target_parse(&s->list[0], span_of("default"));
	error = file_path(path, home, SOCKETS_DIR);
	if (error < 0)
		return error;
	dir = opendir(path);
	if (dir == NULL)
		return errno == ENOENT ? 0 : -errno;
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
	    "qssh %s: %s: not a vault's name; it must be default, QUBE, QUBE:ARGUMENT or default:ARGUMENT\n", verb,
	    name);
	return -EINVAL;
}

bool
sockets_is_known(const char *verb, const char *home, const struct target *t)
{
	static struct sockets s;

	(void)sockets_read(&s, home);
	for (size_t i = 0; i < s.count; i++)
		if (strcmp(s.list[i].socket, t->socket) == 0)
			return true;
	fprintf(stderr, "qssh %s: there is no socket %s: 'qssh add %s' makes it, 'qssh status' lists those there are\n",
	    verb, t->socket, t->socket);
	return false;
}

/* The name of a further vault, from a verb's one word. The exit status. */
static int
parse_word(struct args *a, struct target *t, int argc, char **argv)
{
	char path[SOCKETS_PATH_SIZE];

	if (args_parse(a, argc, argv) < 0)
		return 2;
	if (a->words_count == 0) {
		fprintf(stderr, "usage: qssh %s NAME[:ARG]\n", argv[0]);
		return 2;
	}
	if (sockets_parse(argv[0], t, a->words[0]) < 0)
		return 2;
	if (strcmp(t->socket, "default") == 0) {
		fprintf(stderr, "qssh %s: default is always there; 'qssh enable --vault NAME' says which vault it is\n",
		    argv[0]);
		return 2;
	}
	if (getenv("HOME") == NULL) {
		fprintf(stderr, "qssh %s: HOME is not set\n", argv[0]);
		return 1;
	}
	if (sockets_path(path, getenv("XDG_RUNTIME_DIR"), t) == -ENAMETOOLONG) {
		fprintf(stderr, "qssh %s: %s: too long for a socket: its path may have %u bytes\n", argv[0], t->socket,
		    SOCKETS_PATH_SIZE - 1);
		return 1;
	}
	return 0;
}

static int
fail(const char *verb, const char *path, int error)
{
	fprintf(stderr, "qssh %s: %s: %s\n", verb, path, strerror(-error));
	return 1;
}

/* The files of a further vault, in ~/.config/systemd/user. */
struct files {
	char socket[FILE_PATH_SIZE]; /* the socket unit */
	char service[FILE_PATH_SIZE]; /* a link to the unit of its connections */
	char wanted[FILE_PATH_SIZE]; /* a link that makes qssh.socket start it */
};

static int
file_below(char path[FILE_PATH_SIZE], const char *home, const char *dir, const struct target *t, const char *behind)
{
	char unit[SOCKETS_UNIT_SIZE], name[FILE_PATH_SIZE];

	unit_name(unit, sizeof(unit), t, behind);
	snprintf(name, sizeof(name), SOCKETS_DIR "/%s%s", dir, unit);
	return file_path(path, home, name);
}

static int
files_of(struct files *f, const char *home, const struct target *t)
{
	int error = file_below(f->socket, home, "", t, BEHIND);

	if (error == 0)
		error = file_below(f->service, home, "", t, "@.service");
	if (error == 0)
		error = file_below(f->wanted, home, MANAGER_SOCKET ".wants/", t, BEHIND);
	return error;
}

/* The unit of a further vault's connections, PREFIX/lib/qssh/qssh-to@.service. This program is PREFIX/bin/qssh. */
static int
service_unit(char path[FILE_PATH_SIZE])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return -errno;
	self[len] = '\0';
	for (int up = 0; up < 2 && strrchr(self, '/') != NULL; up++)
		*strrchr(self, '/') = '\0';
	snprintf(path, FILE_PATH_SIZE, "%.4000s/lib/qssh/qssh-to@.service", self);
	return 0;
}

/* Makes path a link to to, whatever it was. 0 or -errno. */
static int
link_to(const char *path, const char *to)
{
	bool was;
	int error = file_make_parents(path);

	if (error == 0)
		error = file_remove(path, &was);
	if (error == 0 && symlink(to, path) == -1)
		error = -errno;
	return error;
}

/* 0, or -errno with the file that it is about. */
static int
write_files(const struct files *f, const struct target *t, const char **which)
{
	char service[FILE_PATH_SIZE], text[1024];
	int error;

	snprintf(text, sizeof(text),
	    "# By 'qssh add %s'; 'qssh remove %s' removes it.\n[Unit]\nDescription=Split SSH: the agent socket of %s\n"
	    "[Socket]\nListenStream=%%t/qssh/%s\nSymlinks=%%h/" AGENTSOCKETS_LINKS "/%s\n",
	    t->socket, t->socket, t->socket, t->socket, t->socket);
	*which = f->socket;
	error = file_replace(f->socket, span_of(text));
	if (error < 0)
		return error;
	*which = f->service;
	error = service_unit(service);
	if (error == 0)
		error = link_to(f->service, service);
	if (error < 0)
		return error;
	*which = f->wanted;
	return link_to(f->wanted, f->socket);
}

static void
say_use(const struct target *t)
{
	printf("For the hosts that it is meant for, in ~/.ssh/config:\n\n"
	       "    Host example.org\n"
	       "        IdentityAgent ~/" AGENTSOCKETS_LINKS "/%s\n",
	    t->socket);
	enable_say_policy(t);
}

int
sockets_add(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	const char *home = getenv("HOME"), *which = "HOME";
	char unit[SOCKETS_UNIT_SIZE];
	static struct files f;
	struct target t;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	error = files_of(&f, home, &t);
	if (error == 0)
		error = write_files(&f, &t, &which);
	if (error < 0)
		return fail("add", which, error);
	sockets_unit(unit, &t);
	manager_do("daemon-reload", NULL);
	error = enable_listen("add", home, unit);
	if (error == -EPERM)
		puts("Added. It listens once qssh is switched on: qssh enable");
	else if (error == 0)
		printf("Added: %s/qssh/%s listens.\n", getenv("XDG_RUNTIME_DIR"), t.socket);
	say_use(&t);
	return error == 0 || error == -EPERM ? 0 : 1;
}

/* Removes the files; *was: the socket unit was there. 0, or -errno with the file that it is about. */
static int
remove_files(const struct files *f, bool *was, const char **which)
{
	bool other;
	int error;

	*which = f->socket;
	error = file_remove(f->socket, was);
	if (error < 0)
		return error;
	*which = f->service;
	error = file_remove(f->service, &other);
	if (error < 0)
		return error;
	*which = f->wanted;
	return file_remove(f->wanted, &other);
}

int
sockets_remove(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	const char *home = getenv("HOME"), *which = "HOME";
	char unit[SOCKETS_UNIT_SIZE], path[FILE_PATH_SIZE];
	bool was = false, pinned = false;
	static struct files f;
	struct target t;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	error = files_of(&f, home, &t);
	if (error == 0)
		error = remove_files(&f, &was, &which);
	if (error < 0)
		return fail("remove", which, error);
	if (!was)
		return sockets_is_known("remove", home, &t) ? 0 : 1;
	if (pins_path(path, home, t.socket) == 0)
		file_remove(path, &pinned);
	/* What is loaded listens until it is stopped, and takes its socket's name and link away then. */
	sockets_unit(unit, &t);
	manager_do("stop", unit);
	manager_do("daemon-reload", NULL);
	printf("Removed: %s%s.\n", t.socket, pinned ? ", and its pins" : "");
	return 0;
}

/* What there is to say of one socket. */
struct shown {
	const struct target *target;
	char path[SOCKETS_PATH_SIZE];
	bool listening;
	int pins_error; /* pins_read()'s result */
	const struct pins *pins;
};

static void
look(struct shown *s, const struct target *t, const char *home)
{
	static struct pins p;

	s->target = t;
	s->path[0] = '\0';
	s->listening = sockets_path(s->path, getenv("XDG_RUNTIME_DIR"), t) == 0 && agentsockets_is_listening(s->path);
	s->pins_error = pins_read(&p, home, t->socket);
	s->pins = &p;
}

static void
show_text(const struct shown *s)
{
	const struct target *t = s->target;
	char ago[KEYLINE_AGE_SIZE], words[TARGET_LISTED_SIZE];
	uint32_t count;

	target_listed(t, words);
	printf("%s: %s; %s", t->socket, words, s->listening ? "listening" : "not listening");
	if (s->pins_error == -ENOENT) {
		putchar('\n');
	} else if (s->pins_error < 0) {
		printf(", pins can't be used: %s\n", pins_error(s->pins_error));
	} else {
		count = wire_get32(s->pins->answer + 1);
		keyline_age(s->pins->refreshed, time(NULL), ago);
		printf(", %u pinned key%s confirmed %s:\n", count, count == 1 ? "" : "s", ago);
		keyline_list("  ", pins_answer(s->pins));
	}
}

static void
show_json(const struct shown *s, struct json *j)
{
	json_open(j, NULL, '{');
	json_string(j, "socket", s->target->socket);
	json_string(j, "vault", s->target->qube);
	json_string(j, "argument", s->target->arg);
	json_string(j, "path", s->path);
	json_bool(j, "listening", s->listening);
	if (s->pins_error == 0) {
		json_time(j, "refreshed", s->pins->refreshed);
		keyline_list_json(j, "pins", pins_answer(s->pins));
	} else if (s->pins_error != -ENOENT) {
		json_string(j, "pins_error", pins_error(s->pins_error));
	}
	json_close(j, '}');
}

bool
sockets_print(const char *verb, struct json *j, const char *name)
{
	const char *home = getenv("HOME"), *source;
	static struct sockets v;
	struct shown s;
	int error = sockets_read(&v, home);
	bool good = error == 0;

	if (!good)
		fail(verb, "~/" SOCKETS_DIR, error);
	if (j != NULL)
		json_open(j, name, '[');
	for (size_t i = 0; i < v.count; i++) {
		if (config_target(&v.list[i], home, &source) < 0) {
			fprintf(stderr, "qssh %s: %s holds no qube's name\n", verb, source);
			good = false;
		}
		look(&s, &v.list[i], home);
		if (j != NULL)
			show_json(&s, j);
		else
			show_text(&s);
	}
	if (j != NULL)
		json_close(j, ']');
	return good;
}
