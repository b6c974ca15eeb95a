/*
 * The vault's whole line as a state machine. Input: a script of what the client sends and of how agent and witness behave. After each
 * step the claim must hold: the agent receives nothing but LIST, session-bind and the SIGNs that the rules below allow, each of them on
 * record before; and each request gets one answer.
 *
 * The rules' meaning is stated a second time here, by hand, in is_allowed().
 */
#include "serve.h"

#include "frame.h"
#include "limits.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

#define STEPS_MAX 24
#define FRAME_ROOM 2048 /* every scripted frame fits */

static const char HOSTS[] =
    "good.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dH\n";

/* Key 'A' may log in as git to good.example, once; key 'B' signs git objects as often as it likes. */
static const char RULES[] = "allow work key alpha to git@good.example uses 1 rate any/1m\n"
			    "allow work key beta for git uses any rate any/1m\n"
			    "deny * arg *\n";

/* The state that the claim is about, as client, agent and witness saw it. */
struct world {
	const uint8_t *script;
	size_t left;
	int agent, witness; /* the servers' ends */
	int signatures; /* the record */
	unsigned signs; /* SIGNs that reached the agent */
	unsigned logins; /* of key A */
	bool bound; /* the last new bind was good and not forwarding */
	char bound_host, bound_session;
	unsigned binds;
	struct {
		char host, session;
	} accepted[LIMIT_BINDS];
	unsigned accepted_count;
	uint8_t mood; /* how agent and witness behave */
};

static uint8_t
next(struct world *w)
{
	if (w->left == 0)
		return 0;
	w->left--;
	return *w->script++;
}

static void
put_key(struct wire_out *o, char letter)
{
	uint8_t fields[32], blob[64];
	struct wire_out k;

	memset(fields, letter, sizeof(fields));
	wire_out_open(&k, blob, sizeof(blob));
	wire_put_string(&k, span_of("ssh-ed25519"));
	wire_put_string(&k, (struct span){ fields, sizeof(fields) });
	wire_put_string(o, wire_out_span(&k));
}

static void
put_session(struct wire_out *o, char letter)
{
	uint8_t id[32];

	memset(id, letter, sizeof(id));
	wire_put_string(o, (struct span){ id, sizeof(id) });
}

/* The letter of a key or session that put_key() or put_session() made; 0 for any other. */
static char
letter_of(struct span s, bool key)
{
	uint8_t buf[64];
	struct wire_out o;

	if (s.len == 0)
		return 0;
	wire_out_open(&o, buf, sizeof(buf));
	if (key)
		put_key(&o, (char)s.p[s.len - 1]);
	else
		put_session(&o, (char)s.p[s.len - 1]);
	return o.len == s.len + 4 && memcmp(buf + 4, s.p, s.len) == 0 ? (char)s.p[s.len - 1] : 0;
}

static const char *
user_of(uint8_t b)
{
	return (b & 3) == 0 ? "git" : (b & 3) == 1 ? "root" : (b & 3) == 2 ? "gitx" : "";
}

static void
put_login(struct wire_out *o, char key, uint8_t a, uint8_t b)
{
	static uint8_t buf[FRAME_ROOM];
	struct wire_out p;

	wire_out_open(&p, buf, sizeof(buf));
	put_session(&p, (char)('S' + (a & 3)));
	wire_put_u8(&p, 50);
	wire_put_string(&p, span_of(user_of(b)));
	wire_put_string(&p, span_of("ssh-connection"));
	wire_put_string(&p, span_of(a & 4 ? "publickey" : "publickey-hostbound-v00@openssh.com"));
	wire_put_u8(&p, 1);
	wire_put_string(&p, span_of("ssh-ed25519"));
	put_key(&p, a & 8 ? 'C' : key);
	if (!(a & 4))
		put_key(&p, b & 4 ? 'G' : 'H');
	wire_put_string(o, wire_out_span(&p));
}

static void
put_sshsig(struct wire_out *o, uint8_t b)
{
	static uint8_t buf[FRAME_ROOM];
	struct wire_out p;

	wire_out_open(&p, buf, sizeof(buf));
	wire_put_raw(&p, span_of("SSHSIG"));
	wire_put_string(&p, span_of(b & 1 ? "git" : "file"));
	wire_put_string(&p, span_of(""));
	wire_put_string(&p, span_of("sha512"));
	wire_put_string(&p, span_of("0123456789abcdef"));
	wire_put_string(o, wire_out_span(&p));
}

