/* SPDX-License-Identifier: ISC */
#include "store/record.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define FINGERPRINT "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct record record;
static char state[64]; /* a fresh one for each test, below the scratch directory */
static struct names_line line;

/* This machine's own journal is left alone. */
static int
opened(struct record *a, const char *client, const char *arg)
{
	int error = record_open(a, state, span_of(client), span_of(arg));

	if (a->journal != -1)
		close(a->journal);
	a->journal = -1;
	return error;
}

/* The fingerprint of a hash of zeroes. */
#define ZEROES "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void
start(void)
{
	static unsigned next;

	snprintf(state, sizeof(state), "%s/%u/state/qssh", scratch_dir, next++);
	line = (struct names_line){ span_of("host.example"), NULL };
	CHECK(opened(&record, "work", "") == 0);
}

static void
end(void)
{
	record_close(&record);
	recordfile_close(&record.signatures);
	recordfile_close(&record.requests);
}

static struct facts
a_login(void)
{
	struct facts f = { .client = span_of("work"), .host = HOST_PROVEN, .forwarded = TRI_NO };

	f.key.type = span_of("ssh-ed25519");
	f.comment = span_of("work laptop");
	f.names.plain = &line;
	f.what.purpose = PURPOSE_LOGIN;
	f.what.hostbound = true;
	f.what.user = span_of("git");
	return f;
}

static const struct decision *
decided(enum verdict verdict, unsigned by, const char *reason)
{
	static struct decision d;

	d = (struct decision){ .verdict = verdict, .line = by, .reason = reason };
	return &d;
}

/* What a file of the state directory holds. */
static const char *
text_of(const char *name)
{
	static char buf[RECORD_REQUESTS_MAX * 512];
	char path[128];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/record/%s%s", state, strchr(name, '/') != NULL ? "" : "work/", name);
	f = fopen(path, "r");
	n = f != NULL ? fread(buf, 1, sizeof(buf) - 1, f) : 0;
	if (f != NULL)
		fclose(f);
	buf[n] = '\0';
	return buf;
}

static unsigned
lines(const char *name)
{
	unsigned n = 0;

	for (const char *at = text_of(name); (at = strchr(at, '\n')) != NULL; at++)
		n++;
	return n;
}

/* Line number of a file from its client on; what stands before that must look like a time and a hash. */
static const char *
tail(const char *name, unsigned number)
{
	static char found[LIMIT_RECORD_LINE + 1];
	const char *at = text_of(name);

	while (number-- > 0 && (at = strchr(at, '\n')) != NULL)
		at++;
	if (at == NULL)
		return "no such line";
	snprintf(found, sizeof(found), "%.*s", (int)strcspn(at, "\n"), at);
	CHECK(strncmp(found, "time=20", 7) == 0 && strlen(found) > 30 && found[15] == 'T' && found[28] == 'Z');
	CHECK(strncmp(found + 29, " prev=", 6) == 0);
	at = strstr(found, " client=");
	return at == NULL ? "no client" : at;
}

static bool
has(const char *haystack, const char *needle)
{
	return strstr(haystack, needle) != NULL;
}

static void
the_directory_is_made_and_is_ours_alone(void)
{
	char path[128];
	struct stat st;

	umask(0);
	start();
	CHECK(stat(state, &st) == 0 && (st.st_mode & 07777) == 0700);
	snprintf(path, sizeof(path), "%s/record/%s/signatures", state, "work");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	snprintf(path, sizeof(path), "%s/record/%s/requests", state, "work");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK((fcntl(record.signatures.fd, F_GETFD) & FD_CLOEXEC) != 0);
	end();
}

static void
a_signature_is_recorded_with_all_that_was_known(void)
{
	struct facts f = a_login();

	start();
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(strcmp(tail("signatures", 0), " client=work arg=- event=sign verdict=allow rule=3 key=" FINGERPRINT
					    " purpose=login user=git host=proven to=host.example hostkey=" FINGERPRINT
					    " forwarded=no comment=work\\x20laptop") == 0);
	record_outcome(&record, &f, "signed");
	CHECK(strcmp(tail("signatures", 1), " client=work arg=- event=outcome outcome=signed key=" FINGERPRINT) == 0);
	CHECK(lines("signatures") == 2 && lines("requests") == 0);
	end();
}

