/* SPDX-License-Identifier: ISC */
#include "vault/held.h"

#include "agents/agentconn.h"
#include "agents/agents.h"
#include "base/limits.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/rundir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_key(const struct agentmsg_identity *id, const struct facts *f)
{
	static const uint8_t none[SHA256_SIZE];
	uint8_t hash[SHA256_SIZE];
	struct sshkey key;

	if (memcmp(f->key_hash, none, sizeof(none)) == 0)
		return span_eq(id->comment, f->comment);
	if (sshkey_read(id->blob, &key) < 0)
		return false;
	sshkey_hash(&key, hash);
	return memcmp(hash, f->key_hash, sizeof(hash)) == 0;
}

static enum held
list_holds(int agent, const struct facts *f)
{
	static uint8_t answer[LIMIT_FRAME];
	static const uint8_t list[] = { AGENTMSG_LIST };
	int n = agent_exchange(agent, -1, (struct span){ list, sizeof(list) }, answer, clock_deadline(LIMIT_AGENT_MS));
	struct agentmsg_identities all;
	struct agentmsg_identity id;

	if (n <= 0 || agentmsg_identities((struct span){ answer, (size_t)n }, &all) < 0)
		return HELD_UNKNOWN;
	while (agentmsg_identity_next(&all, &id)) {
		if (is_key(&id, f))
			return HELD_YES;
	}
	return HELD_NO;
}

enum held
held_find(const struct rules *r, const char *home, const struct facts *f)
{
	char runtime_dir[4096], name[LIMIT_NAME + 1];
	struct span arg = f->arg.len > 0 ? f->arg : span_of(AGENT_DEFAULT);
	struct agents_places places = { .home = home, .auth_sock = getenv("SSH_AUTH_SOCK"), .look = true };
	enum held found = HELD_UNKNOWN;
	struct agents a;

	if (home == NULL || home[0] != '/' || !rules_is_name(arg) || arg.len >= sizeof(name))
		return HELD_UNKNOWN;
	if (rundir_find(runtime_dir, sizeof(runtime_dir)) == 0)
		places.runtime_dir = runtime_dir;
	memcpy(name, arg.p, arg.len);
	name[arg.len] = '\0';
	agents_open(&a, &places, name, rules_agent(r, arg));
	if (a.keys >= 0) {
		found = list_holds(a.keys, f);
		close(a.keys);
	}
	if (a.witness >= 0)
		close(a.witness);
	return found;
}
