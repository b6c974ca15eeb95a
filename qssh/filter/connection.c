/* SPDX-License-Identifier: ISC */
#include "filter/connection.h"

#include <time.h>

uint64_t
connection_now(void)
{
	return (uint64_t)time(NULL);
}

struct facts
connection_facts(const struct connection *c)
{
	return (struct facts){ .client = c->client, .arg = c->arg, .forwarded = binds_forwarded(&c->binds) };
}

void
connection_take_key(struct facts *f, const struct sshkey *key, struct span comment)
{
	f->key = *key;
	f->comment = comment;
	sshkey_hash(key, f->key_hash);
}

void
connection_keep_unnamed(struct connection *c, const struct facts *f)
{
	struct sshkey key;
	unsigned i = 0;

	if (c->unnamed->fd == -1)
		return;
	if (f->host == HOST_UNNAMED && binds_hostkey(&c->binds, &key) == 0)
		(void)unnamed_add(c->unnamed, c->client, &key, connection_now());
	while (i < f->hop_count && f->hops[i].named)
		i++;
	if (i < f->hop_count && binds_hop(&c->binds, i, &key) == 0)
		(void)unnamed_add(c->unnamed, c->client, &key, connection_now());
}