/* The last words of the line, which versions before this one pass over. */
static void
the_way_is_recorded_with_its_keys(void)
{
	static const struct names_line hashed = {
		.field = { (const uint8_t *)"|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4=", 61 }
	};
	static const struct names_line odd = { .field = { (const uint8_t *)"a b", 3 } };
	struct facts f = a_login();

	start();
	f.forwarded = TRI_YES;
	f.way_whole = true;
	f.hop_count = 2;
	f.hops[0] = (struct hop){ .named = true, .names.plain = &line };
	f.hops[1] = (struct hop){ .named = true, .names.plain = &odd };
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 0), " forwarded=yes comment=work\\x20laptop via=host.example,a\\x20b "
					 "viakeys=" ZEROES "," ZEROES));
	f.hops[0] = (struct hop){ .named = true, .names.plain = &hashed };
	f.hops[1] = (struct hop){ .named = false };
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 1), " via=" ZEROES ",@unnamed viakeys=" ZEROES "," ZEROES));
	f.way_whole = false;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 2), ",@unnamed,@unknown viakeys="));
	f.hop_count = 0;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 3), " via=@unknown") && !has(tail("signatures", 3), "viakeys="));
	f.hop_count = LIMIT_BINDS;
	f.way_whole = true;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 4), " via=") && !has(tail("signatures", 4), "viakeys=") &&
	      has(tail("signatures", 4), " cut=yes"));
	end();
}

static void
what_is_not_known_is_not_in_the_line(void)
{
	struct facts f = a_login();

	start();
	f.host = HOST_UNKNOWN;
	f.forwarded = TRI_UNKNOWN;
	CHECK(record_sign(&record, &f, decided(ALLOW, 0, "")) == 0);
	CHECK(has(tail("signatures", 0), " rule=none ") && has(tail("signatures", 0), " host=unknown "));
	CHECK(!has(tail("signatures", 0), " to=") && !has(tail("signatures", 0), " hostkey=") &&
	      !has(tail("signatures", 0), " forwarded="));
	f.host = HOST_UNNAMED;
	f.forwarded = TRI_YES;
	CHECK(record_sign(&record, &f, decided(ALLOW, 0, "")) == 0);
	CHECK(has(tail("signatures", 1), " host=unnamed hostkey=") && has(tail("signatures", 1), " forwarded=yes "));
	f.what.purpose = PURPOSE_OPAQUE;
	CHECK(record_sign(&record, &f, decided(ALLOW, 0, "")) == 0);
	CHECK(has(tail("signatures", 2), " purpose=opaque ") && !has(tail("signatures", 2), " user="));
	end();
}

static void
whom_sshd_logs_in_is_recorded_apart_from_what_follows(void)
{
	struct facts f = a_login();

	start();
	f.what.user = span_of("root:x");
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 0), " user=root written=root:x host=proven "));
	f.what.user = span_of("root/x");
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 1), " user=root written=root/x host=proven "));
	end();
}

static void
a_host_that_vouches_is_no_destination(void)
{
	struct facts f = a_login();

	start();
	f.host = HOST_VOUCHED;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 0), " host=vouched voucher=host.example hostkey="));
	CHECK(!has(tail("signatures", 0), " to="));
	end();
}

static void
a_built_in_rule_has_no_number(void)
{
	struct decision d = { .verdict = ALLOW, .builtin = true, .reason = "" };
	struct facts f = a_login();

	start();
	CHECK(record_sign(&record, &f, &d) == 0);
	CHECK(has(tail("signatures", 0), " rule=built-in "));
	end();
}

/* As a full disk does, but for the error's number: what is beyond so many bytes of a file is not written. */
static void
grow_to(rlim_t bytes)
{
	struct rlimit r;

	signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &r) == 0);
	r.rlim_cur = bytes;
	CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
}

