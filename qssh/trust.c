#include "trust.h"

#include "args.h"
#include "base64.h"
#include "hostname.h"
#include "hosts.h"
#include "ledger.h"
#include "limits.h"
#include "names.h"
#include "seen.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DONE 0
#define REFUSED 1
#define USAGE 2

#define SHOWN_FIELD 256u /* characters of a line's names, or of a path, that are shown */
#define SAID 4096u /* one line of ours: two fields, each character an escape of 10 bytes at most, are cut */

/* One line on stdout or stderr. */
struct said {
	struct text t;
	char buf[SAID];
};

static void
said_open(struct said *s, const char *begin)
{
	text_open(&s->t, s->buf, sizeof(s->buf));
	text_add(&s->t, begin);
}

static void
said_close(struct said *s, FILE *to)
{
	fprintf(to, "%s\n", text_str(&s->t));
	fflush(to);
}

/* What went wrong with what. */
static int
complain(const char *untrusted_what, const char *why)
{
	struct said s;

	said_open(&s, "qssh-vault: ");
	text_untrusted(&s.t, span_of(untrusted_what), SHOWN_FIELD);
	text_add(&s.t, ": ");
	text_add(&s.t, why);
	said_close(&s, stderr);
	return REFUSED;
}

static int
complain_error(const char *untrusted_what, int error)
{
	if (error == -E2BIG)
		return complain(untrusted_what, "more than the filter reads of all known_hosts files together");
	if (error == -ELOOP)
		return complain(untrusted_what, "not a regular file: edit it by hand");
	return complain(untrusted_what, strerror(-error));
}

/* The store of keys without a name; on the heap for its size. 0 or -errno. */
static int
store_open(struct seen **out, const char *home)
{
	char dir[HOSTS_PATH];
	int r;

	if (home == NULL || home[0] != '/')
		return -EINVAL;
	if (snprintf(dir, sizeof(dir), "%s/.local/state/qssh", home) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	*out = malloc(sizeof(**out));
	if (*out == NULL)
		return -ENOMEM;
	r = seen_open(*out, dir);
	if (r != 0)
		free(*out);
	return r;
}

static void
store_close(struct seen *s)
{
	seen_close(s);
	free(s);
}

/* Opens the store, and reads all of it. */
static int
store_read(struct seen **out, const char *home, struct span *rest)
{
	int r = store_open(out, home);

	if (r != 0)
		return r;
	r = seen_read(*out, rest);
	if (r != 0)
		store_close(*out);
	return r;
}

/* A plain key whose type can stand in a known_hosts line: a filter that a client took over may have written anything. */
static bool
entry_key(const struct seen_entry *e, uint8_t blob[HOSTS_KEY_SIZE], struct agentmsg_key *key)
{
	struct hosts_line line = { .type = e->type, .key = e->key };

	return ledger_key(&line, blob, key);
}

static bool
is_type(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    (c == 0 || strchr("@._+-", c) == NULL))
			return false;
	}
	return s.len > 0;
}

static enum hosts_state
key_state(const struct hosts *h, const struct agentmsg_key *key)
{
	struct names names;

	return hosts_lookup(h, key, (uint64_t)time(NULL), &names);
}

static void
text_key(struct text *t, const struct agentmsg_key *key)
{
	uint8_t hash[SHA256_SIZE];

	agentmsg_key_hash(key, hash);
	text_fingerprint(t, hash);
	text_add(t, " ");
	text_untrusted(t, key->type, LIMIT_SHOWN_NAME);
}

static void
text_time(struct text *t, uint64_t seconds)
{
	char buf[64];
	time_t when = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&when, &tm) != NULL && strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M", &tm) > 0)
		text_add(t, buf);
}

static void
entry_say(const struct seen_entry *e, const struct agentmsg_key *key)
{
	struct said s;

	said_open(&s, "");
	text_key(&s.t, key);
	text_add(&s.t, " ");
	text_untrusted(&s.t, e->client, LIMIT_NAME);
	text_add(&s.t, " ");
	text_time(&s.t, e->time);
	said_close(&s, stdout);
}

static unsigned
entries_say(struct span rest, const struct hosts *h)
{
	struct seen_entry e;
	unsigned n = 0;

	while (seen_next(&rest, &e)) {
		uint8_t blob[HOSTS_KEY_SIZE];
		struct agentmsg_key key;

		if (!entry_key(&e, blob, &key) || key_state(h, &key) != HOSTS_UNNAMED)
			continue;
		entry_say(&e, &key);
		n++;
	}
	return n;
}

