/* SPDX-License-Identifier: ISC */
/*
 * What answers the agent protocol: an agent's socket; a program that is started as qrexec starts a service, on two
 * sockets; or, behind the word accept:, one that is started as systemd starts it for a connection.
 * Whatever goes wrong ends the program with a word about it: a time of a failure is worth nothing.
 */
#ifndef BENCH_ENDPOINT_H
#define BENCH_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ENDPOINT_MAX (256 * 1024) /* a message's body */
#define ENDPOINT_ARGS 32

struct endpoint {
	const char *path; /* a socket; or NULL, then: */
	char *argv[ENDPOINT_ARGS + 1]; /* a program */
	bool accepts; /* its stdin is an accepted connection, and it answers there */
	int in, out; /* while it is open */
	pid_t pid; /* of the program, else 0 */
};

/* Bytes that are being put together; they stay within size. */
struct message {
	size_t len;
	uint8_t body[ENDPOINT_MAX];
};

/*
 * text is a socket's path, or words, after accept: or not: a program and its arguments, between tabs if there is
 * one, else between spaces.
 * Keeps text, and cuts it into words.
 */
void endpoint_parse(struct endpoint *e, char *text);

/* Connects, or starts the program. */
void endpoint_open(struct endpoint *e);

/* Closes, and waits for a program to end. */
void endpoint_close(struct endpoint *e);

/* Sends ask and fills answer with what comes back, which must be of the kind. */
void endpoint_ask(struct endpoint *e, const struct message *ask, struct message *answer, uint8_t kind);

/* Builds messages: each appends. */
void message_byte(struct message *m, uint8_t byte);
void message_number(struct message *m, uint32_t number);
void message_string(struct message *m, const void *bytes, size_t len);
void message_text(struct message *m, const char *text);

/* The string that begins at *at, which moves behind it. */
const uint8_t *message_take(const struct message *m, size_t *at, size_t *len);

#endif