static void
where_the_line_can_not_be_written_nothing_may_be_signed(void)
{
	struct facts f = a_login();
	char path[128];

	start();
	grow_to(0);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == -EFBIG);
	grow_to(RLIM_INFINITY);
	end();

	snprintf(path, sizeof(path), "%s/record/%s/signatures", state, "work");
	CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
	CHECK(opened(&record, "work", "") == -EISDIR);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) < 0);
	recordfile_close(&record.requests);

	CHECK(rmdir(path) == 0 && symlink("requests", path) == 0);
	CHECK(opened(&record, "work", "") == -ELOOP);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) < 0);
	recordfile_close(&record.requests);

	snprintf(state, sizeof(state), "/dev/null/qssh");
	CHECK(opened(&record, "work", "") == -ENOTDIR);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) < 0);
	record_outcome(&record, &f, "signed");
	record_request(&record, "list", "answered", NULL);
	record_close(&record);
}

static void
a_refusal_is_a_request_with_its_reason(void)
{
	struct facts f = a_login(), nothing = { .client = span_of("work") };

	start();
	record_refusal(&record, &f, decided(DENY, 7, "a rule denies it"));
	CHECK(has(tail("requests", 0),
	    " event=sign verdict=deny rule=7 reason=a\\x20rule\\x20denies\\x20it key=" FINGERPRINT " purpose=login "));
	record_refusal(&record, &nothing, decided(DENY, 0, "the key is malformed"));
	CHECK(strcmp(tail("requests", 1),
		  " client=work arg=- event=sign verdict=deny rule=none reason=the\\x20key\\x20is\\x20malformed") == 0);
	CHECK(lines("signatures") == 0);
	end();
}

static void
a_certificate_is_recorded_with_whom_it_is_for(void)
{
	static const uint8_t three[] = "\0\0\0\4root\0\0\0\3a,b\0\0\0\1c";
	struct facts f = a_login();
	struct sshkey_cert *c = &f.what.subject.cert;

	f.what.purpose = PURPOSE_CERTIFICATE;
	f.what.subject.certified = true;
	c->type = 1;
	c->id = span_of("root cert");
	c->principals = (struct span){ three, 8 };
	start();
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 0),
	    " purpose=certificate certificate=user principals=root keyid=root\\x20cert forwarded=no comment="));
	c->type = 2;
	c->principals = (struct span){ three, sizeof(three) - 1 };
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 1), " certificate=host principals=root,a,b,... keyid="));
	c->principals.len = 0;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 2), " principals=- keyid="));
	f.what.subject.certified = false;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 3), " purpose=certificate forwarded=no "));
	end();
}

/* The word of a line. */
static const char *
word(const char *name, unsigned number, const char *key)
{
	static char found[2][64];
	static unsigned next;
	const char *at = text_of(name);
	char *out = found[next++ % 2];

	while (number-- > 0 && (at = strchr(at, '\n')) != NULL)
		at++;
	at = at == NULL ? NULL : strstr(at, key);
	snprintf(out, sizeof(found[0]), "%.*s", at == NULL ? 0 : (int)strcspn(at + strlen(key), " \n"),
	    at == NULL ? "" : at + strlen(key));
	return out;
}

static void
lines_of_a_connection_are_counted_over_both_files(void)
{
	struct facts f = a_login();
	struct record other;

	start();
	record_request(&record, "bind", "accepted", NULL);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	record_outcome(&record, &f, "signed");
	record_request(&record, "list", "answered", NULL);
	CHECK(strcmp(word("requests", 0, " seq="), "1") == 0 && strcmp(word("signatures", 0, " seq="), "2") == 0);
	CHECK(strcmp(word("signatures", 1, " seq="), "3") == 0 && strcmp(word("requests", 1, " seq="), "4") == 0);
	CHECK(strlen(word("requests", 0, " conn=")) == RECORD_CONN - 1);
	CHECK(strcmp(word("requests", 0, " conn="), word("signatures", 1, " conn=")) == 0);
	CHECK(opened(&other, "work", "") == 0);
	record_request(&other, "bind", "accepted", NULL);
	CHECK(strcmp(word("requests", 2, " seq="), "1") == 0);
	CHECK(strcmp(word("requests", 0, " conn="), word("requests", 2, " conn=")) != 0);
	recordfile_close(&other.signatures);
	recordfile_close(&other.requests);
	end();
}

