/* SPDX-License-Identifier: ISC */
/*
 * naming HOSTS: says whether the vault, with HOSTS for its known_hosts, knows a key by a name.
 *
 * Each line of stdin is KEY HOST PORT, the key in base64. The answer is a line: `named`, `revoked` or `no`.
 */
#include "base/limits.h"
#include "store/knownhosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void
die(const char *what)
{
	fprintf(stderr, "naming: %s\n", what);
	exit(2);
}

static const char *
name(const struct hosts *hosts, const char *text, const char *host, uint16_t port)
{
	static uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;
	struct names names;

	if (hosts_key_read(span_of(text), blob, &key) < 0)
		die("a key that can't be read");
	switch (hosts_lookup(hosts, &key, (uint64_t)time(NULL), &names)) {
	case HOSTS_REVOKED: return "revoked";
	case HOSTS_UNNAMED: return "no";
	case HOSTS_NAMED: break;
	}
	return names_has(&names, span_of(host), port) ? "named" : "no";
}

int
main(int argc, char **argv)
{
	static struct hosts *hosts;
	static uint8_t *text;
	size_t len;
	char key[4096], host[256];
	unsigned port;

	if (argc != 2)
		die("a known_hosts file is wanted");
	if (hosts_read(argv[1], LIMIT_HOSTS_SIZE, &text, &len) < 0 || hosts_new(&hosts) < 0 ||
	    hosts_add(hosts, (struct span){ text, len }) < 0)
		die(argv[1]);
	while (scanf("%4095s %255s %u", key, host, &port) == 3)
		puts(name(hosts, key, host, (uint16_t)port));
	return 0;
}
