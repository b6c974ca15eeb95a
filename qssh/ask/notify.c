/* SPDX-License-Identifier: ISC */
/*
 * qssh-notify: shows one notification, or puts one question with buttons. The only program that knows libnotify. See
 * qssh-notify(8).
 *
 * The texts are shown as they are: what in them came from another qube is escaped already. Source: Desktop
 * Notifications Specification.
 */
#include "base/version.h"

#include <glib-unix.h>
#include <libnotify/notify.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NO_BUTTONS = 3, STATUS_ENDED = 4 };

/* No answer of the server's is waited for any longer. */
#define SERVER_SECONDS 5

/* What says the same so soon after is counted in the same notification. */
#define LAST_FRESH_US (60 * G_USEC_PER_SEC)

/* Whoever holds the lock for longer has a server that hangs. */
#define LAST_LOCK_US (500 * 1000)

/* A click so soon was meant for what was under the pointer before. */
#define VOID_CLICK_US (700 * 1000)

/* A question that is clicked away so soon is put again, but not for ever. */
#define SHOW_MAX 10

struct question {
	GMainLoop *loop;
	NotifyNotification *shown;
	const char *title, *body, *remember; /* remember: a duration in words; NULL: none */
	gboolean early; /* a button was clicked too soon */
	gboolean offers; /* it asks nothing, and has one button */
	gboolean careful; /* deny comes first: some servers take Return for the first button */
	gint64 shown_at;
	unsigned times;
	enum status status;
};

/* Otherwise GLib would start a bus of its own, by dbus-launch. */
static gboolean
has_bus(void)
{
	const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
	char *path;
	gboolean there;

	if (address != NULL && address[0] != '\0')
		return TRUE;
	path = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
	there = g_file_test(path, G_FILE_TEST_EXISTS);
	g_free(path);
	return there;
}

static gboolean
is_capability(GList *caps, const char *name)
{
	return g_list_find_custom(caps, name, (GCompareFunc)strcmp) != NULL;
}

/* Valid UTF-8, which is all that D-Bus carries, and escaped where the server takes markup. */
static char *
prepare_body(const char *body, GList *caps)
{
	char *valid = g_utf8_make_valid(body, -1), *escaped;

	if (!is_capability(caps, "body-markup"))
		return valid;
	escaped = g_markup_escape_text(valid, -1);
	g_free(valid);
	return escaped;
}

static NotifyNotification *
make(const char *title, const char *body, GList *caps)
{
	char *summary = g_utf8_make_valid(title, -1), *text = prepare_body(body, caps);
	NotifyNotification *n = notify_notification_new(summary, text, NULL);

	g_free(summary);
	g_free(text);
	return n;
}

/* What was shown last, locked; -1: that can't be known. No qube's name begins with a dot, so none's file is taken. */
static int
last_open(void)
{
	char *dir = g_build_filename(g_get_user_runtime_dir(), "qssh", "shown", NULL);
	char *path = g_build_filename(dir, ".last", NULL);
	int fd = -1;

	if (g_getenv("XDG_RUNTIME_DIR") != NULL && g_mkdir_with_parents(dir, 0700) == 0)
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	for (int i = 0; fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1; i++) {
		g_usleep(LAST_LOCK_US / 100);
		if (i < 100)
			continue;
		close(fd);
		fd = -1;
	}
	g_free(path);
	g_free(dir);
	return fd;
}

