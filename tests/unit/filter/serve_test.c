/* SPDX-License-Identifier: ISC */
/*
 * The loop with a scripted client, agent, witness and asker: what each of them says is written before it runs,
 * and what each of them heard is read after it.
 */
#include "filter/serve.h"

#include "base/base64.h"
#include "check.h"
#include "store/rate.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "tempdir.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOTHING (-1)

static struct tempdir dir;
static struct hosts *hosts;
static struct rules rules;
static struct connection s;
static struct brake brake;
static struct record record;
static struct unnamed seen;
static struct ask asks;
static struct share share;

/* The other ends. */
static int client_in, client_out, agent, witness, asker;

static uint8_t body[LIMIT_FRAME];
static char recorded[65536];

static int
end_of(int type, int *other)
{
	int pair[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == -1)
		abort();
	*other = pair[1];
	return pair[0];
}

static void
begin(const char *text)
{
	static struct rules_error error;

	if (rules_parse(&rules, span_of(text), NULL, &error) < 0)
		abort();
	record = (struct record){ .journal = -1, .client = span_of("work"), .arg = span_of("") };
	if (recordfile_open(&record.signatures, dir.fd, "signatures") < 0 ||
	    recordfile_open(&record.requests, dir.fd, "requests") < 0)
		abort();
	if (unnamed_open(&seen, dir.path) < 0)
		abort();
	asks = (struct ask){ .fd = end_of(SOCK_SEQPACKET, &asker), .notify = NOTIFY_ALL };
	share = (struct share){ .fd = -1 };
	brake =
	    (struct brake){ .all = memfd_create("all", MFD_CLOEXEC), .client = memfd_create("client", MFD_CLOEXEC) };
	s = (struct connection){ .rules = &rules,
		.hosts = hosts,
		.record = &record,
		.ask = &asks,
		.unnamed = &seen,
		.share = &share,
		.brake = &brake,
		.client = span_of("work"),
		.agent_empty = "the agent is empty",
		.rate = openat(dir.fd, "rate", O_RDWR | O_CREAT | O_CLOEXEC, 0600) };
	s.in = end_of(SOCK_STREAM, &client_in);
	s.out = end_of(SOCK_STREAM, &client_out);
	s.agent = (struct agentconn){ .fd = end_of(SOCK_STREAM, &agent), .watch = s.out };
	s.witness = (struct agentconn){ .fd = end_of(SOCK_STREAM, &witness), .watch = s.out };
}

static void
end(void)
{
	const int all[] = { s.in, s.out, s.agent.fd, s.witness.fd, s.rate, client_in, client_out, agent, witness, asker,
		asks.fd, brake.all, brake.client };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
	unnamed_close(&seen);
	recordfile_close(&record.signatures);
	recordfile_close(&record.requests);
	unlinkat(dir.fd, "signatures", 0);
	unlinkat(dir.fd, "requests", 0);
	unlinkat(dir.fd, "unnamed", 0);
	unlinkat(dir.fd, "rate", 0);
}

/* Nobody holds the keys, or vouches for binds. */
static void
lose(struct agentconn *a, int *other)
{
	close(a->fd);
	close(*other);
	a->fd = *other = -1;
	a->missing = "it is not there";
}

/* ---- What is said. */

static void
say(int fd, struct span message)
{
	if (frame_write(fd, -1, message, clock_deadline(1000)) < 0)
		abort();
}

static void
say_byte(int fd, uint8_t byte)
{
	say(fd, (struct span){ &byte, 1 });
}

/* An ed25519 key of one letter. */
static struct span
key(char letter)
{
	static uint8_t blobs[128][64];
	uint8_t raw[32];
	struct wire_out w;

	memset(raw, letter, sizeof(raw));
	wire_out_open(&w, blobs[(unsigned char)letter], sizeof(blobs[0]));
	wire_put_string(&w, span_of("ssh-ed25519"));
	wire_put_string(&w, (struct span){ raw, sizeof(raw) });
	return wire_out_span(&w);
}

/* The agent's list: the keys of these letters, each with its letter for a comment. */
static void
agent_lists(const char *letters)
{
	static uint8_t buf[8192];
	struct wire_out w;

	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&w, (uint32_t)strlen(letters));
	for (const char *l = letters; *l != '\0'; l++) {
		wire_put_string(&w, key(*l));
		wire_put_string(&w, (struct span){ (const uint8_t *)l, 1 });
	}
	say(agent, wire_out_span(&w));
}

/* A LIST, and what the agent answers. */
static void
ask_list(const char *letters)
{
	say_byte(client_in, AGENTMSG_LIST);
	agent_lists(letters);
}

static void
agent_signs(void)
{
	uint8_t buf[64];
	struct wire_out w;

	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_SIGN_ANSWER);
	wire_put_string(&w, span_of("signature"));
	say(agent, wire_out_span(&w));
}

static void
ask_sign(struct span blob, struct span data, uint32_t flags)
{
	static uint8_t buf[8192];
	struct wire_out w;

	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_SIGN);
	wire_put_string(&w, blob);
	wire_put_string(&w, data);
	wire_put_u32(&w, flags);
	say(client_in, wire_out_span(&w));
}

/* A login as root over session "session" with a key; a host key's letter, or 0 for the plain method. */
static struct span
login(char letter, char hostkey)
{
	static uint8_t buf[1024];
	struct wire_out w;

	wire_out_open(&w, buf, sizeof(buf));
	wire_put_string(&w, span_of("session"));
	wire_put_u8(&w, 50);
	wire_put_string(&w, span_of("root"));
	wire_put_string(&w, span_of("ssh-connection"));
	wire_put_string(&w, span_of(hostkey == 0 ? "publickey" : "publickey-hostbound-v00@openssh.com"));
	wire_put_u8(&w, 1);
	wire_put_string(&w, span_of("ssh-ed25519"));
	wire_put_string(&w, key(letter));
	if (hostkey != 0)
		wire_put_string(&w, key(hostkey));
	return wire_out_span(&w);
}

