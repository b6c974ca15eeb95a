/* SPDX-License-Identifier: ISC */
#include "ask/askmsg.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static int
put(int fd, const void *data, size_t len)
{
	ssize_t n;

	do
		n = send(fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == -1 ? -errno : 0;
}

/* Exactly len bytes: MSG_TRUNC tells a longer datagram's own length. */
static int
data_take(int fd, void *data, size_t len)
{
	ssize_t n;

	do
		n = recv(fd, data, len, MSG_DONTWAIT | MSG_TRUNC);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == ECONNRESET ? 0 : -errno;
	if (n == 0)
		return 0;
	return (size_t)n == len ? 1 : -EBADMSG;
}

/*
 * It ends, and has no control character that could be a command to whatever shows it, but for line ends where it may
 * have them. text.h has looked at the rest.
 */
static bool
is_inert(const char *text, size_t size, bool lines)
{
	size_t len = strnlen(text, size);

	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < 0x20 && !(lines && text[i] == '\n')) || text[i] == 0x7f)
			return false;
	return len < size;
}

/* Hexadecimal digits, a dot, decimal ones: it becomes a word of a command line. */
static bool
is_offer(const char *text)
{
	size_t len = strnlen(text, ASKMSG_OFFER), digits = strspn(text, "0123456789abcdef");

	if (len == 0)
		return true;
	return len < ASKMSG_OFFER && digits > 0 && text[digits] == '.' && digits + 1 < len &&
	       strspn(text + digits + 1, "0123456789") == len - digits - 1;
}

static bool
is_whole(const struct askmsg *m)
{
	return m->kind <= ASKMSG_LAST && is_inert(m->title, sizeof(m->title), false) &&
	       is_inert(m->cost, sizeof(m->cost), false) && is_inert(m->lines, sizeof(m->lines), true) &&
	       is_inert(m->words, sizeof(m->words), true) && is_offer(m->offer) &&
	       (m->kind != ASKMSG_QUESTION || subject_ok(&m->subject));
}

int
askmsg_send(int fd, const struct askmsg *m)
{
	return put(fd, m, sizeof(*m));
}

int
askmsg_send_reply(int fd, const struct askmsg_reply *r)
{
	return put(fd, r, sizeof(*r));
}

int
askmsg_receive(int fd, struct askmsg *m)
{
	int n = data_take(fd, m, sizeof(*m));

	return n != 1 || is_whole(m) ? n : -EBADMSG;
}

int
askmsg_receive_reply(int fd, struct askmsg_reply *r)
{
	int n = data_take(fd, r, sizeof(*r));

	return n != 1 || r->answer <= ASK_ANSWER_LAST ? n : -EBADMSG;
}
