#include "store/record.h"

#include "base/text.h"
#include "base/utc.h"
#include "rules/describe.h"
#include "sys/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Room for an untrusted word, in characters: an escape takes up to ten bytes, and a line has LIMIT_RECORD_LINE. */
#define WORD_MAX 40u

/* A certificate's names that are recorded. */
#define PRINCIPALS_MAX 2u

/* The same for our own words, of which only the spaces are escaped. */
#define OURS_MAX (RECORD_REASON_SIZE - 1)

static int
open_append(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd == -1 ? -errno : fd;
}

/* The rename is done once even where many filters start together: each looks again under the lock. */
static int
rotate(int dir, const char *name, const char *older)
{
	struct stat st;
	int lock = open_append(dir, "lock"), error = 0;

	if (lock < 0)
		return lock;
	if (flock(lock, LOCK_EX) == -1)
		error = -errno;
	else if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size >= LIMIT_RECORD_SIZE)
		(void)!renameat(dir, name, dir, older);
	close(lock);
	return error;
}

static int
open_record(int dir, const char *name, const char *older)
{
	struct stat st;
	int error = 0;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size >= LIMIT_RECORD_SIZE)
		error = rotate(dir, name, older);
	return error < 0 ? error : open_append(dir, name);
}

/* 0 or -errno; what is there already is no error. */
static int
make_dirs(const char *path)
{
	char part[4096];

	if (strlen(path) >= sizeof(part))
		return -ENAMETOOLONG;
	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		if (mkdir(part, 0700) == -1 && errno != EEXIST)
			return -errno;
	}
	return mkdir(path, 0700) == -1 && errno != EEXIST ? -errno : 0;
}

/* ~/.local/state/qssh. What of it is missing is made, once. */
static int
open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;

	if (fd == -1 && errno == ENOENT) {
		error = make_dirs(path);
		fd = error < 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return error < 0 ? error : fd == -1 ? -errno : fd;
}

