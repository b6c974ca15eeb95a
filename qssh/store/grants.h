/* SPDX-License-Identifier: ISC */
/*
 * Remembered answers: a person's yes holds a while for exactly one subject (subject.h) of one client and service
 * argument.
 * Each is a file in $XDG_RUNTIME_DIR/qssh/grants/ with all of that in it.
 * It counts only as a regular file of ours, mode 0600, of this boot, before its end by CLOCK_BOOTTIME and by the
 * wall clock, and as long as the wall clock was not set back.
 * What does not count is removed when it is seen.
 */
#ifndef QSSH_STORE_GRANTS_H
#define QSSH_STORE_GRANTS_H

#include "base/limits.h"
#include "store/subject.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* At once; a yes beyond that holds for its request alone. */
#define GRANTS_MAX 256u

/* The longest time (qssh-rules(5), remember). */
#define GRANTS_SECONDS_MAX (24u * 60 * 60)

/*
 * What the wall clock may lose without having been set back: this much, and a thousandth of the time since
 * (adjtimex(2) slews by half of that).
 */
#define GRANTS_CLOCK_SLACK_MS 1000

/* The moment, by every clock that counts. */
struct grants_now {
	char boot[CLOCK_BOOT_ID];
	int64_t boot_ms;
	int64_t wall_ms;
};

struct grant {
	unsigned id; /* 1 or more; of one grant as long as it lives */
	char client[LIMIT_QUBE + 1];
	char arg[SUBJECT_FIELD]; /* as text_word() has it: "-" for none */
	struct subject subject;
	struct grants_now given;
	int64_t boot_until_ms, wall_until_ms;
};

/* 0 or -errno. */
int grants_now(struct grants_now *now);

/* A remembered yes covers this. dir is the directory's descriptor. */
bool grants_find(int dir, const char *client, const char *arg, const struct subject *s, const struct grants_now *now);

/*
 * Remembers a yes for so long, instead of an earlier one about the same.
 * 0, -EINVAL: not to be remembered, -ENOSPC, or -errno.
 */
int grants_put(int dir, const char *client, const char *arg, const struct subject *s, uint32_t seconds,
    const struct grants_now *now);

/* Those that count, by id, into all[GRANTS_MAX]. Their number or -errno. */
int grants_list(int dir, const struct grants_now *now, struct grant *all);

/*
 * Ends the grant with this id, or with 0 all of them.
 * How many, or -errno.
 * No request that is decided after its return is covered.
 */
int grants_revoke(int dir, unsigned id);

#endif