/* How often this has been shown in the notification *id, which is still fresh; 0: it is another. */
static guint
last_count(int fd, const char *what, guint32 *id)
{
	char text[8192], *rest = text;
	gint64 at;
	guint count;
	ssize_t len = fd == -1 ? 0 : pread(fd, text, sizeof(text) - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	*id = (guint32)g_ascii_strtoull(rest, &rest, 10);
	count = (guint)g_ascii_strtoull(rest, &rest, 10);
	at = g_ascii_strtoll(rest, &rest, 10);
	if (*rest != '\n' || strcmp(rest + 1, what) != 0 || g_get_monotonic_time() - at > LAST_FRESH_US)
		return 0;
	return count;
}

static void
last_keep(int fd, const char *what, guint32 id, guint count)
{
	if (fd != -1 && ftruncate(fd, 0) == 0)
		dprintf(
		    fd, "%" G_GUINT32_FORMAT " %u %" G_GINT64_FORMAT "\n%s", id, count, g_get_monotonic_time(), what);
}

static enum status
show(NotifyNotification *n, NotifyUrgency urgency)
{
	notify_notification_set_urgency(n, urgency);
	return notify_notification_show(n, NULL) ? STATUS_DONE : STATUS_FAILED;
}

/* In place of the last one, with a number, where that said the same a moment ago: a rebase signs many commits. */
static enum status
show_counted(const char *title, const char *body, GList *caps)
{
	char *what = g_strconcat(title, "\n", body, NULL);
	guint32 id = 0;
	int fd = last_open();
	guint count = last_count(fd, what, &id) + 1;
	char *counted = count == 1 ? g_strdup(title) : g_strdup_printf("%s (%u times)", title, count);
	NotifyNotification *n = make(counted, body, caps);
	enum status status;

	if (count > 1)
		g_object_set(n, "id", (gint)id, NULL);
	status = show(n, NOTIFY_URGENCY_NORMAL);
	g_object_get(n, "id", &id, NULL);
	if (status == STATUS_DONE)
		last_keep(fd, what, id, count);
	if (fd != -1)
		close(fd);
	g_object_unref(n);
	g_free(counted);
	g_free(what);
	return status;
}

static enum status
show_once(const char *title, const char *body, NotifyUrgency urgency, GList *caps)
{
	NotifyNotification *n = make(title, body, caps);
	enum status status = show(n, urgency);

	g_object_unref(n);
	return status;
}

static void
end(struct question *q, enum status status)
{
	q->status = status;
	g_main_loop_quit(q->loop);
}

static void
answer(struct question *q, const char *word)
{
	end(q, printf("%s\n", word) > 0 && fflush(stdout) == 0 ? STATUS_DONE : STATUS_FAILED);
}

static gboolean
is_void(const struct question *q)
{
	return g_get_monotonic_time() - q->shown_at < VOID_CLICK_US;
}

static void
on_action(NotifyNotification *n, char *action, gpointer data)
{
	struct question *q = data;

	q->early = n == q->shown && is_void(q);
	if (n == q->shown && !q->early)
		answer(q, action);
}

static gboolean put(struct question *q, GList *caps);

/* Servers close a notification when one of its buttons is clicked, so after a void click there is none. */
static void
on_closed(NotifyNotification *n, gpointer data)
{
	struct question *q = data;
	GList *caps;

	if (n != q->shown || !g_main_loop_is_running(q->loop))
		return;
	if ((q->offers ? q->early : is_void(q)) && q->times < SHOW_MAX) {
		caps = notify_get_server_caps();
		if (!put(q, caps))
			end(q, STATUS_FAILED);
		g_list_free_full(caps, g_free);
		return;
	}
	answer(q, notify_notification_get_closed_reason(n) == NOTIFY_CLOSED_REASON_DISMISSED ? "dismissed" : "expired");
}

static void
add_buttons(struct question *q, NotifyNotification *n)
{
	if (q->offers) {
		notify_notification_add_action(n, "always", "Always allow this", on_action, q, NULL);
		return;
	}
	if (q->careful)
		notify_notification_add_action(n, "deny", "Deny", on_action, q, NULL);
	notify_notification_add_action(n, "allow", "Allow once", on_action, q, NULL);
	if (q->remember != NULL) {
		char *label = g_strdup_printf("Allow for %s", q->remember);

		notify_notification_add_action(n, "allow-for", label, on_action, q, NULL);
		g_free(label);
	}
	if (!q->careful)
		notify_notification_add_action(n, "deny", "Deny", on_action, q, NULL);
}

static gboolean
put(struct question *q, GList *caps)
{
	NotifyNotification *n = make(q->title, q->body, caps);
	gboolean shown;

	if (q->shown != NULL)
		g_object_unref(q->shown);
	q->shown = n;
	q->times++;
	q->early = FALSE;
	notify_notification_set_urgency(n, q->offers ? NOTIFY_URGENCY_NORMAL : NOTIFY_URGENCY_CRITICAL);
	notify_notification_set_timeout(n, q->offers ? NOTIFY_EXPIRES_DEFAULT : NOTIFY_EXPIRES_NEVER);
	add_buttons(q, n);
	g_signal_connect(n, "closed", G_CALLBACK(on_closed), q);
	alarm(SERVER_SECONDS);
	shown = notify_notification_show(n, NULL);
	alarm(0);
	q->shown_at = g_get_monotonic_time();
	return shown;
}

/* A server that does not close it leaves it there, and a click on it finds nobody. */
static gboolean
on_withdrawn(gpointer data)
{
	struct question *q = data;

	if (q->shown != NULL)
		notify_notification_close(q->shown, NULL);
	end(q, STATUS_ENDED);
	return G_SOURCE_REMOVE;
}

static enum status
ask(struct question q, GList *caps)
{
	if (!is_capability(caps, "actions"))
		return q.offers ? show_once(q.title, q.body, NOTIFY_URGENCY_NORMAL, caps) : STATUS_NO_BUTTONS;
	q.loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, on_withdrawn, &q);
	if (put(&q, caps))
		g_main_loop_run(q.loop);
	g_object_unref(q.shown);
	g_main_loop_unref(q.loop);
	return q.status;
}

