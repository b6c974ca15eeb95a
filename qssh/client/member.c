/* SPDX-License-Identifier: ISC */
#include "client/member.h"

#include "base/limits.h"
#include "client/answer.h"
#include "client/config.h"
#include "client/history.h"
#include "client/slots.h"
#include "sys/clock.h"
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* A security key that wants no touch has signed by then. */
#define TOUCH_MS 1000

/*
 * A vault that runs decides in milliseconds. No answer of a person counts sooner than 700 ms after the question is
 * there.
 */
#define ASKED_MS 1000

void
member_open(struct member *m, struct connection *c, const struct target *t)
{
	*m = (struct member){ .connection = c, .target = *t, .call = CALL_NONE, .slot = -1 };
}

static void
log_sentence(const struct member *m, const char *sentence)
{
	char message[CALL_SENTENCE_SIZE + 16], vault[64];
	const char *fields[] = { message, "PRIORITY=4", "SYSLOG_IDENTIFIER=qssh-client", vault };
	int journal = journal_open();

	snprintf(message, sizeof(message), "MESSAGE=%s", sentence);
	snprintf(vault, sizeof(vault), "QSSH_VAULT=%s", m->target.qube);
	journal_send(journal, fields, sizeof(fields) / sizeof(fields[0]));
	if (journal != -1)
		close(journal);
}

static void
show_sentence(const struct member *m, const char *sentence)
{
	if (!m->told && !m->connection->forwarding)
		peer_tell(&m->connection->peer, sentence);
}

static void
add_history(const struct member *m, const char *sentence)
{
	history_add(m->connection->runtime_dir, m->connection->target.socket, &m->target, sentence);
}

void
member_tell(struct member *m, const char *sentence)
{
	if (m->outcome != sentence)
		snprintf(m->outcome, sizeof(m->outcome), "%s", sentence);
	log_sentence(m, m->outcome);
	show_sentence(m, m->outcome);
	m->told = true;
}

/* That a person may have to do something elsewhere, once; what comes of it is told all the same. */
static void
tell_waiting(struct member *m, const char *sentence)
{
	if (m->waited)
		return;
	m->waited = true;
	log_sentence(m, sentence);
	add_history(m, sentence);
	show_sentence(m, sentence);
}

/* Of a request that may want a touch, though it was told before that it takes long. */
static void
tell_touch(void *ctx)
{
	struct member *m = ctx;
	char sentence[CALL_SENTENCE_SIZE];

	snprintf(sentence, sizeof(sentence),
	    "waiting for %s: touch its security key once that blinks; it may be starting, or somebody is asked there "
	    "or in dom0",
	    target_shown(&m->target));
	m->waited = false;
	m->touched = true;
	tell_waiting(m, sentence);
}

static void
tell_slow(void *ctx)
{
	struct member *m = ctx;
	char sentence[CALL_SENTENCE_SIZE];

	snprintf(sentence, sizeof(sentence),
	    "waiting for %s: it may be starting, or somebody is asked there or in dom0", target_shown(&m->target));
	tell_waiting(m, sentence);
}

/* Waits for a slot. 0, -ECANCELED, or -ETIMEDOUT with why. */
static int
take_slot(struct member *m, int64_t deadline)
{
	const struct connection *c = m->connection;
	const char *vault = target_shown(&m->target);
	int64_t patience = clock_deadline(CALL_SLOW_MS);
	char sentence[CALL_SENTENCE_SIZE];
	int error;

	error = slots_take(c->runtime_dir, m->target.qube, c->fd, patience < deadline ? patience : deadline, &m->slot);
	if (error == -ETIMEDOUT && patience < deadline) {
		snprintf(sentence, sizeof(sentence),
		    "waiting: this qube has %d calls to %s open, and this one is next to have a place", SLOTS_MAX,
		    vault);
		tell_waiting(m, sentence);
		error = slots_take(c->runtime_dir, m->target.qube, c->fd, deadline, &m->slot);
	}
	if (error == -ETIMEDOUT)
		snprintf(m->why, sizeof(m->why), "too many calls to %s at once: this qube had %d open all the time",
		    vault, SLOTS_MAX);
	return error;
}

