/* SPDX-License-Identifier: ISC */
/*
 * Where the record lies: ~/.local/state/qssh/record/CLIENT/, so that no client's lines go for another's. Of each
 * kind of line a client has one file that grows, and older ones FILE.1, FILE.2, … (the greatest number is the
 * newest); FILE is `signatures` or `requests`. A call without a client's name, and the loading of keys, have the
 * directory `-`.
 */
#ifndef QSSH_STORE_RECORDDIR_H
#define QSSH_STORE_RECORDDIR_H

#include "base/limits.h"
#include "base/wire.h"
#include "store/recordfile.h"

#include <stdbool.h>

enum record_kind { RECORD_SIGNATURES, RECORD_REQUESTS };

#define RECORD_KINDS 2u

/* The directory of a client without a name. */
#define RECORDDIR_NOBODY "-"

/* Older files of one kind that are looked at; there is no room for more. */
#define RECORDDIR_OLDER_MAX 512u

/* A client's directory: a qube's name, or "-". */
struct recorddir {
	int fd;
	char client[LIMIT_QUBE + 1];
};

/* The numbers of a client's older files, ascending. */
struct recorddir_older {
	unsigned count;
	unsigned number[RECORDDIR_OLDER_MAX];
};

const char *recorddir_name(enum record_kind kind);

/* Opens state_dir/record; with make, makes it and what is above it, 0700. A descriptor or -errno. */
int recorddir_open_all(const char *state_dir, bool make);

/* The clients' directories in it, by name, for fn; its value but 0 ends that and is returned. Or -errno. */
int recorddir_each(int all, int (*fn)(void *ctx, const struct recorddir *d), void *ctx);

/* What there is of older files. 0 or -errno. */
int recorddir_older(const struct recorddir *d, enum record_kind kind, struct recorddir_older *out);

/* The name of an older file. */
void recorddir_older_name(enum record_kind kind, unsigned number, char out[32]);

/* Opens (and makes) the client's directory. 0 and *made, or -errno; d->fd is then -1. */
int recorddir_open(struct recorddir *d, int all, struct span client, bool *made);

#endif
