/* SPDX-License-Identifier: ISC */
/*
 * differential CONSTRAINED WITNESS SIGNER HOSTS CASES: holds our reading of binds and logins against OpenSSH's own
 * agent.
 *
 * CONSTRAINED is an ssh-agent whose one key was added with `ssh-add -h` for the two hosts that HOSTS (a
 * known_hosts file) names, by every hop between them; WITNESS an ssh-agent without keys; SIGNER one that holds the
 * host keys of HOSTS and one more, which has no name.
 * Each case is a random sequence of binds, good and bad, and a random payload.
 * The two must agree on whether it is a login to a host with a name, over the session bound last.
 *
 * Where they differ on purpose: the plain publickey method only vouches for a host, and OpenSSH's agent takes it
 * on an unforwarded connection; and a bind that is refused leaves OpenSSH's agent with the one before, where we
 * believe nothing until the next good one.
 */
#include "agents/agentconn.h"
#include "base/limits.h"
#include "filter/binds.h"
#include "ssh/agentmsg.h"
#include "ssh/signdata.h"
#include "store/knownhosts.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HOSTS 3u
#define SESSIONS 4u

struct bytes {
	size_t len;
	uint8_t p[2048];
};

struct world {
	struct bytes key; /* the constrained key */
	struct bytes host[HOSTS]; /* host keys; the last has no name */
	struct bytes signature[HOSTS][SESSIONS]; /* of each over each session id */
	struct hosts *hosts;
	uint64_t random;
	unsigned last_host, last_session; /* of the last bind that was made */
};

static uint32_t
draw(struct world *w, uint32_t below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->random >> 33) % below;
}

static void
die(const char *what)
{
	fprintf(stderr, "differential: %s\n", what);
	exit(2);
}

static struct span
span_of_bytes(const struct bytes *b)
{
	return (struct span){ b->p, b->len };
}

static void
keep(struct bytes *b, struct span s)
{
	if (s.len > sizeof(b->p))
		die("a key or signature is too long");
	memcpy(b->p, s.p, s.len);
	b->len = s.len;
}

static struct span
session(unsigned i)
{
	static uint8_t ids[SESSIONS][32];

	memset(ids[i], (int)('a' + i), sizeof(ids[i]));
	return (struct span){ ids[i], sizeof(ids[i]) };
}

static int
dial(const char *path)
{
	int fd = agent_connect_path(path);

	if (fd < 0)
		die(path);
	return fd;
}

static struct span
exchange(int fd, struct span request)
{
	static uint8_t answer[LIMIT_FRAME];
	int n = agent_exchange(fd, -1, request, answer, clock_deadline(5000));

	if (n <= 0)
		die("an agent does not answer");
	return (struct span){ answer, (size_t)n };
}

static struct span
sign_request(struct span key, struct span data)
{
	static uint8_t buf[8192];
	struct wire_out o;

	wire_out_open(&o, buf, sizeof(buf));
	wire_put_u8(&o, AGENTMSG_SIGN);
	wire_put_string(&o, key);
	wire_put_string(&o, data);
	wire_put_u32(&o, 0);
	return wire_out_span(&o);
}

/* The keys of an agent, in its order. */
static void
read_keys(const char *path, struct bytes *keys, unsigned count)
{
	static const uint8_t list[] = { AGENTMSG_LIST };
	struct agentmsg_identities all;
	struct agentmsg_identity id;
	int fd = dial(path);

	if (agentmsg_identities(exchange(fd, (struct span){ list, 1 }), &all) < 0 || all.count != count)
		die("an agent does not hold the keys that it should");
	for (unsigned i = 0; agentmsg_identity_next(&all, &id); i++)
		keep(&keys[i], id.blob);
	close(fd);
}

static void
make_signatures(struct world *w, const char *signer)
{
	int fd = dial(signer);

	for (unsigned h = 0; h < HOSTS; h++) {
		for (unsigned s = 0; s < SESSIONS; s++) {
			struct span answer = exchange(fd, sign_request(span_of_bytes(&w->host[h]), session(s)));
			struct wire r;

			if (!agentmsg_is_signature(answer))
				die("the signer does not sign");
			wire_open(&r, answer);
			wire_u8(&r);
			keep(&w->signature[h][s], wire_string(&r));
		}
	}
	close(fd);
}

static struct span
make_bind(struct world *w)
{
	static uint8_t buf[8192];
	/*
	 * The constraint also judges the way to a host: by hosts with a name alone, so that both answer the same
	 * question.
	 */
	bool forwarding = draw(w, 3) == 0;
	unsigned host = draw(w, forwarding ? HOSTS - 1 : HOSTS), id = draw(w, SESSIONS);
	struct wire_out o;

	w->last_host = host;
	w->last_session = id;

	wire_out_open(&o, buf, sizeof(buf));
	wire_put_u8(&o, AGENTMSG_EXTENSION);
	wire_put_string(&o, span_of("session-bind@openssh.com"));
	wire_put_string(&o, span_of_bytes(&w->host[host]));
	wire_put_string(&o, session(id));
	wire_put_string(
	    &o, span_of_bytes(
		    &w->signature[draw(w, 8) == 0 ? draw(w, HOSTS) : host][draw(w, 8) == 0 ? draw(w, SESSIONS) : id]));
	wire_put_u8(&o, forwarding);
	return wire_out_span(&o);
}

