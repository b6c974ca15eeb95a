/* SPDX-License-Identifier: ISC */
#include "vault/past.h"

#include "base/qube.h"
#include "base/text.h"
#include "ssh/fingerprint.h"
#include "store/recordline.h"
#include "vault/purpose.h"

#include <errno.h>
#include <string.h>

static const char *const KEYS[PAST_WORDS] = { "client", "arg", "key", "purpose", "user", "host", "to", "hostkey",
	"forwarded", "via", "viakeys" };

/* By its reason, in lines of the version before, which did not say `asked`. */
static bool
was_asked(struct span line, struct span reason)
{
	return recordline_is(line, "asked", "yes") || (recordline_is(line, "verdict", "allow") && reason.len > 0);
}

static enum past_result
result_of(struct span line, struct span reason)
{
	bool asked = was_asked(line, reason);

	if (recordline_is(line, "verdict", "allow"))
		return asked ? PAST_ASKED : PAST_ALLOWED;
	if (asked)
		return PAST_ASKED_NO;
	if (span_starts(reason, "a\\x20rule\\x20denies") || span_starts(reason, "no\\x20rule\\x20matches") ||
	    span_starts(reason, "the\\x20host\\x20only\\x20vouches"))
		return PAST_DENIED;
	return PAST_OTHER;
}

/* A word that was cut stands for others too. */
static bool
is_cut(struct span word)
{
	return word.len > 0 && memmem(word.p, word.len, "…", strlen("…")) != NULL;
}

/* False: the line says too little. */
static bool
take_words(struct span line, struct past *out)
{
	struct span written;

	for (unsigned i = 0; i < PAST_WORDS; i++) {
		(void)recordline_get(line, KEYS[i], &out->word[i]);
		if (out->word[i].len > 0 && is_cut(out->word[i]))
			return false;
	}
	if (recordline_get(line, "written", &written))
		out->word[PAST_USER] = written;
	if (recordline_get(line, "voucher", &written))
		out->word[PAST_NAME] = written;
	(void)recordline_get(line, "reason", &out->reason);
	(void)recordline_get(line, "comment", &out->comment);
	return out->word[PAST_CLIENT].len > 0 && out->word[PAST_KEY].len > 0 && out->word[PAST_PURPOSE].len > 0 &&
	       !recordline_is(line, "cut", "yes") && !is_cut(out->word[PAST_USER]) && !is_cut(out->word[PAST_NAME]);
}

bool
past_of(struct past *p, struct span line)
{
	*p = (struct past){ .count = 1 };
	if (!recordline_is(line, "event", "sign") || !take_words(line, p))
		return false;
	p->result = result_of(line, p->reason);
	return true;
}

static struct span
decode(struct past_room *room, unsigned i, struct span word)
{
	if (word.len > LIMIT_RECORD_LINE)
		return (struct span){ room->bytes[i], 0 };
	return (struct span){ room->bytes[i], recordline_decode(word, room->bytes[i]) };
}

static int
take_purpose(struct span word, struct past_room *room, struct signdata *what)
{
	int error = purpose_read(what, word);

	if (error == 0 && what->purpose == PURPOSE_SSHSIG)
		what->ns = decode(room, PAST_PURPOSE, what->ns);
	return error;
}

static int
take_host(const struct past *p, struct past_room *room, struct facts *f)
{
	struct span known = p->word[PAST_HOST], name = p->word[PAST_NAME];

	f->host = span_is(known, "proven")    ? HOST_PROVEN
		  : span_is(known, "vouched") ? HOST_VOUCHED
		  : span_is(known, "unnamed") ? HOST_UNNAMED
					      : HOST_UNKNOWN;
	f->what.user = decode(room, PAST_USER, p->word[PAST_USER]);
	if (f->host == HOST_UNKNOWN)
		return 0;
	if ((f->host == HOST_PROVEN || f->host == HOST_VOUCHED) && name.len > 0 && !span_is(name, "-")) {
		room->name = (struct names_line){ .field = decode(room, PAST_NAME, name) };
		f->names.plain = &room->name;
	}
	return fingerprint_read(p->word[PAST_HOSTKEY], f->host_hash);
}

bool
past_value(struct span *list, struct span *value)
{
	*value = span_cut(list, ',');
	return value->len > 0;
}

/* A hop without a readable name is written as its key. */
static void
take_hop(struct hop *hop, struct span word, struct span name, struct names_line *line)
{
	hop->named = !span_starts(word, "@");
	if (!hop->named || fingerprint_begins(word))
		return;
	line->field = name;
	hop->names.plain = line;
}

/* Each hop's name is decoded behind the last one. */
static int
take_way(const struct past *p, struct past_room *room, struct facts *f)
{
	struct span names = p->word[PAST_VIA], keys = p->word[PAST_VIAKEYS], word, key;
	uint8_t *at = room->bytes[PAST_VIA];

	f->way_whole = f->forwarded == TRI_YES && names.len > 0;
	while (past_value(&names, &word)) {
		struct hop *hop = &f->hops[f->hop_count];
		size_t len = recordline_decode(word, at);

		if (span_is(word, "@unknown")) {
			f->way_whole = false;
			continue;
		}
		if (f->hop_count == LIMIT_BINDS || !past_value(&keys, &key) || fingerprint_read(key, hop->hash) < 0)
			return -EINVAL;
		room->hops[f->hop_count] = (struct names_line){ .next = NULL };
		take_hop(hop, word, (struct span){ at, len }, &room->hops[f->hop_count++]);
		at += len;
	}
	return 0;
}

/* A rule has these as they are. */
static bool
names_client(const struct past *p)
{
	struct span arg = p->word[PAST_ARG];

	return qube_is_name(p->word[PAST_CLIENT]) && (arg.len == 0 || span_is(arg, "-") || qube_is_arg(arg));
}

int
past_facts(const struct past *p, struct past_room *room, struct facts *f)
{
	struct span forwarded = p->word[PAST_FORWARDED];

	*f = (struct facts){
		.client = decode(room, PAST_CLIENT, p->word[PAST_CLIENT]),
		.arg = decode(room, PAST_ARG, p->word[PAST_ARG]),
		.comment = decode(room, PAST_WORDS, p->comment),
		.forwarded = forwarded.len == 0          ? TRI_UNKNOWN
			     : span_is(forwarded, "yes") ? TRI_YES
							 : TRI_NO,
	};
	if (!names_client(p) || fingerprint_read(p->word[PAST_KEY], f->key_hash) < 0 ||
	    take_purpose(p->word[PAST_PURPOSE], room, &f->what) < 0 || p->word[PAST_VIA].len > LIMIT_RECORD_LINE ||
	    take_way(p, room, f) < 0)
		return -EINVAL;
	return f->what.purpose == PURPOSE_LOGIN ? take_host(p, room, f) : 0;
}

void
past_print(FILE *to, struct span word)
{
	uint8_t bytes[LIMIT_RECORD_LINE];
	char shown[4 * LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, shown, sizeof(shown));
	if (word.len <= sizeof(bytes))
		text_untrusted(&t, (struct span){ bytes, recordline_decode(word, bytes) }, LIMIT_RECORD_LINE);
	fputs(text_str(&t), to);
}

void
past_print_way(FILE *to, const struct past *p)
{
	if (p->word[PAST_VIA].len == 0)
		return;
	fputs(", by way of ", to);
	past_print(to, p->word[PAST_VIA]);
}
