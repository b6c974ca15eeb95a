/* SPDX-License-Identifier: ISC */
/*
 * The X display that a dialog is shown on: whether it can be opened, and when a window appeared there. Two requests
 * of the X protocol, by hand: no library is worth them. Sources: X Window System Protocol (X11R7), sections 8 and 10,
 * appendix B; Xau(3) for the cookies' file.
 */
#ifndef QSSH_SYS_DISPLAY_H
#define QSSH_SYS_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct display {
	int fd; /* readable when there is something for display_step(); -1: not open */
	int64_t appeared; /* CLOCK_MONOTONIC milliseconds: when the last window appeared; 0: none has */
	unsigned have; /* bytes of an unfinished message */
	uint8_t message[32];
	uint32_t skip; /* bytes of a message's tail that are of no use */
};

/*
 * Opens the display that $DISPLAY names, and asks to hear of each window that appears on its first screen. 0;
 * -ENOTSUP where $DISPLAY names none on this machine (X over TCP, Wayland): nothing is known of that one; or -errno:
 * it can't be opened. Waits DISPLAY_WAIT_MS at most.
 */
#define DISPLAY_WAIT_MS 3000
int display_open(struct display *d);

/* Reads what is there, without waiting. A display that ends is closed. */
void display_step(struct display *d);

void display_close(struct display *d);

#endif
