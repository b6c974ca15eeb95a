#include "client/relay.h"

#include "base/limits.h"
#include "client/chosen.h"
#include "client/history.h"
#include "client/pinned.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* One connection's state, beside what the caller gave. */
struct session {
	struct relay *relay;
	struct call call;
	struct pinned *pinned; /* NULL: nothing is pinned, or the vault has caught up */
	bool opened; /* a request came, so the pins have been looked for */
	bool called; /* the one call has been made */
	bool forwarding; /* a forwarding bind came: ssh's terminal is another host's screen now */
	bool told; /* the terminal has had its sentence */
	char outcome[CALL_SENTENCE_SIZE];
};

/* The journal always, ssh's terminal once. */
static void
tell(struct session *s, const char *sentence)
{
	char message[CALL_SENTENCE_SIZE + 16], vault[64];
	const char *fields[] = { message, "PRIORITY=4", "SYSLOG_IDENTIFIER=qssh-client", vault };
	int journal = journal_open();

	snprintf(message, sizeof(message), "MESSAGE=%s", sentence);
	snprintf(vault, sizeof(vault), "QSSH_VAULT=%s", s->relay->target.qube);
	journal_send(journal, fields, sizeof(fields) / sizeof(fields[0]));
	if (journal != -1)
		close(journal);
	if (!s->told && !s->forwarding)
		peer_tell(&s->relay->peer, sentence);
	s->told = true;
}

/* There is no call, or no more of it: why becomes the call's outcome. */
static void
refuse(struct session *s)
{
	snprintf(s->outcome, sizeof(s->outcome), "%s", s->relay->refusal);
	tell(s, s->outcome);
}

static int
start(struct session *s)
{
	struct relay *r = s->relay;
	const char *source = NULL;

	s->called = true;
	if (r->refusal[0] == '\0' && chosen_target(&r->target, r->home, &source) < 0)
		snprintf(r->refusal, sizeof(r->refusal), "%s holds no qube's name", source);
	if (r->refusal[0] != '\0')
		return -EINVAL;
	return call_start(&s->call, r->program, &r->target, CALL_OWN, r->refusal);
}

/* What the vault itself answered with FAILURE; a bind is left out, since ssh goes on without. */
static void
watch_refusal(struct session *s, enum request_kind kind, struct span answer)
{
	if (answer.len < 1 || answer.p[0] != AGENTMSG_FAILURE || (kind != REQUEST_SIGN && kind != REQUEST_LIST))
		return;
	snprintf(s->outcome, sizeof(s->outcome), "%s refused the request; its record says why",
	    target_shown(&s->relay->target));
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
	error = start(s);
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

/* The answer that ssh gets to a request that the pins did not answer. The empty span: ssh is gone. */
static struct span
relay(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	static const uint8_t failure[] = { AGENTMSG_FAILURE };
	static uint8_t buf[LIMIT_FRAME];
	struct span answer;
	int n = ask_vault(s, request, decoded, buf);

	if (n == -ECANCELED)
		return (struct span){ NULL, 0 };
	if (n > 0) {
		answer = (struct span){ buf, (size_t)n };
		watch_refusal(s, decoded->kind, answer);
		return answer;
	}
	if (n != -ENOTCONN)
		refuse(s);
	return (struct span){ failure, sizeof(failure) };
}

/* Answers one request. False: ssh is gone. */
static bool
serve(struct session *s, struct span request)
{
	struct agentmsg_request decoded;
	struct span answer;

	agentmsg_request(request, &decoded);
	if (decoded.kind == REQUEST_BIND && decoded.bind.forwarding)
		s->forwarding = true;
	answer = ask_pins(s, request, &decoded);
	if (answer.len == 0)
		answer = relay(s, request, &decoded);
	if (answer.len == 0)
		return false;
	return frame_write(s->relay->fd, -1, answer, clock_deadline(LIMIT_TRANSFER_MS)) == 0;
}

void
relay_serve(struct relay *r)
{
	static uint8_t request[LIMIT_FRAME];
	struct session s = { .relay = r, .call = CALL_NONE, .outcome = "answered" };
	int n;

	/* Without a deadline until a request begins: a connection that never speaks waits here, and has started nothing. */
	while (frame_wait(r->fd, -1, CLOCK_NEVER) == 0) {
		n = frame_read(r->fd, -1, request, clock_deadline(LIMIT_TRANSFER_MS));
		if (n <= 0 || !serve(&s, (struct span){ request, (size_t)n }))
			break;
	}
	call_end(&s.call);
	if (s.called)
		history_add(r->runtime_dir, &r->target, s.outcome);
}
