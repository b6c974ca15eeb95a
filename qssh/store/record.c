/* SPDX-License-Identifier: ISC */
#include "store/record.h"

#include "base/text.h"
#include "base/utc.h"
#include "rules/describe.h"
#include "store/recordshare.h"
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* The journal's part of an untrusted word, in characters. */
#define WORD_MAX 40u

/*
 * Room for an untrusted word, in bytes: a name of that many plain letters is whole. What is longer, or made of
 * escapes, is cut.
 */
#define ROOM_USER 160u
#define ROOM_HOST 256u
#define ROOM_COMMENT 128u
#define ROOM_KEY_ID 96u
#define ROOM_MAX 256u

/* A certificate's names that are recorded. */
#define PRINCIPALS_MAX 2u

/* Room for our own words: a reason that is longer loses whole words at its end. */
#define REASON_MAX (RECORD_REASON_SIZE - 1)

/* What a line ends in that lost words. */
#define CUT " cut=yes"

/* Random, so that no two connections of a client share one, whatever the clock says. */
static void
name_connection(char conn[RECORD_CONN])
{
	uint8_t bytes[(RECORD_CONN - 1) / 2] = { 0 };

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != (ssize_t)sizeof(bytes)) {
		uint32_t pid = (uint32_t)getpid();

		memcpy(bytes, &pid, sizeof(pid));
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(conn + 2 * i, 3, "%02x", bytes[i]);
}

int
record_open(struct record *rec, const char *state_dir, struct span client, struct span arg)
{
	*rec = (struct record){ .client = client, .arg = arg };
	name_connection(rec->conn);
	rec->journal = journal_open();
	return recordshare_open(state_dir, client, &rec->signatures, &rec->requests);
}

static void
add_time(struct text *t)
{
	char when[40];
	struct timespec now;
	struct utc u = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	(void)utc_of((uint64_t)now.tv_sec, &u); /* zeroes for a clock that no calendar fits */
	snprintf(when, sizeof(when), "time=%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", u.year, u.month, u.day, u.hour,
	    u.minute, u.second, (unsigned)(now.tv_nsec / 1000000));
	text_add(t, when);
}

static void
add_key(struct text *t, const char *key)
{
	text_add(t, " ");
	text_add(t, key);
	text_add(t, "=");
}

/* As many characters as the room holds: a cut is marked, so that nobody takes a part of a name for the name. */
static void
add_word(struct text *t, const char *key, struct span untrusted, size_t room)
{
	char buf[ROOM_MAX + 1];
	struct text word;
	size_t max = room;

	do {
		text_open(&word, buf, room + 1);
		text_word(&word, untrusted, max);
	} while (word.cut && max-- > 0);
	add_key(t, key);
	text_add(t, text_str(&word)); /* escaped already */
}

/* Our own words, of which only the spaces are escaped; a long text ends between two of them. */
static void
add_ours(struct text *t, const char *key, const char *value)
{
	struct span s = span_of(value);
	bool cut = s.len > REASON_MAX;

	if (cut)
		s.len = REASON_MAX;
	while (cut && s.len > 0 && s.p[s.len] != ' ')
		s.len--;
	add_key(t, key);
	text_word(t, s, REASON_MAX);
	text_add(t, cut ? "…" : "");
}

static void
add_client(struct text *t, const struct record *rec)
{
	text_add(t, " client=");
	text_word(t, rec->client, LIMIT_NAME);
	text_add(t, " arg=");
	text_word(t, rec->arg, LIMIT_NAME);
}

/* What is too long loses whole words at its end, and says so. */
struct line {
	char buf[RECORDFILE_LINE + 1];
	struct text text;
};

static void
line_open(struct line *l, struct record *rec)
{
	text_open(&l->text, l->buf, sizeof(l->buf) - strlen(CUT));
	add_time(&l->text);
	add_key(&l->text, "conn");
	text_add(&l->text, rec->conn);
	add_key(&l->text, "seq");
	text_number(&l->text, ++rec->seq);
}

static int
line_write(struct line *l, struct recordfile *f)
{
	struct text *t = &l->text;

	if (t->cut) {
		t->len = (size_t)(strrchr(l->buf, ' ') - l->buf);
		memcpy(l->buf + t->len, CUT, sizeof(CUT));
		t->len += strlen(CUT);
	}
	return recordfile_append(f, (struct span){ (const uint8_t *)l->buf, t->len });
}

