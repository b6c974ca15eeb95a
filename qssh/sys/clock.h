/* SPDX-License-Identifier: ISC */
/*
 * Clocks, in milliseconds. Source: clock_gettime(2); random(4) for the boot id.
 * Deadlines are points of clock_now(): it does not run while the machine sleeps, and nothing sets it back.
 */
#ifndef QSSH_SYS_CLOCK_H
#define QSSH_SYS_CLOCK_H

#include <stdint.h>

/* A deadline that is not reached. */
#define CLOCK_NEVER INT64_MAX

/* Bytes of a boot id, its NUL included. */
#define CLOCK_BOOT_ID 37u

/* Now, by CLOCK_MONOTONIC. */
int64_t clock_now(void);

/* The deadline ms milliseconds from now. */
int64_t clock_deadline(int64_t ms);

/*
 * What poll(2) takes to wait until a deadline: -1 for CLOCK_NEVER, 0 when it is over; rounded so that no wait ends
 * early.
 */
int clock_poll_timeout(int64_t deadline);

/* Since the boot, by CLOCK_BOOTTIME: it runs while the machine sleeps. */
int64_t clock_boot(void);

/* Since 1970: what a person, or the network, may set to anything. */
int64_t clock_wall(void);

/* This boot's id, from /proc/sys/kernel/random/boot_id. 0 or -errno. */
int clock_boot_id(char out[CLOCK_BOOT_ID]);

#endif
