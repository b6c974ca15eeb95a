/* SPDX-License-Identifier: ISC */
#include "cli/status.h"

#include "base/limits.h"
#include "base/text.h"
#include "cli/enable.h"
#include "cli/session.h"
#include "cli/socketview.h"
#include "client/history.h"
#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/json.h"
#include "sys/rundir.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* How many calls `status` shows. */
#define LAST_CALLS 5

/* A walk over the calls, which shows those from number `from` on. */
struct walk {
	struct json *json; /* NULL: text */
	bool lines; /* JSON objects on a line each */
	unsigned long count; /* lines seen */
	unsigned long from;
};

/* A call to one vault of several: the socket has another name than what it called. "?" stands for none of them. */
static bool
is_members(const struct history_call *c)
{
	size_t len = strcspn(c->socket, ":");

	return strncmp(c->socket, "default", len) != 0 && strncmp(c->target, "?", 2) != 0 &&
	       (strncmp(c->socket, c->target, len) != 0 || strcspn(c->target, "+") != len);
}

static void
show_text(const struct history_call *c)
{
	char when[32], sentence[LIMIT_SENTENCE];
	bool member = is_members(c);
	struct text t;
	struct tm tm;

	text_open(&t, sentence, sizeof(sentence));
	text_untrusted(&t, span_of(c->untrusted_sentence), LIMIT_SENTENCE);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", localtime_r(&c->ended, &tm));
	printf("%s  %s%s%s: %s\n", when, c->socket, member ? ", " : "", member ? c->target : "", text_str(&t));
}

static void
show_json(struct json *j, const struct history_call *c)
{
	json_open(j, NULL, '{');
	json_time(j, "time", c->ended);
	json_string(j, "socket", c->socket);
	json_string(j, "target", c->target);
	json_string(j, "outcome", c->untrusted_sentence);
	json_close(j, '}');
}

static void
visit(void *ctx, char *untrusted_line)
{
	struct walk *w = ctx;
	struct history_call c;

	if (w->count++ < w->from || !history_parse(untrusted_line, &c))
		return;
	if (w->json == NULL)
		show_text(&c);
	else
		show_json(w->json, &c);
	if (w->lines)
		json_line(w->json);
}

static void
count(void *ctx, char *untrusted_line)
{
	(void)untrusted_line;
	++*(unsigned long *)ctx;
}

/* That calls are not kept, and why. False: they are. */
static bool
say_full(const char *verb, const char *runtime_dir)
{
	if (runtime_dir == NULL || !rundir_is_full(runtime_dir))
		return false;
	fprintf(stderr, "qssh %s: %s is full, so calls may not be kept\n", verb, runtime_dir);
	return true;
}

static void
show_calls(struct json *j)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
	struct walk w = { .json = j };
	unsigned long total = 0;

	history_each(runtime_dir, count, &total);
	w.from = total > LAST_CALLS ? total - LAST_CALLS : 0;
	if (j != NULL)
		json_open(j, "calls", '[');
	else if (total > 0)
		puts("\nThe last calls:");
	else if (!say_full("status", runtime_dir))
		puts("\nssh has made no call since this session began.");
	history_each(runtime_dir, visit, &w);
	if (j != NULL)
		json_close(j, ']');
	if (total > 0)
		say_full("status", runtime_dir);
}

static void
show_enabled(struct enable e)
{
	if (e.dom0)
		puts("On, by dom0 (qvm-service).");
	else if (e.qube)
		puts("On, by this qube (~/" ENABLE_FILE ").");
	else
		puts("Off. 'qssh enable' switches it on here, 'qvm-service --enable QUBE qssh' in dom0 from its next "
		     "start.");
}

int
status_show(int argc, char **argv)
{
	struct args a = { .options = { "json" } };
	struct enable e = enable_look(getenv("HOME"));
	struct json j = { .to = stdout };
	bool as_json, good, active;

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (session_complain("status"))
		return 1;
	as_json = a.values[0] != NULL;
	active = agentsockets_is_active((struct agentsockets_named){ NULL, NULL });
	if (as_json) {
		json_open(&j, NULL, '{');
		json_bool(&j, "enabled", e.dom0 || e.qube);
		json_bool(&j, "listening", active);
	} else {
		show_enabled(e);
	}
	good = socketview_print("status", as_json ? &j : NULL, "sockets");
	show_calls(as_json ? &j : NULL);
	if (as_json) {
		json_close(&j, '}');
		json_line(&j);
	}
	if (!active && (e.dom0 || e.qube) && !manager_is_up())
		session_say_no_manager("status");
	return good && active ? 0 : 1;
}

/* Waits until the history may have grown. The directory is watched, since its file may not be there yet. */
static bool
wait_for_change(int watch)
{
	char events[4096];
	ssize_t n;

	n = read(watch, events, sizeof(events));
	return n > 0 || errno == EINTR;
}

static int
follow(const char *runtime_dir, struct walk *w)
{
	int watch = inotify_init1(IN_CLOEXEC);

	if (watch == -1 || inotify_add_watch(watch, runtime_dir, IN_MODIFY | IN_CREATE) == -1) {
		fprintf(stderr, "qssh log: %s: %s\n", runtime_dir, strerror(errno));
		return 1;
	}
	do {
		/*
		 * A file with fewer lines than were shown has lost its older half: nearly all of the rest has been
		 * shown.
		 */
		w->from = w->count;
		w->count = 0;
		history_each(runtime_dir, visit, w);
		fflush(stdout);
	} while (!ferror(stdout) && wait_for_change(watch));
	return 1;
}

int
status_log(int argc, char **argv)
{
	struct args a = { .options = { "follow", "json" } };
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
	struct json j = { .to = stdout };
	struct walk w = { 0 };

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	if (session_complain("log"))
		return 1;
	if (runtime_dir == NULL) {
		fputs("qssh log: without XDG_RUNTIME_DIR there is no history\n", stderr);
		return 1;
	}
	if (a.values[1] != NULL) {
		w.json = &j;
		w.lines = true;
	}
	if (a.values[0] != NULL)
		return follow(runtime_dir, &w);
	history_each(runtime_dir, visit, &w);
	if (!say_full("log", runtime_dir) && w.count == 0)
		fputs("qssh log: ssh has made no call since this session began\n", stderr);
	return 0;
}
