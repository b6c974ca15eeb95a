/* SPDX-License-Identifier: ISC */
#include "filter/sign.h"

#include "base/limits.h"
#include "filter/agentlist.h"
#include "store/rate.h"
#include "sys/clock.h"

/* A security key that wants no touch has signed by then, and a person who is to touch one has not begun to wonder. */
#define TOUCH_MS 500

/* Everything that is known of the request. NULL, or why it is refused whatever the rules say. */
static const char *
find_facts(struct connection *c, const struct agentmsg_sign *sign, struct facts *f)
{
	struct sshkey key;
	struct span comment;
	bool revoked;
	int error;

	*f = connection_facts(c);
	if (c->rules_broken != NULL)
		return c->rules_broken;
	error = sshkey_read(sign->key, &key);
	if (error < 0)
		return signdata_refusal(error);
	connection_take_key(f, &key, (struct span){ NULL, 0 });
	error = signdata_read(sign->data, &key, &f->what);
	if (error < 0)
		return signdata_refusal(error);
	if (!signdata_hash_fits(&f->what, &key, sign->flags))
		return "the hash of an RSA signature: SHA-1, or another than the login names";
	if (!agentlist_comment(c, sign->key, &comment))
		return c->agent.fd == -1 ? c->agent.missing : "the agent does not hold the key";
	f->comment = comment;
	binds_login(&c->binds, c->hosts, connection_now(), f, &revoked);
	if (revoked)
		return "the host key is revoked";
	binds_way(&c->binds, c->hosts, connection_now(), f, &revoked);
	if (revoked)
		return "the key of a host that it came by is revoked";
	connection_keep_unnamed(c, f);
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
rate_allows(struct connection *c, const struct facts *f, const struct decision *d)
{
	bool taken = rate_take(c->rate, f->what.purpose, d->rate, d->rate_seconds, connection_now()) == 1;

	return taken || d->rate == RULES_USES_ANY;
}

/* An allow that has used up its silent signatures is a question. */
static void
count_silent(struct connection *c, const struct facts *f, struct decision *d)
{
	if (d->verdict != ALLOW)
		return;
	if (d->uses != RULES_USES_ANY && c->silent >= d->uses) {
		d->verdict = ASK;
	} else if (rate_allows(c, f, d)) {
		c->silent++;
	} else {
		d->verdict = ASK;
		d->burst = true;
	}
}

/* From here on the verdict is a person's, and whoever has just given it need not be told. */
static void
ask_person(struct connection *c, const struct facts *f, struct decision *d, int64_t deadline)
{
	enum ask_answer answer = ask_question(c->ask, f, d, c->in, deadline);

	d->asked = true;
	c->said_yes = answer == ASK_YES;
	d->verdict = answer == ASK_YES || answer == ASK_REMEMBERED ? ALLOW : DENY;
	d->reason = ask_reason(answer);
	d->quiet |= answer == ASK_NO || answer == ASK_WITHDRAWN;
	if (answer == ASK_REMEMBERED)
		c->silent++;
}

static void
decide(struct connection *c, const struct facts *f, struct decision *d, int64_t deadline)
{
	c->said_yes = false;
	rules_decide(c->rules, f, d);
	count_silent(c, f, d);
	if (d->verdict == ASK)
		ask_person(c, f, d, deadline);
}

/* What the agent answers. Where it waits for a security key, the person who is to touch it is told what it is for. */
static struct span
ask_signature(
    struct connection *c, const struct facts *f, const struct decision *d, struct span request, int64_t deadline)
{
	agentconn_tell(&c->agent, request, deadline);
	record_prepare(c->record);
	if (sshkey_is_hardware(&f->key) && agentconn_is_slow(&c->agent, TOUCH_MS)) {
		ask_show_touch(c->ask, f, d);
		ask_flush(c->ask);
	}
	return agentconn_hear(&c->agent, c->messages->answer, deadline);
}

/* Why the agent gave no signature. */
static const char *
why_unsigned(const struct connection *c, const struct facts *f)
{
	if (c->agent.fd == -1)
		return c->agent.missing;
	if (sshkey_is_hardware(&f->key))
		return "the agent refused: the security key was not touched in time, is not there, or got no PIN";
	return "the agent refused";
}

/* Who was to touch a key is told that it is over, unless the client hung up. */
static void
show_untouched(struct connection *c, const struct facts *f, const struct decision *d, const char *why)
{
	struct decision refused = *d;

	if (!sshkey_is_hardware(&f->key))
		return;
	deny(&refused, why);
	ask_show_refused(c->ask, f, &refused);
}

/* Where it can't be recorded: the person is told, and the journal. */
static struct span
refuse_unrecorded(struct connection *c, const struct facts *f, const struct decision *d)
{
	struct decision refused = *d;

	deny(&refused, "the record can't be written, and without it nothing is signed; 'qssh-vault doctor' says why");
	record_refusal(c->record, f, &refused);
	ask_show_trouble(c->ask, refused.reason);
	return agentmsg_failure();
}

/*
 * Forwards an allowed SIGN: recorded before, and its outcome after.
 * A person's late yes leaves the agent a moment all the same.
 */
static struct span
forward(struct connection *c, const struct facts *f, const struct decision *d, struct span request, int64_t deadline)
{
	int64_t least = clock_deadline(LIMIT_AGENT_MS);
	char line[RECORD_NAME];
	struct span answer;
	const char *why;

	if (record_sign(c->record, f, d) < 0)
		return refuse_unrecorded(c, f, d);
	record_name(c->record, line);
	answer = ask_signature(c, f, d, request, deadline > least ? deadline : least);
	if (agentmsg_is_signature(answer)) {
		record_outcome(c->record, f, "signed");
		ask_show_signed(c->ask, f, d);
		if (c->said_yes)
			ask_offer(c->ask, f, d, line);
		return answer;
	}
	why = why_unsigned(c, f);
	record_outcome(c->record, f, why);
	show_untouched(c, f, d, why);
	return agentmsg_failure();
}

/* The person's brake comes before the rules, and after an answer too. */
static const char *
find_brake(struct connection *c)
{
	const char *why = brake_reason(c->brake);

	c->locked = why != NULL;
	return why;
}

static void
show_refusal(struct connection *c, const struct facts *f, const struct decision *d)
{
	if (c->rules_broken != NULL || c->agent.fd == -1 || c->locked)
		ask_show_trouble(c->ask, d->reason);
	else
		ask_show_refused(c->ask, f, d);
}

struct span
sign_answer(struct connection *c, const struct agentmsg_sign *sign, struct span request)
{
	int64_t deadline = clock_deadline(LIMIT_SIGN_MS);
	struct decision d = { .verdict = DENY };
	struct facts f;
	const char *refused = find_facts(c, sign, &f);

	c->signing = true;
	if (refused == NULL)
		refused = find_brake(c);
	if (refused == NULL)
		decide(c, &f, &d, deadline);
	if (refused == NULL && d.verdict == ALLOW)
		refused = find_brake(c);
	if (refused != NULL)
		deny(&d, refused);
	if (d.verdict == ALLOW)
		return forward(c, &f, &d, request, deadline);
	record_refusal(c->record, &f, &d);
	show_refusal(c, &f, &d);
	return agentmsg_failure();
}
