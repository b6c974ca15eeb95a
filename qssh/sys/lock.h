/* SPDX-License-Identifier: ISC */
/*
 * Advisory locks on open files and directories. Source: flock(2).
 * A lock belongs to the open file description, and goes when its last descriptor is closed.
 */
#ifndef QSSH_SYS_LOCK_H
#define QSSH_SYS_LOCK_H

#include <stdint.h>

/*
 * Takes the exclusive lock on fd, and waits for it until deadline (sys/clock.h); CLOCK_NEVER waits for ever.
 * A deadline that is over tries once.
 * 0, -EBUSY where another still holds it, or -errno.
 */
int lock_take(int fd, int64_t deadline);

/* Gives it back; closing does too. */
void lock_release(int fd);

#endif
