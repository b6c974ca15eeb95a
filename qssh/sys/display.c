/* SPDX-License-Identifier: ISC */
#include "sys/display.h"

#include "sys/clock.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The only way to show who one is that servers on Unix sockets use. */
#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"
#define COOKIE_MAX 64u

/* The cookies' file, and the answer to the setup, are no longer in practice. */
#define FILE_MAX (64u * 1024u)
#define SETUP_MAX (256u * 1024u)

#define SUBSTRUCTURE_NOTIFY (1u << 19)
#define MAP_NOTIFY 19u

struct cookie {
	uint16_t len; /* 0: none */
	uint8_t bytes[COOKIE_MAX];
};

/* The digits between the colon and the dot of ":0.0", or an empty string where $DISPLAY is of another kind. */
static void
display_number(char out[8])
{
	const char *name = getenv("DISPLAY"), *colon = name == NULL ? NULL : strchr(name, ':');
	size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");
	bool local = colon != NULL && (colon == name || (colon - name == 4 && strncmp(name, "unix", 4) == 0));

	out[0] = '\0';
	if (local && digits > 0 && digits < 8 && (colon[1 + digits] == '\0' || colon[1 + digits] == '.'))
		snprintf(out, 8, "%.*s", (int)digits, colon + 1);
}

static int
dial(const char *number, bool abstract)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int n = snprintf(sun.sun_path + abstract, sizeof(sun.sun_path) - abstract, "/tmp/.X11-unix/X%s", number);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sun, len) == 0)
		return fd;
	n = errno;
	close(fd);
	return -n;
}

/* One counted string of the cookies' file. False at its end. */
static bool
take_counted(const uint8_t **at, const uint8_t *end, const uint8_t **p, uint16_t *len)
{
	if (end - *at < 2)
		return false;
	*len = (uint16_t)((*at)[0] << 8 | (*at)[1]);
	*at += 2;
	if (end - *at < *len)
		return false;
	*p = *at;
	*at += *len;
	return true;
}

/* The first cookie for a display of that number: family, address, number, name and data are an entry. */
static void
find_cookie(const uint8_t *at, const uint8_t *end, const char *number, struct cookie *c)
{
	const uint8_t *address, *display, *name, *data;
	uint16_t address_len, display_len, name_len, data_len;

	while (end - at > 2) {
		at += 2; /* the family: whatever machine it is for, it is tried */
		if (!take_counted(&at, end, &address, &address_len) ||
		    !take_counted(&at, end, &display, &display_len) || !take_counted(&at, end, &name, &name_len) ||
		    !take_counted(&at, end, &data, &data_len))
			return;
		if (display_len != 0 && (display_len != strlen(number) || memcmp(display, number, display_len) != 0))
			continue;
		if (name_len != strlen(COOKIE_NAME) || memcmp(name, COOKIE_NAME, name_len) != 0 ||
		    data_len > COOKIE_MAX)
			continue;
		c->len = data_len;
		memcpy(c->bytes, data, data_len);
		return;
	}
}

