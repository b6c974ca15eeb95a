/* SPDX-License-Identifier: ISC */
#include "cli/socketview.h"

#include "base/limits.h"
#include "cli/keyline.h"
#include "cli/sockets.h"
#include "client/config.h"
#include "client/members.h"
#include "client/pins.h"
#include "sys/agentsockets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What there is to say of one vault's socket, or of one vault of several. */
struct shown {
	const struct target *target;
	const struct shown *before; /* the vault that is named before it for the same socket, or NULL */
	int pins_error; /* pins_read()'s result */
	const struct pins *pins;
};

/* The place-th vault of a socket. */
static void
look(struct shown *s, unsigned place, const struct target *t, const char *home)
{
	static struct pins pins[MEMBERS_MAX];

	s->target = t;
	s->before = NULL;
	s->pins_error = pins_read(&pins[place], home, t->socket);
	s->pins = &pins[place];
}

/* The next vault of a socket, behind those that were looked at. */
static void
look_at_member(struct shown shown[MEMBERS_MAX], unsigned i, const struct members *m, const char *home)
{
	look(&shown[i], i, &m->list[i], home);
	shown[i].before = i > 0 ? &shown[i - 1] : NULL;
}

/* The vault before s that is called for this key, or NULL. */
static const char *
called_before(const struct shown *s, struct span key)
{
	const char *first = NULL;

	while ((s = s->before) != NULL)
		if (s->pins_error == 0 && pins_hold(pins_answer(s->pins), key))
			first = s->target->socket;
	return first;
}

static void
print_keys(const struct shown *s, const char *indent)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(pins_answer(s->pins), &list) < 0)
		return;
	while (agentmsg_identity_next(&list, &id)) {
		const char *called = called_before(s, id.blob);
		char line[LIMIT_SENTENCE];

		keyline_text(line, sizeof(line), &id);
		printf("%s%s%s%s%s\n", indent, line, called != NULL ? "; " : "", called != NULL ? called : "",
		    called != NULL ? " is called for it" : "");
	}
}

static bool
find_path(char path[SOCKETS_PATH_SIZE], const struct target *t)
{
	path[0] = '\0';
	return sockets_path(path, getenv("XDG_RUNTIME_DIR"), t) == 0 && agentsockets_is_listening(path);
}

static void
print_pins(const struct shown *s, const char *indent)
{
	char ago[KEYLINE_AGE_SIZE];
	uint32_t count;

	if (s->pins_error < 0) {
		printf(", pins can't be used: %s\n", pins_error(s->pins_error));
		return;
	}
	count = wire_get32(s->pins->answer + 1);
	keyline_age(s->pins->refreshed, time(NULL), ago);
	printf(", %u pinned key%s confirmed %s:\n", count, count == 1 ? "" : "s", ago);
	print_keys(s, indent);
}

static void
print_socket(const struct target *t, const char *home)
{
	char path[SOCKETS_PATH_SIZE], words[TARGET_LISTED_SIZE];
	struct shown s;

	look(&s, 0, t, home);
	target_listed(t, words);
	printf("%s: %s; %s", t->socket, words, find_path(path, t) ? "listening" : "not listening");
	if (s.pins_error == -ENOENT)
		putchar('\n');
	else
		print_pins(&s, "  ");
}

/* The vaults of one socket. Who has the key of a login learns of it, and nobody else. */
static void
print_members(const struct target *t, const struct members *m, const char *home)
{
	char path[SOCKETS_PATH_SIZE], words[TARGET_LISTED_SIZE];
	struct shown shown[MEMBERS_MAX] = { 0 };

	printf("%s: the first of these vaults that has the key is called for a signature; %s:\n", t->socket,
	    find_path(path, t) ? "listening" : "not listening");
	for (unsigned i = 0; i < m->count; i++) {
		look_at_member(shown, i, m, home);
		target_listed(&m->list[i], words);
		printf("  %s: %s", m->list[i].socket, words);
		if (shown[i].pins_error == -ENOENT)
			printf(", left out, since no key of it is pinned: qssh pin %s\n", m->list[i].socket);
		else
			print_pins(&shown[i], "    ");
	}
}

static void
put_keys(const struct shown *s, struct json *j)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	json_open(j, "pins", '[');
	if (agentmsg_identities(pins_answer(s->pins), &list) == 0)
		while (agentmsg_identity_next(&list, &id))
			keyline_json(j, &id, called_before(s, id.blob));
	json_close(j, ']');
}

static void
put_vault(const struct shown *s, struct json *j)
{
	json_string(j, "vault", s->target->qube);
	json_string(j, "argument", s->target->arg);
	if (s->pins_error == 0) {
		json_time(j, "refreshed", s->pins->refreshed);
		put_keys(s, j);
	} else if (s->pins_error != -ENOENT) {
		json_string(j, "pins_error", pins_error(s->pins_error));
	}
}

static void
put_members(struct json *j, const struct members *m, const char *home)
{
	struct shown shown[MEMBERS_MAX] = { 0 };

	json_open(j, "members", '[');
	for (unsigned i = 0; i < m->count; i++) {
		look_at_member(shown, i, m, home);
		json_open(j, NULL, '{');
		json_string(j, "member", m->list[i].socket);
		put_vault(&shown[i], j);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* m is NULL for a socket of one vault. */
static void
put_socket(struct json *j, const struct target *t, const struct members *m, const char *home)
{
	char path[SOCKETS_PATH_SIZE];
	bool listening = find_path(path, t);
	struct shown s;

	json_open(j, NULL, '{');
	json_string(j, "socket", t->socket);
	json_string(j, "path", path);
	json_bool(j, "listening", listening);
	if (m != NULL) {
		put_members(j, m, home);
	} else {
		look(&s, 0, t, home);
		put_vault(&s, j);
	}
	json_close(j, '}');
}

/* Sets what is configured for the vault of t. False, after a complaint: there is no name. */
static bool
configure(const char *verb, struct target *t, const char *home)
{
	char why[CONFIG_FAULT_SIZE];
	const char *source;
	int error = config_target(t, home, &source);

	if (error == 0)
		return true;
	config_say_fault(why, error, source);
	fprintf(stderr, "qssh %s: %s\n", verb, why);
	return false;
}

/* One socket. False: a default target among its vaults is bad. */
static bool
print_one(const char *verb, struct json *j, struct target *t, const char *home)
{
	struct members m;
	int error = members_read(&m, home, t->socket);
	bool several = error == 0, good = several || configure(verb, t, home);

	if (error < 0 && error != -ENOENT) {
		fprintf(stderr, "qssh %s: the members of %s can't be read from its socket's unit\n", verb, t->socket);
		good = false;
	}

	for (unsigned i = 0; several && i < m.count; i++)
		good = configure(verb, &m.list[i], home) && good;
	if (j != NULL)
		put_socket(j, t, several ? &m : NULL, home);
	else if (several)
		print_members(t, &m, home);
	else
		print_socket(t, home);
	return good;
}

bool
socketview_print(const char *verb, struct json *j, const char *name)
{
	const char *home = getenv("HOME");
	static struct sockets v;
	int error = sockets_read(&v, home);
	bool good = error == 0;

	if (!good)
		fprintf(stderr, "qssh %s: ~/" MEMBERS_UNITS ": %s\n", verb, strerror(-error));
	if (j != NULL)
		json_open(j, name, '[');
	for (size_t i = 0; i < v.count; i++)
		good = print_one(verb, j, &v.list[i], home) && good;
	if (j != NULL)
		json_close(j, ']');
	return good;
}
