/* SPDX-License-Identifier: ISC */
#include "client/relay.h"

#include "base/limits.h"
#include "client/answer.h"
#include "client/config.h"
#include "client/history.h"
#include "client/pinned.h"
#include "client/slots.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One connection's state, beside what the caller gave. */
struct session {
	struct relay *relay;
	struct call call;
	struct pinned *pinned; /* NULL: nothing is pinned, or the vault has caught up */
	bool opened; /* a request came, so the pins have been looked for */
	bool called; /* the one call has been made, or given up */
	bool waited; /* the person knows that it takes long */
	int slot; /* one of those that a vault has; -1: none */
	bool bound; /* a bind came: what is listed is listed for its host */
	bool forwarding; /* a forwarding bind came: ssh's terminal is another host's screen now */
	bool told; /* the terminal has had its sentence */
	char outcome[CALL_SENTENCE_SIZE]; /* for the history; empty: nothing to say */
};

static const uint8_t FAILURE[] = { AGENTMSG_FAILURE };

static void
log_sentence(const struct session *s, const char *sentence)
{
	char message[CALL_SENTENCE_SIZE + 16], vault[64];
	const char *fields[] = { message, "PRIORITY=4", "SYSLOG_IDENTIFIER=qssh-client", vault };
	int journal = journal_open();

	snprintf(message, sizeof(message), "MESSAGE=%s", sentence);
	snprintf(vault, sizeof(vault), "QSSH_VAULT=%s", s->relay->target.qube);
	journal_send(journal, fields, sizeof(fields) / sizeof(fields[0]));
	if (journal != -1)
		close(journal);
}

/* The journal always, ssh's terminal once. */
static void
tell(struct session *s, const char *sentence)
{
	log_sentence(s, sentence);
	if (!s->told && !s->forwarding)
		peer_tell(&s->relay->peer, sentence);
	s->told = true;
}

/* That a person may have to do something elsewhere, once; what comes of it is told all the same. */
static void
tell_waiting(struct session *s, const char *sentence)
{
	const struct relay *r = s->relay;

	if (s->waited)
		return;
	s->waited = true;
	log_sentence(s, sentence);
	history_add(r->runtime_dir, &r->target, sentence);
	if (!s->told && !s->forwarding)
		peer_tell(&r->peer, sentence);
}

static void
tell_slow(void *ctx)
{
	struct session *s = ctx;
	char sentence[CALL_SENTENCE_SIZE];
	const char *vault = target_shown(&s->relay->target);

	snprintf(sentence, sizeof(sentence),
	    "waiting for %s: it may be starting, or somebody is asked there or in dom0", vault);
	tell_waiting(s, sentence);
}

/* There is no call, or no more of it: why becomes the call's outcome. */
static void
refuse(struct session *s)
{
	snprintf(s->outcome, sizeof(s->outcome), "%s", s->relay->refusal);
	tell(s, s->outcome);
}

/* Waits for a slot. 0, -ECANCELED, or -ETIMEDOUT with the relay's refusal. */
static int
take_slot(struct session *s, int64_t deadline)
{
	struct relay *r = s->relay;
	int64_t patience = clock_deadline(CALL_SLOW_MS);
	char sentence[CALL_SENTENCE_SIZE];
	int error;

	error = slots_take(r->runtime_dir, r->target.qube, r->fd, patience < deadline ? patience : deadline, &s->slot);
	if (error == -ETIMEDOUT && patience < deadline) {
		snprintf(sentence, sizeof(sentence),
		    "waiting: this qube has %d calls to %s open, and this one is next to "
		    "have a place",
		    SLOTS_MAX, target_shown(&r->target));
		tell_waiting(s, sentence);
		error = slots_take(r->runtime_dir, r->target.qube, r->fd, deadline, &s->slot);
	}
	if (error == -ETIMEDOUT)
		snprintf(r->refusal, sizeof(r->refusal),
		    "too many calls to %s at once: this qube had %d open all the time", target_shown(&r->target),
		    SLOTS_MAX);
	return error;
}