static void
what_was_asked_is_told_from_what_was_not(void)
{
	struct decision d = { .verdict = ALLOW, .line = 3, .asked = true, .reason = "a person said yes" };
	struct facts f = a_login();

	start();
	CHECK(record_sign(&record, &f, &d) == 0);
	CHECK(has(tail("signatures", 0), " rule=3 asked=yes reason=a\\x20person\\x20said\\x20yes key="));
	end();
}

static void
a_long_reason_ends_between_words(void)
{
	static const char reason[] =
	    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
	    "seventeen "
	    "eighteen nineteen twenty twentyone twentytwo twentythree twentyfour twentyfive twentysix twentyseven "
	    "twentyeight twentynine thirty thirtyone thirtytwo thirtythree";

	start();
	record_request(&record, "list", "refused", reason);
	CHECK(has(tail("requests", 0), "\\x20twentynine\\x20thirty…"));
	CHECK(text_of("requests")[strlen(text_of("requests")) - 2] == (char)0xa6);
	end();
}

static void
hostile_words_stay_one_word(void)
{
	struct facts f = a_login();

	start();
	f.what.user = span_of("x verdict=deny\n\"\xff\xe2\x80\xae-");
	f.comment = span_of("");
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(tail("signatures", 0), " user=x\\x20verdict\\x3ddeny\\u{a}\\x22\\xff\\u{202e}- host=proven "));
	CHECK(has(tail("signatures", 0), " comment=-") && lines("signatures") == 1);
	end();
}

static void
a_line_has_its_bound_and_its_newline(void)
{
	static char hostile[4097];
	struct facts f = a_login();

	start();
	memset(hostile, '\001', sizeof(hostile) - 1);
	f.what.user = f.comment = span_of(hostile);
	line.field = span_of("h234567890123456789012345678901234567890.example");
	CHECK(record_sign(&record, &f, decided(ALLOW, 10000, "")) == 0);
	CHECK(lines("signatures") == 1 && strlen(text_of("signatures")) <= LIMIT_RECORD_LINE);
	CHECK(has(tail("signatures", 0), " hostkey=" FINGERPRINT " forwarded=no comment="));
	record_refusal(&record, &f, decided(DENY, 10000, "words of ours"));
	CHECK(lines("requests") == 1 && strlen(text_of("requests")) <= LIMIT_RECORD_LINE);
	end();
}

static void
equal_requests_become_a_count(void)
{
	start();
	for (unsigned i = 0; i < 5; i++)
		record_request(&record, "list", "answered", NULL);
	CHECK(lines("requests") == 1);
	record_request(&record, "add", "refused", NULL);
	CHECK(lines("requests") == 3);
	CHECK(strcmp(tail("requests", 0), " client=work arg=- event=list verdict=answered") == 0);
	CHECK(strcmp(tail("requests", 1), " client=work arg=- event=repeated count=4") == 0);
	CHECK(strcmp(tail("requests", 2), " client=work arg=- event=add verdict=refused") == 0);
	record_request(&record, "add", "refused", "of another kind");
	CHECK(lines("requests") == 4 && has(tail("requests", 3), " reason=of\\x20another\\x20kind"));
	record_request(&record, "add", "refused", "of another kind");
	record_close(&record);
	record_close(&record);
	CHECK(lines("requests") == 5 && has(tail("requests", 4), " event=repeated count=1"));
	end();
}

static void
a_connection_has_its_share_of_the_requests(void)
{
	char event[32];

	start();
	for (unsigned i = 0; i < RECORD_REQUESTS_MAX + 10; i++) {
		snprintf(event, sizeof(event), "event%u", i);
		record_request(&record, event, "refused", NULL);
	}
	CHECK(lines("requests") == RECORD_REQUESTS_MAX);
	record_close(&record);
	CHECK(lines("requests") == RECORD_REQUESTS_MAX + 1);
	CHECK(has(tail("requests", RECORD_REQUESTS_MAX), " event=more count=10"));
	end();
}

