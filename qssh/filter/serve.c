/* SPDX-License-Identifier: ISC */
#include "filter/serve.h"

#include "agents/agentconn.h"
#include "base/limits.h"
#include "base/text.h"
#include "rules/listing.h"
#include "store/rate.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A security key that wants no touch has signed by then, and a person who is to touch one has not begun to wonder. */
#define TOUCH_MS 500

static const uint8_t FAILURE[] = { AGENTMSG_FAILURE };
static const uint8_t LIST[] = { AGENTMSG_LIST };

/* The two large messages in flight, and the agent's own list. */
struct buffers {
	uint8_t request[LIMIT_FRAME];
	uint8_t answer[LIMIT_FRAME];
	uint8_t list[LIMIT_FRAME];
	size_t list_len;
	int64_t list_until; /* it is taken for what the agent holds until then (clock_deadline()) */
	struct rules_list here,
	    anywhere; /* the keys that the rules show on this connection, and would show with any host */
};

static struct span
failure(void)
{
	return (struct span){ FAILURE, sizeof(FAILURE) };
}

static uint64_t
now_seconds(void)
{
	return (uint64_t)time(NULL);
}

static void
fill_key(struct facts *f, const struct agentmsg_key *key, struct span comment)
{
	f->key = *key;
	f->comment = comment;
	agentmsg_key_hash(key, f->key_hash);
}

static struct facts
facts_of(const struct serve *s)
{
	return (struct facts){ .client = s->client, .arg = s->arg, .forwarded = binds_forwarded(&s->binds) };
}

/* Asks the agent what it holds. 0, or -EBADMSG where there is no list. */
static int
ask_list_once(struct serve *s, struct buffers *b, struct agentmsg_identities *all)
{
	struct span answer =
	    agentconn_ask(&s->agent, (struct span){ LIST, sizeof(LIST) }, b->list, clock_deadline(LIMIT_AGENT_MS));
	int error = agentmsg_identities(answer, all);

	b->list_len = answer.len;
	b->list_until = error == 0 ? clock_deadline(LIMIT_LIST_MS) : 0;
	return error;
}

/* Worth a person's while: the agent may be fed, nothing is locked by hand, and the rules have a key for the client. */
static bool
may_wait(struct serve *s, struct buffers *b)
{
	struct facts f = facts_of(s);

	if (!s->agent_waits || s->waited || s->rules_broken != NULL || brake_reason(s->brake) != NULL)
		return false;
	rules_list_open_anywhere(&b->anywhere, s->rules, &f);
	return rules_list_any(&b->anywhere);
}

/* The client is still there after a pause. What it sends meanwhile can wait. */
static bool
pause_for(const struct serve *s, int ms)
{
	struct pollfd p = { .fd = s->in, .events = POLLRDHUP };

	return poll(&p, 1, ms) == 0;
}

/* An empty agent of a password manager's is waited for, once a connection, where a person can be told to unlock it. */
static int
await_keys(struct serve *s, struct buffers *b, struct agentmsg_identities *all)
{
	int64_t until = clock_deadline(LIMIT_UNLOCK_MS);
	int error = 0;

	s->waited = ask_unlock(s->ask, s->agent_empty, s->in);
	s->agent_waits = s->waited;
	if (!s->waited)
		return 0;
	while (error == 0 && all->count == 0 && clock_now() < until && pause_for(s, LIMIT_UNLOCK_LOOK_MS))
		error = ask_list_once(s, b, all);
	if (error == 0 && all->count > 0)
		ask_unlocked(s->ask);
	record_request(s->record, "wait", error == 0 && all->count > 0 ? "done" : "in-vain",
	    "for the agent to be unlocked, or to be given keys");
	return error;
}

static int
ask_list(struct serve *s, struct buffers *b, struct agentmsg_identities *all)
{
	int error = ask_list_once(s, b, all);

	return error == 0 && all->count == 0 && may_wait(s, b) ? await_keys(s, b, all) : error;
}

/*
 * Host keys that this vault can't name are kept, for its owner to name them: the bound one, and the first on the way;
 * those behind it may be made up.
 */
static void
keep_unnamed(struct serve *s, const struct facts *f)
{
	struct agentmsg_key key;
	unsigned i = 0;

	if (s->seen->fd == -1)
		return;
	if (f->host == HOST_UNNAMED && binds_hostkey(&s->binds, &key) == 0)
		(void)unnamed_add(s->seen, s->client, &key, now_seconds());
	while (i < f->hop_count && f->hops[i].named)
		i++;
	if (i < f->hop_count && binds_hop(&s->binds, i, &key) == 0)
		(void)unnamed_add(s->seen, s->client, &key, now_seconds());
}

