/* SPDX-License-Identifier: ISC */
#include "store/record.h"

#include "base/text.h"
#include "base/utc.h"
#include "rules/describe.h"
#include "store/recordshare.h"
#include "store/recordwords.h"
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* The journal's part of an untrusted word, in characters. */
#define WORD_MAX 40u

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
	struct timespec now;
	struct utc u = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	(void)utc_of((uint64_t)now.tv_sec, &u); /* zeroes for a clock that no calendar fits */
	text_add(t, "time=");
	text_digits(t, u.year, 4);
	text_add(t, "-");
	text_digits(t, u.month, 2);
	text_add(t, "-");
	text_digits(t, u.day, 2);
	text_add(t, "T");
	text_digits(t, u.hour, 2);
	text_add(t, ":");
	text_digits(t, u.minute, 2);
	text_add(t, ":");
	text_digits(t, u.second, 2);
	text_add(t, ".");
	text_digits(t, (unsigned long long)now.tv_nsec / 1000000, 3);
	text_add(t, "Z");
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
	text_add(&l->text, " conn=");
	text_add(&l->text, rec->conn);
	text_add(&l->text, " seq=");
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

static bool
has_key(const struct facts *f)
{
	return f->key.type.len > 0;
}

/* The journal's fields that design and manual promise, beside the sentence. */
static void
to_journal(const struct record *rec, const struct facts *f, const struct decision *d, const char *what)
{
	char message[LIMIT_SENTENCE + RECORD_REASON_SIZE + 128], client[128], key[96], to[512], purpose[512],
	    verdict[32], rule[32];
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
	if (d->verdict == DENY && d->reason[0] != '\0') {
		text_add(&t, ": ");
		text_add(&t, d->reason);
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
	recordwords_client(&l.text, rec->client, rec->arg);
	recordwords_ours(&l.text, "event", "sign");
	recordwords_decision(&l.text, d);
	if (d->reason[0] != '\0')
		recordwords_ours(&l.text, "reason", d->reason);
	recordwords_facts(&l.text, f);
	error = line_write(&l, &rec->signatures);
	if (error == 0)
		to_journal(rec, f, d, "signs");
	return error;
}

void
record_prepare(struct record *rec)
{
	(void)recordfile_prev(&rec->signatures);
	(void)recordfile_prev(&rec->requests);
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
	recordwords_client(&l.text, rec->client, rec->arg);
	recordwords_ours(&l.text, "event", "outcome");
	recordwords_ours(&l.text, "outcome", outcome);
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
	recordwords_client(&l.text, rec->client, rec->arg);
	recordwords_ours(&l.text, "event", rec->written < RECORD_REQUESTS_MAX ? "repeated" : "more");
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
	recordwords_client(&t, rec->client, rec->arg);
	recordwords_ours(&t, "event", "sign");
	recordwords_decision(&t, d);
	recordwords_ours(&t, "reason", d->reason);
	recordwords_facts(&t, f);
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
	recordwords_client(&t, rec->client, rec->arg);
	recordwords_ours(&t, "event", request);
	recordwords_ours(&t, "verdict", verdict);
	if (detail != NULL)
		recordwords_ours(&t, "reason", detail);
	write_request(rec, tail);
}

void
record_close(struct record *rec)
{
	write_repeats(rec);
}