/* Whom sshd logs in; where the payload has more than that name, the whole of it too. */
static void
add_user(struct text *t, struct span user)
{
	struct span login = agentmsg_login_name(user);

	add_word(t, "user", login, ROOM_USER);
	if (login.len < user.len)
		add_word(t, "written", user, ROOM_USER);
}

/* A host that only vouches is not where the login goes. */
static void
add_host(struct text *t, const struct facts *f)
{
	struct span name = names_shown(&f->names);

	if (f->what.purpose != PURPOSE_LOGIN)
		return;
	add_user(t, f->what.user);
	add_ours(t, "host", describe_host_known(f->host));
	if (f->host == HOST_UNKNOWN)
		return;
	if (f->host != HOST_UNNAMED)
		add_word(t, f->host == HOST_PROVEN ? "to" : "voucher", name, ROOM_HOST);
	text_add(t, " hostkey=");
	text_fingerprint(t, f->host_hash);
}

/*
 * Each hop by its name, or its key's fingerprint where no name can be read; one without a name, and what is not
 * verified, as words of their own. Their keys stand behind, in the same order.
 */
static void
add_way(struct text *t, const struct facts *f)
{
	if (f->forwarded != TRI_YES)
		return;
	text_add(t, " via=");
	for (unsigned i = 0; i < f->hop_count; i++) {
		const struct hop *hop = &f->hops[i];
		struct span name = hop->named ? names_shown(&hop->names) : (struct span){ NULL, 0 };

		text_add(t, i > 0 ? "," : "");
		if (!hop->named)
			text_add(t, "@unnamed");
		else if (name.len == 0 || span_has(name, ','))
			text_fingerprint(t, hop->hash);
		else
			text_word(t, name, ROOM_HOST);
	}
	text_add(t, f->way_whole ? "" : f->hop_count > 0 ? ",@unknown" : "@unknown");
	text_add(t, f->hop_count > 0 ? " viakeys=" : "");
	for (unsigned i = 0; i < f->hop_count; i++) {
		text_add(t, i > 0 ? "," : "");
		text_fingerprint(t, f->hops[i].hash);
	}
}

static bool
has_key(const struct facts *f)
{
	return f->key.type.len > 0;
}

/* Whom it is for; "-" is for anybody. */
static void
add_certificate(struct text *t, const struct agentmsg_key *subject)
{
	struct span rest = subject->cert.principals, name;
	unsigned n = 0;

	if (!subject->certified)
		return;
	add_ours(t, "certificate", subject->cert.type == 1 ? "user" : "host");
	text_add(t, " principals=");
	text_add(t, rest.len == 0 ? "-" : "");
	while (n < PRINCIPALS_MAX && agentmsg_next(&rest, &name)) {
		text_add(t, n++ > 0 ? "," : "");
		text_word(t, name, WORD_MAX / PRINCIPALS_MAX);
	}
	text_add(t, rest.len > 0 ? ",..." : "");
	add_word(t, "keyid", subject->cert.id, ROOM_KEY_ID);
}

static void
add_facts(struct text *t, const struct facts *f)
{
	if (!has_key(f))
		return;
	text_add(t, " key=");
	text_fingerprint(t, f->key_hash);
	text_add(t, " purpose=");
	describe_purpose(t, &f->what);
	if (f->what.purpose == PURPOSE_CERTIFICATE)
		add_certificate(t, &f->what.subject);
	add_host(t, f);
	if (f->forwarded != TRI_UNKNOWN)
		add_ours(t, "forwarded", f->forwarded == TRI_YES ? "yes" : "no");
	add_word(t, "comment", f->comment, ROOM_COMMENT);
	add_way(t, f);
}

static void
add_decision(struct text *t, const struct decision *d)
{
	add_ours(t, "verdict", describe_verdict(d->verdict));
	text_add(t, " rule=");
	if (d->builtin)
		text_add(t, "built-in");
	else if (d->line == 0)
		text_add(t, "none");
	else
		text_number(t, d->line);
	if (d->asked)
		add_ours(t, "asked", "yes");
}