/* Why nothing can be listed. */
static const char *
why_no_list(const struct serve *s)
{
	if (s->rules_broken != NULL)
		return s->rules_broken;
	return s->agent.fd == -1 ? s->agent.missing : "the agent gave no list";
}

/* The client is told no more than that: ssh at a terminal then shows that there is more to be read here. */
static struct span
refuse_list(struct serve *s, const char *why)
{
	record_request(s->record, "list", "refused", why);
	ask_show_trouble(s->ask, why);
	return failure();
}

/* What became of a LIST. */
struct listing {
	uint32_t held, listed;
	uint32_t unknown; /* certificates of unknown types, which are never listed */
	bool revoked; /* the host's key is, so that nothing is listed */
	bool nameless; /* a key is hidden only because the bound host has no name here that rules can see */
};

/*
 * A key that is hidden only because the bound host has no name here, or a hashed one that a rule's pattern doesn't
 * see.
 */
static bool
is_hidden_by_name(const struct serve *s, const struct facts *f, struct buffers *b)
{
	return f->host == HOST_UNNAMED ? rules_list_has(&b->anywhere) : rules_miss_hashed(s->rules, f);
}

static bool
is_listed(
    const struct serve *s, struct facts *f, const struct agentmsg_identity *id, struct listing *l, struct buffers *b)
{
	struct agentmsg_key key;
	int error = agentmsg_key(id->blob, &key);

	l->unknown += error == -EPROTONOSUPPORT;
	if (l->revoked || error < 0)
		return false;
	fill_key(f, &key, id->comment);
	if (rules_list_has(&b->here))
		return true;
	l->nameless = l->nameless || is_hidden_by_name(s, f, b);
	return false;
}

/* How many keys are kept from the client, and why, as far as its rules are not the reason. */
static void
record_list(struct serve *s, const struct facts *f, const struct listing *l)
{
	char why[RECORD_REASON_SIZE];
	struct text t;

	text_open(&t, why, sizeof(why));
	text_number(&t, l->listed);
	text_add(&t, " of ");
	text_number(&t, l->held);
	text_add(&t, l->held == 1 ? " key" : " keys");
	if (l->unknown > 0)
		text_add(&t, "; certificates of a type that this version does not know are left out");
	if (l->revoked) {
		text_add(&t, "; the host key is revoked");
	} else if (l->listed == 0 && l->nameless) {
		text_add(&t, "; host ");
		text_fingerprint(&t, f->host_hash);
		text_add(&t, f->host == HOST_UNNAMED ? " has no name here" : "'s name is hashed, unseen by patterns");
		text_add(&t, ": qssh-vault trust ");
		text_fingerprint(&t, f->host_hash);
		text_add(&t, " NAME");
	}
	record_request(s->record, "list", "answered", l->listed < l->held ? text_str(&t) : NULL);
	if (l->listed == 0 && l->nameless)
		ask_show_unnamed(s->ask, f);
}

/*
 * An agent that holds nothing has an empty list: a FAILURE makes some clients give up instead of trying the next
 * way to log in.
 */
static struct span
empty_list(struct serve *s, struct span answer)
{
	record_request(s->record, "list", "answered", s->agent_empty);
	if (!s->waited)
		ask_show_trouble(s->ask, s->agent_empty);
	return answer;
}

/* LIST: the agent's own answer, less the keys that no rule could let this client use. */
static struct span
serve_list(struct serve *s, struct buffers *b)
{
	struct facts f = facts_of(s);
	struct listing l = { 0 };
	struct agentmsg_identities all;
	struct agentmsg_identity id;
	struct wire_out out;

	if (s->rules_broken != NULL || ask_list(s, b, &all) < 0)
		return refuse_list(s, why_no_list(s));
	l.held = all.count;
	if (l.held == 0)
		return empty_list(s, (struct span){ b->list, b->list_len });
	binds_host(&s->binds, s->hosts, now_seconds(), &f, &l.revoked);
	binds_way(&s->binds, s->hosts, now_seconds(), &f, &l.revoked);
	if (!l.revoked)
		keep_unnamed(s, &f);
	rules_list_open(&b->here, s->rules, &f);
	if (f.host == HOST_UNNAMED)
		rules_list_open_anywhere(&b->anywhere, s->rules, &f);
	wire_out_open(&out, b->answer, sizeof(b->answer));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 0);
	while (agentmsg_identity_next(&all, &id)) {
		if (!is_listed(s, &f, &id, &l, b))
			continue;
		wire_put_string(&out, id.blob);
		wire_put_string(&out, id.comment);
		l.listed++;
	}
	if (rules_list_failed(&b->here))
		return refuse_list(s, RULES_TOO_MUCH);
	wire_set32(b->answer + 1, l.listed);
	record_list(s, &f, &l);
	s->listed = true;
	return wire_out_span(&out);
}