static int
start(struct session *s, int64_t deadline)
{
	struct relay *r = s->relay;
	const char *source = NULL;
	int error;

	s->called = true;
	if (r->refusal[0] == '\0' && config_target(&r->target, r->home, &source) < 0)
		snprintf(r->refusal, sizeof(r->refusal), "%s holds no qube's name", source);
	if (r->refusal[0] != '\0')
		return -EINVAL;
	error = take_slot(s, deadline);
	if (error == 0)
		error = call_start(&s->call, r->program, &r->target, CALL_OWN, r->refusal);
	if (error == 0) {
		s->call.slow = tell_slow;
		s->call.ctx = s;
	}
	return error;
}

/*
 * What the vault itself answered, where the person would wonder.
 * A refused bind is left out, since ssh goes on without.
 */
static void
watch_answer(struct session *s, enum request_kind kind, struct span answer)
{
	const char *vault = target_shown(&s->relay->target);
	struct agentmsg_identities list;

	if (answer.p[0] == AGENTMSG_FAILURE && (kind == REQUEST_SIGN || kind == REQUEST_LIST))
		snprintf(s->outcome, sizeof(s->outcome), "%s refused the request; its record says why", vault);
	else if (kind == REQUEST_LIST && agentmsg_identities(answer, &list) == 0 && list.count == 0)
		snprintf(s->outcome, sizeof(s->outcome), "%s listed no key%s; its record says why", vault,
		    s->bound ? " for this host" : "");
	else
		return;
	tell(s, s->outcome);
}

/* Makes the one call, and tells it what the pins have answered in its place. */
static int
start_for(struct session *s, struct span key, int64_t deadline)
{
	struct relay *r = s->relay;
	struct pinned *pinned = s->pinned;
	int error;

	s->pinned = NULL;
	error = start(s, deadline);
	if (error < 0 || pinned == NULL)
		return error;
	return pinned_catch_up(pinned, &s->call, &r->target, r->home, key, r->fd, deadline, r->refusal);
}

/* The answer's length; -ECANCELED: ssh is gone; another -errno: there is none, and relay's refusal says why. */
static int
ask_vault(struct session *s, struct span request, const struct agentmsg_request *decoded, uint8_t *answer)
{
	struct relay *r = s->relay;
	int64_t deadline = clock_deadline(r->answer_ms);
	int error = s->called ? 0 : start_for(s, decoded->sign.key, deadline);

	if (error < 0)
		return error;
	if (s->call.fd == -1)
		return -ENOTCONN;
	return call_exchange(&s->call, &r->target, request, answer, r->fd, deadline, r->refusal);
}

/* What the pins answer; the empty span where only the vault can. */
static struct span
ask_pins(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	static struct pinned pinned;
	struct relay *r = s->relay;

	if (!s->opened && r->refusal[0] == '\0' && pinned_open(&pinned, r->home, &r->target))
		s->pinned = &pinned;
	s->opened = true;
	return s->pinned != NULL ? pinned_answer(s->pinned, request, decoded) : (struct span){ NULL, 0 };
}

/* What the vault answers, or FAILURE in its place. The empty span: ssh is gone. */
static struct span
relay(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	static uint8_t buf[LIMIT_FRAME];
	struct relay *r = s->relay;
	struct span answer = { buf, 0 };
	int n = ask_vault(s, request, decoded, buf);

	if (n == -ECANCELED)
		snprintf(s->outcome, sizeof(s->outcome), "withdrawn: ssh did not wait for the answer");
	if (n == -ECANCELED)
		return (struct span){ NULL, 0 };
	if (n > 0) {
		answer.len = (size_t)n;
		if (answer_fits(decoded->kind, answer)) {
			watch_answer(s, decoded->kind, answer);
			return answer;
		}
		call_garbled(&r->target, r->refusal);
	}
	if (n != -ENOTCONN)
		refuse(s);
	return (struct span){ FAILURE, sizeof(FAILURE) };
}