static void
ask_login(char letter, char hostkey)
{
	ask_sign(key(letter), login(letter, hostkey), 0);
}

static void
ask_opaque(char letter)
{
	ask_sign(key(letter), span_of("some bytes"), 0);
}

/* A bind of session "session" to the host key of a letter. */
static void
ask_bind_as(char hostkey, bool forwarding)
{
	static uint8_t buf[1024];
	struct wire_out w;

	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_EXTENSION);
	wire_put_string(&w, span_of("session-bind@openssh.com"));
	wire_put_string(&w, key(hostkey));
	wire_put_string(&w, span_of("session"));
	wire_put_string(&w, span_of("signature"));
	wire_put_u8(&w, forwarding);
	say(client_in, wire_out_span(&w));
}

static void
ask_bind(char hostkey)
{
	ask_bind_as(hostkey, false);
}

/* The same, believed. */
static void
bind_to(char hostkey)
{
	ask_bind(hostkey);
	say_byte(witness, AGENTMSG_SUCCESS);
	say_byte(agent, AGENTMSG_SUCCESS);
}

static void
person_says(uint32_t number, enum ask_answer answer)
{
	const struct askmsg_reply r = { number, (uint32_t)answer };

	if (askmsg_send_reply(asker, &r) < 0)
		abort();
}

static void
read_records(void)
{
	static const char *const names[] = { "signatures", "requests" };
	size_t len = 0;

	for (int i = 0; i < 2; i++) {
		int fd = openat(dir.fd, names[i], O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, recorded + len, sizeof(recorded) - len - 1);

		len += n > 0 ? (size_t)n : 0;
		close(fd);
	}
	recorded[len] = '\0';
}

/* All is said: the client's input ends. */
static void
run(void)
{
	shutdown(client_in, SHUT_WR);
	serve_run(&s);
	read_records();
}

/* The client's input ends when an answer has come: an end before withdraws a question. */
static void
run_to_answer(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct pollfd p = { .fd = client_out, .events = POLLIN };

		_exit(poll(&p, 1, 5000) == 1 ? 0 : 1);
	}
	close(client_in);
	client_in = -1;
	serve_run(&s);
	CHECK(waitpid(pid, NULL, 0) == pid);
	read_records();
}

/* ---- What was heard. */

/* The type of the next message that came to fd, which stands in body; NOTHING. */
static int
heard(int fd)
{
	int n = fd < 0 ? -1 : frame_read(fd, -1, body, clock_deadline(0));

	return n > 0 ? body[0] : NOTHING;
}

static int
answered(void)
{
	return heard(client_out);
}

/* The comments of the list that the client got next, in words. */
static bool
lists(const char *want)
{
	struct agentmsg_identities all;
	struct agentmsg_identity id;
	int n = frame_read(client_out, -1, body, clock_deadline(0));
	char got[64] = "";

	if (n <= 0 || agentmsg_identities((struct span){ body, (size_t)n }, &all) < 0)
		return false;
	while (agentmsg_identity_next(&all, &id))
		strncat(got, (const char *)id.comment.p, id.comment.len);
	return strcmp(got, want) == 0;
}

/* The next thing that the asker was told; NOTHING. */
static int
told(struct askmsg *m)
{
	return askmsg_receive(asker, m) == 1 ? (int)m->kind : NOTHING;
}

static bool
is_told(enum askmsg_kind kind, const char *words)
{
	struct askmsg m;

	return told(&m) == (int)kind && strstr(m.words, words) != NULL;
}

static bool
is_recorded(const char *words)
{
	return strstr(recorded, words) != NULL;
}

static unsigned
times_recorded(const char *words)
{
	unsigned n = 0;

	for (const char *at = recorded; (at = strstr(at, words)) != NULL; at++)
		n++;
	return n;
}

/* ---- LIST */

static void
a_list_has_the_keys_of_the_rules(void)
{
	begin("allow work key a for any\nask work key c for any\n");
	ask_list("abc");
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING && heard(witness) == NOTHING);
	CHECK(lists("ac") && answered() == NOTHING);
	CHECK(is_recorded("event=list verdict=answered reason=2\\x20of\\x203\\x20keys\n"));
	CHECK(is_told(ASKMSG_LISTED, ""));
	end();
}

static void
a_whole_list_needs_no_reason(void)
{
	begin("allow work for any\n");
	ask_list("a");
	run();
	CHECK(lists("a"));
	CHECK(is_recorded("event=list verdict=answered\n"));
	end();
}

static void
a_certificate_of_an_unknown_type_is_left_out_and_said(void)
{
	uint8_t blob[64], buf[256];
	struct wire_out b, w;

	begin("allow work for any\n");
	wire_out_open(&b, blob, sizeof(blob));
	wire_put_string(&b, span_of("new-cert-v09@openssh.com"));
	wire_put_string(&b, span_of("what is in it"));
	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&w, 2);
	wire_put_string(&w, wire_out_span(&b));
	wire_put_string(&w, span_of("new"));
	wire_put_string(&w, key('a'));
	wire_put_string(&w, span_of("a"));
	say_byte(client_in, AGENTMSG_LIST);
	say(agent, wire_out_span(&w));
	run();
	CHECK(lists("a"));
	CHECK(is_recorded("1\\x20of\\x202\\x20keys;\\x20certificates\\x20of\\x20a\\x20type\\x20that"));
	end();
}