/* The witness's word: the bind is what it says to be. */
static bool
is_success(struct span answer)
{
	return answer.len == 1 && answer.p[0] == AGENTMSG_SUCCESS;
}

/*
 * session-bind: to the witness, whose word counts, and to the agent, whose answer the client gets.
 * They verify it at the same time.
 */
static struct span
serve_bind(struct serve *s, const struct agentmsg_bind *bind, struct span request, struct buffers *b)
{
	int64_t deadline = clock_deadline(LIMIT_AGENT_MS);
	struct span answer;
	bool accepted;

	if (s->rules_broken != NULL || s->binds.count >= LIMIT_BINDS) {
		record_request(
		    s->record, "bind", "refused", s->rules_broken != NULL ? s->rules_broken : "too many binds");
		binds_spoil(&s->binds, bind->forwarding);
		return failure();
	}
	agentconn_tell(&s->witness, request, deadline);
	agentconn_tell(&s->agent, request, deadline);
	accepted = is_success(agentconn_hear(&s->witness, b->answer, deadline));
	binds_add(&s->binds, bind, accepted);
	b->list_until = 0; /* an agent hides from a host the keys that are not for it */
	answer = agentconn_hear(&s->agent, b->answer, deadline);
	record_request(
	    s->record, "bind", accepted ? "accepted" : "unproven", s->witness.fd == -1 ? "no witness" : NULL);
	return answer.len == 1 ? answer : failure();
}

/* The comment that a list has for a key. */
static bool
list_comment(struct agentmsg_identities *all, struct span blob, struct span *comment)
{
	struct agentmsg_identity id;

	while (agentmsg_identity_next(all, &id)) {
		if (span_eq(id.blob, blob)) {
			*comment = id.comment;
			return true;
		}
	}
	return false;
}

/*
 * The agent's own comment for the key; false where the agent does not hold it.
 * It is asked, unless it has just said so: what an agent that is gone has said counts no more, or a person would
 * be asked for a signature that nobody can make.
 */
static bool
find_comment(struct serve *s, struct span blob, struct buffers *b, struct span *comment)
{
	struct agentmsg_identities all;
	bool recent = s->agent.fd != -1 && clock_now() < b->list_until &&
		      agentmsg_identities((struct span){ b->list, b->list_len }, &all) == 0;

	return (recent && list_comment(&all, blob, comment)) ||
	       (ask_list(s, b, &all) == 0 && list_comment(&all, blob, comment));
}

/* Everything that is known of the request. NULL, or why it is refused whatever the rules say. */
static const char *
find_facts(struct serve *s, const struct agentmsg_sign *sign, struct buffers *b, struct facts *f)
{
	struct agentmsg_key key;
	struct span comment;
	bool revoked;
	int error;

	*f = facts_of(s);
	if (s->rules_broken != NULL)
		return s->rules_broken;
	error = agentmsg_key(sign->key, &key);
	if (error < 0)
		return agentmsg_refusal(error);
	fill_key(f, &key, (struct span){ NULL, 0 });
	error = agentmsg_signed(sign->data, &key, &f->what);
	if (error < 0)
		return agentmsg_refusal(error);
	if (!agentmsg_hash_fits(&f->what, &key, sign->flags))
		return "the hash of an RSA signature: SHA-1, or another than the login names";
	if (!find_comment(s, sign->key, b, &comment))
		return s->agent.fd == -1 ? s->agent.missing : "the agent does not hold the key";
	f->comment = comment;
	binds_login(&s->binds, s->hosts, now_seconds(), f, &revoked);
	if (revoked)
		return "the host key is revoked";
	binds_way(&s->binds, s->hosts, now_seconds(), f, &revoked);
	if (revoked)
		return "the key of a host that it came by is revoked";
	keep_unnamed(s, f);
	return NULL;
}

static void
deny(struct decision *d, const char *reason)
{
	d->verdict = DENY;
	d->reason = reason;
}

