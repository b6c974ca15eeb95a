/* SPDX-License-Identifier: ISC */
/*
 * The line between the two halves of the loopback qrexec: qrexec-client-vm in the client qube, and the "dom0" that
 * stands for the policy, the daemons and the vault's qrexec-agent.
 * It plays the part of a vchan: frames of a type and at most LINK_CHUNK bytes, both ways, over an AF_UNIX stream.
 *
 * Nothing here blocks: each side polls, keeps one frame on its way out and one on its way in, and reads no more
 * until those have moved on, so that neither a slow service nor a slow client can tie a knot.
 */
#ifndef FAKE_LINK_H
#define FAKE_LINK_H

#include <stddef.h>
#include <stdint.h>

#define LINK_PATH "/run/qubes/dom0.sock"
#define LINK_CHUNK ((size_t)65536) /* what qrexec moves at a time */

enum link_type {
	LINK_CALL = 1, /* to dom0: "TARGET SERVICE+ARG" */
	LINK_REFUSED, /* from dom0: the call is refused */
	LINK_ACCEPTED, /* from dom0: a uint32_t, the most bytes to hand over at a time, or 0 for no such limit */
	LINK_IN, /* to the service's stdin; empty: its end */
	LINK_OUT, /* from its stdout; empty: its end */
	LINK_ERR, /* from its stderr */
	LINK_EXIT, /* from dom0: a uint32_t, the exit status; the last frame */
};

/* A frame on its way out (bytes [done, used)) or in (used bytes so far). Begins as all zeros. */
struct link_box {
	size_t done;
	size_t used;
	struct {
		uint32_t type;
		uint32_t len;
		unsigned char body[65536];
	} frame;
};

/* Puts a frame into an empty box. */
void link_put(struct link_box *box, enum link_type type, const void *body, size_t len);

/*
 * Reads what fd has into an empty box, as a frame of this type.
 * Returns the bytes read, 0 at the end (the frame is then an empty one), or -errno.
 */
long link_fill(struct link_box *box, enum link_type type, int fd, size_t max);

/* Sends what fd takes. Returns 1 once the box is empty, 0 while it is not, or -errno. */
int link_send(struct link_box *box, int fd);

/*
 * Receives what is there.
 * Returns 1 once the box holds a whole frame, 0 while it does not, -EPIPE when the other end is gone, or -errno.
 */
int link_receive(struct link_box *box, int fd);

/*
 * Hands a received frame's body to fd. most, when not 0, dribbles it: 1 byte, then 2, ... up to most, then 1
 * again, each waited for until its reader has taken it (or 20 ms have passed).
 * Returns 1 once all is handed over and the box is empty again, 0 while it is not, or -errno.
 */
int link_deliver(struct link_box *box, int fd, uint32_t most);

void link_nonblock(int fd);

#endif
