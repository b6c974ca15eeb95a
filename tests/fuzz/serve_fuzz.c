/* SPDX-License-Identifier: ISC */
/*
 * The vault's whole line as a state machine.
 * Input: how things stand, then a script of what the client sends and of how agent, witness and asker behave at
 * each step.
 * After each step the claim must hold: the agent receives nothing but LIST, session-bind and the SIGNs that the
 * rules below allow, or that the asker said yes to, each of them on record before; each request gets one answer,
 * and just the one that follows from what the others said.
 *
 * What the rules, the binds and the known hosts mean is stated a second time here, by hand, in judge(),
 * is_listed() and note_bind().
 */
#include "filter/serve.h"

#include "base/limits.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "letters.h"
#include "script.h"

#define STEPS_MAX 24u
#define ARENA_SIZE (16u * 1024u * 1024u)

/*
 * Letters: A to G are keys that rules speak of by their comments, X is none's; hosts: H has no name, N is
 * good.example, R is revoked, K has a certificate.
 */
static const char *const COMMENTS[] = { "alpha", "beta", "gamma", "delta", "echo", "foxtrot", "golf", "x-ray" };
static const char KEYS[] = "ABCDEFGX";

static const char RULES[] = "allow work key alpha to git@good.example uses 1 rate any/1m\n"
			    "allow work key beta for git uses any rate any/1m\n"
			    "ask work key gamma for any remember 5m\n"
			    "allow work key delta for opaque pam certificate uses any rate 2/1m quiet\n"
			    "allow work key echo to root@good.example vouched uses 2 rate any/1m\n"
			    "deny work key foxtrot forwarded yes\n"
			    "allow work key foxtrot for git uses any rate any/1m\n"
			    "allow work key golf to git@node.ca.example uses any rate any/1m\n"
			    "deny * arg *\n";

/* What is not as it should be: bits. */
enum wrong {
	RULES_BROKEN = 1,
	NO_AGENT = 2,
	NO_WITNESS = 4,
	NO_ASKER = 8,
	NO_SIGNATURES = 16,
	NO_REQUESTS = 32,
	NO_RATE = 64,
	OTHER_CLIENT = 128,
};

/* The request that is being answered, and what has come of it so far. */
struct current {
	bool begun;
	bool framed; /* else its length was out of range */
	bool over; /* beyond the requests that a connection may have */
	struct span body;
	struct agentmsg_request r;
	unsigned lists, binds, signs, questions, witnessed; /* exchanges */
	bool listed; /* the agent gave a list */
	struct span list, answer; /* the agent's: to LIST, and to SIGN or a bind */
	bool accepted; /* by the witness */
	bool judged;
	enum verdict verdict;
	bool quiet;
};

struct world {
	struct script script;
	unsigned wrong;
	bool pipelined; /* requests are sent before the answers are there */
	bool early; /* the client's end too, so that every question is withdrawn */
	bool hung_up, vanished, torn;
	bool agent_lost, witness_lost, agent_before, witness_before; /* hung up on, now and before this request */
	int in, out, agent, witness, asker; /* our ends; -1: closed */
	int signatures, requests, seen, journal;
	enum rules_notify notify;

	/* what the client sends */
	unsigned sent, answered;
	size_t sent_size;
	struct {
		struct span body;
		bool framed;
	} frames[STEPS_MAX];
	struct span pending;
	size_t head; /* of the answer that is coming in */
	uint8_t answer[4 + LIMIT_FRAME];

	/* what holds on this connection, restated */
	unsigned served; /* requests that count */
	struct current now;
	bool bound, forwarding, forwarded; /* the last new bind was accepted, and is forwarding; one said that it was */
	struct span host, session; /* of that bind */
	unsigned binds, accepted_count;
	struct agentmsg_bind accepted[LIMIT_BINDS];
	unsigned silent;
	unsigned noted[PURPOSE_PAM + 1]; /* a rate is counted for each purpose */
	unsigned signs; /* that reached the agent */
	unsigned signed_loud, shown_signed; /* signatures to be shown, and shown */
	bool signing; /* a SIGN was read */
	bool unnamed; /* H was bound when it counted, or on the way */
	unsigned questions;
	bool mute; /* the asker is gone */
	struct span
	    recent; /* what the agent listed last, as long as it may be taken for what it holds; empty: nothing */
};

static uint8_t memory[ARENA_SIZE];
static struct arena arena = { .p = memory, .size = sizeof(memory) };

/* ---- The hosts. */

/* The certificate of node.ca.example. */
static struct span
host_certificate(void)
{
	static const uint8_t principals[] = "\0\0\0\x0fnode.ca.example";
	static uint8_t blob[512];
	const struct letter_cert c = { .key = 'K',
		.authority = 'Z',
		.type = 2,
		.principals = { principals, sizeof(principals) - 1 },
		.before = UINT64_MAX };
	struct wire_out o;

	wire_out_open(&o, blob, sizeof(blob));
	letter_put_cert(&o, &c);
	return wire_out_span(&o);
}

static void
put_host(struct wire_out *o, uint8_t choice)
{
	if ((choice & 3) == 3)
		wire_put_string(o, host_certificate());
	else
		letter_put_key(o, "NHR"[choice & 3]);
}

static struct span
make_hosts(void)
{
	static char text[1024];
	char named[128], revoked[128], authority[128];

	snprintf(text, sizeof(text),
	    "good.example ssh-ed25519 %s\n@revoked * ssh-ed25519 %s\n@cert-authority *.ca.example ssh-ed25519 %s\n",
	    letter_base64('N', named), letter_base64('R', revoked), letter_base64('Z', authority));
	return span_of(text);
}

enum host { UNKNOWN, UNNAMED, GOOD_EXAMPLE, NODE_CA_EXAMPLE, REVOKED };