/* The client's signatures without a question are noted even where the rule has no limit: another rule may have one. */
static bool
rate_allows(struct serve *s, const struct facts *f, const struct decision *d)
{
	bool taken = rate_take(s->rate, f->what.purpose, d->rate, d->rate_seconds, now_seconds()) == 1;

	return taken || d->rate == RULES_USES_ANY;
}

/* An allow that has used up its silent signatures is a question. */
static void
count_silent(struct serve *s, const struct facts *f, struct decision *d)
{
	if (d->verdict != ALLOW)
		return;
	if (d->uses != RULES_USES_ANY && s->silent >= d->uses) {
		d->verdict = ASK;
	} else if (rate_allows(s, f, d)) {
		s->silent++;
	} else {
		d->verdict = ASK;
		d->burst = true;
	}
}

/* From here on the verdict is a person's, and whoever has just given it need not be told. */
static void
ask_person(struct serve *s, const struct facts *f, struct decision *d, int64_t deadline)
{
	enum ask_answer answer = ask_question(s->ask, f, d, s->in, deadline);

	d->asked = true;
	s->said_yes = answer == ASK_YES;
	d->verdict = answer == ASK_YES || answer == ASK_REMEMBERED ? ALLOW : DENY;
	d->reason = ask_reason(answer);
	d->quiet |= answer == ASK_NO || answer == ASK_WITHDRAWN;
	if (answer == ASK_REMEMBERED)
		s->silent++;
}

static void
decide(struct serve *s, const struct facts *f, struct decision *d, int64_t deadline)
{
	s->said_yes = false;
	rules_decide(s->rules, f, d);
	count_silent(s, f, d);
	if (d->verdict == ASK)
		ask_person(s, f, d, deadline);
}

/* What the agent answers. Where it waits for a security key, the person who is to touch it is told what it is for. */
static struct span
ask_signature(struct serve *s, const struct facts *f, const struct decision *d, struct span request, struct buffers *b,
    int64_t deadline)
{
	agentconn_tell(&s->agent, request, deadline);
	if (agentmsg_key_is_hardware(&f->key) && agentconn_is_slow(&s->agent, TOUCH_MS)) {
		ask_show_touch(s->ask, f, d);
		ask_flush(s->ask);
	}
	return agentconn_hear(&s->agent, b->answer, deadline);
}

/* Why the agent gave no signature. */
static const char *
why_unsigned(const struct serve *s, const struct facts *f)
{
	if (s->agent.fd == -1)
		return s->agent.missing;
	if (agentmsg_key_is_hardware(&f->key))
		return "the agent refused: the security key was not touched in time, is not there, or got no PIN";
	return "the agent refused";
}

/* Who was to touch a key is told that it is over, unless the client hung up. */
static void
show_untouched(struct serve *s, const struct facts *f, const struct decision *d, const char *why)
{
	struct decision refused = *d;

	if (!agentmsg_key_is_hardware(&f->key))
		return;
	deny(&refused, why);
	ask_show_refused(s->ask, f, &refused);
}

/*
 * Forwards an allowed SIGN: recorded before, and its outcome after.
 * A person's late yes leaves the agent a moment all the same.
 */
static struct span
forward(struct serve *s, const struct facts *f, const struct decision *d, struct span request, struct buffers *b,
    int64_t deadline)
{
	int64_t least = clock_deadline(LIMIT_AGENT_MS);
	char line[RECORD_NAME];
	struct span answer;
	const char *why;

	if (record_sign(s->record, f, d) < 0)
		return failure();
	record_name(s->record, line);
	answer = ask_signature(s, f, d, request, b, deadline > least ? deadline : least);
	if (agentmsg_is_signature(answer)) {
		record_outcome(s->record, f, "signed");
		ask_show_signed(s->ask, f, d);
		if (s->said_yes)
			ask_offer(s->ask, f, d, line);
		return answer;
	}
	why = why_unsigned(s, f);
	record_outcome(s->record, f, why);
	show_untouched(s, f, d, why);
	return failure();
}

/* The person's brake comes before the rules, and after an answer too. */
static const char *
find_brake(struct serve *s)
{
	const char *why = brake_reason(s->brake);

	s->locked = why != NULL;
	return why;
}

static void
show_refusal(struct serve *s, const struct facts *f, const struct decision *d)
{
	if (s->rules_broken != NULL || s->agent.fd == -1 || s->locked)
		ask_show_trouble(s->ask, d->reason);
	else
		ask_show_refused(s->ask, f, d);
}