static void
broken_rules_list_nothing(void)
{
	begin("allow work for any\n");
	s.rules_broken = "rules:1: broken";
	say_byte(client_in, AGENTMSG_LIST);
	ask_bind('h');
	ask_opaque('a');
	run();
	CHECK(answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE);
	CHECK(heard(agent) == NOTHING && heard(witness) == NOTHING);
	CHECK(is_recorded("event=list verdict=refused reason=rules:1:\\x20broken"));
	CHECK(is_recorded("event=bind verdict=refused reason=rules:1:\\x20broken"));
	CHECK(is_recorded("event=sign verdict=deny rule=none reason=rules:1:\\x20broken"));
	CHECK(is_told(ASKMSG_TROUBLE, "rules:1: broken") && is_told(ASKMSG_TROUBLE, "rules:1: broken"));
	end();
}

static void
without_an_agent_each_request_is_refused(void)
{
	begin("allow work for any\n");
	lose(&s.agent, &agent);
	say_byte(client_in, AGENTMSG_LIST);
	ask_opaque('a');
	run();
	CHECK(answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE && answered() == NOTHING);
	CHECK(is_recorded("event=list verdict=refused reason=it\\x20is\\x20not\\x20there"));
	CHECK(is_recorded("event=sign verdict=deny rule=none reason=it\\x20is\\x20not\\x20there"));
	CHECK(is_told(ASKMSG_TROUBLE, "it is not there") && is_told(ASKMSG_TROUBLE, "it is not there"));
	end();
}

static void
an_agent_that_gives_no_list_is_no_agent_without_keys(void)
{
	begin("allow work for any\n");
	say_byte(client_in, AGENTMSG_LIST);
	say_byte(agent, AGENTMSG_FAILURE);
	run();
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=list verdict=refused reason=the\\x20agent\\x20gave\\x20no\\x20list"));
	end();
}

static void
an_empty_list_is_passed_on_and_told(void)
{
	begin("allow work for any\n");
	ask_list("");
	run();
	CHECK(lists(""));
	CHECK(is_recorded("event=list verdict=answered reason=the\\x20agent\\x20is\\x20empty"));
	CHECK(is_told(ASKMSG_TROUBLE, "the agent is empty"));
	end();
}

/* ---- An agent that may be fed. */

static void
an_empty_agent_is_waited_for_until_it_has_keys(void)
{
	begin("allow work for any\n");
	s.agent_waits = true;
	ask_list("");
	agent_lists("a");
	person_says(1, ASK_YES);
	run_to_answer();
	CHECK(lists("a"));
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
	CHECK(is_recorded("event=wait verdict=done") && is_recorded("event=list verdict=answered\n"));
	CHECK(is_told(ASKMSG_UNLOCK, "the agent is empty") && is_told(ASKMSG_UNLOCKED, ""));
	end();
}

/* The person says yes, and the client hangs up once the agent was looked at for the second time. */
static pid_t
hang_up_later(void)
{
	pid_t pid = fork();
	struct pollfd p = { .fd = asker, .events = POLLIN };

	if (pid != 0)
		return pid;
	if (poll(&p, 1, 5000) != 1)
		_exit(1);
	person_says(1, ASK_YES);
	for (int i = 0; i < 2; i++)
		if (frame_read(agent, -1, body, clock_deadline(5000)) <= 0)
			_exit(1);
	shutdown(client_in, SHUT_WR);
	_exit(0);
}

static void
an_agent_that_stays_empty_is_waited_for_in_vain(void)
{
	int status;
	pid_t pid;

	begin("allow work for any\n");
	s.agent_waits = true;
	say_byte(client_in, AGENTMSG_LIST);
	for (int i = 0; i < 9; i++)
		agent_lists("");
	pid = hang_up_later();
	serve_run(&s);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	read_records();
	CHECK(lists(""));
	CHECK(is_recorded("event=wait verdict=in-vain"));
	CHECK(is_told(ASKMSG_UNLOCK, "the agent is empty"));
	CHECK(told(&(struct askmsg){ 0 }) == NOTHING);
	end();
}

static void
an_empty_agent_is_waited_for_once_and_not_unless_a_person_is_told(void)
{
	begin("allow work for any\n");
	s.agent_waits = true;
	say_byte(client_in, AGENTMSG_LIST);
	ask_list("");
	agent_lists("");
	person_says(1, ASK_NO);
	run_to_answer();
	CHECK(lists("") && lists(""));
	CHECK(!is_recorded("event=wait"));
	CHECK(is_told(ASKMSG_UNLOCK, "") && is_told(ASKMSG_TROUBLE, "the agent is empty"));
	CHECK(is_told(ASKMSG_TROUBLE, "the agent is empty"));
	end();
}

static void
an_empty_agent_is_not_waited_for_where_no_key_would_be_shown(void)
{
	begin("deny work\n");
	s.agent_waits = true;
	ask_list("");
	run();
	CHECK(lists("") && is_told(ASKMSG_TROUBLE, "the agent is empty"));
	end();
}

static void
an_empty_agent_is_not_waited_for_under_a_lock(void)
{
	begin("allow work for any\n");
	s.agent_waits = true;
	if (pwrite(brake.all, "locked\n", 7, 0) != 7)
		abort();
	ask_list("");
	run();
	CHECK(lists("") && is_told(ASKMSG_TROUBLE, "the agent is empty"));
	end();
}

/* ---- LIST, with a host */

static void
a_revoked_host_sees_no_key(void)
{
	begin("allow work for any\n");
	bind_to('r');
	ask_list("ab");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists(""));
	CHECK(is_recorded("0\\x20of\\x202\\x20keys;\\x20the\\x20host\\x20key\\x20is\\x20revoked"));
	CHECK(faccessat(dir.fd, "unnamed", F_OK, 0) == 0);
	end();
}

