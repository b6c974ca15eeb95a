/* SPDX-License-Identifier: ISC */
/* Input: chunk sizes, then a stream. Frames come out of the stream as they stand in it, however it is torn. */
#include "base/limits.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

/* The next frame as the stream has it, by a reading of its own. Like frame_read(). */
static int
expect(struct span *stream, struct span *body)
{
	uint32_t len;

	if (stream->len == 0)
		return 0;
	if (stream->len < 4)
		return -EPIPE;
	len = wire_get32(stream->p);
	if (len == 0 || len > LIMIT_FRAME)
		return -EMSGSIZE;
	if (stream->len - 4 < len)
		return -EPIPE;
	*body = (struct span){ stream->p + 4, len };
	stream->p += 4 + len;
	stream->len -= 4 + len;
	return (int)len;
}

/* Feeds the stream in chunks of at most step bytes, reading in between whatever is whole. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[LIMIT_FRAME];
	struct span stream, body = { NULL, 0 };
	size_t step, sent = 0;
	int pair[2], wanted, got;

	if (size < 1)
		return 0;
	step = data[0] + 1u;
	stream = (struct span){ data + 1, size - 1 };
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(frame_prepare(pair[1]) == 0);
	while (sent < stream.len) {
		size_t part = stream.len - sent < step ? stream.len - sent : step;
		ssize_t n = send(pair[0], stream.p + sent, part, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
	}
	stream.len = sent;
	close(pair[0]);
	do {
		wanted = expect(&stream, &body);
		got = frame_read(pair[1], -1, buf, clock_deadline(1000));
		if (PLANTED && got == 3)
			got = 2;
		MUST(got == wanted);
		if (got > 0)
			MUST(span_eq((struct span){ buf, (size_t)got }, body));
		if (got == -EMSGSIZE)
			MUST(memcmp(buf, stream.p, 4) == 0);
	} while (got > 0);
	close(pair[1]);
	return 0;
}
