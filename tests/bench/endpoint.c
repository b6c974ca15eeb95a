/* SPDX-License-Identifier: ISC */
#include "endpoint.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

void
endpoint_parse(struct endpoint *e, char *text)
{
	const char *between = strchr(text, '\t') != NULL ? "\t" : " ";
	struct stat st;
	int n = 0;

	memset(e, 0, sizeof(*e));
	e->in = e->out = -1;
	if (strncmp(text, "accept:", 7) == 0) {
		e->accepts = true;
		text += 7;
	}
	if (stat(text, &st) == 0 && S_ISSOCK(st.st_mode)) {
		e->path = text;
		return;
	}
	for (char *word = strtok(text, between); word != NULL && n < ENDPOINT_ARGS; word = strtok(NULL, between))
		e->argv[n++] = word;
	if (n == 0)
		errx(1, "no program is named");
}

static void
connect_to(struct endpoint *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(e->path) >= sizeof(a.sun_path))
		errx(1, "%s: too long", e->path);
	strcpy(a.sun_path, e->path);
	e->in = e->out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (e->in == -1 || connect(e->in, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "%s", e->path);
}

/* A connection to a socket called default, and what it is accepted as. As systemd has them. */
static void
pair_by_name(int *connected, int *accepted)
{
	static int listener = -1;
	static struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (listener == -1) {
		char dir[] = "/tmp/measure.XXXXXX";

		if (mkdtemp(dir) == NULL)
			err(1, "%s", dir);
		snprintf(a.sun_path, sizeof(a.sun_path), "%s/default", dir);
		listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (listener == -1 || bind(listener, (struct sockaddr *)&a, sizeof(a)) == -1 ||
		    listen(listener, 8) == -1)
			err(1, "%s", a.sun_path);
	}
	*connected = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*connected == -1 || connect(*connected, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "%s", a.sun_path);
	*accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (*accepted == -1)
		err(1, "accept");
}

/* stdin and stdout are two sockets; stderr stays ours, so that what goes wrong is seen. */
static void
start(struct endpoint *e)
{
	int in[2], out[2];

	if (e->accepts) {
		pair_by_name(&in[0], &in[1]);
		out[0] = in[0];
		out[1] = in[1];
	} else if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) == -1 ||
		   socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) == -1) {
		err(1, "socketpair");
	}
	e->pid = fork();
	if (e->pid == -1)
		err(1, "fork");
	if (e->pid == 0) {
		dup2(in[1], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execv(e->argv[0], e->argv);
		_exit(127);
	}
	close(in[1]);
	if (!e->accepts)
		close(out[1]);
	e->in = in[0];
	e->out = out[0];
}

void
endpoint_open(struct endpoint *e)
{
	if (e->path != NULL)
		connect_to(e);
	else
		start(e);
}

void
endpoint_close(struct endpoint *e)
{
	close(e->in);
	if (e->out != e->in)
		close(e->out);
	if (e->pid > 0 && waitpid(e->pid, NULL, 0) == -1)
		err(1, "waitpid");
	e->in = e->out = -1;
	e->pid = 0;
}

static void
read_exactly(const struct endpoint *e, uint8_t *to, size_t len)
{
	while (len > 0) {
		ssize_t n = read(e->out, to, len);

		if (n <= 0)
			errx(1, "%s: the answer ends early", e->path != NULL ? e->path : e->argv[0]);
		to += n;
		len -= (size_t)n;
	}
}

static uint32_t
number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void
endpoint_ask(struct endpoint *e, const struct message *ask, struct message *answer, uint8_t kind)
{
	uint8_t head[4] = { (uint8_t)(ask->len >> 24), (uint8_t)(ask->len >> 16), (uint8_t)(ask->len >> 8),
		(uint8_t)ask->len };

	/* Two writes, as OpenSSH does. */
	if (write(e->in, head, 4) != 4 || write(e->in, ask->body, ask->len) != (ssize_t)ask->len)
		err(1, "%s: a request can't be sent", e->path != NULL ? e->path : e->argv[0]);
	read_exactly(e, head, 4);
	answer->len = number(head);
	if (answer->len == 0 || answer->len > ENDPOINT_MAX)
		errx(1, "an answer of %zu bytes", answer->len);
	read_exactly(e, answer->body, answer->len);
	if (answer->body[0] != kind)
		errx(1, "%s: answer %d, not %d", e->path != NULL ? e->path : e->argv[0], answer->body[0], kind);
}

static void
append(struct message *m, const void *bytes, size_t len)
{
	if (len > sizeof(m->body) - m->len)
		errx(1, "a message is too long");
	memcpy(m->body + m->len, bytes, len);
	m->len += len;
}

void
message_byte(struct message *m, uint8_t byte)
{
	append(m, &byte, 1);
}

void
message_number(struct message *m, uint32_t n)
{
	uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	append(m, bytes, sizeof(bytes));
}

void
message_string(struct message *m, const void *bytes, size_t len)
{
	message_number(m, (uint32_t)len);
	append(m, bytes, len);
}

void
message_text(struct message *m, const char *text)
{
	message_string(m, text, strlen(text));
}

const uint8_t *
message_take(const struct message *m, size_t *at, size_t *len)
{
	const uint8_t *bytes;

	if (m->len < *at + 4 || m->len - *at - 4 < number(m->body + *at))
		errx(1, "a string runs over its message's end");
	*len = number(m->body + *at);
	bytes = m->body + *at + 4;
	*at += 4 + *len;
	return bytes;
}