static void
read_cookie(const char *number, struct cookie *c)
{
	static uint8_t file[FILE_MAX];
	const char *name = getenv("XAUTHORITY"), *home = getenv("HOME");
	char path[4096];
	ssize_t n;
	int fd;

	c->len = 0;
	if (name == NULL && home == NULL)
		return;
	if (snprintf(path, sizeof(path), name == NULL ? "%s/.Xauthority" : "%s", name == NULL ? home : name) >=
	    (int)sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return;
	n = read(fd, file, sizeof(file));
	close(fd);
	if (n > 0)
		find_cookie(file, file + n, number, c);
}

/* Reads exactly len bytes, or forgets them where to is NULL. 0, -EPIPE, -ETIMEDOUT or -errno. */
static int
take_bytes(int fd, uint8_t *to, size_t len, int64_t deadline)
{
	uint8_t scrap[1024] = { 0 };

	while (len > 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - clock_now();
		ssize_t n = read(fd, to == NULL ? scrap : to, to == NULL && len > sizeof(scrap) ? sizeof(scrap) : len);

		if (n == 0)
			return -EPIPE;
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n == -1 && (left <= 0 || poll(&p, 1, (int)left) == 0))
			return -ETIMEDOUT;
		if (n > 0) {
			to = to == NULL ? NULL : to + n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static size_t
padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static int
put_bytes(int fd, const uint8_t *bytes, size_t len)
{
	ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

	return n == (ssize_t)len ? 0 : n == -1 ? -errno : -EIO;
}

/* The setup, in our own byte order: order, padding, version 11.0, and the cookie by its name. */
static int
send_setup(int fd, const struct cookie *c)
{
	uint8_t m[12 + 20 + COOKIE_MAX] = { BYTE_ORDER == LITTLE_ENDIAN ? 'l' : 'B' };
	const uint16_t name_len = c->len > 0 ? sizeof(COOKIE_NAME) - 1 : 0, head[4] = { 11, 0, name_len, c->len };
	size_t len = 12;

	memcpy(m + 2, head, sizeof(head));
	memcpy(m + len, COOKIE_NAME, name_len);
	len += padded(name_len);
	memcpy(m + len, c->bytes, c->len);
	return put_bytes(fd, m, len + padded(c->len));
}

/* The answer, and from it the first screen's root window: behind the server's own words, its vendor's name and its
 * formats. */
static int
take_setup(int fd, uint32_t *root, int64_t deadline)
{
	uint8_t head[8], body[32], root_bytes[4];
	uint16_t words, vendor;
	size_t len, skip;
	int error = take_bytes(fd, head, sizeof(head), deadline);

	if (error < 0)
		return error;
	if (head[0] != 1)
		return -EACCES;
	memcpy(&words, head + 6, sizeof(words));
	len = (size_t)words * 4;
	if (len < sizeof(body))
		return -EBADMSG;
	error = take_bytes(fd, body, sizeof(body), deadline);
	memcpy(&vendor, body + 16, sizeof(vendor));
	skip = padded(vendor) + (size_t)body[21] * 8;
	if (error < 0 || len < sizeof(body) + skip + sizeof(root_bytes))
		return error < 0 ? error : -EBADMSG;
	error = take_bytes(fd, NULL, skip, deadline);
	if (error == 0)
		error = take_bytes(fd, root_bytes, sizeof(root_bytes), deadline);
	memcpy(root, root_bytes, sizeof(root_bytes));
	return error < 0 ? error : take_bytes(fd, NULL, len - sizeof(body) - skip - sizeof(root_bytes), deadline);
}

/* ChangeWindowAttributes: opcode, length in words, window, which attribute (the event mask), its value. */
static int
send_watch(int fd, uint32_t root)
{
	const uint16_t head[2] = { 2, 4 };
	const uint32_t rest[3] = { root, 1u << 11, SUBSTRUCTURE_NOTIFY };
	uint8_t m[16];

	memcpy(m, head, sizeof(head));
	m[0] = 2;
	m[1] = 0;
	memcpy(m + 4, rest, sizeof(rest));
	return put_bytes(fd, m, sizeof(m));
}

static int
greet(int fd, const struct cookie *c)
{
	int64_t deadline = clock_deadline(DISPLAY_WAIT_MS);
	uint32_t root = 0;
	int error = send_setup(fd, c);

	if (error == 0)
		error = take_setup(fd, &root, deadline);
	return error < 0 ? error : send_watch(fd, root);
}

/* Servers listen in both places, or in one. */
static int
dial_and_greet(const char *number, const struct cookie *c)
{
	int fd = dial(number, true), error;

	if (fd < 0)
		fd = dial(number, false);
	if (fd < 0)
		return fd;
	error = greet(fd, c);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int
display_open(struct display *d)
{
	struct cookie c, none = { .len = 0 };
	char number[8];
	int fd;

	*d = (struct display){ .fd = -1 };
	display_number(number);
	if (number[0] == '\0')
		return -ENOTSUP;
	read_cookie(number, &c);
	fd = dial_and_greet(number, &c);
	/* A cookie of another server's may be worse than none. */
	if (fd == -EACCES && c.len > 0)
		fd = dial_and_greet(number, &none);
	if (fd < 0)
		return fd;
	d->fd = fd;
	return 0;
}

/* An event has 32 bytes, whose first says its kind; so has the head of anything else. Nothing longer than that is
 * asked for. */
static void
take_message(struct display *d)
{
	d->have = 0;
	if ((d->message[0] & 0x7f) == MAP_NOTIFY)
		d->appeared = clock_now();
}

void
display_step(struct display *d)
{
	while (d->fd != -1) {
		ssize_t n = read(d->fd, d->message + d->have, sizeof(d->message) - d->have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0) {
			display_close(d);
			return;
		}
		d->have += (unsigned)n;
		if (d->have == sizeof(d->message))
			take_message(d);
	}
}

void
display_close(struct display *d)
{
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
}