int
audit_open(struct audit *a, const char *state_dir, struct span client, struct span arg)
{
	int dir;

	*a = (struct audit){ .signatures = -1, .requests = -1, .client = client, .arg = arg };
	a->journal = journal_open();
	dir = open_dir(state_dir);
	if (dir < 0)
		return dir;
	a->signatures = open_record(dir, "signatures", "signatures.1");
	a->requests = open_record(dir, "requests", "requests.1");
	close(dir);
	return a->signatures < 0 ? a->signatures : a->requests < 0 ? a->requests : 0;
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
add_pair(struct text *t, const char *key, struct span value, size_t max)
{
	text_add(t, " ");
	text_add(t, key);
	text_add(t, "=");
	text_word(t, value, max);
}

static void
add_word(struct text *t, const char *key, struct span untrusted)
{
	add_pair(t, key, untrusted, WORD_MAX);
}

static void
add_ours(struct text *t, const char *key, const char *value)
{
	add_pair(t, key, span_of(value), OURS_MAX);
}

static void
add_client(struct text *t, const struct audit *a)
{
	text_add(t, " client=");
	text_word(t, a->client, LIMIT_NAME);
	text_add(t, " arg=");
	text_word(t, a->arg, LIMIT_NAME);
}

/* One write, so that lines of many processes never mix: O_APPEND makes it whole. */
static int
write_line(int fd, const char *line, size_t len)
{
	ssize_t n;

	if (fd < 0)
		return -EBADF;
	do
		n = write(fd, line, len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

/* A line is built in LIMIT_RECORD_LINE bytes with one kept for the newline: what is too long loses its end, never its newline. */
struct line {
	char buf[LIMIT_RECORD_LINE];
	struct text text;
};

static void
line_open(struct line *l)
{
	text_open(&l->text, l->buf, sizeof(l->buf) - 1);
	add_time(&l->text);
}

static int
line_write(struct line *l, int fd)
{
	l->buf[l->text.len] = '\n';
	return write_line(fd, l->buf, l->text.len + 1);
}

/* Whom sshd logs in; where the payload has more than that name, the whole of it too. */
static void
add_user(struct text *t, struct span user)
{
	struct span login = agentmsg_login_name(user);

	add_word(t, "user", login);
	if (login.len < user.len)
		add_word(t, "written", user);
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
		add_word(t, f->host == HOST_PROVEN ? "to" : "voucher", name);
	text_add(t, " hostkey=");
	text_fingerprint(t, f->host_hash);
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
	add_word(t, "keyid", subject->cert.id);
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
	if (f->forwarded != KNOWN_NOT)
		add_ours(t, "forwarded", f->forwarded == KNOWN_YES ? "yes" : "no");
	add_word(t, "comment", f->comment);
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
}

/* The journal's fields that design and manual promise, beside the sentence. */
static void
to_journal(const struct audit *a, const struct facts *f, const struct decision *d, const char *what)
{
	char message[LIMIT_SENTENCE + 128], client[128], key[96], to[512], purpose[512], verdict[32], rule[32];
	const char *fields[] = { message, "SYSLOG_IDENTIFIER=qssh-filter", "PRIORITY=6", client, key, to, purpose,
		verdict, rule };
	struct text t;

	if (a->journal == -1)
		return;
	text_open(&t, message, sizeof(message));
	text_add(&t, "MESSAGE=");
	text_untrusted(&t, a->client, LIMIT_NAME);
	text_add(&t, ": ");
	text_add(&t, what);
	if (has_key(f)) {
		text_add(&t, ": ");
		describe_request(&t, f, d->nickname);
	}
	text_open(&t, client, sizeof(client));
	text_add(&t, "QSSH_CLIENT=");
	text_word(&t, a->client, LIMIT_NAME);
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
	journal_send(a->journal, fields, sizeof(fields) / sizeof(fields[0]));
}

int
audit_sign(struct audit *a, const struct facts *f, const struct decision *d)
{
	struct line l;
	int error;

	line_open(&l);
	add_client(&l.text, a);
	add_ours(&l.text, "event", "sign");
	add_decision(&l.text, d);
	if (d->reason[0] != '\0')
		add_ours(&l.text, "reason", d->reason);
	add_facts(&l.text, f);
	error = line_write(&l, a->signatures);
	if (error == 0)
		to_journal(a, f, d, "signs");
	return error;
}

void
audit_outcome(struct audit *a, const struct facts *f, const char *outcome)
{
	struct line l;

	line_open(&l);
	add_client(&l.text, a);
	add_ours(&l.text, "event", "outcome");
	add_ours(&l.text, "outcome", outcome);
	text_add(&l.text, " key=");
	text_fingerprint(&l.text, f->key_hash);
	(void)line_write(&l, a->signatures);
}

static void
write_repeats(struct audit *a)
{
	struct line l;

	if (a->repeats == 0)
		return;
	line_open(&l);
	add_client(&l.text, a);
	add_ours(&l.text, "event", a->written < AUDIT_REQUESTS_MAX ? "repeated" : "more");
	text_add(&l.text, " count=");
	text_number(&l.text, a->repeats);
	(void)line_write(&l, a->requests);
	a->repeats = 0;
}

/* Writes a line to requests unless it only repeats the last one, or the connection has had its share. tail is all but the time. */
static void
write_request(struct audit *a, const char *tail)
{
	struct line l;

	if (strcmp(tail, a->last) == 0 || a->written >= AUDIT_REQUESTS_MAX) {
		a->repeats++;
		return;
	}
	write_repeats(a);
	snprintf(a->last, sizeof(a->last), "%s", tail);
	a->written++;
	line_open(&l);
	text_add(&l.text, tail);
	(void)line_write(&l, a->requests);
}

void
audit_refusal(struct audit *a, const struct facts *f, const struct decision *d)
{
	char tail[LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, tail, sizeof(tail));
	add_client(&t, a);
	add_ours(&t, "event", "sign");
	add_decision(&t, d);
	add_ours(&t, "reason", d->reason);
	add_facts(&t, f);
	write_request(a, tail);
	if (a->repeats == 0)
		to_journal(a, f, d, "refused");
}

void
audit_request(struct audit *a, const char *request, const char *verdict, const char *detail)
{
	char tail[LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, tail, sizeof(tail));
	add_client(&t, a);
	add_ours(&t, "event", request);
	add_ours(&t, "verdict", verdict);
	if (detail != NULL)
		add_ours(&t, "reason", detail);
	write_request(a, tail);
}

void
audit_close(struct audit *a)
{
	write_repeats(a);
}
