/* SPDX-License-Identifier: ISC */
/*
 * What the record no longer holds: record/dropped, a line for each client of which something was dropped.
 * `time=… client=… event=dropped signatures=N requests=N`: the time of the newest line that went, and how many did.
 */
#ifndef QSSH_STORE_RECORDDROP_H
#define QSSH_STORE_RECORDDROP_H

#include "store/recorddir.h"

/* Clients that are told apart; beyond that the one whose lines went longest ago joins RECORDDROP_OTHERS. */
#define RECORDDROP_CLIENTS 256u

#define RECORDDROP_OTHERS "*"

struct recorddrop {
	char client[LIMIT_QUBE + 1];
	char time[32]; /* of the newest line, RFC 3339; empty: not known */
	unsigned long long lines[RECORD_KINDS];
};

struct recorddrops {
	unsigned count;
	struct recorddrop each[RECORDDROP_CLIENTS];
};

/* Reads all of them; of a file that is not there, none. 0 or -errno. */
int recorddrop_read(int all, struct recorddrops *out);

/* Adds so many lines of a client's, under recordshare's lock. 0 or -errno. */
int recorddrop_add(int all, const char *client, enum record_kind kind, unsigned long long lines, const char *time);

#endif
