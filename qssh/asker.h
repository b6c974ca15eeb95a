/*
 * The asker's own side: the process that ask_start() makes, see ask.h. One for each connection; it serves until the filter is gone and what is to be
 * shown has been shown, or can't be.
 */
#ifndef QSSH_ASKER_H
#define QSSH_ASKER_H

#include "ask.h"
#include "limits.h"
#include "notices.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* After the filter's end, what is still queued gets so long. */
#define ASKER_LAST_MS 10000

struct asker {
	int fd; /* the filter; -1: gone */
	char client[LIMIT_QUBE + 1];
	char arg[SUBJECT_FIELD]; /* escaped: "-" for none */
	char runtime_dir[4096]; /* empty: none */
	char notify[4096]; /* qssh-notify's path */
	enum rules_asker asker;
	int shown; /* flood.h's directory; -1: none */
	struct notices notices;
	int64_t summary; /* boottime_ms() when flood_collect() is due; 0: not at all */
};

/* Becomes the asker. config's strings are the parent's, still here. */
_Noreturn void asker_run(int fd, const struct ask_config *config);

/* What asker_wait() came back for. */
enum asker_event {
	ASKER_TIME, /* until has come */
	ASKER_OTHER, /* other is readable */
	ASKER_WITHDRAWN, /* question number is withdrawn, or the filter is gone */
};

/* Waits for the first of these while notifications go on being delivered. until is frame.h's clock; other may be -1. */
enum asker_event asker_wait(struct asker *a, uint32_t number, int other, int64_t until);

/* Queues a notification of the client's. */
void asker_show(struct asker *a, bool urgent, const char *body);

#endif