/* Which host a host key is, certified or not. */
static enum host
host_of(struct span hostkey)
{
	uint8_t buf[64];
	struct sshkey key, letter;
	static const char letters[] = "NR";

	if (span_eq(hostkey, host_certificate()))
		return NODE_CA_EXAMPLE;
	if (sshkey_read(hostkey, &key) < 0)
		return UNKNOWN;
	for (unsigned i = 0; i < 2; i++) {
		MUST(sshkey_read(letter_key(letters[i], buf), &letter) == 0);
		if (sshkey_same(&key, &letter))
			return i == 0 ? GOOD_EXAMPLE : REVOKED;
	}
	return UNNAMED;
}

/* ---- What the client sends. */

static void
put_login(struct wire_out *o, char key, uint8_t a, uint8_t b)
{
	static const char *const users[] = { "git", "root", "gitx", "" };
	static uint8_t buf[2048];
	struct wire_out p;

	wire_out_open(&p, buf, sizeof(buf));
	letter_put_session(&p, (char)('S' + (a & 1)));
	wire_put_u8(&p, 50);
	wire_put_string(&p, span_of(users[b & 3]));
	wire_put_string(&p, span_of("ssh-connection"));
	wire_put_string(&p, span_of(a & 2 ? "publickey" : "publickey-hostbound-v00@openssh.com"));
	wire_put_u8(&p, 1);
	wire_put_string(&p, span_of("ssh-ed25519"));
	letter_put_key(&p, (a & 0x3c) == 0x3c ? 'C' : key);
	if (!(a & 2))
		put_host(&p, b >> 2);
	wire_put_string(o, wire_out_span(&p));
}

static void
put_sshsig(struct wire_out *o, uint8_t b)
{
	uint8_t buf[256];
	struct wire_out p;

	wire_out_open(&p, buf, sizeof(buf));
	wire_put_raw(&p, span_of("SSHSIG"));
	wire_put_string(&p, span_of(b & 1 ? "file" : "git"));
	wire_put_string(&p, span_of(""));
	wire_put_string(&p, span_of("sha512"));
	wire_put_string(&p, span_of("0123456789abcdef"));
	wire_put_string(o, wire_out_span(&p));
}

/* A request of pam_ssh_agent_auth. */
static void
put_pam(struct wire_out *o, char key)
{
	uint8_t buf[512], session[128];
	struct wire_out p;

	wire_out_open(&p, session, sizeof(session));
	wire_put_u32(&p, 101);
	for (int i = 0; i < 7; i++)
		wire_put_string(&p, span_of("sudo"));
	letter_put_u64(&p, 1700000000);
	wire_out_open(&p, buf, sizeof(buf));
	wire_put_string(&p, (struct span){ session, 4 + 7 * 8 + 8 });
	wire_put_u8(&p, 50);
	wire_put_string(&p, span_of("root"));
	wire_put_string(&p, span_of("pam_ssh_agent_auth"));
	wire_put_string(&p, span_of("publickey"));
	wire_put_u8(&p, 1);
	wire_put_string(&p, span_of("ssh-ed25519"));
	letter_put_key(&p, key);
	wire_put_string(o, wire_out_span(&p));
}

/* What a CA is to sign. */
static void
put_open_certificate(struct wire_out *o, char authority)
{
	const struct letter_cert c = { .key = 'U', .authority = authority, .type = 1, .before = 99, .open = true };
	uint8_t blob[512];
	struct wire_out p;

	wire_out_open(&p, blob, sizeof(blob));
	letter_put_cert(&p, &c);
	wire_put_string(o, wire_out_span(&p));
}

/* A user's certificate over key A. */
static struct span
user_certificate(void)
{
	static uint8_t blob[512];
	const struct letter_cert c = { .key = 'A', .authority = 'Z', .type = 1, .before = UINT64_MAX };
	struct wire_out o;

	wire_out_open(&o, blob, sizeof(blob));
	letter_put_cert(&o, &c);
	return wire_out_span(&o);
}

static void
put_sign(struct wire_out *o, struct world *w, uint8_t kind, uint8_t a, uint8_t b)
{
	char key = KEYS[kind >> 3 & 7];

	wire_put_u8(o, AGENTMSG_SIGN);
	if (!(kind & 64))
		letter_put_key(o, key);
	else if (key == 'A')
		wire_put_string(o, user_certificate());
	else
		wire_put_string(o, span_of("no key"));
	if ((kind & 7) == 3)
		put_login(o, key, a, b);
	else if ((kind & 7) == 4)
		put_sshsig(o, a);
	else if (a == 1)
		put_pam(o, b & 1 ? 'C' : key);
	else if (a == 2)
		put_open_certificate(o, b & 1 ? 'C' : key);
	else
		wire_put_string(o, script_bytes(&w->script, a));
	wire_put_u32(o, b & 128 ? b >> 4 & 7 : 0);
}

static void
put_bind(struct wire_out *o, uint8_t a, uint8_t b)
{
	static const uint8_t zeros[BINDS_KEY_MAX + 1];

	wire_put_u8(o, AGENTMSG_EXTENSION);
	wire_put_string(o, span_of("session-bind@openssh.com"));
	if (b == 0xff)
		wire_put_string(o, (struct span){ zeros, sizeof(zeros) });
	else
		put_host(o, a);
	letter_put_session(o, (char)('S' + (a >> 2 & 1)));
	wire_put_string(o, span_of(b & 1 ? "bad" : "good"));
	wire_put_u8(o, b >> 1 & 1);
}

/* A request's body. */
static void
put_request(struct wire_out *o, struct world *w)
{
	uint8_t kind = script_u8(&w->script), a = script_u8(&w->script), b = script_u8(&w->script);
	struct span bytes;

	switch (kind & 7) {
	case 0: wire_put_u8(o, AGENTMSG_LIST); break;
	case 1:
	case 2: put_bind(o, a, b); break;
	case 3:
	case 4:
	case 5: put_sign(o, w, kind, a, b); break;
	case 6:
		wire_put_u8(o, a);
		if (b & 1)
			wire_put_string(o, span_of(b & 2 ? "query" : "other@example.org"));
		break;
	case 7:
		bytes = script_bytes(&w->script, a);
		wire_put_raw(o, bytes.len > 0 ? bytes : one_byte(a));
		break;
	}
}