static void
each_client_has_files_of_its_own(void)
{
	struct facts f = a_login();
	struct record other;

	start();
	CHECK(opened(&other, "play", "git") == 0);
	CHECK(record_sign(&record, &f, decided(ALLOW, 1, "")) == 0);
	CHECK(record_sign(&other, &f, decided(ALLOW, 1, "")) == 0);
	CHECK(record_sign(&record, &f, decided(ALLOW, 1, "")) == 0);
	CHECK(lines("signatures") == 2 && lines("play/signatures") == 1);
	CHECK(has(tail("play/signatures", 0), " client=play arg=git "));
	recordfile_close(&other.signatures);
	recordfile_close(&other.requests);
	end();
}

/* The fields of the next entry, NUL-terminated; "" for none. */
static const char *
entry(int fd)
{
	static char buf[4096];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static void
the_journal_gets_the_sentence_and_its_fields(void)
{
	struct facts f = a_login();
	const char *e;
	int pair[2];

	start();
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) == -1)
		abort();
	record.journal = pair[0];
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	e = entry(pair[1]);
	CHECK(strncmp(e, "MESSAGE=work: signs: log in to git@host.example ", 48) == 0);
	CHECK(has(e, "\nQSSH_CLIENT=work\n") && has(e, "\nQSSH_KEY=" FINGERPRINT "\n"));
	CHECK(has(e, "\nQSSH_TO=host.example\n") && has(e, "\nQSSH_PURPOSE=login\n"));
	CHECK(has(e, "\nQSSH_VERDICT=allow\n") && has(e, "\nQSSH_RULE=3\n"));
	f.what.user = span_of("a\nQSSH_VERDICT=allow");
	f.host = HOST_VOUCHED;
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) == 0);
	CHECK(has(entry(pair[1]), "\nQSSH_TO=\n"));
	f.host = HOST_UNKNOWN;
	record_refusal(&record, &f, decided(DENY, 0, "no rule allows it"));
	e = entry(pair[1]);
	CHECK(strncmp(e, "MESSAGE=work: refused: ", 23) == 0 && has(e, "\nQSSH_VERDICT=deny\n"));
	CHECK(has(e, ": no rule allows it\n"));
	CHECK(!has(e, "\nQSSH_VERDICT=allow") && has(e, "\nQSSH_TO=\n"));
	record_refusal(&record, &f, decided(DENY, 0, "no rule allows it"));
	CHECK(entry(pair[1])[0] == '\0');
	grow_to(0);
	CHECK(record_sign(&record, &f, decided(ALLOW, 3, "")) < 0 && entry(pair[1])[0] == '\0');
	grow_to(RLIM_INFINITY);
	close(pair[0]);
	close(pair[1]);
	end();
}

int
main(void)
{
	scratch_make();
	TEST(the_directory_is_made_and_is_ours_alone);
	TEST(a_signature_is_recorded_with_all_that_was_known);
	TEST(the_way_is_recorded_with_its_keys);
	TEST(what_is_not_known_is_not_in_the_line);
	TEST(whom_sshd_logs_in_is_recorded_apart_from_what_follows);
	TEST(a_host_that_vouches_is_no_destination);
	TEST(a_built_in_rule_has_no_number);
	TEST(where_the_line_can_not_be_written_nothing_may_be_signed);
	TEST(a_refusal_is_a_request_with_its_reason);
	TEST(a_certificate_is_recorded_with_whom_it_is_for);
	TEST(lines_of_a_connection_are_counted_over_both_files);
	TEST(what_was_asked_is_told_from_what_was_not);
	TEST(a_long_reason_ends_between_words);
	TEST(hostile_words_stay_one_word);
	TEST(a_line_has_its_bound_and_its_newline);
	TEST(equal_requests_become_a_count);
	TEST(a_connection_has_its_share_of_the_requests);
	TEST(each_client_has_files_of_its_own);
	TEST(the_journal_gets_the_sentence_and_its_fields);
	return check_done();
}
