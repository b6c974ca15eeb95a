/* SPDX-License-Identifier: ISC */
/*
 * How many signatures a client qube got without a question, across its connections: times in
 * ~/.local/state/qssh/rates/CLIENT (0600), seconds since 1970 in eight big-endian bytes each, for each purpose the
 * newest 1000 in no order; 0: none.
 * A time that lies ahead counts as now, so a clock set back frees nothing.
 */
#ifndef QSSH_STORE_RATE_H
#define QSSH_STORE_RATE_H

#include <stdint.h>

/* As many signatures as a rule's rate may name. */
#define RATE_MAX 1000u

/* Client qubes that are remembered; disposables come and go. The one that signed longest ago goes first. */
#define RATE_CLIENTS 256u

/* Opens (and makes) the client's file in state_dir/rates; client is a checked qube name. A descriptor or -errno. */
int rate_open(const char *state_dir, const char *client);

/*
 * Purposes (enum purpose) are counted apart.
 * Takes one of count signatures within seconds, and notes it.
 * 1: taken; 0: all used up; -errno: not known, to be treated as used up.
 * Works after confinement: flock, pread, pwrite on fd alone.
 */
int rate_take(int fd, unsigned purpose, uint32_t count, uint32_t seconds, uint64_t now);

#endif
