/* SPDX-License-Identifier: ISC */
/*
 * One length-prefixed agent message on a file descriptor (RFC 9987 section 3): u32 length, and as many bytes, the
 * body.
 * The descriptors are non-blocking (frame_prepare), sockets or pipes, and the caller ignores SIGPIPE; every wait
 * has a deadline (sys/clock.h).
 */
#ifndef QSSH_SYS_FRAME_H
#define QSSH_SYS_FRAME_H

#include "base/wire.h"

#include <stdint.h>

/* Makes fd non-blocking. 0 or -errno. */
int frame_prepare(int fd);

/*
 * Waits until fd has something to read, its end included. watch, where not -1, is a socket whose peer must stay:
 * -ECANCELED when it hangs up altogether (a half-close does not count).
 * 0, -ETIMEDOUT or -errno.
 */
int frame_wait(int fd, int watch, int64_t deadline);

/*
 * Reads one frame's body into buf, which holds LIMIT_FRAME bytes.
 * Its length, 1 to LIMIT_FRAME; 0 at an end of file between two frames; -EMSGSIZE for a length beyond that range,
 * with the four bytes of the length in buf and nothing behind them read; -EPIPE for an end inside a frame,
 * -ETIMEDOUT, -ECANCELED as for frame_wait(), or -errno.
 */
int frame_read(int fd, int watch, uint8_t *buf, int64_t deadline);

/*
 * After -EMSGSIZE: reads the body that was announced and forgets it, so that the next frame can be read.
 * Uses buf.
 * 0 or as frame_read().
 */
int frame_discard(int fd, int watch, uint8_t *buf, int64_t deadline);

/*
 * Writes one frame.
 * 0, -EMSGSIZE for an empty or overlong body, -EPIPE when the peer is gone, -ETIMEDOUT, -ECANCELED, or -errno.
 */
int frame_write(int fd, int watch, struct span body, int64_t deadline);

#endif
