/* SPDX-License-Identifier: ISC */
#include "client/relay.h"

#include "client/pins.h"
#include "client/slots.h"
#include "sys/clock.h"

#include "check.h"
#include "fakevault.h"
#include "relayed.h"
#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

/* Serves a connection to `default`, of a vault that behaves so. */
static void
begin(const char *mode)
{
	setenv("FAKEVAULT", mode, 1);
	relayed_begin("default:arg");
}

static int
list(void)
{
	static const uint8_t request[] = { AGENTMSG_LIST };

	return relayed_ask((struct span){ request, 1 });
}

static int
one_byte(uint8_t type)
{
	return relayed_ask((struct span){ &type, 1 });
}

/* What the vault was asked, behind the line of its arguments. */
static bool
was_asked(const char *letters)
{
	const char *log = scratch_get("log"), *line = strchr(log, '\n');

	return line != NULL && strcmp(line + 1, letters) == 0;
}

static bool
was_called(void)
{
	return scratch_get("log")[0] != '\0';
}

static void
pin(const char *letters)
{
	static uint8_t buf[65536];

	CHECK(pins_write(scratch_dir, "default:arg", fakevault_list(letters, buf, sizeof(buf))) == 0);
}

static void
unpin(void)
{
	unlink(scratch_path(PINS_DIR "/default:arg.pub"));
	unlink(scratch_path("qssh-calls"));
}

/* The letters of the keys that are pinned. */
static const char *
pinned(void)
{
	static struct pins p;
	static char letters[64];
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	size_t n = 0;

	letters[0] = '\0';
	if (pins_read(&p, scratch_dir, "default:arg") < 0 || agentmsg_identities(pins_answer(&p), &l) < 0)
		return letters;
	while (agentmsg_identity_next(&l, &id) && id.comment.len == 1 && n < sizeof(letters) - 1)
		letters[n++] = (char)id.comment.p[0];
	letters[n] = '\0';
	return letters;
}

static void
a_connection_that_never_speaks_calls_nothing(void)
{
	unpin();
	begin("keys=A");
	relayed_end();
	CHECK(!was_called());
	CHECK(!relayed_history_says("answered"));
}

static void
without_pins_each_request_goes_to_one_call(void)
{
	unpin();
	begin("keys=A");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("BLS"));
	CHECK(strncmp(scratch_get("log"), "--use-stdin-socket -- @default qubes.SshAgent+arg\n", 50) == 0);
	CHECK(relayed_history_says(" default:arg @default+arg answered\n"));
}

static void
a_refused_call_fails_each_request_and_is_not_tried_again(void)
{
	unpin();
	begin("exit=126");
	CHECK(list() == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked(""));
	CHECK(relayed_history_says("dom0 refused the call to the default vault"));
	CHECK(relayed_history_says("qssh enable --vault NAME"));
}

