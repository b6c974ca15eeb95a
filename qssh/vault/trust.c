/* SPDX-License-Identifier: ISC */
#include "vault/trust.h"

#include "base/glob.h"
#include "base/limits.h"
#include "ssh/fingerprint.h"
#include "ssh/hostport.h"
#include "sys/args.h"
#include "vault/said.h"
#include "vault/trustfile.h"
#include "vault/trustline.h"
#include "vault/unnamedfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words of a line about a key that was seen; they outlive the store. */
struct found {
	char type[LIMIT_NAME + 1];
	char key[HOSTS_KEY_TEXT];
};

static bool
entry_found(const struct unnamed_entry *e, const uint8_t hash[SHA256_SIZE], struct found *out)
{
	uint8_t blob[HOSTS_KEY_SIZE], own[SHA256_SIZE];
	struct sshkey key;

	if (!unnamedfile_key(e, blob, &key) || !trustline_is_type(key.type) || key.type.len >= sizeof(out->type))
		return false;
	sshkey_hash(&key, own);
	if (memcmp(own, hash, sizeof(own)) != 0)
		return false;
	memcpy(out->type, key.type.p, key.type.len);
	out->type[key.type.len] = '\0';
	return hosts_key_text(&key, out->key) > 0;
}

static int
store_find(const char *home, const uint8_t hash[SHA256_SIZE], struct found *out)
{
	struct unnamed *store;
	struct unnamed_entry e;
	struct span rest;
	int r = unnamedfile_read(&store, home, &rest);

	if (r != 0)
		return r;
	r = -ENOENT;
	while (r != 0 && unnamed_next(&rest, &e))
		r = entry_found(&e, hash, out) ? 0 : -ENOENT;
	unnamedfile_close(store);
	return r;
}

/* A key that has a name already may be given another. */
static int
known_find(const struct hosts *h, const uint8_t hash[SHA256_SIZE], struct found *out)
{
	struct hosts_walk w = { 0 };
	struct hosts_known known;

	while (hosts_walk_next(h, &w, &known)) {
		struct unnamed_entry e = { .type = known.type, .key = known.key };

		if (entry_found(&e, hash, out))
			return 0;
	}
	return -ENOENT;
}

/* A rule's `to` compares the port too, and nothing tells a vault on which port a host was reached. */
static void
port_note(const char *name)
{
	if (name[0] != '[')
		printf(
		    "It is known by that name on port 22. For another port: qssh-vault trust FINGERPRINT '[%s]:PORT'\n",
		    name);
}

static int
one_add(struct trustline_known *k, const struct hosts_line *line, const char *name)
{
	const struct ledger_line *other = NULL;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;
	int r;

	if (!ledger_key(line, blob, &key))
		return said_complain("the key", "can't be read");
	switch (trustline_judge(k, line, &key, &other)) {
	case TRUSTLINE_REVOKED:
		trustline_say("refused, the key is revoked: ", line, &key, NULL, stderr);
		return VERB_REFUSED;
	case TRUSTLINE_CHANGED:
		trustline_say("refused: ", line, &key, other, stderr);
		trustline_advise(other->path, name);
		return VERB_REFUSED;
	case TRUSTLINE_THERE: trustline_say("there already: ", line, &key, NULL, stdout); return VERB_DONE;
	case TRUSTLINE_ADD: break;
	}
	r = ledger_add(k->ledger, line);
	if (r != 0)
		return said_error(k->ledger->paths[0], r);
	r = trustline_commit(k);
	if (r == VERB_DONE)
		trustline_say("added: ", line, &key, NULL, stdout);
	return r;
}

/* As OpenSSH writes names. */
static void
name_lower(const char *name, char *out, size_t size)
{
	size_t i = 0;

	for (; name[i] != '\0' && i + 1 < size; i++)
		out[i] = (char)glob_lower((uint8_t)name[i]);
	out[i] = '\0';
}

static int
found_add(struct trustline_known *k, const struct found *found, const char *name)
{
	struct hosts_line line = { HOSTS_PLAIN, span_of(name), span_of(found->type), span_of(found->key) };
	int r = one_add(k, &line, name);

	if (r == VERB_DONE)
		port_note(name);
	return r;
}

static int
trust_one(const char *fingerprint, const char *name, const char *home)
{
	char lower[HOSTNAME_SIZE];
	uint8_t hash[SHA256_SIZE];
	struct found found;
	struct trustline_known k;
	int r;

	if (fingerprint_read(span_of(fingerprint), hash) != 0) {
		(void)said_complain(fingerprint, "not a whole fingerprint, SHA256: and 43 characters");
		return VERB_USAGE;
	}
	if (!hostport_is(span_of(name))) {
		(void)said_complain(name, "not a host's name: HOST, or [HOST]:PORT for a port other than 22");
		return VERB_USAGE;
	}
	name_lower(name, lower, sizeof(lower));
	r = trustline_open(&k, home);
	if (r != VERB_DONE)
		return r;
	r = store_find(home, hash, &found);
	if (r == -ENOENT)
		r = known_find(k.hosts, hash, &found);
	if (r == -ENOENT)
		r = said_complain(
		    fingerprint, "no such host key was seen, with or without a name; see qssh-vault hosts");
	else
		r = r != 0 ? said_error("the keys without a name", r) : found_add(&k, &found, lower);
	trustline_close(&k);
	return r;
}

int
trust_run(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault", .options = { "file=", "yes" }, .words_max = 2 };
	const char *home = getenv("HOME");

	if (args_parse(&a, argc, argv) < 0)
		return VERB_USAGE;
	if (a.values[0] != NULL && a.words_count == 0)
		return trustfile_add(a.values[0], a.values[1] != NULL, home);
	if (a.values[0] == NULL && a.values[1] == NULL && a.words_count == 2)
		return trust_one(a.words[0], a.words[1], home);
	fputs("qssh-vault trust: wants FINGERPRINT NAME, or --file KNOWN_HOSTS [--yes]\n", stderr);
	return VERB_USAGE;
}
