#include "cli/sockets.h"

#include "cli/age.h"
#include "cli/enable.h"
#include "client/chosen.h"
#include "client/pins.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
by_socket(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->socket, ((const struct target *)b)->socket);
}

/* A drop-in's name is a socket's and ".conf". */
static bool
is_drop_in(const char *file, struct target *t)
{
	struct span name = span_of(file);

	if (!span_ends(name, ".conf"))
		return false;
	name.len -= strlen(".conf");
	return target_parse(t, name) == 0 && strcmp(t->socket, "default") != 0;
}

int
vaults_read(struct vaults *v, const char *home)
{
	char path[FILE_PATH_SIZE];
	struct dirent *entry;
	struct target t;
	int error;
	DIR *dir;

	v->count = 1;
	target_parse(&v->list[0], span_of("default"));
	error = file_path(path, home, VAULTS_DIR);
	if (error < 0)
		return error;
	dir = opendir(path);
	if (dir == NULL)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_drop_in(entry->d_name, &t))
			continue;
		if (v->count == VAULTS_MAX) {
			error = -E2BIG;
			break;
		}
		v->list[v->count++] = t;
	}
	closedir(dir);
	qsort(v->list + 1, v->count - 1, sizeof(v->list[0]), by_socket);
	return error;
}

int
vaults_socket(char path[VAULTS_SOCKET_SIZE], const char *runtime_dir, const struct target *t)
{
	int len;

	if (runtime_dir == NULL)
		return -ENOENT;
	len = snprintf(path, VAULTS_SOCKET_SIZE, "%s/qssh/%s", runtime_dir, t->socket);
	return len >= (int)VAULTS_SOCKET_SIZE ? -ENAMETOOLONG : 0;
}

int
vaults_parse(const char *verb, struct target *t, const char *name)
{
	if (target_parse(t, span_of(name)) == 0)
		return 0;
	fprintf(stderr, "qssh %s: %s: that is no vault: it must be default, QUBE, QUBE:ARGUMENT or default:ARGUMENT\n",
	    verb, name);
	return -EINVAL;
}

static int
drop_in_path(char path[FILE_PATH_SIZE], const char *home, const struct target *t)
{
	char name[FILE_PATH_SIZE];

	snprintf(name, sizeof(name), VAULTS_DIR "/%s.conf", t->socket);
	return file_path(path, home, name);
}

/* The name of a further vault, from a verb's one word. The exit status. */
static int
parse_word(struct args *a, struct target *t, int argc, char **argv)
{
	char path[VAULTS_SOCKET_SIZE];

	if (args_parse(a, argc, argv) < 0)
		return 2;
	if (a->words_count == 0) {
		fprintf(stderr, "usage: qssh %s NAME[:ARG]\n", argv[0]);
		return 2;
	}
	if (vaults_parse(argv[0], t, a->words[0]) < 0)
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
	if (vaults_socket(path, getenv("XDG_RUNTIME_DIR"), t) == -ENAMETOOLONG) {
		fprintf(stderr, "qssh %s: %s: too long for a socket: its path may have %u bytes\n", argv[0], t->socket,
		    VAULTS_SOCKET_SIZE - 1);
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

static void
say_use(const struct target *t)
{
	printf("For the hosts that it is meant for, in ~/.ssh/config:\n\n"
	       "    Host example.org\n"
	       "        IdentityAgent /run/user/%%i/qssh/%s\n",
	    t->socket);
	gate_say_policy(t);
}

int
vaults_add(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	const char *home = getenv("HOME");
	char path[FILE_PATH_SIZE], text[512];
	struct target t;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	snprintf(text, sizeof(text),
	    "# By 'qssh add %s'; 'qssh remove %s' removes it.\n[Socket]\nListenStream=%%t/qssh/%s\n", t.socket,
	    t.socket, t.socket);
	error = drop_in_path(path, home, &t);
	if (error == 0)
		error = file_replace(path, span_of(text));
	if (error < 0)
		return fail("add", path, error);
	error = gate_listen("add", home, true);
	if (error == -EPERM)
		puts("Added. It listens once qssh is switched on: qssh enable");
	else if (error == 0)
		printf("Added: %s/qssh/%s listens.\n", getenv("XDG_RUNTIME_DIR"), t.socket);
	say_use(&t);
	return error == 0 || error == -EPERM ? 0 : 1;
}

int
vaults_remove(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	const char *home = getenv("HOME");
	char path[FILE_PATH_SIZE], socket[VAULTS_SOCKET_SIZE];
	bool was = false, pinned = false;
	struct target t;
	int error, status;

	status = parse_word(&a, &t, argc, argv);
	if (status != 0)
		return status;
	error = drop_in_path(path, home, &t);
	if (error == 0)
		error = file_remove(path, &was);
	if (error < 0)
		return fail("remove", path, error);
	if (!was) {
		printf("%s was not there.\n", t.socket);
		return 0;
	}
	if (pins_path(path, home, t.socket) == 0)
		file_remove(path, &pinned);
	error = gate_listen("remove", home, true);
	/* systemd closes a socket that is gone from the unit, but leaves its name. */
	if (vaults_socket(socket, getenv("XDG_RUNTIME_DIR"), &t) == 0 && !sockets_is_listening(socket))
		unlink(socket);
	printf("Removed: %s%s.\n", t.socket, pinned ? ", and its pins" : "");
	return error == 0 || error == -EPERM ? 0 : 1;
}

/* What there is to say of one socket. */
struct shown {
	const struct target *target;
	char path[VAULTS_SOCKET_SIZE];
	bool listening;
	uint32_t pins; /* how many keys are pinned; 0: none, or they can't be read */
	time_t refreshed;
};

static void
look(struct shown *s, const struct target *t, const char *home)
{
	static struct pins p;

	s->target = t;
	s->path[0] = '\0';
	s->listening = vaults_socket(s->path, getenv("XDG_RUNTIME_DIR"), t) == 0 && sockets_is_listening(s->path);
	s->pins = pins_read(&p, home, t->socket) == 0 ? wire_get32(p.answer + 1) : 0;
	s->refreshed = p.refreshed;
}

static void
show_text(const struct shown *s)
{
	const struct target *t = s->target;
	char ago[AGE_SIZE];

	printf("%-16s %s%s%s, %s", t->socket, t->qube, t->arg[0] != '\0' ? " +" : "", t->arg,
	    s->listening ? "listening" : "not listening");
	if (s->pins > 0) {
		age_ago(s->refreshed, time(NULL), ago);
		printf(", %u pinned key%s confirmed %s", s->pins, s->pins == 1 ? "" : "s", ago);
	}
	putchar('\n');
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
	json_number(j, "pins", s->pins);
	if (s->pins > 0)
		json_time(j, "refreshed", s->refreshed);
	json_close(j, '}');
}

bool
vaults_print(const char *verb, struct json *j, const char *name)
{
	const char *home = getenv("HOME"), *source;
	static struct vaults v;
	struct shown s;
	int error = vaults_read(&v, home);
	bool good = error == 0;

	if (!good)
		fail(verb, "~/" VAULTS_DIR, error);
	if (j != NULL)
		json_open(j, name, '[');
	for (size_t i = 0; i < v.count; i++) {
		if (chosen_target(&v.list[i], home, &source) < 0) {
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

int
vaults_list(int argc, char **argv)
{
	struct args a = { .options = { "json" } };
	struct json j = { .to = stdout };
	bool good;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	good = vaults_print("list", a.values[0] != NULL ? &j : NULL, NULL);
	if (a.values[0] != NULL)
		json_line(&j);
	return good ? 0 : 1;
}
