/*
 * Time that nothing sets back: CLOCK_BOOTTIME, which also runs while the machine sleeps, and the boot that it counts from.
 * Source: clock_gettime(2); random(4) for the boot id.
 */
#ifndef QSSH_SYS_CLOCK_H
#define QSSH_SYS_CLOCK_H

#include <stdint.h>

/* Bytes of a boot id, its NUL included. */
#define BOOTTIME_ID 37u

/* Milliseconds since the boot. */
int64_t boottime_ms(void);

/* Milliseconds since 1970: what a person, or the network, may set to anything. */
int64_t boottime_wall_ms(void);

/* This boot's id, from /proc/sys/kernel/random/boot_id. 0 or -errno. */
int boottime_id(char out[BOOTTIME_ID]);

#endif
