/* SPDX-License-Identifier: ISC */
/*
 * Measures what answers the agent protocol, and programs.
 * All the ways of one run are taken in turn, so that whatever else the machine does falls on all alike.
 *
 * 	measure list COUNT PAUSE NAME ENDPOINT...	connect (or start) → first LIST answer; the next LIST answer
 * 	measure sign COUNT PAUSE NAME ENDPOINT...	one SIGN among many on one connection
 * 	measure login COUNT PAUSE HOST NAME ENDPOINT...	connect → answer to a bind; LIST; SIGN of a login to the host whose key the agent HOST holds
 * 	measure run COUNT PAUSE NAME COMMAND...		start → exit status 0 of a command
 * 	measure row COUNT PAUSE NAME COMMAND...		the same for 50 of the command, one after the other
 * 	measure hold COUNT ENDPOINT			opens connections, has each answer a LIST, says `ready` and keeps them until its input ends
 *
 * PAUSE: milliseconds between two, so that one's clean-up is not the next one's load.
 * An ENDPOINT is a socket's path, or a program's path and arguments in one word.
 * Prints samples (samples.h).
 */
#include "endpoint.h"
#include "samples.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAYS_MAX 16
#define HELD_MAX 300
#define ROW 50

enum { SUCCESS = 6, LIST = 11, IDENTITIES = 12, SIGN = 13, SIGNATURE = 14, EXTENSION = 27 };

struct way {
	const char *name;
	struct endpoint endpoint;
	struct samples first, second, third;
};

static struct way ways[WAYS_MAX];
static int ways_count;
static int pause_ms;