static bool
is_kept_unnamed(char hostkey)
{
	char text[HOSTS_KEY_TEXT];
	struct unnamed_entry e;
	struct sshkey k;
	struct span rest;

	return sshkey_read(key(hostkey), &k) == 0 && hosts_key_text(&k, text) > 0 && unnamed_read(&seen, &rest) == 0 &&
	       unnamed_next(&rest, &e) && span_is(e.client, "work") && span_is(e.key, text);
}

static void
a_host_without_a_name_is_kept_and_named_to_the_person(void)
{
	begin("allow work to host.example\n");
	bind_to('u');
	ask_list("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists(""));
	CHECK(
	    is_recorded("0\\x20of\\x201\\x20key;\\x20host\\x20SHA256:") && is_recorded("has\\x20no\\x20name\\x20here"));
	CHECK(is_told(ASKMSG_UNNAMED, "qssh-vault trust"));
	CHECK(is_kept_unnamed('u'));
	end();
}

static void
a_host_without_a_name_is_not_told_where_a_key_is_shown(void)
{
	struct askmsg m;

	begin("allow work key a for any\nallow work key b to host.example\n");
	bind_to('u');
	ask_list("ab");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists("a"));
	CHECK(is_recorded("1\\x20of\\x202\\x20keys") && !is_recorded("no\\x20name\\x20here"));
	CHECK(told(&m) == ASKMSG_LISTED && told(&m) == NOTHING);
	end();
}

static void
what_the_rules_hide_is_not_hidden_for_want_of_a_name(void)
{
	struct askmsg m;

	begin("allow work key b to host.example\n");
	bind_to('u');
	ask_list("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists(""));
	CHECK(is_recorded("0\\x20of\\x201\\x20key") && !is_recorded("no\\x20name\\x20here"));
	CHECK(told(&m) == ASKMSG_LISTED && told(&m) == NOTHING);
	end();
}

/* A bind of a hop, believed. */
static void
come_by(char hostkey)
{
	ask_bind_as(hostkey, true);
	say_byte(witness, AGENTMSG_SUCCESS);
	say_byte(agent, AGENTMSG_SUCCESS);
}

static void
the_first_host_on_the_way_without_a_name_is_kept(void)
{
	begin("allow work forwarded yes\n");
	come_by('h');
	come_by('u');
	ask_list("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_SUCCESS && lists("a"));
	CHECK(is_kept_unnamed('u'));
	end();
}

static void
a_host_on_the_way_without_a_name_is_kept(void)
{
	begin("allow work forwarded yes\n");
	come_by('u');
	ask_list("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists("a"));
	CHECK(is_kept_unnamed('u'));
	end();
}

static void
a_named_host_sees_its_keys(void)
{
	begin("allow work key a to host.example\nallow work key b to other.example\n");
	bind_to('h');
	ask_list("ab");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && lists("a"));
	CHECK(!is_kept_unnamed('h'));
	end();
}

/* So many hashed names of one key, that twenty rules with hosts can't be compared with them in time. */
static void
a_list_that_would_take_too_long_is_refused_and_said(void)
{
	static const char hashed[] = "|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4= ssh-ed25519 ";
	struct hosts *usual = hosts;
	struct sshkey k;
	char text[HOSTS_KEY_TEXT], rule[1024] = "";
	FILE *all;
	char *lines;
	size_t len, at = 0;

	if (sshkey_read(key('m'), &k) < 0 || hosts_key_text(&k, text) == 0 ||
	    (all = open_memstream(&lines, &len)) == NULL || hosts_new(&hosts) < 0)
		abort();
	for (int i = 0; i < 39000; i++)
		fprintf(all, "%s%s\n", hashed, text);
	if (fclose(all) != 0 || hosts_add(hosts, (struct span){ (const uint8_t *)lines, len }) < 0)
		abort();
	for (int i = 0; i < 20; i++)
		at += (size_t)snprintf(rule + at, sizeof(rule) - at, "deny * to h%d.example\n", i);
	snprintf(rule + at, sizeof(rule) - at, "allow *\n");
	begin(rule);
	bind_to('m');
	ask_list("ab");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_FAILURE && answered() == NOTHING);
	CHECK(is_recorded("event=list verdict=refused reason=") && is_recorded("too\\x20long"));
	end();
	hosts_free(hosts);
	hosts = usual;
	free(lines);
}

/* ---- session-bind */

static void
a_bind_goes_to_both_and_the_agents_answer_back(void)
{
	begin("allow work for any\n");
	ask_bind('h');
	say_byte(witness, AGENTMSG_SUCCESS);
	say_byte(agent, 28);
	run();
	CHECK(answered() == 28);
	CHECK(heard(witness) == AGENTMSG_EXTENSION && heard(agent) == AGENTMSG_EXTENSION);
	CHECK(is_recorded("event=bind verdict=accepted\n"));
	CHECK(s.binds.count == 1 && s.binds.accepted == 1 && s.binds.valid);
	end();
}

static void
the_agents_word_for_a_bind_counts_for_nothing(void)
{
	begin("allow work for any\n");
	ask_bind('h');
	say_byte(witness, AGENTMSG_FAILURE);
	say_byte(agent, AGENTMSG_SUCCESS);
	run();
	CHECK(answered() == AGENTMSG_SUCCESS);
	CHECK(is_recorded("event=bind verdict=unproven\n") && !s.binds.valid && s.binds.accepted == 0);
	end();
}

static void
a_witness_that_says_more_than_success_says_nothing(void)
{
	begin("allow work for any\n");
	ask_bind('h');
	say(witness, span_of("\6x"));
	say(agent, span_of("\6x"));
	run();
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=bind verdict=unproven\n"));
	end();
}

static void
without_a_witness_a_bind_is_unproven(void)
{
	begin("allow work for any\n");
	lose(&s.witness, &witness);
	ask_bind('h');
	say_byte(agent, AGENTMSG_SUCCESS);
	run();
	CHECK(answered() == AGENTMSG_SUCCESS);
	CHECK(is_recorded("event=bind verdict=unproven reason=no\\x20witness"));
	end();
}

static void
too_many_binds_leave_nothing_valid(void)
{
	begin("allow work for any\n");
	for (unsigned i = 0; i < LIMIT_BINDS; i++)
		bind_to('h');
	ask_bind('h');
	run();
	for (unsigned i = 0; i < LIMIT_BINDS; i++)
		CHECK(answered() == AGENTMSG_SUCCESS);
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=bind verdict=refused reason=too\\x20many\\x20binds"));
	CHECK(!s.binds.valid);
	end();
}

/* ---- SIGN */

static void
an_allowed_signature_is_recorded_forwarded_and_shown(void)
{
	struct askmsg m;

	begin("allow work for any\n");
	ask_opaque('a');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == AGENTMSG_SIGN && heard(agent) == NOTHING);
	CHECK(answered() == AGENTMSG_SIGN_ANSWER);
	CHECK(is_recorded("event=sign verdict=allow rule=1") && is_recorded("event=outcome outcome=signed"));
	CHECK(told(&m) == ASKMSG_SIGNED && told(&m) == NOTHING);
	end();
}