static void
a_mute_vault_fails_the_request_by_its_deadline(void)
{
	unpin();
	begin("mute");
	CHECK(list() == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(relayed_history_says("did not answer in time"));
}

static void
a_garbled_answer_fails_the_request(void)
{
	unpin();
	begin("garble");
	CHECK(list() == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(relayed_history_says("not the agent protocol"));
}

static void
a_vault_lost_between_two_requests_fails_the_second(void)
{
	unpin();
	begin("one=A");
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(relayed_history_says("went away"));
}

static void
a_refusal_by_the_vault_itself_is_the_outcome(void)
{
	unpin();
	begin("refuse");
	CHECK(relayed_bind(40) == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(relayed_history_says("refused the request; its record says why"));
	/* A slow first answer may be dom0's question, or a vault that starts: nobody need have been asked in the vault. */
	setenv("FAKEVAULT_DELAY", "1100", 1);
	begin("refuse");
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	unsetenv("FAKEVAULT_DELAY");
	CHECK(!relayed_history_says("refused the request after"));
}

static void
an_empty_list_is_told_with_its_host(void)
{
	unpin();
	begin("keys=");
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	relayed_end();
	CHECK(relayed_history_says("default:arg @default+arg the default vault listed no key; its record says why"));
	begin("keys=");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	relayed_end();
	CHECK(relayed_history_says("listed no key for this host; its record says why"));
}

static void
an_answer_to_another_request_fails_the_request(void)
{
	unpin();
	begin("odd");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(list() == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked("BLS"));
	CHECK(relayed_history_says("not the agent protocol"));
}

static void
a_call_without_a_slot_is_not_made(void)
{
	int held[SLOTS_MAX];

	unpin();
	for (int i = 0; i < SLOTS_MAX; i++)
		CHECK(slots_take(scratch_dir, "@default", -1, clock_deadline(1000), &held[i]) == 0);
	begin("keys=A");
	CHECK(list() == AGENTMSG_FAILURE);
	CHECK(!was_called());
	relayed_end();
	CHECK(relayed_history_says("too many calls to the default vault at once"));
	for (int i = 0; i < SLOTS_MAX; i++)
		close(held[i]);
	begin("keys=A");
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	relayed_end();
}

static void
a_request_that_ssh_gave_up_is_withdrawn(void)
{
	static const uint8_t request[] = { AGENTMSG_LIST };

	unpin();
	begin("mute");
	CHECK(frame_write(relayed_ssh, -1, (struct span){ request, 1 }, clock_deadline(1000)) == 0);
	relayed_end();
	CHECK(relayed_history_says("withdrawn: ssh did not wait for the answer"));
	CHECK(!relayed_history_says("answered"));
}

/* Whether the server holds these bytes in memory that it can write to. */
static bool
server_holds(const uint8_t *bytes, size_t len)
{
	char path[64], line[512];
	bool found = false;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)relayed_server);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)relayed_server);
	maps = fopen(path, "re");
	CHECK(mem != -1 && maps != NULL);
	while (!found && maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;
		uint8_t *copy;
		ssize_t n;

		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || strstr(line, " rw") == NULL)
			continue;
		if (to - from > (1ul << 24)) /* a sanitizer's shadow */
			continue;
		copy = malloc(to - from);
		n = copy != NULL ? pread(mem, copy, to - from, (off_t)from) : -1;
		found = n > 0 && memmem(copy, (size_t)n, bytes, len) != NULL;
		free(copy);
	}
	fclose(maps);
	close(mem);
	return found;
}

/* A request of this type that carries a secret, made once the server runs so that it can have it from nowhere else. */
static int
send_secret(uint8_t type, uint8_t secret[32])
{
	uint8_t buf[512];
	struct wire_out out;

	CHECK(getrandom(secret, 32, 0) == 32);
	wire_out_open(&out, buf, sizeof(buf));
	wire_put_u8(&out, type);
	wire_put_string(&out, span_of("ssh-ed25519"));
	wire_put_string(&out, (struct span){ secret, 32 });
	if (type == AGENTMSG_SIGN)
		wire_put_u32(&out, 0);
	return relayed_ask(wire_out_span(&out));
}

static void
only_what_a_vault_may_answer_is_passed_on(void)
{
	static const uint8_t query[] = { AGENTMSG_EXTENSION, 0, 0, 0, 5, 'q', 'u', 'e', 'r', 'y' };
	uint8_t secret[32];

	for (int pins = 0; pins < 2; pins++) {
		unpin();
		if (pins == 1)
			pin("A");
		begin("keys=A");
		for (int type = 0; type < 256; type++)
			if (type != AGENTMSG_LIST && type != AGENTMSG_SIGN && type != AGENTMSG_EXTENSION) {
				CHECK(send_secret((uint8_t)type, secret) == AGENTMSG_FAILURE);
				CHECK(!server_holds(secret, sizeof(secret)));
			}
		CHECK(one_byte(AGENTMSG_SIGN) == AGENTMSG_FAILURE);
		CHECK(one_byte(AGENTMSG_EXTENSION) == AGENTMSG_FAILURE);
		CHECK(relayed_ask((struct span){ query, sizeof(query) }) == AGENTMSG_EXTENSION_ANSWER);
		CHECK(relayed_len == 1 + 9 + 9 + 28);
		CHECK(!was_called());
		CHECK(list() == AGENTMSG_LIST_ANSWER);
		relayed_end();
	}
	unpin();
}

