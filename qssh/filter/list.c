/* SPDX-License-Identifier: ISC */
#include "filter/list.h"

#include "base/text.h"
#include "filter/agentlist.h"

#include <errno.h>

/* Of a host's name in a reason, bytes. */
#define ROOM_HOST 64u

/* Why nothing can be listed. */
static const char *
why_no_list(const struct connection *c)
{
	if (c->rules_broken != NULL)
		return c->rules_broken;
	return c->agent.fd == -1 ? c->agent.missing : "the agent gave no list";
}

/* The client is told no more than that: ssh at a terminal then shows that there is more to be read here. */
static struct span
refuse_list(struct connection *c, const char *why)
{
	record_request(c->record, "list", "refused", why);
	ask_show_trouble(c->ask, why);
	return agentmsg_failure();
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
is_hidden_by_name(const struct connection *c, const struct facts *f)
{
	return f->host == HOST_UNNAMED ? rules_list_has(&c->messages->anywhere) : rules_miss_hashed(c->rules, f);
}

static bool
is_listed(const struct connection *c, struct facts *f, const struct agentmsg_identity *id, struct listing *l)
{
	struct sshkey key;
	int error = sshkey_read(id->blob, &key);

	l->unknown += error == -EPROTONOSUPPORT;
	if (l->revoked || error < 0)
		return false;
	connection_take_key(f, &key, id->comment);
	if (rules_list_has(&c->messages->here))
		return true;
	l->nameless = l->nameless || is_hidden_by_name(c, f);
	return false;
}

/* No rule gives the client a key: with which argument, and for which host, where there are any. */
static void
add_no_rule(struct text *t, const struct facts *f)
{
	struct span name = names_shown(&f->names);

	text_add(t, "; no rule gives this qube a key");
	if (f->arg.len > 0) {
		text_add(t, " with arg ");
		text_untrusted(t, f->arg, ROOM_HOST);
	}
	if (f->host == HOST_UNKNOWN)
		return;
	text_add(t, " for ");
	if (name.len > 0)
		text_name(t, name, ROOM_HOST);
	else
		text_fingerprint(t, f->host_hash);
}

/* How many keys are kept from the client, and why none is left. */
static void
record_list(struct connection *c, const struct facts *f, const struct listing *l)
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
	} else if (l->listed == 0 && l->unknown < l->held) {
		add_no_rule(&t, f);
	}
	record_request(c->record, "list", "answered", l->listed < l->held ? text_str(&t) : NULL);
	if (l->listed == 0 && l->nameless)
		ask_show_unnamed(c->ask, f);
}

/*
 * An agent that holds nothing has an empty list: a FAILURE makes some clients give up instead of trying the next
 * way to log in.
 */
static struct span
empty_list(struct connection *c, struct span answer)
{
	record_request(c->record, "list", "answered", c->agent_empty);
	if (!c->told_empty)
		ask_show_trouble(c->ask, c->agent_empty);
	return answer;
}

struct span
list_answer(struct connection *c)
{
	struct facts f = connection_facts(c);
	struct listing l = { 0 };
	struct agentmsg_identities all;
	struct agentmsg_identity id;
	struct wire_out out;

	if (c->rules_broken != NULL || agentlist_ask(c, &all) < 0)
		return refuse_list(c, why_no_list(c));
	l.held = all.count;
	if (l.held == 0)
		return empty_list(c, (struct span){ c->messages->list, c->messages->list_len });
	binds_host(&c->binds, c->hosts, connection_now(), &f, &l.revoked);
	binds_way(&c->binds, c->hosts, connection_now(), &f, &l.revoked);
	if (!l.revoked)
		connection_keep_unnamed(c, &f);
	rules_list_open(&c->messages->here, c->rules, &f);
	if (f.host == HOST_UNNAMED)
		rules_list_open_anywhere(&c->messages->anywhere, c->rules, &f);
	wire_out_open(&out, c->messages->answer, sizeof(c->messages->answer));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 0);
	while (agentmsg_identity_next(&all, &id)) {
		if (!is_listed(c, &f, &id, &l))
			continue;
		wire_put_string(&out, id.blob);
		wire_put_string(&out, id.comment);
		l.listed++;
	}
	if (rules_list_failed(&c->messages->here))
		return refuse_list(c, RULES_TOO_MUCH);
	wire_set32(c->messages->answer + 1, l.listed);
	record_list(c, &f, &l);
	c->listed = true;
	return wire_out_span(&out);
}