/* 0, -ECANCELED, or another -errno with why. */
static int
start(struct member *m, int64_t deadline)
{
	const struct connection *c = m->connection;
	const char *source = NULL;
	int error;

	m->called = true;
	if (c->refusal[0] != '\0') {
		snprintf(m->why, sizeof(m->why), "%s", c->refusal);
		return -EINVAL;
	}
	error = config_target(&m->target, c->home, &source);
	if (error < 0) {
		config_say_fault(m->why, error, source);
		return error;
	}
	error = take_slot(m, deadline);
	if (error == 0)
		error = call_start(&m->call, c->program, &m->target, CALL_OWN, m->why);
	if (error == 0) {
		m->call.slow = tell_slow;
		m->call.slow_ms = CALL_SLOW_MS;
		m->call.ctx = m;
	}
	return error;
}

int
member_start(struct member *m, int64_t deadline)
{
	if (!m->called)
		return start(m, deadline);
	return m->call.fd == -1 ? -ENOTCONN : 0;
}

int
member_exchange(struct member *m, struct span request, uint8_t *answer, int64_t deadline)
{
	int64_t began = clock_now();
	int n;

	if (m->connection->touch && !m->touched) {
		m->call.slow = tell_touch;
		m->call.slow_ms = TOUCH_MS;
		m->call.ctx = m;
	}
	m->call.watch = m->connection->fd;
	n = call_exchange(&m->call, request, answer, deadline, m->why);
	m->took_ms = m->heard ? clock_now() - began : 0;
	m->heard |= n > 0;
	return n;
}

/* The vault tells nobody here why it refused. How long it took tells whether somebody was asked. */
static void
say_refused(struct member *m, enum request_kind kind)
{
	const char *vault = target_shown(&m->target);

	if (kind == REQUEST_SIGN && m->took_ms >= ASKED_MS)
		snprintf(m->outcome, sizeof(m->outcome),
		    "%s refused the request after %lld second%s: %s; its record says why: 'qssh-vault log' there",
		    vault, (long long)(m->took_ms / 1000), m->took_ms < 2000 ? "" : "s",
		    m->connection->touch ? "nobody said yes, or touched the key, in time"
					 : "the question there got a no, or no answer in time");
	else
		snprintf(m->outcome, sizeof(m->outcome),
		    "%s refused the request; its record says why: 'qssh-vault log' there", vault);
}

/*
 * What the vault itself answered, where the person would wonder.
 * A refused bind is left out, since ssh goes on without.
 */
static void
watch_answer(struct member *m, enum request_kind kind, struct span answer)
{
	const char *vault = target_shown(&m->target);
	struct agentmsg_identities list;

	if (answer.p[0] == AGENTMSG_FAILURE && (kind == REQUEST_SIGN || kind == REQUEST_LIST))
		say_refused(m, kind);
	else if (kind == REQUEST_LIST && agentmsg_identities(answer, &list) == 0 && list.count == 0)
		snprintf(m->outcome, sizeof(m->outcome),
		    "%s listed no key%s; its record says why: 'qssh-vault log' there", vault,
		    m->connection->bound ? " for this host" : "");
	else
		return;
	member_tell(m, m->outcome);
}

struct span
member_result(struct member *m, enum request_kind kind, const uint8_t *answer, int n)
{
	struct span result = { answer, n > 0 ? (size_t)n : 0 };

	if (n == -ECANCELED) {
		snprintf(m->outcome, sizeof(m->outcome), "withdrawn: ssh did not wait for the answer");
		return (struct span){ NULL, 0 };
	}
	if (n > 0 && answer_fits(kind, result)) {
		watch_answer(m, kind, result);
		return result;
	}
	if (n > 0)
		call_garbled(&m->target, m->why);
	if (n != -ENOTCONN)
		member_tell(m, m->why);
	return agentmsg_failure();
}

struct span
member_ask(struct member *m, struct span request, const struct agentmsg_request *decoded)
{
	static uint8_t answer[LIMIT_FRAME];
	int64_t deadline = clock_deadline(m->connection->answer_ms);
	int n = member_start(m, deadline);

	if (n == 0)
		n = member_exchange(m, request, answer, deadline);
	return member_result(m, decoded->kind, answer, n);
}

void
member_close(struct member *m)
{
	call_end(&m->call);
	if (m->slot != -1)
		close(m->slot);
	if (m->outcome[0] != '\0' || m->called)
		add_history(m, m->outcome[0] != '\0' ? m->outcome : "answered");
}