/* The search above would find a secret that is kept. */
static void
a_kept_secret_would_be_found(void)
{
	uint8_t secret[32];

	unpin();
	begin("keys=A");
	CHECK(send_secret(AGENTMSG_SIGN, secret) == AGENTMSG_SIGN_ANSWER);
	CHECK(server_holds(secret, sizeof(secret)));
	relayed_end();
}

static void
why_a_request_is_not_passed_on_is_told_once(void)
{
	static const struct {
		uint8_t type;
		const char *why;
	} told[] = {
		{ AGENTMSG_ADD, "the private key was not sent" },
		{ AGENTMSG_ADD_CONSTRAINED, "the private key was not sent" },
		{ AGENTMSG_SMARTCARD_ADD, "smartcards are added in the vault" },
		{ AGENTMSG_REMOVE_ALL, "removed there, not from here" },
		{ AGENTMSG_LOCK, "locked there, not from here" },
	};

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const char *log;

		unpin();
		begin("keys=A");
		CHECK(one_byte(told[i].type) == AGENTMSG_FAILURE);
		CHECK(one_byte(AGENTMSG_UNLOCK) == AGENTMSG_FAILURE);
		relayed_end();
		CHECK(relayed_history_says(told[i].why));
		log = scratch_get("qssh-calls");
		CHECK(strchr(log, '\n') == strrchr(log, '\n'));
	}
	unpin();
}

static void
a_bad_default_vault_calls_nothing(void)
{
	unpin();
	scratch_put(".config/qssh/vault", "no such qube\n");
	begin("keys=A");
	CHECK(list() == AGENTMSG_FAILURE);
	relayed_end();
	unlink(scratch_path(".config/qssh/vault"));
	CHECK(!was_called());
	CHECK(relayed_history_says("~/.config/qssh/vault holds no qube's name"));
}

static void
pins_answer_all_but_signatures_without_a_call(void)
{
	uint8_t expected[512], type = AGENTMSG_LIST;
	struct span keys = fakevault_list("AB", expected, sizeof(expected));

	pin("AB");
	begin("keys=A");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_ask((struct span){ &type, 1 }) == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_len > 0 && span_eq((struct span){ relayed_answer, (size_t)relayed_len }, keys));
	relayed_end();
	CHECK(!was_called());
	CHECK(!relayed_history_says("answered"));
}

static void
the_first_signature_opens_the_call_and_catches_up(void)
{
	pin("AB");
	begin("keys=ABC");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	CHECK(strcmp(pinned(), "ABC") == 0);
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LBBSBLS"));
	unpin();
}

static void
a_signature_of_an_unpinned_key_opens_the_call_too(void)
{
	pin("A");
	begin("keys=AZ");
	CHECK(relayed_sign('Z') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_sign('Y') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LSS"));
	begin("keys=A");
	CHECK(relayed_sign('Y') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LS"));
	unpin();
}

static void
a_pinned_key_that_the_vault_lost_fails_that_signature_only(void)
{
	pin("AB");
	begin("keys=BC");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(strcmp(pinned(), "BC") == 0);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LBS"));
	CHECK(relayed_history_says("no longer has the key SHA256:"));
	unpin();
}

static void
a_vault_without_keys_unpins_nothing(void)
{
	pin("AB");
	begin("keys=");
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked("L"));
	CHECK(strcmp(pinned(), "AB") == 0);
	CHECK(relayed_history_says("may be locked"));
	unpin();
}

static void
a_vault_that_refuses_to_list_unpins_nothing(void)
{
	pin("AB");
	begin("refuse");
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked("LS"));
	CHECK(strcmp(pinned(), "AB") == 0);
	unpin();
}