/* A frame with a length that none has, and as many bytes. */
static void
put_unframed(struct wire_out *o, struct world *w)
{
	static const uint8_t zeros[LIMIT_FRAME + 256];
	uint8_t a = script_u8(&w->script);

	wire_put_u32(o, a & 1 ? LIMIT_FRAME + a : 0);
	wire_put_raw(o, (struct span){ zeros, a & 1 ? LIMIT_FRAME + a : 0 });
}

/* The end of the client's bytes within a frame. */
static void
put_torn(struct wire_out *o, struct world *w)
{
	uint8_t a = script_u8(&w->script);

	wire_put_u32(o, a & 1 ? LIMIT_FRAME + 300 : 300);
	wire_put_raw(o, script_bytes(&w->script, a));
	if (a & 2)
		o->len = 1 + (a >> 2 & 1);
}

/* The next frame of the script. Where it is torn, it is none of the requests. */
static void
make_frame(struct world *w)
{
	bool large = w->sent < 4 && !w->early;
	struct wire_out o = arena_open(&arena, large ? LIMIT_FRAME + 512 : 24 * 1024);
	uint8_t kind = w->script.p[0];

	if (kind == 0xff) {
		script_u8(&w->script);
		put_torn(&o, w);
		w->torn = true;
		w->pending = arena_keep(&arena, &o);
		return;
	}
	w->frames[w->sent].framed = !(kind == 0xfe && large);
	if (kind == 0xfe && large) {
		script_u8(&w->script);
		put_unframed(&o, w);
	} else {
		wire_put_u32(&o, 0);
		put_request(&o, w);
		wire_set32(o.p, (uint32_t)o.len - 4);
		w->frames[w->sent].body = (struct span){ o.p + 4, o.len - 4 };
	}
	w->pending = arena_keep(&arena, &o);
	w->sent_size += w->pending.len;
	w->sent++;
}

/* ---- What it means. */

static bool
is_repeat(const struct world *w, const struct agentmsg_bind *b)
{
	for (unsigned i = 0; i < w->accepted_count; i++)
		if (span_eq(w->accepted[i].hostkey, b->hostkey) && span_eq(w->accepted[i].session_id, b->session_id))
			return true;
	return false;
}

/* A repeat of an accepted bind changes nothing; of any other only the last counts. */
static void
note_bind(struct world *w, const struct agentmsg_bind *b, bool accepted)
{
	if (w->wrong & RULES_BROKEN || w->binds >= LIMIT_BINDS) {
		w->bound = false;
		w->forwarded |= b->forwarding;
		return;
	}
	w->binds++;
	if (is_repeat(w, b))
		return;
	w->bound = accepted && b->hostkey.len <= BINDS_KEY_MAX;
	w->forwarded |= b->forwarding;
	if (!w->bound)
		return;
	w->accepted[w->accepted_count++] = *b;
	w->host = b->hostkey;
	w->session = b->session_id;
	w->forwarding = b->forwarding;
}

/* A host that the agent was forwarded to is so. */
static bool
came_by(const struct world *w, enum host host)
{
	for (unsigned i = 0; i < w->accepted_count; i++)
		if (w->accepted[i].forwarding && host_of(w->accepted[i].hostkey) == host)
			return true;
	return false;
}

static enum host
bound_host(const struct world *w)
{
	return w->bound && !w->forwarding ? host_of(w->host) : UNKNOWN;
}

/* A key with this comment could sign something for the client that is bound to this host. */
static bool
is_listed(const struct world *w, struct span comment, enum host host)
{
	if (w->wrong & OTHER_CLIENT || host == REVOKED || came_by(w, REVOKED))
		return false;
	if (span_is(comment, "alpha") || span_is(comment, "echo"))
		return host == UNKNOWN || host == GOOD_EXAMPLE;
	if (span_is(comment, "golf"))
		return host == UNKNOWN || host == NODE_CA_EXAMPLE;
	if (span_is(comment, "foxtrot"))
		return w->bound && !w->forwarded;
	return span_is(comment, "beta") || span_is(comment, "gamma") || span_is(comment, "delta");
}

/* A login's payload, read once more. */
struct login {
	bool hostbound;
	struct span user;
	enum host host; /* as proven by the last bind, or vouched for */
};

static bool
read_login(const struct world *w, struct span data, struct login *l)
{
	struct span session, method;
	struct wire r;

	wire_open(&r, data);
	session = wire_string(&r);
	if (wire_u8(&r) != 50)
		return false;
	l->user = wire_string(&r);
	if (!span_is(wire_string(&r), "ssh-connection"))
		return false;
	method = wire_string(&r);
	wire_u8(&r);
	wire_string(&r);
	wire_string(&r);
	l->hostbound = span_is(method, "publickey-hostbound-v00@openssh.com");
	l->host = bound_host(w);
	if (l->hostbound && !span_eq(wire_string(&r), w->host))
		l->host = UNKNOWN;
	if (!span_eq(session, w->session))
		l->host = UNKNOWN;
	return wire_done(&r);
}

/* An allow is silent so often; then it is a question. */
static enum verdict
allow(struct world *w, enum purpose purpose, unsigned uses, unsigned rate)
{
	if (w->silent >= uses)
		return ASK;
	if (w->wrong & NO_RATE ? rate != UINT32_MAX : w->noted[purpose] >= rate)
		return ASK;
	w->noted[purpose]++;
	w->silent++;
	return ALLOW;
}

