/* SPDX-License-Identifier: ISC */
#include "client/pinned.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
pinned_open(struct pinned *p, const char *home, const struct target *t)
{
	p->bind_count = 0;
	p->stored = 0;
	return pins_read(&p->pins, home, t->socket) == 0;
}

/* Keeps a bind for later. False: there are too many, or they are too large together. */
static bool
keep(struct pinned *p, struct span bind)
{
	if (p->bind_count == LIMIT_BINDS || bind.len > sizeof(p->store) - p->stored)
		return false;
	memcpy(p->store + p->stored, bind.p, bind.len);
	p->binds[p->bind_count++] = (struct span){ p->store + p->stored, bind.len };
	p->stored += bind.len;
	return true;
}

struct span
pinned_answer(struct pinned *p, struct span request, const struct agentmsg_request *decoded)
{
	if (decoded->kind == REQUEST_LIST)
		return pins_answer(&p->pins);
	if (decoded->kind != REQUEST_BIND)
		return (struct span){ NULL, 0 };
	p->answer[0] = keep(p, request) ? AGENTMSG_SUCCESS : AGENTMSG_FAILURE;
	return (struct span){ p->answer, 1 };
}

/*
 * Fails the SIGN for a key that is pinned here and that the vault does not list.
 * An empty list, of a vault that is locked say, unpins nothing.
 */
static int
miss_key(struct pinned *p, const struct target *t, struct span listed, struct span key, char why[CALL_SENTENCE_SIZE])
{
	struct agentmsg_identities list;
	struct agentmsg_key decoded;
	uint8_t hash[SHA256_SIZE];
	char fingerprint[64];
	struct text text;

	if (agentmsg_identities(listed, &list) < 0 || pins_hold(listed, key) || !pins_hold(pins_answer(&p->pins), key))
		return 0;
	if (list.count == 0) {
		snprintf(why, CALL_SENTENCE_SIZE,
		    "%s has no key to offer now: it may be locked, or hold none. The pins stay as they are",
		    target_shown(t));
		return -ENOKEY;
	}
	text_open(&text, fingerprint, sizeof(fingerprint));
	if (agentmsg_key(key, &decoded) == 0) {
		agentmsg_key_hash(&decoded, hash);
		text_fingerprint(&text, hash);
	}
	snprintf(why, CALL_SENTENCE_SIZE,
	    "%s no longer has the key %s, which was pinned here. The pins are as the vault's keys now: try again",
	    target_shown(t), text_str(&text));
	return -ENOKEY;
}

/* Ends the call: a signature without its binds could mean more than ssh asked for. */
static int
refuse_bind(struct call *c, const struct target *t, char why[CALL_SENTENCE_SIZE])
{
	call_end(c);
	snprintf(why, CALL_SENTENCE_SIZE,
	    "%s refused to bind the session to its host, so it was not asked to sign; without pins it may work: qssh "
	    "unpin %s",
	    target_shown(t), t->socket);
	return -EPERM;
}

static int
replay_binds(
    struct pinned *p, struct call *c, const struct target *t, int watch, int64_t deadline, char why[CALL_SENTENCE_SIZE])
{
	for (unsigned i = 0; i < p->bind_count; i++) {
		int n = call_exchange(c, t, p->binds[i], p->answer, watch, deadline, why);

		if (n < 0)
			return n;
		if (n != 1 || p->answer[0] != AGENTMSG_SUCCESS)
			return refuse_bind(c, t, why);
	}
	return 0;
}

int
pinned_catch_up(struct pinned *p, struct call *c, const struct target *t, const char *home, struct span key, int watch,
    int64_t deadline, char why[CALL_SENTENCE_SIZE])
{
	static const uint8_t list[] = { AGENTMSG_LIST };
	int n, missed, error;

	/* Before the binds: so the vault lists what it has for any host. */
	n = call_exchange(c, t, (struct span){ list, sizeof(list) }, p->answer, watch, deadline, why);
	if (n < 0)
		return n;
	pins_write(home, t->socket, (struct span){ p->answer, (size_t)n });
	missed = miss_key(p, t, (struct span){ p->answer, (size_t)n }, key, why);
	error = replay_binds(p, c, t, watch, deadline, why);
	return error < 0 ? error : missed;
}