static void
a_locked_vault_signs_nothing_and_asks_nobody(void)
{
	static const char *const rules_of[] = { "allow work for any\n", "ask work for any\n" };
	const char *why[] = { "this\\x20vault\\x20is\\x20locked", "can't\\x20be\\x20read" };
	struct askmsg m;

	for (size_t i = 0; i < 4; i++) {
		begin(rules_of[i % 2]);
		if (i / 2 == 0) {
			CHECK(write(brake.all, "locked\n", 7) == 7);
		} else {
			close(brake.client);
			brake.client = -1;
		}
		ask_opaque('a');
		agent_lists("a");
		run();
		CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
		CHECK(answered() == AGENTMSG_FAILURE);
		CHECK(is_recorded("event=sign verdict=deny") && is_recorded(why[i / 2]));
		CHECK(told(&m) == ASKMSG_TROUBLE && told(&m) == NOTHING);
		end();
	}
}

static void
nothing_is_signed_that_is_not_recorded(void)
{
	begin("allow work for any\n");
	recordfile_close(&record.signatures);
	ask_opaque('a');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
	CHECK(answered() == AGENTMSG_FAILURE);
	end();
}

static void
an_agent_that_refuses_is_recorded(void)
{
	struct askmsg m;

	begin("allow work for any\n");
	ask_opaque('a');
	agent_lists("a");
	say_byte(agent, AGENTMSG_FAILURE);
	run();
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=outcome outcome=the\\x20agent\\x20refused") && told(&m) == NOTHING);
	end();
}

static void
an_agent_that_is_lost_while_it_signs_is_recorded(void)
{
	begin("allow work for any\n");
	ask_opaque('a');
	agent_lists("a");
	shutdown(agent, SHUT_WR);
	run();
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=outcome outcome=the\\x20agent\\x20closed\\x20the\\x20connection"));
	end();
}

/* What it has just said that it holds counts no more. */
static void
nobody_is_asked_for_what_a_lost_agent_would_sign(void)
{
	struct askmsg m;

	begin("ask work for any\n");
	ask_opaque('a');
	ask_opaque('a');
	agent_lists("a");
	shutdown(agent, SHUT_WR);
	person_says(1, ASK_YES);
	run_to_answer();
	CHECK(answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE);
	CHECK(told(&m) == ASKMSG_QUESTION && is_told(ASKMSG_TROUBLE, "the agent closed the connection"));
	CHECK(told(&m) == NOTHING);
	end();
}

static void
a_list_is_good_for_the_next_signature(void)
{
	begin("allow work for any uses any\n");
	say_byte(client_in, AGENTMSG_LIST);
	ask_opaque('a');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == AGENTMSG_SIGN && heard(agent) == NOTHING);
	CHECK(lists("a") && answered() == AGENTMSG_SIGN_ANSWER);
	CHECK(is_told(ASKMSG_SIGNED, "") && !is_told(ASKMSG_LISTED, ""));
	end();
}

static void
a_bind_makes_the_list_old(void)
{
	begin("allow work for any\n");
	ask_list("a");
	bind_to('h');
	ask_opaque('a');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == AGENTMSG_EXTENSION && heard(agent) == AGENTMSG_LIST);
	CHECK(heard(agent) == AGENTMSG_SIGN);
	end();
}

static void
a_key_that_the_last_list_lacks_is_asked_for_again(void)
{
	begin("allow work for any\n");
	ask_list("a");
	ask_opaque('b');
	agent_lists("ab");
	agent_signs();
	run();
	CHECK(lists("a") && answered() == AGENTMSG_SIGN_ANSWER);
	end();
}

static void
a_key_that_the_agent_lacks_is_not_signed_with(void)
{
	struct askmsg m;

	begin("allow work for any\n");
	ask_opaque('b');
	agent_lists("a");
	run();
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("verdict=deny rule=none reason=the\\x20agent\\x20does\\x20not\\x20hold\\x20the\\x20key"));
	CHECK(told(&m) == ASKMSG_REFUSED);
	end();
}

