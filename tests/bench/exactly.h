/* SPDX-License-Identifier: ISC */
/* Reading for the least programs that the benchmarks measure against. */
#ifndef BENCH_EXACTLY_H
#define BENCH_EXACTLY_H

#include <stddef.h>
#include <unistd.h>

/* len bytes of fd. 1, or 0 where they end before. */
static inline int
exactly_read(int fd, unsigned char *to, size_t len)
{
	while (len > 0) {
		ssize_t n = read(fd, to, len);

		if (n <= 0)
			return 0;
		to += n;
		len -= (size_t)n;
	}
	return 1;
}

/* The length that a message's first four bytes announce. */
static inline size_t
exactly_len(const unsigned char head[4])
{
	return (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
}

#endif