static enum verdict
judge(struct world *w, struct span comment, const struct signdata *what)
{
	struct login l = { .host = UNKNOWN };
	bool login = what->purpose == PURPOSE_LOGIN, sshsig = what->purpose == PURPOSE_SSHSIG;
	bool git = sshsig && span_is(what->ns, "git");

	MUST(login == (read_login(w, what->data, &l) && login));
	if (((login && l.host == UNNAMED) || came_by(w, UNNAMED)) && !(w->wrong & RULES_BROKEN))
		w->unnamed = true;
	if (w->wrong & OTHER_CLIENT || (login && l.host == REVOKED) || came_by(w, REVOKED))
		return DENY;
	if (span_is(comment, "alpha") && login && l.hostbound && l.host == GOOD_EXAMPLE && span_is(l.user, "git"))
		return allow(w, what->purpose, 1, UINT32_MAX);
	if (span_is(comment, "beta") && git)
		return allow(w, what->purpose, UINT32_MAX, UINT32_MAX);
	if (span_is(comment, "gamma"))
		return ASK;
	if (span_is(comment, "delta") && !login && !sshsig) {
		w->now.quiet = true;
		return allow(w, what->purpose, UINT32_MAX, 2);
	}
	if (span_is(comment, "echo") && login && l.host == GOOD_EXAMPLE && span_is(l.user, "root"))
		return allow(w, what->purpose, 2, UINT32_MAX);
	if (span_is(comment, "foxtrot") && w->bound && !w->forwarded && git)
		return allow(w, what->purpose, UINT32_MAX, UINT32_MAX);
	if (span_is(comment, "golf") && login && l.hostbound && l.host == NODE_CA_EXAMPLE && span_is(l.user, "git"))
		return allow(w, what->purpose, UINT32_MAX, UINT32_MAX);
	return DENY;
}

/* ---- The others. */

static void
hang_up(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* The client is gone altogether. */
static void
vanish(struct world *w)
{
	w->vanished = true;
	w->pending.len = 0;
	hang_up(&w->out);
	hang_up(&w->in);
}

static void
send_frame(int fd, struct span body)
{
	(void)frame_write(fd, -1, body, clock_deadline(PATIENCE_MS));
}

/* What an agent does instead of answering well. False: it does answer well. */
static bool
misbehave(struct world *w, int *fd, uint8_t how, struct span *answer)
{
	static const uint8_t wrong[] = { AGENTMSG_SIGN_ANSWER, 0, 0, 0, 1, 's', 'x' };
	uint8_t head[5] = { 0 };

	*answer = (struct span){ NULL, 0 };
	if ((how & 15) >= 4 && (how & 15) <= 6)
		*(fd == &w->agent ? &w->agent_lost : &w->witness_lost) = true;
	switch (how & 15) {
	case 1: *answer = one_byte(AGENTMSG_FAILURE); break;
	case 2: *answer = one_byte(how >> 4); break;
	case 3: *answer = (struct span){ wrong, sizeof(wrong) }; break;
	case 4: /* no frame's length */
		wire_set32(head, how & 16 ? LIMIT_FRAME + 1 : 0);
		(void)send(*fd, head, 4, MSG_NOSIGNAL);
		return true;
	case 5: /* torn */
		wire_set32(head, 100);
		(void)send(*fd, head, 4 + (how >> 5 & 1), MSG_NOSIGNAL);
		hang_up(fd);
		return true;
	case 6: hang_up(fd); return true;
	case 7: vanish(w); return true;
	default: return false;
	}
	send_frame(*fd, *answer);
	return true;
}

static void
put_identity(struct wire_out *o, struct span blob, const char *comment, uint32_t *n)
{
	wire_put_string(o, blob);
	wire_put_string(o, span_of(comment));
	++*n;
}

/* What the agent holds: all keys, or none, or too many; some under another's comment, some that are none. */
static struct span
make_list(uint8_t how)
{
	struct wire_out o = arena_open(&arena, 256 * 1024);
	uint32_t n = 0, many = LIMIT_IDENTITIES + (how >> 4 & 1);
	uint8_t buf[64];

	wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&o, 0);
	if (how & 16)
		put_identity(&o, letter_key('A', buf), "beta", &n);
	if (how & 32) {
		put_identity(&o, user_certificate(), "alpha", &n);
		put_identity(&o, span_of("no key"), "alpha", &n);
	}
	for (size_t i = 0; i + 1 < sizeof(KEYS) && !(how & 64); i++)
		put_identity(&o, letter_key(KEYS[i], buf), COMMENTS[i], &n);
	while ((how & 0xe0) == 0x80 && n < many)
		put_identity(&o, letter_key('X', buf), "x-ray", &n);
	wire_set32(o.p + 1, n);
	return arena_keep(&arena, &o);
}

/* The comment of the first key of these bytes. */
static bool
find_comment(struct span list, struct span blob, struct span *comment)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;

	if (agentmsg_identities(list, &l) < 0)
		return false;
	while (agentmsg_identity_next(&l, &id)) {
		if (span_eq(id.blob, blob)) {
			*comment = id.comment;
			return true;
		}
	}
	return false;
}

/* The SIGN's key and payload are what they should be. */
static bool
is_sound(const struct world *w, struct signdata *what)
{
	struct sshkey key;

	return sshkey_read(w->now.r.sign.key, &key) == 0 && signdata_read(w->now.r.sign.data, &key, what) == 0 &&
	       signdata_hash_fits(what, &key, w->now.r.sign.flags);
}

/* A SIGN whose key is in this list is judged: what must come of it is settled now. */
static void
settle(struct world *w, struct span list)
{
	struct signdata what;
	struct span comment;

	MUST(is_sound(w, &what));
	if (!find_comment(list, w->now.r.sign.key, &comment))
		return;
	w->now.judged = true;
	w->now.verdict = judge(w, comment, &what);
	if (w->now.verdict == ASK && w->mute)
		w->now.verdict = DENY;
}