static void
what_is_malformed_is_not_signed(void)
{
	begin("allow work for any\n");
	ask_sign(span_of("no key"), span_of("data"), 0);
	ask_sign(key('a'), login('b', 0), 0);
	run();
	CHECK(heard(agent) == NOTHING);
	CHECK(answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("reason=the\\x20key\\x20is\\x20malformed"));
	CHECK(is_recorded("reason=what\\x20is\\x20to\\x20be\\x20signed\\x20names\\x20another\\x20key"));
	end();
}

static void
a_login_with_sha1_is_not_signed(void)
{
	uint8_t blob[1024], data[2048], n[257] = { 0, 0xff };
	struct wire_out w;

	begin("allow work for any\n");
	wire_out_open(&w, blob, sizeof(blob));
	wire_put_string(&w, span_of("ssh-rsa"));
	wire_put_string(&w, (struct span){ (const uint8_t *)"\1\0\1", 3 });
	wire_put_string(&w, (struct span){ n, sizeof(n) });
	struct span rsa = wire_out_span(&w);

	wire_out_open(&w, data, sizeof(data));
	wire_put_string(&w, span_of("session"));
	wire_put_u8(&w, 50);
	wire_put_string(&w, span_of("root"));
	wire_put_string(&w, span_of("ssh-connection"));
	wire_put_string(&w, span_of("publickey"));
	wire_put_u8(&w, 1);
	wire_put_string(&w, span_of("rsa-sha2-256"));
	wire_put_string(&w, rsa);
	ask_sign(rsa, wire_out_span(&w), 0);
	run();
	CHECK(answered() == AGENTMSG_FAILURE && heard(agent) == NOTHING);
	CHECK(is_recorded("reason=the\\x20hash\\x20of\\x20an\\x20RSA\\x20signature"));
	end();
}

static void
a_proven_login_is_for_its_host_alone(void)
{
	begin("allow work to host.example uses any\n");
	bind_to('h');
	ask_login('a', 'h');
	agent_lists("a");
	agent_signs();
	ask_login('a', 'u');
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_SIGN_ANSWER && answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("host=proven to=host.example"));
	CHECK(is_recorded("verdict=deny"));
	end();
}

static void
a_bind_that_fails_or_is_malformed_ends_what_was_proven(void)
{
	begin("allow work to host.example uses any\n");
	bind_to('h');
	say(client_in, span_of("\33malformed"));
	ask_login('a', 'h');
	agent_lists("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("event=malformed verdict=refused") && !s.binds.valid);
	end();
	begin("allow work to host.example uses any\n");
	bind_to('h');
	say(client_in, span_of("\15malformed"));
	ask_login('a', 'h');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_FAILURE && answered() == AGENTMSG_SIGN_ANSWER);
	end();
}

static void
a_login_to_a_revoked_host_is_not_signed(void)
{
	begin("allow work for any\n");
	bind_to('r');
	ask_login('a', 'r');
	agent_lists("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("reason=the\\x20host\\x20key\\x20is\\x20revoked") && !is_kept_unnamed('u'));
	end();
}

static void
a_login_to_a_host_without_a_name_keeps_its_key(void)
{
	begin("allow work to host.example\n");
	bind_to('u');
	ask_login('a', 'u');
	agent_lists("a");
	run();
	CHECK(answered() == AGENTMSG_SUCCESS && answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("host=unnamed") && is_kept_unnamed('u'));
	end();
}

static void
a_denied_signature_is_shown_as_refused(void)
{
	struct askmsg m;

	begin("deny work key a\nallow work for any\n");
	ask_opaque('a');
	agent_lists("a");
	run();
	CHECK(answered() == AGENTMSG_FAILURE && heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
	CHECK(is_recorded("verdict=deny rule=1") && told(&m) == ASKMSG_REFUSED);
	end();
}

static void
a_question_is_put_and_its_answer_counts(void)
{
	static const struct {
		enum ask_answer answer;
		int type;
		const char *verdict;
		int told;
	} cases[] = {
		{ ASK_YES, AGENTMSG_SIGN_ANSWER, "verdict=allow rule=1 asked=yes reason=a\\x20person\\x20said\\x20yes",
		    ASKMSG_SIGNED },
		{ ASK_REMEMBERED, AGENTMSG_SIGN_ANSWER,
		    "verdict=allow rule=1 asked=yes reason=a\\x20remembered\\x20yes", ASKMSG_SIGNED },
		{ ASK_NO, AGENTMSG_FAILURE, "verdict=deny rule=1 asked=yes reason=a\\x20person\\x20said\\x20no",
		    NOTHING },
		{ ASK_TIMEOUT, AGENTMSG_FAILURE,
		    "verdict=deny rule=1 asked=yes reason=nobody\\x20answered\\x20in\\x20time", ASKMSG_WITHDRAW },
	};
	struct askmsg m;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin("ask work for any\n");
		ask_opaque('a');
		agent_lists("a");
		agent_signs();
		person_says(1, cases[i].answer);
		run_to_answer();
		CHECK(answered() == cases[i].type);
		CHECK(is_recorded(cases[i].verdict));
		CHECK(told(&m) == ASKMSG_QUESTION);
		/* Whoever has just said no need not be told. */
		CHECK(told(&m) == cases[i].told);
		CHECK(s.silent == (cases[i].answer == ASK_REMEMBERED));
		end();
	}
}

static void
a_client_that_hangs_up_withdraws_its_question(void)
{
	struct askmsg m;

	begin("ask work for any\n");
	ask_opaque('a');
	agent_lists("a");
	run();
	CHECK(answered() == AGENTMSG_FAILURE);
	CHECK(is_recorded("reason=the\\x20client\\x20hung\\x20up\\x20before\\x20an\\x20answer"));
	CHECK(told(&m) == ASKMSG_QUESTION && told(&m) == ASKMSG_WITHDRAW && told(&m) == NOTHING);
	end();
}

static void
what_is_beyond_uses_is_asked(void)
{
	struct askmsg m;

	begin("allow work for any uses 2\n");
	for (int i = 0; i < 3; i++) {
		ask_opaque('a');
		if (i == 0)
			agent_lists("a");
		if (i < 2)
			agent_signs();
	}
	run();
	CHECK(answered() == AGENTMSG_SIGN_ANSWER && answered() == AGENTMSG_SIGN_ANSWER);
	CHECK(answered() == AGENTMSG_FAILURE && s.silent == 2);
	CHECK(told(&m) == ASKMSG_SIGNED && told(&m) == ASKMSG_SIGNED && told(&m) == ASKMSG_QUESTION);
	end();
}

static void
what_is_beyond_the_rate_is_asked(void)
{
	struct askmsg m;

	begin("allow work for any uses any rate 1/1h\n");
	ask_opaque('a');
	ask_opaque('a');
	agent_lists("a");
	agent_signs();
	run();
	CHECK(answered() == AGENTMSG_SIGN_ANSWER && answered() == AGENTMSG_FAILURE && s.silent == 1);
	CHECK(told(&m) == ASKMSG_SIGNED && told(&m) == ASKMSG_QUESTION);
	end();
}

static void
a_rule_without_a_rate_counts_for_another_that_has_one(void)
{
	begin("allow work key a for any uses any rate any/1m\nallow work for any uses any rate 1/1h\n");
	ask_opaque('a');
	ask_opaque('b');
	agent_lists("ab");
	agent_signs();
	run();
	CHECK(answered() == AGENTMSG_SIGN_ANSWER && answered() == AGENTMSG_FAILURE);
	end();
}

static void
without_a_file_for_the_rate_only_a_rule_without_one_is_silent(void)
{
	begin("allow work key a for any uses any rate any/1m\nallow work for any uses any rate 9/1h\n");
	close(s.rate);
	s.rate = -1;
	ask_opaque('a');
	ask_opaque('b');
	agent_lists("ab");
	agent_signs();
	run();
	CHECK(answered() == AGENTMSG_SIGN_ANSWER && answered() == AGENTMSG_FAILURE);
	end();
}

/* ---- The rest */

static void
a_query_is_answered_here(void)
{
	static uint8_t buf[64];
	struct wire_out w;

	begin("allow work for any\n");
	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_EXTENSION);
	wire_put_string(&w, span_of("query"));
	say(client_in, wire_out_span(&w));
	run();
	CHECK(answered() == 29 && heard(agent) == NOTHING);
	CHECK(is_recorded("event=query verdict=answered"));
	end();
}