/* One frame from the client, as the script says. Its body is in buf. */
static struct span
make_request(struct world *w, uint8_t *buf)
{
	uint8_t kind = next(w), a = next(w), b = next(w);
	struct wire_out o;

	wire_out_open(&o, buf, FRAME_ROOM);
	switch (kind % 7) {
	case 0: wire_put_u8(&o, AGENTMSG_LIST); break;
	case 1:
		wire_put_u8(&o, AGENTMSG_EXTENSION);
		wire_put_string(&o, span_of("session-bind@openssh.com"));
		put_key(&o, a & 1 ? 'G' : 'H');
		put_session(&o, (char)('S' + (a >> 1 & 3)));
		wire_put_string(&o, span_of(b & 1 ? "good" : "bad"));
		wire_put_u8(&o, b >> 1 & 1);
		break;
	case 2:
	case 3:
		wire_put_u8(&o, AGENTMSG_SIGN);
		put_key(&o, b & 8 ? 'A' : 'B');
		put_login(&o, b & 8 ? 'A' : 'B', a, b);
		wire_put_u32(&o, 0);
		break;
	case 4:
		wire_put_u8(&o, AGENTMSG_SIGN);
		put_key(&o, b & 8 ? 'A' : 'B');
		put_sshsig(&o, b);
		wire_put_u32(&o, a & 7);
		break;
	case 5: wire_put_u8(&o, a); break;
	default:
		wire_put_u8(&o, a);
		while (b-- > 0)
			wire_put_u8(&o, next(w));
		break;
	}
	return wire_out_span(&o);
}

/* The rules and the binds' meaning, once more. */
static bool
is_allowed(struct world *w, const struct agentmsg_sign *sign)
{
	char key = letter_of(sign->key, true), host;
	struct span session, user, method;
	struct wire r;

	wire_open(&r, sign->data);
	if (key == 'B') {
		if (!span_starts(sign->data, "SSHSIG"))
			return false;
		wire_raw(&r, 6);
		return span_is(wire_string(&r), "git");
	}
	session = wire_string(&r);
	wire_u8(&r);
	user = wire_string(&r);
	wire_string(&r);
	method = wire_string(&r);
	wire_u8(&r);
	wire_string(&r);
	if (letter_of(wire_string(&r), true) != 'A')
		return false;
	host = letter_of(wire_string(&r), true);
	return key == 'A' && wire_done(&r) && span_is(user, "git") &&
	       span_is(method, "publickey-hostbound-v00@openssh.com") && host == 'G' && w->bound &&
	       w->bound_host == 'G' && letter_of(session, false) == w->bound_session && ++w->logins <= 1;
}

/* What the witness said makes the state: a repeat changes nothing. */
static void
note_bind(struct world *w, const struct agentmsg_bind *b, bool accepted)
{
	char host = letter_of(b->hostkey, true), session = letter_of(b->session_id, false);

	for (unsigned i = 0; i < w->accepted_count; i++)
		if (w->accepted[i].host == host && w->accepted[i].session == session && host != 0 && session != 0)
			return;
	w->bound = accepted && !b->forwarding;
	w->bound_host = host;
	w->bound_session = session;
	if (!accepted || w->accepted_count >= LIMIT_BINDS)
		return;
	w->accepted[w->accepted_count].host = host;
	w->accepted[w->accepted_count++].session = session;
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

static struct span
list_answer(uint8_t *buf)
{
	struct wire_out o;

	wire_out_open(&o, buf, FRAME_ROOM);
	wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&o, 2);
	put_key(&o, 'A');
	wire_put_string(&o, span_of("alpha"));
	put_key(&o, 'B');
	wire_put_string(&o, span_of("beta"));
	return wire_out_span(&o);
}

/* What the agent answers; the empty span: it closes. Here the claim is checked. */
static struct span
agent_answer(struct world *w, const struct agentmsg_request *r, uint8_t *buf)
{
	static const uint8_t failure[] = { AGENTMSG_FAILURE }, success[] = { AGENTMSG_SUCCESS };
	static const uint8_t signature[] = { AGENTMSG_SIGN_ANSWER, 0, 0, 0, 1, 's' },
			     garbage[] = { 12, 255, 255, 255, 255 };

	MUST(r->kind == REQUEST_LIST || r->kind == REQUEST_BIND || r->kind == REQUEST_SIGN);
	if (r->kind == REQUEST_SIGN) {
		MUST(is_allowed(w, &r->sign) != (PLANTED && w->accepted_count == 2));
		MUST(lines_of(w->signatures, " event=sign ") == ++w->signs);
	}
	if (w->mood & 1)
		return (struct span){ garbage, sizeof(garbage) };
	if (w->mood & 2)
		return (struct span){ failure, sizeof(failure) };
	if (r->kind == REQUEST_LIST)
		return list_answer(buf);
	if (r->kind == REQUEST_SIGN)
		return (struct span){ signature, sizeof(signature) };
	return (struct span){ success, sizeof(success) };
}