/* The journal's fields that design and manual promise, beside the sentence. */
static void
to_journal(const struct record *rec, const struct facts *f, const struct decision *d, const char *what)
{
	char message[LIMIT_SENTENCE + 128], client[128], key[96], to[512], purpose[512], verdict[32], rule[32];
	const char *fields[] = { message, "SYSLOG_IDENTIFIER=qssh-filter", "PRIORITY=6", client, key, to, purpose,
		verdict, rule };
	struct text t;

	if (rec->journal == -1)
		return;
	text_open(&t, message, sizeof(message));
	text_add(&t, "MESSAGE=");
	text_untrusted(&t, rec->client, LIMIT_NAME);
	text_add(&t, ": ");
	text_add(&t, what);
	if (has_key(f)) {
		text_add(&t, ": ");
		describe_request(&t, f, d->nickname);
	}
	text_open(&t, client, sizeof(client));
	text_add(&t, "QSSH_CLIENT=");
	text_word(&t, rec->client, LIMIT_NAME);
	text_open(&t, key, sizeof(key));
	text_add(&t, "QSSH_KEY=");
	if (has_key(f))
		text_fingerprint(&t, f->key_hash);
	text_open(&t, to, sizeof(to));
	text_add(&t, "QSSH_TO=");
	if (f->host == HOST_PROVEN)
		text_word(&t, names_shown(&f->names), WORD_MAX);
	text_open(&t, purpose, sizeof(purpose));
	text_add(&t, "QSSH_PURPOSE=");
	if (has_key(f))
		describe_purpose(&t, &f->what);
	text_open(&t, verdict, sizeof(verdict));
	text_add(&t, "QSSH_VERDICT=");
	text_add(&t, describe_verdict(d->verdict));
	text_open(&t, rule, sizeof(rule));
	text_add(&t, "QSSH_RULE=");
	text_number(&t, d->line);
	journal_send(rec->journal, fields, sizeof(fields) / sizeof(fields[0]));
}

int
record_sign(struct record *rec, const struct facts *f, const struct decision *d)
{
	struct line l;
	int error;

	line_open(&l, rec);
	add_client(&l.text, rec);
	add_ours(&l.text, "event", "sign");
	add_decision(&l.text, d);
	if (d->reason[0] != '\0')
		add_ours(&l.text, "reason", d->reason);
	add_facts(&l.text, f);
	error = line_write(&l, &rec->signatures);
	if (error == 0)
		to_journal(rec, f, d, "signs");
	return error;
}

void
record_name(const struct record *rec, char name[RECORD_NAME])
{
	struct text t;

	text_open(&t, name, RECORD_NAME);
	text_add(&t, rec->conn);
	text_add(&t, ".");
	text_number(&t, rec->seq);
}

void
record_outcome(struct record *rec, const struct facts *f, const char *outcome)
{
	struct line l;

	line_open(&l, rec);
	add_client(&l.text, rec);
	add_ours(&l.text, "event", "outcome");
	add_ours(&l.text, "outcome", outcome);
	text_add(&l.text, " key=");
	text_fingerprint(&l.text, f->key_hash);
	(void)line_write(&l, &rec->signatures);
}

static void
write_repeats(struct record *rec)
{
	struct line l;

	if (rec->repeats == 0)
		return;
	line_open(&l, rec);
	add_client(&l.text, rec);
	add_ours(&l.text, "event", rec->written < RECORD_REQUESTS_MAX ? "repeated" : "more");
	text_add(&l.text, " count=");
	text_number(&l.text, rec->repeats);
	(void)line_write(&l, &rec->requests);
	rec->repeats = 0;
}

/*
 * Writes a line to requests unless it only repeats the last one, or the connection has had its share. tail is
 * all but the time.
 */
static void
write_request(struct record *rec, const char *tail)
{
	struct line l;

	if (strcmp(tail, rec->last) == 0 || rec->written >= RECORD_REQUESTS_MAX) {
		rec->repeats++;
		return;
	}
	write_repeats(rec);
	snprintf(rec->last, sizeof(rec->last), "%s", tail);
	rec->written++;
	line_open(&l, rec);
	text_add(&l.text, tail);
	(void)line_write(&l, &rec->requests);
}

void
record_refusal(struct record *rec, const struct facts *f, const struct decision *d)
{
	char tail[LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, tail, sizeof(tail));
	add_client(&t, rec);
	add_ours(&t, "event", "sign");
	add_decision(&t, d);
	add_ours(&t, "reason", d->reason);
	add_facts(&t, f);
	write_request(rec, tail);
	if (rec->repeats == 0)
		to_journal(rec, f, d, "refused");
}

void
record_request(struct record *rec, const char *request, const char *verdict, const char *detail)
{
	char tail[LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, tail, sizeof(tail));
	add_client(&t, rec);
	add_ours(&t, "event", request);
	add_ours(&t, "verdict", verdict);
	if (detail != NULL)
		add_ours(&t, "reason", detail);
	write_request(rec, tail);
}

void
record_close(struct record *rec)
{
	write_repeats(rec);
}