static int
hosts_say(const struct hosts *h, const char *home)
{
	struct span rest = { NULL, 0 };
	struct seen *store = NULL;
	int r = store_read(&store, home, &rest);
	unsigned n;

	if (r != 0 && r != -ENOENT)
		return complain_error("the keys without a name", r);
	n = entries_say(rest, h);
	if (r == 0)
		store_close(store);
	if (n == 0) {
		fputs("qssh-vault: no host key was seen without a name\n", stderr);
		return REFUSED;
	}
	fputs("\nThis vault has no name for these host keys. Each was presented by the client shown, which may have "
	      "made it up.\n"
	      "Compare the fingerprint with one that you have from the host itself, then: qssh-vault trust FINGERPRINT "
	      "NAME\n",
	    stderr);
	return DONE;
}

int
trust_hosts(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault" };
	const char *home = getenv("HOME");
	struct hosts *h;
	int r;

	if (args_parse(&a, argc, argv) < 0)
		return USAGE;
	r = hosts_open(&h, home);
	if (r != 0)
		return complain_error("the known hosts", r);
	r = hosts_say(h, home);
	hosts_free(h);
	return r;
}

/* What has a name now would not be listed any more: a failure to forget it does no harm. */
static void
store_forget(const struct ledger *l, const char *home)
{
	struct seen *store;

	if (store_open(&store, home) != 0)
		return;
	for (size_t i = l->n - l->added; i < l->n; i++)
		(void)seen_remove(store, l->lines[i].line.key);
	store_close(store);
}

static int
ledger_commit(const struct ledger *l, const char *home)
{
	int r = ledger_store(l);

	if (r != 0)
		return complain_error(l->paths[0], r);
	store_forget(l, home);
	return DONE;
}

/* Everything that a line is judged by. */
struct judge {
	struct ledger *ledger;
	struct hosts *hosts;
};

static int
judge_open(struct judge *j, const char *home)
{
	int r = ledger_open(&j->ledger, home);

	if (r == -EBUSY)
		return complain("the known hosts", "another qssh-vault trust is at work");
	if (r != 0)
		return complain_error("the known hosts", r);
	r = hosts_open(&j->hosts, home);
	if (r == 0)
		return DONE;
	ledger_close(j->ledger);
	return complain_error("the known hosts", r);
}

static void
judge_close(struct judge *j)
{
	hosts_free(j->hosts);
	ledger_close(j->ledger);
}

enum fate { FATE_ADD, FATE_THERE, FATE_CHANGED, FATE_REVOKED };

static enum fate
line_judge(const struct judge *j, const struct hosts_line *line, const struct agentmsg_key *key,
    const struct ledger_line **other)
{
	if (ledger_has(j->ledger, line))
		return FATE_THERE;
	if (line->mark == HOSTS_REVOKE)
		return FATE_ADD;
	if (key_state(j->hosts, key) == HOSTS_REVOKED)
		return FATE_REVOKED;
	*other = line->mark == HOSTS_PLAIN ? ledger_other(j->ledger, line) : NULL;
	return *other != NULL ? FATE_CHANGED : FATE_ADD;
}

static void
text_names(struct text *t, const struct hosts_line *line)
{
	static const char *const marks[] = { "", "authority for ", "revoked for " };

	text_add(t, marks[line->mark]);
	if (line->mark == HOSTS_PLAIN && *line->field.p == '|')
		text_add(t, "(a hashed name)");
	else
		text_untrusted(t, line->field, SHOWN_FIELD);
}

/* `FINGERPRINT TYPE NAMES`, and what of it. */
static void
line_say(const char *fate, const struct hosts_line *line, const struct agentmsg_key *key,
    const struct ledger_line *other, FILE *to)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	struct agentmsg_key old;
	struct said s;

	said_open(&s, fate);
	text_key(&s.t, key);
	text_add(&s.t, " ");
	text_names(&s.t, line);
	if (other != NULL && ledger_key(&other->line, blob, &old)) {
		text_add(&s.t, ": it has another key, ");
		text_key(&s.t, &old);
		text_add(&s.t, ", in ");
		text_untrusted(&s.t, span_of(other->path), SHOWN_FIELD);
	}
	said_close(&s, to);
}

static void
advise_replace(void)
{
	fputs("A key is never replaced. If the host really has a new one, remove the old line, then try again:\n"
	      "ssh-keygen -f FILE -R NAME\n",
	    stderr);
}

/* Finds the key of that hash in the store; copies its line's words, which outlive the store. */
struct found {
	char type[LIMIT_NAME + 1];
	char key[HOSTS_KEY_TEXT];
};

static bool
entry_found(const struct seen_entry *e, const uint8_t hash[SHA256_SIZE], struct found *out)
{
	uint8_t blob[HOSTS_KEY_SIZE], own[SHA256_SIZE];
	struct agentmsg_key key;

	if (!entry_key(e, blob, &key) || !is_type(key.type) || key.type.len >= sizeof(out->type))
		return false;
	agentmsg_key_hash(&key, own);
	if (memcmp(own, hash, sizeof(own)) != 0)
		return false;
	memcpy(out->type, key.type.p, key.type.len);
	out->type[key.type.len] = '\0';
	return hosts_key_text(&key, out->key) > 0;
}