/* A SIGN for which the agent has not been asked for its list goes by what it listed last. */
static void
settle_recent(struct world *w)
{
	struct signdata what;

	if (w->now.lists == 0 && !w->now.judged && !w->agent_before && is_sound(w, &what))
		settle(w, w->recent);
}

static void
agent_list(struct world *w)
{
	uint8_t how = script_u8(&w->script);

	MUST(w->now.r.kind == REQUEST_LIST || w->now.r.kind == REQUEST_SIGN);
	MUST(w->now.lists++ == 0);
	w->recent = (struct span){ NULL, 0 };
	if (misbehave(w, &w->agent, how, &w->now.list))
		return;
	w->now.list = make_list(how);
	w->now.listed = true;
	w->recent = w->now.list;
	if (w->now.r.kind == REQUEST_SIGN)
		settle(w, w->now.list);
	send_frame(w->agent, w->now.list);
}

static unsigned
lines_of(int fd, const char *word)
{
	static char text[256 * 1024];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	unsigned count = 0;

	MUST(n >= 0);
	text[n] = '\0';
	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		count++;
	return count;
}

/* Here the claim is checked. */
static void
agent_sign(struct world *w)
{
	uint8_t how = script_u8(&w->script);
	static const uint8_t signature[] = { AGENTMSG_SIGN_ANSWER, 0, 0, 0, 1, 's' };

	MUST(w->now.r.kind == REQUEST_SIGN && w->now.signs++ == 0);
	settle_recent(w);
	MUST(w->now.judged && !(w->wrong & NO_SIGNATURES));
	MUST((w->now.verdict == ALLOW) != (PLANTED && w->accepted_count == 2));
	MUST(lines_of(w->signatures, " event=sign ") == ++w->signs);
	if (misbehave(w, &w->agent, how, &w->now.answer))
		return;
	w->now.answer = (struct span){ signature, sizeof(signature) };
	send_frame(w->agent, w->now.answer);
}

static void
agent_bind(struct world *w)
{
	uint8_t how = script_u8(&w->script);

	MUST(w->now.r.kind == REQUEST_BIND && w->now.binds++ == 0 && w->binds < LIMIT_BINDS);
	if (misbehave(w, &w->agent, how, &w->now.answer))
		return;
	w->now.answer = one_byte(AGENTMSG_SUCCESS);
	send_frame(w->agent, w->now.answer);
}

/* The next frame at an agent; the empty span: it has been hung up on. */
static struct span
take_frame(int *fd)
{
	static uint8_t frame[LIMIT_FRAME];
	int n = frame_read(*fd, -1, frame, clock_deadline(PATIENCE_MS));

	MUST(n >= 0);
	if (n == 0)
		hang_up(fd);
	return (struct span){ frame, (size_t)n };
}

static void
hear_agent(struct world *w)
{
	struct span body = take_frame(&w->agent);
	struct agentmsg_request r;

	if (body.len == 0)
		return;
	MUST(w->now.begun && !w->now.over && w->now.framed && !(w->wrong & RULES_BROKEN));
	agentmsg_request(body, &r);
	if (r.kind == REQUEST_LIST) {
		MUST(!w->vanished);
		agent_list(w);
		return;
	}
	MUST(span_eq(body, w->now.body));
	if (w->vanished) /* while the witness was asked: both were told */
		MUST(r.kind == REQUEST_BIND && w->now.witnessed == 1 && w->now.binds++ == 0);
	else if (r.kind == REQUEST_SIGN)
		agent_sign(w);
	else
		agent_bind(w);
}

static void
hear_witness(struct world *w)
{
	struct span body = take_frame(&w->witness);
	uint8_t how;

	if (body.len == 0)
		return;
	MUST(w->now.begun && !w->now.over && w->now.framed && !(w->wrong & RULES_BROKEN));
	MUST(w->now.r.kind == REQUEST_BIND && span_eq(body, w->now.body));
	MUST(w->now.witnessed++ == 0 && w->binds < LIMIT_BINDS);
	if (w->vanished) { /* while the agent was asked: both were told */
		MUST(w->now.binds == 1);
		return;
	}
	how = script_u8(&w->script);
	if (misbehave(w, &w->witness, how, &body)) {
		w->now.accepted = is_one_byte(body, AGENTMSG_SUCCESS);
		return;
	}
	w->now.accepted = span_is(w->now.r.bind.signature, "good");
	send_frame(w->witness, one_byte(w->now.accepted ? AGENTMSG_SUCCESS : AGENTMSG_FAILURE));
}

static void
reply(struct world *w, uint32_t number, uint32_t answer)
{
	struct askmsg_reply r = { .number = number, .answer = answer };

	(void)askmsg_send_reply(w->asker, &r);
}

/* What the asker says; what must come of it. */
static void
answer_question(struct world *w, uint32_t number)
{
	uint8_t how = script_u8(&w->script), answer = how >> 4;

	w->now.verdict = DENY;
	switch (how & 7) {
	case 0: answer = ASK_YES; break;
	case 1: break; /* any answer, and one that is none */
	case 2: /* for another question */ reply(w, number - 1, ASK_YES); break;
	case 3:
		(void)send(w->asker, &number, sizeof(number), MSG_NOSIGNAL);
		w->mute = true;
		return;
	case 4:
		hang_up(&w->asker);
		w->mute = true;
		return;
	case 5: /* it will be there at the next question */
		reply(w, number, ASK_NO);
		reply(w, number, ASK_YES);
		return;
	case 6: vanish(w); return;
	default:
		if (w->hung_up || w->pending.len > 0)
			break;
		w->hung_up = true;
		shutdown(w->in, SHUT_WR);
		return;
	}
	reply(w, number, answer);
	if (answer > ASK_ANSWER_LAST)
		w->mute = true;
	if (answer == ASK_YES || answer == ASK_REMEMBERED)
		w->now.verdict = ALLOW;
	if (answer == ASK_REMEMBERED)
		w->silent++;
}