/* Why a request is never passed on, for a person; NULL: one that no person makes. */
static const char *
never_passed(uint8_t type)
{
	switch (type) {
	case AGENTMSG_ADD:
	case AGENTMSG_ADD_CONSTRAINED:
		return "keys are added in the vault itself, not from here: the private key was not sent to it";
	case AGENTMSG_SMARTCARD_ADD:
	case AGENTMSG_SMARTCARD_ADD_CONSTRAINED: return "smartcards are added in the vault itself, not from here";
	case AGENTMSG_REMOVE:
	case AGENTMSG_REMOVE_ALL:
	case AGENTMSG_SSH1_REMOVE_ALL:
	case AGENTMSG_SMARTCARD_REMOVE: return "the keys are the vault's, and are removed there, not from here";
	case AGENTMSG_LOCK:
	case AGENTMSG_UNLOCK: return "the keys are the vault's, and are locked there, not from here";
	default: return NULL;
	}
}

/* A private key may be among what was asked: it leaves neither this qube nor a trace in our memory. */
static struct span
keep_here(struct session *s, struct span request, uint8_t type)
{
	const char *why = never_passed(type);

	explicit_bzero((uint8_t *)(uintptr_t)request.p, request.len);
	if (why != NULL && !s->told) {
		snprintf(s->outcome, sizeof(s->outcome), "%s", why);
		tell(s, s->outcome);
	}
	return (struct span){ FAILURE, sizeof(FAILURE) };
}

/* The answer that ssh gets. The empty span: ssh is gone. */
static struct span
answer_to(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	static uint8_t buf[LIMIT_FRAME];
	struct span answer;
	struct wire_out out;

	switch (decoded->kind) {
	case REQUEST_BAD:
	case REQUEST_OTHER: return keep_here(s, request, decoded->type);
	case REQUEST_QUERY: agentmsg_query_answer(&out, buf, sizeof(buf)); return wire_out_span(&out);
	case REQUEST_BIND:
	case REQUEST_LIST:
	case REQUEST_SIGN: break;
	}
	answer = ask_pins(s, request, decoded);
	if (answer.len == 0)
		answer = relay(s, request, decoded);
	return decoded->kind == REQUEST_LIST && answer.len > 0 ? answer_inert(answer, buf) : answer;
}

/* Answers one request. False: ssh is gone. */
static bool
serve(struct session *s, struct span request)
{
	struct agentmsg_request decoded;
	struct span answer;

	agentmsg_request(request, &decoded);
	if (decoded.kind == REQUEST_BIND) {
		s->bound = true;
		s->forwarding |= decoded.bind.forwarding;
	}
	answer = answer_to(s, request, &decoded);
	return answer.len > 0 && frame_write(s->relay->fd, -1, answer, clock_deadline(LIMIT_TRANSFER_MS)) == 0;
}

void
relay_serve(struct relay *r)
{
	static uint8_t request[LIMIT_FRAME];
	struct session s = { .relay = r, .call = CALL_NONE, .slot = -1 };
	int n;

	/*
	 * Without a deadline until a request begins: a connection that never speaks waits here, and has started
	 * nothing.
	 */
	while (frame_wait(r->fd, -1, CLOCK_NEVER) == 0) {
		n = frame_read(r->fd, -1, request, clock_deadline(LIMIT_TRANSFER_MS));
		if (n <= 0 || !serve(&s, (struct span){ request, (size_t)n }))
			break;
	}
	call_end(&s.call);
	if (s.slot != -1)
		close(s.slot);
	if (s.outcome[0] != '\0' || s.called)
		history_add(r->runtime_dir, &r->target, s.outcome[0] != '\0' ? s.outcome : "answered");
}