static int
store_find(const char *home, const uint8_t hash[SHA256_SIZE], struct found *out)
{
	struct seen *store;
	struct seen_entry e;
	struct span rest;
	int r = store_read(&store, home, &rest);

	if (r != 0)
		return r;
	r = -ENOENT;
	while (r != 0 && seen_next(&rest, &e))
		r = entry_found(&e, hash, out) ? 0 : -ENOENT;
	store_close(store);
	return r;
}

static int
one_add(struct judge *j, const struct hosts_line *line, const char *home)
{
	const struct ledger_line *other = NULL;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct agentmsg_key key;
	int r;

	if (!ledger_key(line, blob, &key))
		return complain("the key", "can't be read");
	switch (line_judge(j, line, &key, &other)) {
	case FATE_REVOKED: line_say("refused, the key is revoked: ", line, &key, NULL, stderr); return REFUSED;
	case FATE_CHANGED:
		line_say("refused: ", line, &key, other, stderr);
		advise_replace();
		return REFUSED;
	case FATE_THERE: line_say("there already: ", line, &key, NULL, stdout); return DONE;
	case FATE_ADD: break;
	}
	r = ledger_add(j->ledger, line);
	if (r != 0)
		return complain_error(j->ledger->paths[0], r);
	r = ledger_commit(j->ledger, home);
	if (r == DONE)
		line_say("added: ", line, &key, NULL, stdout);
	return r;
}

/* The whole of it: whoever can choose a key can make one whose fingerprint begins and ends as another's. */
static bool
fingerprint_read(struct span s, uint8_t hash[SHA256_SIZE])
{
	static const char prefix[] = "SHA256:";
	size_t skip = sizeof(prefix) - 1, len;

	if (!span_starts(s, prefix))
		return false;
	s = (struct span){ s.p + skip, s.len - skip };
	return base64_decode_bare(s, hash, SHA256_SIZE, &len) == 0 && len == SHA256_SIZE;
}

/* As OpenSSH writes names. */
static void
name_lower(const char *name, char *out, size_t size)
{
	size_t i = 0;

	for (; name[i] != '\0' && i + 1 < size; i++)
		out[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
	out[i] = '\0';
}

static int
trust_one(const char *fingerprint, const char *name, const char *home)
{
	char lower[HOSTNAME_SIZE];
	uint8_t hash[SHA256_SIZE];
	struct hosts_line line = { .mark = HOSTS_PLAIN };
	struct found found;
	struct judge j;
	int r;

	if (!fingerprint_read(span_of(fingerprint), hash)) {
		(void)complain(fingerprint, "not a whole fingerprint, SHA256: and 43 characters");
		return USAGE;
	}
	if (!hostname_is(span_of(name))) {
		(void)complain(name, "not a host's name: HOST, or [HOST]:PORT for a port other than 22");
		return USAGE;
	}
	name_lower(name, lower, sizeof(lower));
	r = store_find(home, hash, &found);
	if (r == -ENOENT)
		return complain(fingerprint, "no such host key was seen without a name; see qssh-vault hosts");
	if (r != 0)
		return complain_error("the keys without a name", r);
	line.field = span_of(lower);
	line.type = span_of(found.type);
	line.key = span_of(found.key);
	r = judge_open(&j, home);
	if (r != DONE)
		return r;
	r = one_add(&j, &line, home);
	judge_close(&j);
	return r;
}

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

/* Names for one key must be whole: a wildcard beside a name makes OpenSSH take the key for every host that matches. */
static bool
is_name_list(struct span field)
{
	struct names_line l = { field, NULL };
	struct names names = { .plain = &l };
	struct span part;

	if (field.p[0] == '|')
		return names_any(&names);
	for (const uint8_t *comma; (comma = memchr(field.p, ',', field.len)) != NULL;) {
		part = (struct span){ field.p, (size_t)(comma - field.p) };
		if (!hostname_is(part))
			return false;
		field = (struct span){ comma + 1, field.len - part.len - 1 };
	}
	return hostname_is(field);
}

/* Why a line is not even looked at; NULL: it is. */
static const char *
line_problem(const struct hosts_line *line, uint8_t blob[HOSTS_KEY_SIZE], struct agentmsg_key *key)
{
	if (!ledger_key(line, blob, key) || !is_type(line->type))
		return "its key can't be read, or is a certificate";
	if (!is_printable(line->field))
		return "its names are not printable ASCII";
	if (line->mark == HOSTS_PLAIN && !is_name_list(line->field))
		return "its names are not whole names of hosts";
	if (line->mark == HOSTS_AUTHORITY && line->field.p[0] == '|')
		return "its names are hashed";
	return NULL;
}

struct tally {
	size_t there, refused, passed;
};

static void
pass_over(const struct hosts_line *line, const char *why, struct tally *tally)
{
	struct said s;

	said_open(&s, "pass over: ");
	text_untrusted(&s.t, line->field, SHOWN_FIELD);
	text_add(&s.t, ": ");
	text_add(&s.t, why);
	said_close(&s, stdout);
	tally->passed++;
}

static int
line_consider(struct judge *j, const struct hosts_line *line, struct tally *tally)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	struct agentmsg_key key;
	const struct ledger_line *other = NULL;
	const char *problem = line_problem(line, blob, &key);

	if (problem != NULL) {
		pass_over(line, problem, tally);
		return 0;
	}
	switch (line_judge(j, line, &key, &other)) {
	case FATE_THERE: tally->there++; return 0;
	case FATE_CHANGED:
		line_say("refuse:    ", line, &key, other, stdout);
		tally->refused++;
		return 0;
	case FATE_REVOKED:
		line_say("refuse, revoked: ", line, &key, NULL, stdout);
		tally->refused++;
		return 0;
	case FATE_ADD: break;
	}
	line_say("add:       ", line, &key, NULL, stdout);
	return ledger_add(j->ledger, line);
}