/* "SHA256:" and the hash's base64 without padding. */
static const char *
fingerprint(const uint8_t hash[SHA256_SIZE], char text[64])
{
	strcpy(text, "SHA256:");
	MUST(base64_encode((struct span){ hash, SHA256_SIZE }, text + 7, 57) == 44);
	text[7 + 43] = '\0';
	return text;
}

/* The question is about just what would be signed. */
static void
check_subject(const struct world *w, const struct subject *s)
{
	static const char *const purposes[] = { [PURPOSE_OPAQUE] = "opaque",
		[PURPOSE_LOGIN] = "login",
		[PURPOSE_SSHSIG] = "sshsig:",
		[PURPOSE_CERTIFICATE] = "certificate",
		[PURPOSE_PAM] = "pam" };
	struct signdata what;
	struct sshkey key;
	uint8_t hash[SHA256_SIZE];
	struct sha256 h;
	char text[64];

	MUST(sshkey_read(w->now.r.sign.key, &key) == 0 && signdata_read(w->now.r.sign.data, &key, &what) == 0);
	sshkey_hash(&key, hash);
	MUST(strcmp(s->key, fingerprint(hash, text)) == 0);
	MUST(span_starts(span_of(s->purpose), purposes[what.purpose]));
	if (what.purpose == PURPOSE_LOGIN) {
		struct login l;
		bool proven = read_login(w, what.data, &l) && l.hostbound && l.host == GOOD_EXAMPLE;

		MUST(span_starts(span_of(s->host), "proven good.example ") == proven);
	} else if (what.purpose != PURPOSE_SSHSIG) {
		sha256_init(&h);
		sha256_add(&h, w->now.r.sign.data.p, w->now.r.sign.data.len);
		sha256_end(&h, hash);
		MUST(strcmp(s->data, fingerprint(hash, text)) == 0 && !s->rememberable);
	}
}

/* Where the client's end has come before, a question is withdrawn at once, and may be heard of late. */
static void
hear_question(struct world *w, const struct askmsg *m)
{
	MUST(m->number == ++w->questions);
	if (w->hung_up || w->early)
		return;
	MUST(w->now.begun && !w->vanished && w->now.r.kind == REQUEST_SIGN && w->now.questions++ == 0);
	settle_recent(w);
	MUST(w->now.judged && w->now.verdict == ASK && w->now.signs == 0);
	check_subject(w, &m->subject);
	answer_question(w, m->number);
}

/* One message to the asker. False: there is none now. */
static bool
hear_asker(struct world *w)
{
	struct askmsg m;
	int n = askmsg_receive(w->asker, &m);

	if (n == -EAGAIN)
		return false;
	MUST(n == 0 || n == 1);
	if (n == 0) {
		hang_up(&w->asker);
		w->mute = true;
		return false;
	}
	switch ((enum askmsg_kind)m.kind) {
	case ASKMSG_QUESTION: hear_question(w, &m); return w->asker != -1;
	case ASKMSG_WITHDRAW: MUST(m.number == w->questions); return true;
	case ASKMSG_SIGNED:
		w->shown_signed++;
		MUST(w->notify == NOTIFY_SIGN || w->notify == NOTIFY_ALL);
		break;
	case ASKMSG_LISTED: MUST(w->notify == NOTIFY_ALL && !w->signing); break;
	case ASKMSG_TOUCH:
	case ASKMSG_UNLOCK:
	case ASKMSG_UNLOCKED:
	case ASKMSG_REFUSED:
	case ASKMSG_TROUBLE:
	case ASKMSG_UNNAMED: break;
	}
	MUST(w->notify != NOTIFY_NONE);
	return true;
}

/* ---- What must be answered. */

/* The agent's list, less what is hidden. */
static struct span
filter_list(struct world *w)
{
	struct wire_out o = arena_open(&arena, 5 + w->now.list.len);
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	struct sshkey key;
	uint32_t count = 0;
	enum host host = bound_host(w);

	if (agentmsg_identities(w->now.list, &l) < 0)
		return one_byte(AGENTMSG_FAILURE);
	w->unnamed |= l.count > 0 && (host == UNNAMED || came_by(w, UNNAMED));
	wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&o, 0);
	while (agentmsg_identity_next(&l, &id)) {
		if (sshkey_read(id.blob, &key) < 0 || !is_listed(w, id.comment, host))
			continue;
		wire_put_string(&o, id.blob);
		wire_put_string(&o, id.comment);
		count++;
	}
	wire_set32(o.p + 1, count);
	return arena_keep(&arena, &o);
}

/*
 * What SIGN's answer is; and it reached the agent if it should have.
 * A list that has the key spares the next one for a while.
 */
static struct span
sign_answer(struct world *w)
{
	struct signdata what;
	bool sound = is_sound(w, &what);

	settle_recent(w);
	MUST(sound || w->now.lists == 0);
	MUST(!sound || w->now.lists == 1 || w->now.judged || w->agent_before || w->wrong & (RULES_BROKEN | NO_AGENT));
	MUST(w->now.verdict != ASK || w->hung_up || w->early);
	MUST(w->now.signs == (w->now.judged && w->now.verdict == ALLOW && !(w->wrong & NO_SIGNATURES) ? 1 : 0));
	if (w->now.signs == 0 || !agentmsg_is_signature(w->now.answer))
		return one_byte(AGENTMSG_FAILURE);
	w->signed_loud += !w->now.quiet;
	return w->now.answer;
}

static struct span
bind_answer(struct world *w)
{
	bool heard = !(w->wrong & RULES_BROKEN) && w->binds < LIMIT_BINDS;

	MUST(w->now.witnessed == (heard && !(w->wrong & NO_WITNESS) && !w->witness_before ? 1 : 0));
	MUST(w->now.binds == (heard && !(w->wrong & NO_AGENT) && !w->agent_before ? 1 : 0));
	if (heard)
		w->recent = (struct span){ NULL, 0 };
	note_bind(w, &w->now.r.bind, w->now.accepted);
	return w->now.answer.len == 1 ? w->now.answer : one_byte(AGENTMSG_FAILURE);
}

