/* SPDX-License-Identifier: ISC */
#include "cli/unit.h"

#include "base/text.h"
#include "cli/enable.h"
#include "cli/session.h"
#include "cli/sockets.h"
#include "client/keyfiles.h"
#include "client/members.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/file.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a verb's one word names: a further socket, and for `add` the vaults that it is to serve, if several. */
struct wanted {
	struct target socket;
	struct members members; /* count is 0: it is the socket of the vault of its name */
};

/* The socket's own name. The exit status. */
static int
parse_socket(const char *verb, struct target *t, const char *name)
{
	char path[SOCKETS_PATH_SIZE];

	if (sockets_parse(verb, t, name) < 0)
		return 2;
	if (strcmp(t->socket, "default") == 0) {
		fprintf(stderr, "qssh %s: default is always there; 'qssh enable --vault NAME' says which vault it is\n",
		    verb);
		return 2;
	}
	if (session_complain(verb))
		return 1;
	if (getenv("HOME") == NULL) {
		fprintf(stderr, "qssh %s: HOME is not set\n", verb);
		return 1;
	}
	if (sockets_path(path, getenv("XDG_RUNTIME_DIR"), t) == -ENAMETOOLONG) {
		fprintf(stderr, "qssh %s: %s: too long for a socket: its path may have %u bytes\n", verb, t->socket,
		    SOCKETS_PATH_SIZE - 1);
		return 1;
	}
	return 0;
}

/* The vaults behind a socket's name and '='. The exit status. */
static int
parse_members(struct wanted *w, const char *list)
{
	struct span bad;
	int error = members_parse(&w->members, span_of(list), &bad);

	if (error == -E2BIG) {
		fprintf(stderr, "qssh add: a socket can serve %u vaults, not more\n", MEMBERS_MAX);
	} else if (error == -EEXIST) {
		fprintf(stderr, "qssh add: %.*s is there twice\n", (int)bad.len, (const char *)bad.p);
	} else if (error < 0) {
		char word[512];

		snprintf(word, sizeof(word), "%.*s", (int)bad.len, (const char *)bad.p);
		(void)sockets_parse("add", &w->socket, word);
	} else if (w->socket.arg[0] != '\0') {
		fprintf(
		    stderr, "qssh add: %s: the name of a socket of several vaults has no argument\n", w->socket.socket);
	} else if (members_hold(&w->members, w->socket.socket)) {
		fprintf(stderr, "qssh add: %s: the socket needs another name than its vaults\n", w->socket.socket);
	} else {
		return 0;
	}
	return 2;
}

/* A socket serves vaults and no sockets, and keeps what it is as long as it is there. The exit status. */
static int
check_members(const struct wanted *w, const char *home, const char *unit)
{
	const char *name = w->socket.socket;
	struct members m;
	/* A list that can't be read is written again. */
	bool several = members_read(&m, home, name) != -ENOENT;

	if (access(unit, F_OK) == 0 && several != (w->members.count > 0)) {
		fprintf(stderr, "qssh add: %s is a socket of %s already; 'qssh remove %s' removes it\n", name,
		    several ? "several vaults" : "the vault of that name", name);
		return 1;
	}
	for (unsigned i = 0; i < w->members.count; i++) {
		if (members_read(&m, home, w->members.list[i].socket) == -ENOENT)
			continue;
		fprintf(stderr, "qssh add: %s is itself a socket of several vaults: name those\n",
		    w->members.list[i].socket);
		return 1;
	}
	return 0;
}

/* A verb's one word. The exit status. */
static int
parse_word(struct wanted *w, int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	bool add = strcmp(argv[0], "add") == 0;
	char name[sizeof(w->socket.socket) + 1];
	const char *list;
	int status;

	w->members.count = 0;
	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (a.words_count == 0) {
		fprintf(
		    stderr, "usage: qssh %s NAME[:ARG]%s\n", argv[0], add ? " | NAME=VAULT[:ARG],VAULT[:ARG]..." : "");
		return 2;
	}
	list = add ? strchr(a.words[0], '=') : NULL;
	if (list == NULL)
		return parse_socket(argv[0], &w->socket, a.words[0]);
	snprintf(name, sizeof(name), "%.*s", (int)(list - a.words[0]), a.words[0]);
	status = parse_socket(argv[0], &w->socket, name);
	return status != 0 ? status : parse_members(w, list + 1);
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

	sockets_unit_name(unit, sizeof(unit), t, behind);
	snprintf(name, sizeof(name), MEMBERS_UNITS "/%s%s", dir, unit);
	return file_path(path, home, name);
}

