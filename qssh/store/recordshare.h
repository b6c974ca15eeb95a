/* SPDX-License-Identifier: ISC */
/*
 * The record is bounded, and each client has its share of it. When all files together take more than
 * LIMIT_RECORD_TOTAL, the client that takes most gives: its oldest requests first, then its oldest signatures.
 * What went is counted (recorddrop.h).
 */
#ifndef QSSH_STORE_RECORDSHARE_H
#define QSSH_STORE_RECORDSHARE_H

#include "store/recorddir.h"

#include <sys/types.h>

/* The room that a file takes at least, so that many small ones are bounded too. */
#define RECORDSHARE_BLOCK 4096

/* How long the lock over the whole is waited for; who does not get it leaves the work to the next. */
#define RECORDSHARE_LOCK_MS 200

/*
 * Opens client's two files in state_dir/record to append: makes them, puts one of LIMIT_RECORD_SIZE aside, and
 * fits the whole if there is more of it. 0, or -errno of what can't be opened; its fd is -1. Before confinement;
 * malloc.
 */
int recordshare_open(
    const char *state_dir, struct span client, struct recordfile *signatures, struct recordfile *requests);

/*
 * Drops until all files take no more than max bytes. all is state_dir/record, locked by the caller or used by
 * nobody else.
 */
void recordshare_fit(int all, off_t max);

#endif