static void
rest(void)
{
	struct timespec t = { .tv_sec = pause_ms / 1000, .tv_nsec = (long)(pause_ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

static void
ways_read(char **argv)
{
	for (; argv[0] != NULL && argv[1] != NULL; argv += 2) {
		if (ways_count == WAYS_MAX)
			errx(1, "at most %d ways", WAYS_MAX);
		ways[ways_count].name = argv[0];
		endpoint_parse(&ways[ways_count++].endpoint, argv[1]);
	}
	if (argv[0] != NULL || ways_count == 0)
		errx(2, "ways come as NAME and ENDPOINT or COMMAND");
}

static void
list(struct endpoint *e, struct message *answer)
{
	static const struct message ask = { .len = 1, .body = { LIST } };

	endpoint_ask(e, &ask, answer, IDENTITIES);
	if (answer->len < 9)
		errx(1, "no keys are listed");
}

static void
measure_list(struct way *w)
{
	static struct message answer;
	int64_t begin = samples_now(), mid;

	endpoint_open(&w->endpoint);
	list(&w->endpoint, &answer);
	mid = samples_now();
	samples_add(&w->first, mid - begin);
	list(&w->endpoint, &answer);
	samples_add(&w->second, samples_now() - mid);
	endpoint_close(&w->endpoint);
}

/* The first listed key. */
static const uint8_t *
first_key(struct endpoint *e, struct message *answer, size_t *len)
{
	size_t at = 5;

	list(e, answer);
	return message_take(answer, &at, len);
}

static void
build_sign(struct message *ask, const uint8_t *key, size_t key_len, const struct message *data)
{
	ask->len = 0;
	message_byte(ask, SIGN);
	message_string(ask, key, key_len);
	message_string(ask, data->body, data->len);
	message_number(ask, 0);
}

/* What `ssh-keygen -Y sign` has signed; made different each time by n. */
static void
build_sshsig(struct message *m, uint32_t n)
{
	uint8_t hash[64] = { (uint8_t)(n >> 8), (uint8_t)n };

	m->len = 0;
	for (const char *p = "SSHSIG"; *p != '\0'; p++)
		message_byte(m, (uint8_t)*p);
	message_text(m, "file");
	message_text(m, "");
	message_text(m, "sha512");
	message_string(m, hash, sizeof(hash));
}

/* The connection is opened with the first one, and stays. */
static void
measure_sign(struct way *w)
{
	static struct message keys, data, ask, answer;
	static uint32_t n;
	const uint8_t *key;
	size_t key_len;
	int64_t begin;

	if (w->endpoint.in == -1)
		endpoint_open(&w->endpoint);
	key = first_key(&w->endpoint, &keys, &key_len);
	build_sshsig(&data, n++);
	build_sign(&ask, key, key_len, &data);
	begin = samples_now();
	endpoint_ask(&w->endpoint, &ask, &answer, SIGNATURE);
	samples_add(&w->first, samples_now() - begin);
}

static struct endpoint host;

/* As a host whose key `host` holds would have it: a bind of a session of its own, and a login's payload. */
static void
build_login(struct message *bind, struct message *data, struct message *ask_host)
{
	static struct message keys, answer, session;
	const uint8_t *key, *signature;
	size_t key_len, signature_len, at = 1;
	static uint32_t n;

	key = first_key(&host, &keys, &key_len);
	session.len = 32;
	memcpy(session.body, &n, sizeof(n));
	n++;
	build_sign(ask_host, key, key_len, &session);
	endpoint_ask(&host, ask_host, &answer, SIGNATURE);
	signature = message_take(&answer, &at, &signature_len);
	bind->len = 0;
	message_byte(bind, EXTENSION);
	message_text(bind, "session-bind@openssh.com");
	message_string(bind, key, key_len);
	message_string(bind, session.body, session.len);
	message_string(bind, signature, signature_len);
	message_byte(bind, 0);
	data->len = 0;
	message_string(data, session.body, session.len);
	message_byte(data, 50);
	message_text(data, "remote");
	message_text(data, "ssh-connection");
	message_text(data, "publickey-hostbound-v00@openssh.com");
	message_byte(data, 1);
	message_text(data, "ssh-ed25519");
	/* The key that is to log in and the host's follow. */
}

static void
measure_login(struct way *w)
{
	static struct message bind, data, ask, answer, keys, host_keys;
	const uint8_t *key, *host_key;
	size_t key_len, host_key_len;
	int64_t begin, bound, listed;

	build_login(&bind, &data, &ask);
	host_key = first_key(&host, &host_keys, &host_key_len);
	begin = samples_now();
	endpoint_open(&w->endpoint);
	endpoint_ask(&w->endpoint, &bind, &answer, SUCCESS);
	bound = samples_now();
	samples_add(&w->first, bound - begin);
	key = first_key(&w->endpoint, &keys, &key_len);
	listed = samples_now();
	samples_add(&w->second, listed - bound);
	message_string(&data, key, key_len);
	message_string(&data, host_key, host_key_len);
	build_sign(&ask, key, key_len, &data);
	listed = samples_now();
	endpoint_ask(&w->endpoint, &ask, &answer, SIGNATURE);
	samples_add(&w->third, samples_now() - listed);
	endpoint_close(&w->endpoint);
}

static void
run(struct endpoint *e)
{
	pid_t pid;
	int status, error = posix_spawnp(&pid, e->argv[0], NULL, NULL, e->argv, environ);

	if (error != 0)
		errx(1, "%s: %s", e->argv[0], strerror(error));
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s: wait status %d", e->argv[0], status);
}

static void
measure_run(struct way *w)
{
	int64_t begin = samples_now();

	run(&w->endpoint);
	samples_add(&w->first, samples_now() - begin);
}

static void
measure_row(struct way *w)
{
	int64_t begin = samples_now();

	for (int i = 0; i < ROW; i++)
		run(&w->endpoint);
	samples_add(&w->first, samples_now() - begin);
}

static void
hold(int count, char *text)
{
	static struct endpoint held[HELD_MAX];
	static struct message answer;
	char byte;

	for (int i = 0; i < count && i < HELD_MAX; i++) {
		endpoint_parse(&held[i], text);
		endpoint_open(&held[i]);
		list(&held[i], &answer);
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

struct kind {
	const char *name;
	void (*measure)(struct way *);
	const char *what[3];
};

static const struct kind kinds[] = {
	{ "list", measure_list, { "first", "next", NULL } },
	{ "sign", measure_sign, { "sign", NULL, NULL } },
	{ "login", measure_login, { "bind", "list", "sign" } },
	{ "run", measure_run, { "run", NULL, NULL } },
	{ "row", measure_row, { "row", NULL, NULL } },
};

static void
measure_all(const struct kind *k, int count)
{
	/* The first round fills caches and is thrown away. Each begins with another way. */
	for (int i = 0; i <= count; i++)
		for (int n = 0; n < ways_count; n++) {
			struct way *w = &ways[(i + n) % ways_count];

			k->measure(w);
			rest();
			if (i == 0)
				w->first.count = w->second.count = w->third.count = 0;
		}
	for (int w = 1; w < ways_count; w++)
		samples_print_over(&ways[w].first, &ways[0].first, ways[w].name, "over");
	for (int w = 0; w < ways_count; w++) {
		struct samples *s[] = { &ways[w].first, &ways[w].second, &ways[w].third };

		for (int i = 0; i < 3 && k->what[i] != NULL; i++)
			samples_print(s[i], ways[w].name, k->what[i]);
	}
}

int
main(int argc, char **argv)
{
	int count;

	signal(SIGPIPE, SIG_IGN);
	if (argc < 4 || (count = atoi(argv[2])) < 1 || count > SAMPLES_MAX)
		errx(2, "usage: measure KIND COUNT ...");
	if (strcmp(argv[1], "hold") == 0) {
		hold(count, argv[3]);
		return 0;
	}
	pause_ms = atoi(argv[3]);
	argv += 4;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(argv[-3], kinds[i].name) == 0) {
			if (kinds[i].measure == measure_login && argv[0] != NULL) {
				endpoint_parse(&host, *argv++);
				endpoint_open(&host);
			}
			ways_read(argv);
			measure_all(&kinds[i], count);
			return 0;
		}
	errx(2, "measure what?");
}
