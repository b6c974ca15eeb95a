/* SPDX-License-Identifier: ISC */
/*
 * Bytes both ways between a pair of descriptors and a socket, each direction with an end of its own: what `qssh
 * proxy` does where ssh does not take the socket over.
 * Nothing is looked at.
 */
#ifndef QSSH_PROXY_DUPLEX_H
#define QSSH_PROXY_DUPLEX_H

/*
 * Copies in → sock and sock → out.
 * The end of in becomes a half-close of sock, the end of sock closes out.
 * Returns when both directions have ended, or when nobody reads out any more: 0, or -errno where poll itself
 * fails.
 * Makes all three non-blocking, and closes them.
 * The caller ignores SIGPIPE.
 */
int duplex_run(int in, int out, int sock);

#endif