static struct span
expect_answer(struct world *w)
{
	if (!w->now.framed || w->now.over)
		return one_byte(AGENTMSG_FAILURE);
	switch (w->now.r.kind) {
	case REQUEST_LIST: return filter_list(w);
	case REQUEST_SIGN: return sign_answer(w);
	case REQUEST_BIND: return bind_answer(w);
	case REQUEST_QUERY: return query_answer();
	case REQUEST_BAD:
		if (w->now.r.type == AGENTMSG_EXTENSION)
			w->bound = false;
		break;
	case REQUEST_OTHER: break;
	}
	return one_byte(AGENTMSG_FAILURE);
}

/* ---- The loop. */

/* The next request is what the vault works on once it is sent and the ones before it are answered. */
static void
begin(struct world *w)
{
	w->now = (struct current){ .begun = w->answered < w->sent };
	w->agent_before = w->agent_lost;
	w->witness_before = w->witness_lost;
	if (!w->now.begun)
		return;
	w->now.framed = w->frames[w->answered].framed;
	w->now.body = w->frames[w->answered].body;
	if (!w->now.framed)
		return;
	w->now.over = w->served++ >= LIMIT_REQUESTS;
	agentmsg_request(w->now.body, &w->now.r);
	w->signing |= w->now.r.kind == REQUEST_SIGN && !w->now.over;
}

/* There is more that the client sends now. What all must fit the socket's buffer is less. */
static bool
has_more(const struct world *w)
{
	return !w->hung_up && !w->torn && w->sent < STEPS_MAX && w->script.left > 0 &&
	       (w->pipelined || w->answered == w->sent) && !(w->early && w->sent_size > 32 * 1024);
}

/* The client's next bytes as far as they are taken, and its end behind the last. */
static void
speak(struct world *w)
{
	while (w->pending.len > 0 || has_more(w)) {
		ssize_t n;

		if (w->pending.len == 0)
			make_frame(w);
		if (!w->now.begun)
			begin(w);
		n = send(w->in, w->pending.p, w->pending.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1) /* the vault has ended for reasons of its own */
			n = (ssize_t)w->pending.len;
		w->pending.p += n;
		w->pending.len -= (size_t)n;
	}
	if (!w->hung_up && (w->early || w->answered == w->sent)) {
		w->hung_up = true;
		shutdown(w->in, SHUT_WR);
	}
}

/*
 * Takes what has been answered.
 * The vault writes an answer before it goes on, so what an agent hears after this is of the next request.
 */
static void
take_answers(struct world *w)
{
	while (w->out != -1) {
		size_t want = w->head < 4 ? 4 : 4 + (size_t)wire_get32(w->answer);
		ssize_t n;

		MUST(want <= sizeof(w->answer));
		n = recv(w->out, w->answer + w->head, want - w->head, MSG_DONTWAIT);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0) {
			MUST(w->head == 0);
			hang_up(&w->out);
			return;
		}
		w->head += (size_t)n;
		if (w->head < 5 || w->head < 4 + (size_t)wire_get32(w->answer))
			continue;
		MUST(w->now.begun);
		MUST(span_eq(expect_answer(w), (struct span){ w->answer + 4, w->head - 4 }));
		w->head = 0;
		w->answered++;
		begin(w);
	}
}

static void
run_world(struct world *w)
{
	while (w->out != -1 || (w->vanished && (w->agent != -1 || w->witness != -1))) {
		struct pollfd p[5];

		if (!w->vanished)
			speak(w);
		p[0] = (struct pollfd){ .fd = w->out, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = w->agent, .events = POLLIN };
		p[2] = (struct pollfd){ .fd = w->witness, .events = POLLIN };
		p[3] = (struct pollfd){ .fd = w->asker, .events = POLLIN };
		p[4] = (struct pollfd){ .fd = w->pending.len > 0 ? w->in : -1, .events = POLLOUT };
		MUST(poll_whole(p, 5, PATIENCE_MS) > 0);
		take_answers(w);
		if (p[1].revents != 0)
			hear_agent(w);
		else if (p[2].revents != 0)
			hear_witness(w);
		else if (p[3].revents != 0)
			hear_asker(w);
	}
}

/* ---- What is left behind. */

/* Lines of printable ASCII, each with the beginning, none too long. How many. */
static unsigned
check_lines(int fd, const char *beginning)
{
	static char text[256 * 1024];
	ssize_t n = fd == -1 ? 0 : pread(fd, text, sizeof(text), 0);
	unsigned lines = 0;

	MUST(n >= 0);
	for (char *line = text, *end; line < text + n; line = end + 1, lines++) {
		end = memchr(line, '\n', (size_t)(text + n - line));
		MUST(end != NULL && end - line < LIMIT_RECORD_LINE);
		MUST(span_starts((struct span){ (uint8_t *)line, (size_t)(end - line) }, beginning));
		for (const char *c = line; c < end; c++)
			MUST(*c >= ' ' && *c <= '~');
	}
	return lines;
}

/* Each entry has its fields, a line each. */
static void
check_journal(int fd)
{
	uint8_t text[4096];
	ssize_t n;

	while (fd != -1 && (n = recv(fd, text, sizeof(text), MSG_DONTWAIT)) > 0) {
		unsigned lines = 0;

		for (ssize_t i = 0; i < n; i++) {
			lines += text[i] == '\n';
			MUST(text[i] == '\n' || (text[i] >= ' ' && text[i] != 0x7f));
		}
		MUST(lines == 9 && text[n - 1] == '\n' && memcmp(text, "MESSAGE=", 8) == 0);
	}
}