/* Asks on the terminal, whatever stdin is; without one: no. */
static bool
confirm(size_t n, const char *path)
{
	char answer[16] = "";
	FILE *tty = fopen("/dev/tty", "r+e");
	struct said s;
	bool yes;

	if (tty == NULL) {
		(void)complain("no terminal to ask on", "--yes adds without asking");
		return false;
	}
	said_open(&s, "Add ");
	text_number(&s.t, n);
	text_add(&s.t, n == 1 ? " line to " : " lines to ");
	text_untrusted(&s.t, span_of(path), SHOWN_FIELD);
	text_add(&s.t, "? [y/N] ");
	fputs(text_str(&s.t), tty);
	fflush(tty);
	yes =
	    fgets(answer, sizeof(answer), tty) != NULL && (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
	fclose(tty);
	return yes;
}

static void
tally_say(const struct tally *tally, size_t added)
{
	struct said s;

	said_open(&s, "");
	text_number(&s.t, added);
	text_add(&s.t, " to add, ");
	text_number(&s.t, tally->there);
	text_add(&s.t, " there already, ");
	text_number(&s.t, tally->refused);
	text_add(&s.t, " refused, ");
	text_number(&s.t, tally->passed);
	text_add(&s.t, " passed over");
	said_close(&s, stdout);
}

static int
file_add(struct judge *j, struct span text, bool yes, const char *home)
{
	struct tally tally = { 0, 0, 0 };
	struct ledger *l = j->ledger;
	struct hosts_line line;
	int r = 0;

	while (r == 0 && hosts_line_next(&text, &line))
		r = line_consider(j, &line, &tally);
	if (r != 0)
		return complain_error(l->paths[0], r);
	tally_say(&tally, l->added);
	if (tally.refused > 0)
		advise_replace();
	if (l->added == 0)
		return tally.there > 0 && tally.refused == 0 ? DONE : REFUSED;
	if (!yes && !confirm(l->added, l->paths[0])) {
		fputs("qssh-vault: nothing was added\n", stderr);
		return REFUSED;
	}
	r = ledger_commit(l, home);
	return r == DONE && tally.refused > 0 ? REFUSED : r;
}

static int
trust_file(const char *path, bool yes, const char *home)
{
	struct judge j;
	uint8_t *text;
	size_t len;
	int r = access(path, R_OK) == 0 ? 0 : -errno;

	if (r == 0)
		r = hosts_read(path, LIMIT_HOSTS_SIZE, &text, &len);
	if (r != 0)
		return complain_error(path, r);
	r = judge_open(&j, home);
	if (r == DONE) {
		r = file_add(&j, (struct span){ text, len }, yes, home);
		judge_close(&j);
	}
	free(text);
	return r;
}

int
trust_add(int argc, char **argv)
{
	struct args a = { .program = "qssh-vault", .options = { "file=", "yes" }, .words_max = 2 };
	const char *home = getenv("HOME");

	if (args_parse(&a, argc, argv) < 0)
		return USAGE;
	if (a.values[0] != NULL && a.words_count == 0)
		return trust_file(a.values[0], a.values[1] != NULL, home);
	if (a.values[0] == NULL && a.values[1] == NULL && a.words_count == 2)
		return trust_one(a.words[0], a.words[1], home);
	fputs("qssh-vault trust: wants FINGERPRINT NAME, or --file KNOWN_HOSTS [--yes]\n", stderr);
	return USAGE;
}
