/* SPDX-License-Identifier: ISC */
#include "filter/binds.h"

#include <errno.h>
#include <string.h>

/* What makes two binds the same: session and host key. The flag is not signed, so it is left out. */
static void
bind_hash(const struct agentmsg_bind *bind, uint8_t out[SHA256_SIZE])
{
	struct sha256 h;
	uint8_t len[4];

	wire_set32(len, (uint32_t)bind->session_id.len);
	sha256_init(&h);
	sha256_add(&h, len, sizeof(len));
	sha256_add(&h, bind->session_id.p, bind->session_id.len);
	sha256_add(&h, bind->hostkey.p, bind->hostkey.len);
	sha256_end(&h, out);
}

static bool
is_repeat(const struct binds *b, const uint8_t hash[SHA256_SIZE])
{
	for (unsigned i = 0; i < b->accepted; i++)
		if (memcmp(b->seen[i], hash, SHA256_SIZE) == 0)
			return true;
	return false;
}

static void
hop_keep(struct binds *b, struct span hostkey)
{
	struct sshkey key;

	if (hostkey.len > sizeof(b->hops) - b->hops_len || sshkey_read(hostkey, &key) < 0) {
		b->broken = true;
		return;
	}
	b->hop[b->hop_count++] = (struct binds_hop){ b->hops_len, hostkey.len };
	memcpy(b->hops + b->hops_len, hostkey.p, hostkey.len);
	b->hops_len += hostkey.len;
}

void
binds_spoil(struct binds *b, bool forwarding)
{
	b->valid = false;
	b->broken = true;
	b->forwarded |= forwarding;
}

void
binds_add(struct binds *b, const struct agentmsg_bind *bind, bool accepted)
{
	uint8_t hash[SHA256_SIZE];

	b->count++;
	bind_hash(bind, hash);
	if (is_repeat(b, hash))
		return;
	b->broken |= b->valid && !b->forwarding;
	b->valid = accepted && b->accepted < LIMIT_BINDS && bind->hostkey.len <= sizeof(b->hostkey) &&
		   bind->session_id.len <= sizeof(b->session_id);
	if (!b->valid) {
		binds_spoil(b, bind->forwarding);
		return;
	}
	memcpy(b->seen[b->accepted++], hash, SHA256_SIZE);
	memcpy(b->session_id, bind->session_id.p, bind->session_id.len);
	memcpy(b->hostkey, bind->hostkey.p, bind->hostkey.len);
	b->session_id_len = bind->session_id.len;
	b->hostkey_len = bind->hostkey.len;
	b->forwarding = bind->forwarding;
	if (!bind->forwarding)
		return;
	b->forwarded = true;
	hop_keep(b, bind->hostkey);
}

enum tri
binds_forwarded(const struct binds *b)
{
	if (b->forwarded)
		return TRI_YES;
	return b->valid ? TRI_NO : TRI_UNKNOWN;
}

int
binds_hop(const struct binds *b, unsigned i, struct sshkey *key)
{
	struct span blob = { b->hops + b->hop[i].at, b->hop[i].len };

	return sshkey_read(blob, key);
}

void
binds_way(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked)
{
	f->hop_count = b->hop_count;
	f->way_whole = b->hop_count > 0 && !b->broken;
	for (unsigned i = 0; i < b->hop_count; i++) {
		struct hop *hop = &f->hops[i];
		struct sshkey key;
		enum hosts_state state;

		if (binds_hop(b, i, &key) < 0)
			continue;
		sshkey_hash(&key, hop->hash);
		state = hosts_lookup(hosts, &key, now, &hop->names);
		hop->named = state == HOSTS_NAMED;
		*revoked |= state == HOSTS_REVOKED;
	}
}

int
binds_hostkey(const struct binds *b, struct sshkey *key)
{
	struct span blob = { b->hostkey, b->hostkey_len };

	return b->valid && !b->forwarding && sshkey_read(blob, key) == 0 ? 0 : -ENOENT;
}

void
binds_host(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked)
{
	struct sshkey key;
	enum hosts_state state;

	*revoked = false;
	f->host = HOST_UNKNOWN;
	if (binds_hostkey(b, &key) < 0)
		return;
	sshkey_hash(&key, f->host_hash);
	state = hosts_lookup(hosts, &key, now, &f->names);
	*revoked = state == HOSTS_REVOKED;
	f->host = state == HOSTS_NAMED ? HOST_PROVEN : HOST_UNNAMED;
}

void
binds_login(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked)
{
	struct span session_id = { b->session_id, b->session_id_len };
	struct span hostkey = { b->hostkey, b->hostkey_len };
	const struct signdata *w = &f->what;

	*revoked = false;
	f->host = HOST_UNKNOWN;
	if (w->purpose != PURPOSE_LOGIN || !span_eq(w->session_id, session_id))
		return;
	if (w->hostbound && !span_eq(w->hostkey, hostkey))
		return;
	binds_host(b, hosts, now, f, revoked);
	if (f->host == HOST_PROVEN && !w->hostbound)
		f->host = HOST_VOUCHED;
}