static void
check_seen(const struct world *w)
{
	char text[16 * 1024], unnamed[128];
	ssize_t n;

	if (w->seen == -1)
		return;
	n = pread(w->seen, text, sizeof(text) - 1, 0);
	MUST(n >= 0 && n < (ssize_t)sizeof(text));
	text[n] = '\0';
	check_lines(w->seen, "");
	MUST(w->unnamed || w->vanished || n == 0);
	if (w->unnamed && w->accepted_count == 1 && letter_of_key(w->host) == 'H')
		MUST(strstr(text, letter_base64('H', unnamed)) != NULL);
}

static void
check_rest(struct world *w)
{
	while (w->asker != -1 && hear_asker(w))
		;
	MUST(w->vanished || w->answered == w->sent);
	MUST(w->wrong & NO_SIGNATURES || check_lines(w->signatures, "time=") == 2 * w->signs);
	MUST(check_lines(w->requests, "time=") <= RECORD_REQUESTS_MAX + STEPS_MAX);
	MUST(w->shown_signed <= w->signed_loud);
	if (!w->mute && !w->vanished && (w->notify == NOTIFY_SIGN || w->notify == NOTIFY_ALL))
		MUST(w->shown_signed == w->signed_loud);
	check_journal(w->journal);
	check_seen(w);
}

/* ---- The real thing. */

static void *
run_serve(void *ctx)
{
	struct connection *s = ctx;

	serve_run(s);
	shutdown(s->out, SHUT_RDWR);
	close(s->out);
	if (s->agent.fd != -1)
		close(s->agent.fd);
	if (s->witness.fd != -1)
		close(s->witness.fd);
	return NULL;
}

static void
pair_of(int type, int *ours, int *theirs)
{
	int pair[2];

	MUST(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) == 0);
	MUST(frame_prepare(pair[0]) == 0 && frame_prepare(pair[1]) == 0);
	*ours = pair[0];
	*theirs = pair[1];
}

static int
make_file(bool missing)
{
	int fd = missing ? -1 : memfd_create("fuzz", MFD_CLOEXEC);

	MUST(missing || fd != -1);
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules rules;
	static struct hosts *hosts;
	static struct record record;
	static const struct share share = { .fd = -1 };
	static struct brake brake; /* two empty files: nothing is locked */
	static struct connection serve;
	static struct unnamed seen;
	static struct ask ask;
	static struct world w;
	struct rules_error error;
	pthread_t thread;
	uint8_t how, more;

	if (hosts == NULL) {
		signal(SIGPIPE, SIG_IGN);
		MUST(rules_parse(&rules, span_of(RULES), NULL, &error) == 0);
		MUST(hosts_new(&hosts) == 0 && hosts_add(hosts, make_hosts()) == 0);
	}
	arena.used = 0;
	memset(&w, 0, offsetof(struct world, answer));
	memset((uint8_t *)&w + offsetof(struct world, served), 0, sizeof(w) - offsetof(struct world, served));
	w.script = (struct script){ data, size };
	how = script_u8(&w.script);
	w.wrong = script_u8(&w.script);
	more = script_u8(&w.script);
	w.pipelined = how & 1;
	w.early = w.pipelined && how & 128;
	w.notify = how >> 1 & 3;
	record = (struct record){ .client = span_of(w.wrong & OTHER_CLIENT ? "play" : "work"), .journal = -1 };
	record.written = how & 8 ? RECORD_REQUESTS_MAX - 2 : 0;
	record.signatures.fd = w.signatures = make_file(w.wrong & NO_SIGNATURES);
	record.requests.fd = w.requests = make_file(w.wrong & NO_REQUESTS);
	if (brake.all == 0)
		brake.all = brake.client = make_file(false);
	seen.fd = w.seen = make_file(!(how & 16));
	ask = (struct ask){ .fd = -1, .notify = w.notify };
	serve = (struct connection){ .rules = &rules,
		.rules_broken = w.wrong & RULES_BROKEN ? "rules:1:1: broken" : NULL,
		.hosts = hosts,
		.unnamed = &seen,
		.share = &share,
		.brake = &brake,
		.record = &record,
		.ask = &ask,
		.client = record.client,
		.agent = { .fd = -1, .missing = "there is no such agent" },
		.witness = { .fd = -1 },
		.agent_empty = "the agent holds no keys",
		.requests = how & 32 ? LIMIT_REQUESTS - (more & 7) : 0,
		.rate = make_file(w.wrong & NO_RATE) };
	w.served = serve.requests;
	w.agent = w.witness = w.asker = w.journal = -1;
	pair_of(SOCK_STREAM, &w.in, &serve.in);
	pair_of(SOCK_STREAM, &w.out, &serve.out);
	serve.agent.watch = serve.witness.watch = serve.out;
	if (!(w.wrong & NO_AGENT))
		pair_of(SOCK_STREAM, &w.agent, &serve.agent.fd);
	if (!(w.wrong & NO_WITNESS))
		pair_of(SOCK_STREAM, &w.witness, &serve.witness.fd);
	if (!(w.wrong & NO_ASKER))
		pair_of(SOCK_SEQPACKET, &w.asker, &ask.fd);
	if (how & 64)
		pair_of(SOCK_DGRAM, &w.journal, &record.journal);
	w.mute = w.asker == -1;
	MUST(pthread_create(&thread, NULL, run_serve, &serve) == 0);
	run_world(&w);
	MUST(pthread_join(thread, NULL) == 0);
	check_rest(&w);
	for (size_t i = 0; i < 12; i++) {
		int fd = ((int[]){ w.in, w.out, w.agent, w.witness, w.asker, w.signatures, w.requests, w.seen,
		    w.journal, serve.in, serve.rate, record.journal })[i];

		if (fd != -1)
			close(fd);
	}
	if (ask.fd != -1)
		close(ask.fd);
	return 0;
}