static struct span
witness_answer(struct world *w, const struct agentmsg_request *r)
{
	static const uint8_t failure[] = { AGENTMSG_FAILURE }, success[] = { AGENTMSG_SUCCESS };
	bool accepted = span_is(r->bind.signature, "good");

	MUST(r->kind == REQUEST_BIND);
	MUST(++w->binds <= LIMIT_BINDS);
	note_bind(w, &r->bind, accepted);
	return accepted ? (struct span){ success, 1 } : (struct span){ failure, 1 };
}

/* Agent and witness, until both are hung up. */
static void *
play_agents(void *ctx)
{
	static uint8_t request[LIMIT_FRAME], answer[FRAME_ROOM];
	struct world *w = ctx;
	struct pollfd p[2] = { { .fd = w->agent, .events = POLLIN }, { .fd = w->witness, .events = POLLIN } };

	while (p[0].fd != -1 || p[1].fd != -1) {
		MUST(poll(p, 2, -1) > 0);
		for (int i = 0; i < 2; i++) {
			struct agentmsg_request r;
			struct span reply;
			int n;

			if (p[i].fd == -1 || p[i].revents == 0)
				continue;
			n = frame_read(p[i].fd, -1, request, frame_deadline(1000));
			if (n <= 0) {
				MUST(n == 0);
				p[i].fd = -1;
				continue;
			}
			agentmsg_request((struct span){ request, (size_t)n }, &r);
			reply = i == 0 ? agent_answer(w, &r, answer) : witness_answer(w, &r);
			frame_write(p[i].fd, -1, reply, frame_deadline(1000));
		}
	}
	return NULL;
}

/* Writes the whole script before it is served: it fits the socket's buffer. Returns how many requests it holds. */
static unsigned
write_script(struct world *w, int fd)
{
	static uint8_t buf[FRAME_ROOM];
	unsigned n = 0;

	for (; n < STEPS_MAX && w->left > 0; n++) {
		struct span body = make_request(w, buf);

		MUST(frame_write(fd, -1, body, frame_deadline(1000)) == 0);
	}
	return n;
}

static void
check_answers(int fd, unsigned requests)
{
	static uint8_t answer[LIMIT_FRAME];
	unsigned n = 0;

	while (frame_read(fd, -1, answer, frame_deadline(1000)) > 0)
		n++;
	MUST(n == requests);
}

static void
pair_of(int pair[2])
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	MUST(frame_prepare(pair[0]) == 0 && frame_prepare(pair[1]) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules rules;
	static struct hosts *hosts;
	static struct audit audit;
	static struct serve serve;
	static struct seen seen = { .fd = -1 };
	static struct ask ask = { .fd = -1 };
	struct rules_error error;
	struct world w = { .script = data, .left = size };
	int in[2], out[2], agent[2], witness[2];
	pthread_t thread;
	unsigned requests;

	if (hosts == NULL) {
		MUST(rules_parse(&rules, span_of(RULES), NULL, &error) == 0);
		MUST(hosts_new(&hosts) == 0 && hosts_add(hosts, span_of(HOSTS)) == 0);
	}
	w.mood = next(&w);
	pair_of(in);
	pair_of(out);
	pair_of(agent);
	pair_of(witness);
	audit = (struct audit){ .journal = -1, .client = span_of("work") };
	audit.signatures = memfd_create("signatures", MFD_CLOEXEC);
	audit.requests = memfd_create("requests", MFD_CLOEXEC);
	serve = (struct serve){ .in = in[1],
		.out = out[1],
		.agent = agent[1],
		.witness = witness[1],
		.rules = &rules,
		.hosts = hosts,
		.seen = &seen,
		.audit = &audit,
		.ask = &ask,
		.client = span_of("work"),
		.agent_missing = "there is no such agent",
		.agent_empty = "the agent holds no keys" };
	serve.rate = memfd_create("rate", MFD_CLOEXEC);
	w.agent = agent[0];
	w.witness = witness[0];
	w.signatures = audit.signatures;
	requests = write_script(&w, in[0]);
	close(in[0]);
	MUST(pthread_create(&thread, NULL, play_agents, &w) == 0);
	serve_run(&serve);
	close(out[1]);
	if (serve.agent != -1)
		close(serve.agent);
	if (serve.witness != -1)
		close(serve.witness);
	MUST(pthread_join(thread, NULL) == 0);
	check_answers(out[0], requests);
	for (size_t i = 0; i < 3; i++)
		close((int[]){ in[1], out[0], serve.rate }[i]);
	close(agent[0]);
	close(witness[0]);
	close(audit.signatures);
	close(audit.requests);
	return 0;
}