/* A login, mostly right; then, now and then, a byte of it is changed, cut off or added. */
static struct span
make_payload(struct world *w)
{
	static uint8_t buf[8192];
	bool hostbound = draw(w, 4) != 0;
	struct wire_out o;

	wire_out_open(&o, buf, sizeof(buf) - 1);
	wire_put_string(&o, session(draw(w, 4) == 0 ? draw(w, SESSIONS) : w->last_session));
	wire_put_u8(&o, 50);
	wire_put_string(&o, span_of("remote"));
	wire_put_string(&o, span_of("ssh-connection"));
	wire_put_string(&o, span_of(hostbound ? "publickey-hostbound-v00@openssh.com" : "publickey"));
	wire_put_u8(&o, 1);
	wire_put_string(&o, span_of("ssh-ed25519"));
	wire_put_string(&o, span_of_bytes(&w->key));
	if (hostbound)
		wire_put_string(&o, span_of_bytes(&w->host[draw(w, 4) == 0 ? draw(w, HOSTS) : w->last_host]));
	switch (draw(w, 10)) {
	case 0: buf[draw(w, (uint32_t)o.len)] ^= (uint8_t)(1u << draw(w, 8)); break;
	case 1: o.len -= 1 + draw(w, 8); break;
	case 2: buf[o.len++] = (uint8_t)draw(w, 256); break;
	default: break;
	}
	return (struct span){ buf, o.len };
}

/* What we say of it: PROVEN or VOUCHED where it is a login to a host with a name. */
static enum host_known
our_verdict(const struct world *w, const struct binds *b, struct span payload)
{
	struct facts f = { 0 };
	bool revoked;

	if (sshkey_read(span_of_bytes(&w->key), &f.key) < 0 || signdata_read(payload, &f.key, &f.what) < 0)
		return HOST_UNKNOWN;
	binds_login(b, w->hosts, (uint64_t)time(NULL), &f, &revoked);
	return f.host;
}

/* 1: they agree; 0: they do not. */
static int
try_case(struct world *w, const char *constrained, const char *witness, unsigned *counts)
{
	static struct binds b;
	int agent = dial(constrained), ours = dial(witness);
	struct span payload;
	enum host_known known;
	bool signed_by_agent, expected;

	memset(&b, 0, sizeof(b));
	for (unsigned n = draw(w, 4); n > 0; n--) {
		struct span request = make_bind(w);
		struct agentmsg_request r;

		agentmsg_request(request, &r);
		binds_add(&b, &r.bind, exchange(ours, request).p[0] == AGENTMSG_SUCCESS);
		exchange(agent, request);
	}
	payload = make_payload(w);
	known = our_verdict(w, &b, payload);
	signed_by_agent = exchange(agent, sign_request(span_of_bytes(&w->key), payload)).p[0] == AGENTMSG_SIGN_ANSWER;
	expected = known == HOST_PROVEN || (known == HOST_VOUCHED && b.accepted == 1);
	counts[known]++;
	close(agent);
	close(ours);
	if (signed_by_agent == expected || (!b.valid && !expected))
		return 1;
	fprintf(stderr, "differential: we say %d after %u binds (%u accepted, forwarded %d), the agent %s\n",
	    (int)known, b.count, b.accepted, b.forwarded, signed_by_agent ? "signs" : "refuses");
	return 0;
}

static void
read_hosts(struct world *w, const char *path)
{
	static uint8_t text[65536];
	FILE *f = fopen(path, "re");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text), f);

	if (n == 0 || hosts_new(&w->hosts) < 0 || hosts_add(w->hosts, (struct span){ text, n }) < 0)
		die("the known hosts can't be read");
	fclose(f);
}

int
main(int argc, char **argv)
{
	static struct world w = { .random = 1 };
	unsigned counts[4] = { 0 };
	long cases, agreed = 0;

	if (argc != 6)
		die("usage: differential CONSTRAINED WITNESS SIGNER HOSTS CASES");
	cases = strtol(argv[5], NULL, 10);
	read_keys(argv[1], &w.key, 1);
	read_keys(argv[3], w.host, HOSTS);
	make_signatures(&w, argv[3]);
	read_hosts(&w, argv[4]);
	for (long i = 0; i < cases; i++)
		agreed += try_case(&w, argv[1], argv[2], counts);
	printf("%ld cases, %ld agreed; unknown %u, unnamed %u, vouched %u, proven %u\n", cases, agreed,
	    counts[HOST_UNKNOWN], counts[HOST_UNNAMED], counts[HOST_VOUCHED], counts[HOST_PROVEN]);
	return agreed == cases && counts[HOST_PROVEN] > 0 && counts[HOST_VOUCHED] > 0 && counts[HOST_UNNAMED] > 0 ? 0
														  : 1;
}