static void
nothing_else_goes_to_the_agent(void)
{
	static const struct {
		uint8_t type;
		const char *name;
	} others[] = { { 9, "ssh1-remove-all" }, { 17, "add" }, { 25, "add" }, { 18, "remove" }, { 19, "remove-all" },
		{ 20, "smartcard" }, { 21, "smartcard" }, { 26, "smartcard" }, { 22, "lock" }, { 23, "unlock" },
		{ 1, "unknown" }, { 255, "unknown" } };
	char want[64];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		begin("allow work for any\n");
		say_byte(client_in, others[i].type);
		run();
		snprintf(want, sizeof(want), "event=%s verdict=refused\n", others[i].name);
		CHECK(answered() == AGENTMSG_FAILURE && heard(agent) == NOTHING && heard(witness) == NOTHING);
		CHECK(is_recorded(want));
		end();
	}
}

static void
an_extension_of_another_name_is_refused(void)
{
	static uint8_t buf[64];
	struct wire_out w;

	begin("allow work for any\n");
	wire_out_open(&w, buf, sizeof(buf));
	wire_put_u8(&w, AGENTMSG_EXTENSION);
	wire_put_string(&w, span_of("other@example"));
	say(client_in, wire_out_span(&w));
	run();
	CHECK(answered() == AGENTMSG_FAILURE && heard(agent) == NOTHING);
	CHECK(is_recorded("event=extension verdict=refused"));
	end();
}

static void
a_connection_has_so_many_requests(void)
{
	begin("allow work for any\n");
	s.requests = LIMIT_REQUESTS - 1;
	say_byte(client_in, AGENTMSG_LIST);
	ask_list("a");
	run();
	CHECK(lists("a") && answered() == AGENTMSG_FAILURE && answered() == NOTHING);
	CHECK(is_recorded("event=any verdict=refused reason=too\\x20many\\x20requests"));
	CHECK(heard(agent) == AGENTMSG_LIST && heard(agent) == NOTHING);
	end();
}

static void
a_frame_of_an_impossible_length_is_passed_over(void)
{
	static const uint8_t empty[4] = { 0 };

	begin("allow work for any\n");
	if (write(client_in, empty, 4) != 4)
		abort();
	ask_list("a");
	run();
	CHECK(answered() == AGENTMSG_FAILURE && lists("a"));
	CHECK(is_recorded("event=malformed verdict=refused reason=a\\x20frame"));
	end();
}

static void
a_frame_that_ends_early_ends_the_connection(void)
{
	begin("allow work for any\n");
	if (write(client_in, "\0\0\0\2\13", 5) != 5)
		abort();
	run();
	CHECK(answered() == NOTHING && heard(agent) == NOTHING);
	end();
}

static void
a_client_that_takes_no_answer_is_served_no_more(void)
{
	begin("allow work for any\n");
	say_byte(client_in, 17);
	ask_list("a");
	close(client_out);
	client_out = -1;
	run();
	CHECK(heard(agent) == NOTHING);
	CHECK(is_recorded("event=add") && !is_recorded("event=list"));
	end();
}

