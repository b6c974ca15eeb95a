/* SPDX-License-Identifier: ISC */
/*
 * The asker: what it shows, and what it waits for meanwhile. Its process is loop.h's; one for each connection.
 */
#ifndef QSSH_ASK_ASKER_H
#define QSSH_ASK_ASKER_H

#include "ask/askmsg.h"
#include "ask/notices.h"
#include "ask/offer.h"
#include "base/limits.h"
#include "rules/rules.h"
#include "sys/clock.h"
#include "sys/display.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* After the filter's end, what is still queued gets so long. */
#define ASKER_LAST_MS 10000

/* What the asker needs to know of its surroundings. The strings need to live only as long as ask_start() runs. */
struct asker_config {
	const char *runtime_dir; /* NULL: no questions, no remembered answers, and no word of refusals */
	const char *client; /* checked qube name */
	const char *arg; /* checked service argument */
	enum rules_asker asker;
	enum rules_notify notify;
	bool own_rules; /* the rules that hold are the person's own */
};

struct asker {
	int fd; /* the filter; -1: gone */
	char client[LIMIT_QUBE + 1];
	char arg[SUBJECT_FIELD]; /* escaped: "-" for none */
	char runtime_dir[4096]; /* empty: none */
	char notify[4096]; /* qssh-notify's path */
	enum rules_asker asker;
	enum rules_notify shows;
	int shown; /* throttle.h's directory; -1: none, or not needed yet */
	struct notices notices;
	struct offer offer;
	bool said_yes; /* a person, to the question before, and nothing was offered for it yet */
	struct display display; /* open while a dialog is shown */
	int64_t summary; /* clock_boot() when flood_collect() is due; 0: not at all */
};

/* fd: the filter. config's strings are copied. */
void asker_open(struct asker *a, int fd, const struct asker_config *config);

/* The filter's next message, while notifications are delivered; false: it is gone. */
bool asker_next(struct asker *a, struct askmsg *m);

/* Shows a message that wants no answer, as far as it is to be shown. */
void asker_show_message(struct asker *a, const struct askmsg *m);

/* The filter is heard no more. */
void asker_lose_filter(struct asker *a);

/* After the filter's end: what is still to be shown gets ASKER_LAST_MS, an open offer its own time. */
void asker_finish(struct asker *a);

/*
 * Opens a->shown. Only for something to show: most connections have nothing, and are to cost nothing.
 * False: there is none.
 */
bool asker_open_shown(struct asker *a);

/* What asker_wait() came back for. */
enum asker_event {
	ASKER_TIME, /* until has come */
	ASKER_OTHER, /* other is readable */
	ASKER_WITHDRAWN, /* question number is withdrawn, or the filter is gone */
};

/* Waits for the first of these while notifications are delivered. until is clock_now()'s; other may be -1. */
enum asker_event asker_wait(struct asker *a, uint32_t number, int other, int64_t until);

/* Queues a notification that is of no signature. */
void asker_show(struct asker *a, const char *title, const char *body);

#endif