static struct span
serve_sign(struct serve *s, const struct agentmsg_sign *sign, struct span request, struct buffers *b)
{
	int64_t deadline = clock_deadline(LIMIT_SIGN_MS);
	struct decision d = { .verdict = DENY };
	struct facts f;
	const char *refused = find_facts(s, sign, b, &f);

	s->signing = true;
	if (refused == NULL)
		refused = find_brake(s);
	if (refused == NULL)
		decide(s, &f, &d, deadline);
	if (refused == NULL && d.verdict == ALLOW)
		refused = find_brake(s);
	if (refused != NULL)
		deny(&d, refused);
	if (d.verdict == ALLOW)
		return forward(s, &f, &d, request, b, deadline);
	record_refusal(s->record, &f, &d);
	show_refusal(s, &f, &d);
	return failure();
}

static struct span
serve_query(struct serve *s, struct buffers *b)
{
	struct wire_out out;

	agentmsg_query_answer(&out, b->answer, sizeof(b->answer));
	record_request(s->record, "query", "answered", NULL);
	return wire_out_span(&out);
}

/* The name of a message that is never forwarded, for the record. */
static const char *
message_name(uint8_t type)
{
	switch (type) {
	case 9: return "ssh1-remove-all";
	case 17:
	case 25: return "add";
	case 18: return "remove";
	case 19: return "remove-all";
	case 20:
	case 21:
	case 26: return "smartcard";
	case 22: return "lock";
	case 23: return "unlock";
	case 27: return "extension";
	default: return "unknown";
	}
}

static struct span
answer_request(struct serve *s, struct span untrusted_request, struct buffers *b)
{
	struct agentmsg_request r;

	if (s->requests++ >= LIMIT_REQUESTS) {
		record_request(s->record, "any", "refused", "too many requests on one connection");
		return failure();
	}
	agentmsg_request(untrusted_request, &r);
	switch (r.kind) {
	case REQUEST_LIST: return serve_list(s, b);
	case REQUEST_SIGN: return serve_sign(s, &r.sign, untrusted_request, b);
	case REQUEST_BIND: return serve_bind(s, &r.bind, untrusted_request, b);
	case REQUEST_QUERY: return serve_query(s, b);
	case REQUEST_BAD:
		if (r.type ==
		    AGENTMSG_EXTENSION) /* it may have been a bind: what it would have replaced no longer holds */
			binds_spoil(&s->binds, false);
		record_request(s->record, "malformed", "refused", NULL);
		return failure();
	case REQUEST_OTHER: break;
	}
	record_request(s->record, message_name(r.type), "refused", NULL);
	return failure();
}

/* A frame of an impossible length: what it announced is read and forgotten, and the connection lives on. */
static int
refuse_frame(struct serve *s, struct buffers *b, int64_t deadline)
{
	int error = frame_discard(s->in, -1, b->request, deadline);

	record_request(s->record, "malformed", "refused", "a frame's length is out of range");
	return error < 0 ? error : frame_write(s->out, -1, failure(), deadline);
}

/* 0, or -errno: the connection ends. */
static int
await_request(struct serve *s)
{
	int error = share_await(s->share, s->in);

	if (error == -EBUSY)
		record_request(s->record, "call", "ended", "it said nothing for long, and others of its client wait");
	return error;
}

/* The next request's length; 0 at the end of the client's input, or where it can't be read on. */
static int
read_request(struct serve *s, struct buffers *b)
{
	int64_t deadline;
	int n;

	do {
		n = await_request(s);
		deadline = clock_deadline(LIMIT_TRANSFER_MS);
		if (n == 0)
			n = frame_read(s->in, -1, b->request, deadline);
	} while (n == -EMSGSIZE && refuse_frame(s, b, deadline) == 0);
	return n > 0 ? n : 0;
}

/* The list stays: it is the next SIGN's, and holds what is public. */
static void
wipe(struct buffers *b, size_t request_len, size_t answer_len)
{
	explicit_bzero(b->request, request_len);
	explicit_bzero(b->answer, answer_len);
}

void
serve_run(struct serve *s)
{
	static struct buffers b;
	int n;

	b.list_until = 0; /* another connection's list is another agent's */
	while ((n = read_request(s, &b)) > 0) {
		struct span answer = answer_request(s, (struct span){ b.request, (size_t)n }, &b);
		int error = frame_write(s->out, -1, answer, clock_deadline(LIMIT_TRANSFER_MS));

		ask_flush(s->ask);
		wipe(&b, (size_t)n, answer.len);
		if (error < 0)
			break;
	}
	if (s->listed && !s->signing)
		ask_show_listed(s->ask);
	ask_end(s->ask);
	record_close(s->record);
}
