/* SPDX-License-Identifier: ISC */
/*
 * What the fuzzers share.
 * Each tests/fuzz/NOUN_fuzz.c states what must hold for any input, and aborts where it does not.
 * Built with -DFUZZ_PLANT it hides one fault, which `make fuzz-selftest` must find: a fuzzer that can't find it
 * shows nothing.
 */
#ifndef QSSH_FUZZ_H
#define QSSH_FUZZ_H

#include "base/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FUZZ_PLANT
#define PLANTED 1
#else
#define PLANTED 0
#endif

#define MUST(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* inner lies in outer, or is empty. */
static inline int
span_is_inside(struct span inner, struct span outer)
{
	return inner.len == 0 || (inner.p >= outer.p && inner.p + inner.len <= outer.p + outer.len);
}

/* A copy in memory of its own, so that a read beyond its end is seen. To be freed. */
static inline uint8_t *
copy_exact(struct span s)
{
	uint8_t *p = malloc(s.len > 0 ? s.len : 1);

	if (p == NULL)
		abort();
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return p;
}

/* Waits for one of n descriptors. libFuzzer's own alarms interrupt. */
static inline int
poll_whole(struct pollfd *fds, nfds_t n, int ms)
{
	int ready;

	do
		ready = poll(fds, n, ms);
	while (ready == -1 && errno == EINTR);
	return ready;
}

#endif