static void
a_refused_replay_fails_every_signature(void)
{
	pin("A");
	begin("unbound=A");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked("LB"));
	CHECK(relayed_history_says("refused to bind the session"));
	unpin();
}

static void
sixteen_binds_are_kept_and_no_more(void)
{
	pin("A");
	begin("keys=A");
	for (unsigned i = 0; i < LIMIT_BINDS; i++)
		CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_bind(40) == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LBBBBBBBBBBBBBBBBS"));
	unpin();
}

static void
a_bind_too_large_to_keep_is_refused(void)
{
	pin("A");
	begin("keys=A");
	CHECK(relayed_bind(200 * 1024) == AGENTMSG_FAILURE);
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked("LBS"));
	unpin();
}

static void
with_pins_a_refused_call_fails_all_that_follows(void)
{
	pin("A");
	begin("exit=126");
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(list() == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(relayed_history_says("dom0 refused"));
	CHECK(strcmp(pinned(), "A") == 0);
	unpin();
}

static void
opening_and_signing_share_one_deadline(void)
{
	struct timespec begun, ended;

	pin("A");
	begin("mute");
	clock_gettime(CLOCK_MONOTONIC, &begun);
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	relayed_end();
	CHECK(ended.tv_sec - begun.tv_sec < 2);
	CHECK(was_asked("L"));
	unpin();
}

static void
pins_that_cannot_be_read_are_none(void)
{
	scratch_put(PINS_DIR "/default:arg.pub", "ssh-ed25519 AAAA nonsense\n");
	begin("keys=A");
	CHECK(list() == AGENTMSG_LIST_ANSWER);
	relayed_end();
	CHECK(was_asked("L"));
	unpin();
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return fakevault_main(argc, argv);
	scratch_make();
	setenv("FAKEVAULT_LOG", scratch_path("log"), 1);
	signal(SIGPIPE, SIG_IGN);
	file_make_parents(scratch_path(PINS_DIR "/x"));
	TEST(a_connection_that_never_speaks_calls_nothing);
	TEST(without_pins_each_request_goes_to_one_call);
	TEST(a_refused_call_fails_each_request_and_is_not_tried_again);
	TEST(a_mute_vault_fails_the_request_by_its_deadline);
	TEST(a_garbled_answer_fails_the_request);
	TEST(a_vault_lost_between_two_requests_fails_the_second);
	TEST(a_refusal_by_the_vault_itself_is_the_outcome);
	TEST(an_empty_list_is_told_with_its_host);
	TEST(an_answer_to_another_request_fails_the_request);
	TEST(a_call_without_a_slot_is_not_made);
	TEST(a_request_that_ssh_gave_up_is_withdrawn);
	TEST(only_what_a_vault_may_answer_is_passed_on);
	TEST(a_kept_secret_would_be_found);
	TEST(why_a_request_is_not_passed_on_is_told_once);
	TEST(a_bad_default_vault_calls_nothing);
	TEST(pins_answer_all_but_signatures_without_a_call);
	TEST(the_first_signature_opens_the_call_and_catches_up);
	TEST(a_signature_of_an_unpinned_key_opens_the_call_too);
	TEST(a_pinned_key_that_the_vault_lost_fails_that_signature_only);
	TEST(a_vault_without_keys_unpins_nothing);
	TEST(a_vault_that_refuses_to_list_unpins_nothing);
	TEST(a_refused_replay_fails_every_signature);
	TEST(sixteen_binds_are_kept_and_no_more);
	TEST(a_bind_too_large_to_keep_is_refused);
	TEST(with_pins_a_refused_call_fails_all_that_follows);
	TEST(opening_and_signing_share_one_deadline);
	TEST(pins_that_cannot_be_read_are_none);
	return check_done();
}
