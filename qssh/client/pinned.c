/* SPDX-License-Identifier: ISC */
#include "client/pinned.h"

#include "base/text.h"
#include "client/keyfiles.h"
#include "ssh/sshkey.h"
#include "sys/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
pinned_open(struct pinned *p, const char *home, const char *socket)
{
	replay_open(&p->replay);
	return pins_read(&p->pins, home, socket) == 0;
}

struct span
pinned_answer(struct pinned *p, struct span request, const struct agentmsg_request *decoded)
{
	if (decoded->kind == REQUEST_LIST)
		return pins_answer(&p->pins);
	if (decoded->kind != REQUEST_BIND)
		return (struct span){ NULL, 0 };
	p->answer[0] = replay_keep(&p->replay, request) ? AGENTMSG_SUCCESS : AGENTMSG_FAILURE;
	return (struct span){ p->answer, 1 };
}

/*
 * Fails the SIGN for a key that is pinned here and that the vault does not list.
 * An empty list, of a vault that is locked say, unpins nothing.
 */
static int
miss_key(struct pinned *p, struct member *m, struct span listed, struct span key)
{
	struct agentmsg_identities list;
	struct sshkey decoded;
	uint8_t hash[SHA256_SIZE];
	char fingerprint[64];
	struct text text;

	if (agentmsg_identities(listed, &list) < 0 || pins_hold(listed, key) || !pins_hold(pins_answer(&p->pins), key))
		return 0;
	if (list.count == 0) {
		snprintf(m->why, sizeof(m->why),
		    "%s has no key to offer now: it may be locked, or hold none. The pins stay as they are",
		    target_shown(&m->target));
		return -ENOKEY;
	}
	text_open(&text, fingerprint, sizeof(fingerprint));
	if (sshkey_read(key, &decoded) == 0) {
		sshkey_hash(&decoded, hash);
		text_fingerprint(&text, hash);
	}
	snprintf(m->why, sizeof(m->why),
	    "%s no longer has the key %s, which was pinned here. The pins are as the vault's keys now: try again",
	    target_shown(&m->target), text_str(&text));
	return -ENOKEY;
}

/* Ends the call: a signature without its binds could mean more than ssh asked for. */
static int
refuse_bind(struct member *m)
{
	call_end(&m->call);
	snprintf(m->why, sizeof(m->why),
	    "%s refused to bind the session to its host, so it was not asked to sign; without pins it may work: "
	    "qssh unpin %s",
	    target_shown(&m->target), m->target.socket);
	return -EPERM;
}

/* Replays the binds that the call has not heard. 0, or -errno with m->why. */
static int
replay(struct pinned *p, struct member *m, int64_t deadline)
{
	while (m->binds < p->replay.count) {
		int n = member_exchange(m, p->replay.binds[m->binds], p->answer, deadline);

		if (n < 0)
			return n;
		if (n != 1 || p->answer[0] != AGENTMSG_SUCCESS)
			return refuse_bind(m);
		m->binds++;
	}
	return 0;
}

/* Tells a call that was just made what it has missed, before a request for key. 0, or -errno with m->why. */
static int
catch_up(struct pinned *p, struct member *m, struct span key, int64_t deadline)
{
	static const uint8_t list[] = { AGENTMSG_LIST };
	int n, missed, error;

	/* Before the binds: so the vault lists what it has for any host. */
	n = member_exchange(m, (struct span){ list, sizeof(list) }, p->answer, deadline);
	if (n < 0)
		return n;
	keyfiles_pin(m->connection->home, m->target.socket, (struct span){ p->answer, (size_t)n });
	missed = miss_key(p, m, (struct span){ p->answer, (size_t)n }, key);
	error = replay(p, m, deadline);
	return error < 0 ? error : missed;
}

struct span
pinned_ask(struct pinned *p, struct member *m, struct span request, const struct agentmsg_request *decoded)
{
	int64_t deadline = clock_deadline(m->connection->answer_ms);
	bool first = !m->called;
	int n = member_start(m, deadline);

	if (n == 0)
		n = first ? catch_up(p, m, decoded->sign.key, deadline) : replay(p, m, deadline);
	if (n == 0)
		n = member_exchange(m, request, p->answer, deadline);
	return member_result(m, decoded->kind, p->answer, n);
}