static int
usage(FILE *to)
{
	fputs("usage: qssh-notify show normal|critical TITLE BODY\n"
	      "       qssh-notify ask|warn TITLE BODY [DURATION]\n"
	      "       qssh-notify offer TITLE BODY\n"
	      "       qssh-notify --version\n",
	    to);
	return to == stdout ? 0 : STATUS_USAGE;
}

static gboolean
is_usage(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "show") == 0)
		return strcmp(argv[2], "normal") == 0 || strcmp(argv[2], "critical") == 0;
	if (argc == 4 && strcmp(argv[1], "offer") == 0)
		return TRUE;
	return (argc == 4 || argc == 5) && (strcmp(argv[1], "ask") == 0 || strcmp(argv[1], "warn") == 0);
}

/* caps: what the server can do. */
static enum status
run(char **argv, GList *caps)
{
	if (strcmp(argv[1], "show") != 0)
		return ask(
		    (struct question){
			.title = argv[2],
			.body = argv[3],
			.remember = argv[4],
			.offers = strcmp(argv[1], "offer") == 0,
			.careful = strcmp(argv[1], "warn") == 0,
			.status = STATUS_FAILED,
		    },
		    caps);
	if (strcmp(argv[2], "critical") == 0)
		return show_once(argv[3], argv[4], NOTIFY_URGENCY_CRITICAL, caps);
	return show_counted(argv[3], argv[4], caps);
}

int
main(int argc, char **argv)
{
	enum status status;
	GList *caps;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("qssh-notify " QSSH_VERSION) == EOF;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (!is_usage(argc, argv))
		return usage(stderr);
	alarm(SERVER_SECONDS);
	caps = has_bus() && notify_init("qssh") ? notify_get_server_caps() : NULL;
	if (caps == NULL)
		return strcmp(argv[1], "ask") == 0 || strcmp(argv[1], "warn") == 0 ? STATUS_NO_BUTTONS : STATUS_FAILED;
	status = run(argv, caps);
	g_list_free_full(caps, g_free);
	return (int)status;
}