static int
files_of(struct files *f, const char *home, const struct target *t)
{
	int error = file_below(f->socket, home, "", t, MEMBERS_BEHIND);

	if (error == 0)
		error = file_below(f->service, home, "", t, "@.service");
	if (error == 0)
		error = file_below(f->wanted, home, MANAGER_SOCKET ".wants/", t, MEMBERS_BEHIND);
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

/* The socket unit's text. */
static void
put_unit(struct text *text, const struct wanted *w)
{
	const char *name = w->socket.socket;
	const char *const parts[] = { "# By 'qssh add ", name, "'; 'qssh remove ", name,
		"' removes it.\n[Unit]\nDescription=Split SSH: the agent socket of ", name,
		"\n[Socket]\nListenStream=%t/qssh/", name, "\nSymlinks=%h/", AGENTSOCKETS_LINKS, "/", name, "\n" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		text_add(text, parts[i]);
	for (unsigned i = 0; i < w->members.count; i++) {
		text_add(text, i == 0 ? MEMBERS_SECTION "\n" MEMBERS_LINE : ",");
		text_add(text, w->members.list[i].socket);
	}
	if (w->members.count > 0)
		text_add(text, "\n");
}

/* path is a link to to. */
static bool
is_link_to(const char *path, const char *to)
{
	char now[PATH_MAX];
	ssize_t len = readlink(path, now, sizeof(now));

	return len == (ssize_t)strlen(to) && memcmp(now, to, (size_t)len) == 0;
}

/* The file holds text and nothing else. */
static bool
holds(const char *path, const char *text)
{
	char now[2048];
	int len = file_read(path, now, sizeof(now));

	return len == (int)strlen(text) && memcmp(now, text, (size_t)len) == 0;
}

/* What became of the files, in a word for people. */
struct written {
	const char *word; /* "Added", "Changed", "Was added already" */
	const char *which; /* after an error, the file that it is about */
};

/* Writes the files, unless all are there as they would be. 0 or -errno. */
static int
write_files(const struct files *f, const struct wanted *w, struct written *did)
{
	char service[FILE_PATH_SIZE], buf[2048];
	struct text text;
	int error;

	text_open(&text, buf, sizeof(buf));
	put_unit(&text, w);
	did->which = f->service;
	error = service_unit(service);
	if (error < 0)
		return error;
	did->word = "Was added already";
	if (holds(f->socket, text_str(&text)) && is_link_to(f->service, service) && is_link_to(f->wanted, f->socket))
		return 0;
	did->word = access(f->socket, F_OK) == 0 ? "Changed" : "Added";
	did->which = f->socket;
	error = file_replace(f->socket, span_of(text_str(&text)));
	if (error < 0)
		return error;
	did->which = f->service;
	error = link_to(f->service, service);
	if (error < 0)
		return error;
	did->which = f->wanted;
	return link_to(f->wanted, f->socket);
}

static void
say_use(const struct wanted *w)
{
	const char *name = w->socket.socket;

	if (w->members.count == 0) {
		printf("For the hosts that it is meant for, in ~/.ssh/config:\n\n"
		       "    Host example.org\n"
		       "        IdentityAgent ~/" AGENTSOCKETS_LINKS "/%s\n",
		    name);
		enable_say_policy(&w->socket, 1);
		return;
	}
	printf("It lists the keys that are pinned for its vaults. To pin them: qssh pin %s\n"
	       "For every host that nothing else is said for, at the end of ~/.ssh/config:\n\n"
	       "    Host *\n"
	       "        IdentityAgent ~/" AGENTSOCKETS_LINKS "/%s\n",
	    name, name);
	enable_say_policy(w->members.list, w->members.count);
}

int
unit_add(int argc, char **argv)
{
	const char *home = getenv("HOME");
	struct written did = { .which = "HOME" };
	char unit[SOCKETS_UNIT_SIZE];
	static struct files f;
	static struct wanted w;
	int error, status;

	status = parse_word(&w, argc, argv);
	if (status != 0)
		return status;
	error = files_of(&f, home, &w.socket);
	status = error == 0 ? check_members(&w, home, f.socket) : 0;
	if (status != 0)
		return status;
	if (error == 0)
		error = write_files(&f, &w, &did);
	if (error < 0)
		return fail("add", did.which, error);
	sockets_unit(unit, &w.socket);
	manager_do("daemon-reload", NULL);
	error = enable_listen("add", home, unit);
	if (error == -EPERM)
		printf("%s. It listens once qssh is switched on: qssh enable\n", did.word);
	else if (error == 0)
		printf("%s: %s/qssh/%s listens.\n", did.word, getenv("XDG_RUNTIME_DIR"), w.socket.socket);
	say_use(&w);
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

/* Forgets the pins of a socket's vaults that no socket leads to any more. True: there were some. */
static bool
forget_pins(const char *home, const struct target *socket, const struct members *members)
{
	bool any = false;

	for (unsigned i = 0; i < (members->count > 0 ? members->count : 1); i++) {
		const struct target *t = members->count > 0 ? &members->list[i] : socket;
		bool was;

		if (!sockets_lead_to(home, t) && keyfiles_unpin(home, t->socket, &was) == 0)
			any = any || was;
	}
	return any;
}

static int
complain_unknown(const char *home, const struct target *t)
{
	if (!sockets_is_member(home, t))
		return sockets_is_known("remove", home, t) ? 0 : 1;
	fprintf(stderr,
	    "qssh remove: %s has no socket of its own; to take it out of a socket of several vaults, 'qssh add' that "
	    "with the others\n",
	    t->socket);
	return 1;
}

int
unit_remove(int argc, char **argv)
{
	const char *home = getenv("HOME"), *which = "HOME";
	char unit[SOCKETS_UNIT_SIZE];
	bool was = false;
	static struct files f;
	static struct wanted w;
	struct members members;
	int error, status;

	status = parse_word(&w, argc, argv);
	if (status != 0)
		return status;
	members_read(&members, home, w.socket.socket);
	error = files_of(&f, home, &w.socket);
	sockets_unit(unit, &w.socket);
	/*
	 * What is loaded listens until it is stopped, and takes its socket's name and link away then. It comes first: a
	 * connection that finds no unit takes the socket's name for its vault's.
	 */
	if (error == 0 && access(f.socket, F_OK) == 0)
		manager_do("stop", unit);
	if (error == 0)
		error = remove_files(&f, &was, &which);
	if (error < 0)
		return fail("remove", which, error);
	if (!was)
		return complain_unknown(home, &w.socket);
	manager_do("daemon-reload", NULL);
	printf("Removed: %s%s.\n", w.socket.socket, forget_pins(home, &w.socket, &members) ? ", and its pins" : "");
	return 0;
}