static void
equal_requests_become_a_count_at_the_end(void)
{
	begin("allow work for any\n");
	for (int i = 0; i < 5; i++)
		say_byte(client_in, 17);
	run();
	CHECK(times_recorded("event=add") == 1 && is_recorded("event=repeated count=4"));
	end();
}

static void
silence_is_ended_where_others_wait(void)
{
	struct share served[SHARE_SERVED], more;
	struct flock waiting = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARE_SERVED, .l_len = 1 };

	begin("allow work for any\n");
	for (unsigned i = 0; i < SHARE_SERVED; i++) {
		share_open(&served[i], dir.path, "work");
		CHECK(share_take(&served[i], s.out) == 0);
	}
	share_open(&more, dir.path, "work");
	CHECK(fcntl(more.fd, F_OFD_SETLK, &waiting) == 0);
	share = served[0];
	share.silence_ms = share.look_ms = 10;
	alarm(10);
	serve_run(&s);
	alarm(0);
	read_records();
	CHECK(is_recorded("event=call verdict=ended reason=it\\x20said\\x20nothing"));
	for (unsigned i = 0; i < SHARE_SERVED; i++)
		close(served[i].fd);
	close(more.fd);
	end();
}

static void
make_hosts(void)
{
	static char text[512];
	char h[128], r[128];

	base64_encode(key('h'), h, sizeof(h));
	base64_encode(key('r'), r, sizeof(r));
	snprintf(text, sizeof(text), "host.example ssh-ed25519 %s\n@revoked * ssh-ed25519 %s\n", h, r);
	if (hosts_new(&hosts) < 0 || hosts_add(hosts, span_of(text)) < 0)
		abort();
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	dir = tempdir_new();
	make_hosts();
	/* The first, so that no other has left a look at the rules in the loop's own room. */
	TEST(a_host_without_a_name_is_kept_and_named_to_the_person);
	TEST(a_list_has_the_keys_of_the_rules);
	TEST(a_whole_list_needs_no_reason);
	TEST(a_certificate_of_an_unknown_type_is_left_out_and_said);
	TEST(broken_rules_list_nothing);
	TEST(without_an_agent_each_request_is_refused);
	TEST(an_agent_that_gives_no_list_is_no_agent_without_keys);
	TEST(an_empty_list_is_passed_on_and_told);
	TEST(an_empty_agent_is_waited_for_until_it_has_keys);
	TEST(an_agent_that_stays_empty_is_waited_for_in_vain);
	TEST(an_empty_agent_is_waited_for_once_and_not_unless_a_person_is_told);
	TEST(an_empty_agent_is_not_waited_for_where_no_key_would_be_shown);
	TEST(an_empty_agent_is_not_waited_for_under_a_lock);
	TEST(a_revoked_host_sees_no_key);
	TEST(a_host_without_a_name_is_not_told_where_a_key_is_shown);
	TEST(what_the_rules_hide_is_not_hidden_for_want_of_a_name);
	TEST(the_first_host_on_the_way_without_a_name_is_kept);
	TEST(a_host_on_the_way_without_a_name_is_kept);
	TEST(a_named_host_sees_its_keys);
	TEST(a_list_that_would_take_too_long_is_refused_and_said);
	TEST(a_bind_goes_to_both_and_the_agents_answer_back);
	TEST(the_agents_word_for_a_bind_counts_for_nothing);
	TEST(a_witness_that_says_more_than_success_says_nothing);
	TEST(without_a_witness_a_bind_is_unproven);
	TEST(too_many_binds_leave_nothing_valid);
	TEST(an_allowed_signature_is_recorded_forwarded_and_shown);
	TEST(a_locked_vault_signs_nothing_and_asks_nobody);
	TEST(nothing_is_signed_that_is_not_recorded);
	TEST(an_agent_that_refuses_is_recorded);
	TEST(an_agent_that_is_lost_while_it_signs_is_recorded);
	TEST(nobody_is_asked_for_what_a_lost_agent_would_sign);
	TEST(a_list_is_good_for_the_next_signature);
	TEST(a_bind_makes_the_list_old);
	TEST(a_key_that_the_last_list_lacks_is_asked_for_again);
	TEST(a_key_that_the_agent_lacks_is_not_signed_with);
	TEST(what_is_malformed_is_not_signed);
	TEST(a_login_with_sha1_is_not_signed);
	TEST(a_proven_login_is_for_its_host_alone);
	TEST(a_bind_that_fails_or_is_malformed_ends_what_was_proven);
	TEST(a_login_to_a_revoked_host_is_not_signed);
	TEST(a_login_to_a_host_without_a_name_keeps_its_key);
	TEST(a_denied_signature_is_shown_as_refused);
	TEST(a_question_is_put_and_its_answer_counts);
	TEST(a_client_that_hangs_up_withdraws_its_question);
	TEST(what_is_beyond_uses_is_asked);
	TEST(what_is_beyond_the_rate_is_asked);
	TEST(a_rule_without_a_rate_counts_for_another_that_has_one);
	TEST(without_a_file_for_the_rate_only_a_rule_without_one_is_silent);
	TEST(a_query_is_answered_here);
	TEST(nothing_else_goes_to_the_agent);
	TEST(an_extension_of_another_name_is_refused);
	TEST(a_connection_has_so_many_requests);
	TEST(a_frame_of_an_impossible_length_is_passed_over);
	TEST(a_frame_that_ends_early_ends_the_connection);
	TEST(a_client_that_takes_no_answer_is_served_no_more);
	TEST(equal_requests_become_a_count_at_the_end);
	TEST(silence_is_ended_where_others_wait);
	hosts_free(hosts);
	tempdir_drop(&dir);
	return check_done();
}
