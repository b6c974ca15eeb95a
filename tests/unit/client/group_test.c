/* SPDX-License-Identifier: ISC */
#include "client/group.h"

#include "client/members.h"
#include "client/pins.h"
#include "client/relay.h"
#include "sys/file.h"

#include "check.h"
#include "fakevault.h"
#include "relayed.h"
#include "scratch.h"

#include <signal.h>

#define UNIT MEMBERS_UNITS "/" MEMBERS_BEFORE "all" MEMBERS_BEHIND
#define FIRST "--use-stdin-socket -- one qubes.SshAgent\n"
#define SECOND "--use-stdin-socket -- two qubes.SshAgent+a\n"

/* The keys that are pinned for each member, and how its vault behaves. Serves a connection to `all`. */
static void
begin(const char *one, const char *mode_one, const char *two, const char *mode_two)
{
	static uint8_t buf[65536];
	static const char *const names[] = { "one", "two:a" };
	const char *const letters[] = { one, two };
	bool was;

	for (size_t i = 0; i < 2; i++) {
		pins_forget(scratch_dir, names[i], &was);
		if (letters[i] != NULL)
			CHECK(pins_write(scratch_dir, names[i], fakevault_list(letters[i], buf, sizeof(buf))) == 0);
	}
	unlink(scratch_path("qssh-calls"));
	setenv("FAKEVAULT_one", mode_one, 1);
	setenv("FAKEVAULT_two", mode_two, 1);
	relayed_begin("all");
}

/* The letters of the keys that are listed. */
static const char *
list(void)
{
	static const uint8_t request[] = { AGENTMSG_LIST };
	static char letters[64];
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	size_t n = 0;

	letters[0] = '\0';
	if (relayed_ask((struct span){ request, 1 }) != AGENTMSG_LIST_ANSWER ||
	    agentmsg_identities((struct span){ relayed_answer, (size_t)relayed_len }, &l) < 0)
		return "no list";
	while (agentmsg_identity_next(&l, &id) && n < sizeof(letters) - 1)
		letters[n++] = (char)id.comment.p[0];
	letters[n] = '\0';
	return letters;
}

/* What the vaults were asked, the calls in their order. */
static bool
was_asked(const char *expected)
{
	return strcmp(scratch_get("log"), expected) == 0;
}

static void
a_list_has_the_keys_of_each_and_calls_nobody(void)
{
	begin("AB", "keys=AB", "CBD", "keys=CBD");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(strcmp(list(), "ABCD") == 0);
	relayed_end();
	CHECK(was_asked("") && !relayed_history_says("all"));
}

/* A LIST answer of two keys of 100 KiB, of a type that is made up, each of a letter. */
static struct span
big_list(const char *letters, uint8_t *buf, size_t size)
{
	static uint8_t key[100 * 1024];
	struct wire_out out, blob;

	wire_out_open(&out, buf, size);
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 2);
	for (size_t i = 0; i < 2; i++) {
		memset(key, letters[i], sizeof(key));
		wire_out_open(&blob, key, sizeof(key));
		wire_put_string(&blob, span_of("ssh-made-up@example.org"));
		wire_put_string(&out, (struct span){ key, sizeof(key) });
		wire_put_string(&out, (struct span){ (const uint8_t *)letters + i, 1 });
	}
	return wire_out_span(&out);
}

static void
what_does_not_fit_one_answer_is_left_out(void)
{
	static uint8_t buf[LIMIT_FRAME];

	begin("A", "keys=A", NULL, "keys=B");
	CHECK(pins_write(scratch_dir, "one", big_list("AB", buf, sizeof(buf))) == 0);
	CHECK(pins_write(scratch_dir, "two:a", big_list("CD", buf, sizeof(buf))) == 0);
	CHECK(strcmp(list(), "AB") == 0);
	relayed_end();
}

static void
a_signature_calls_the_vault_that_has_the_key(void)
{
	begin("AB", "keys=AB", "C", "keys=CD");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('C') == AGENTMSG_SIGN_ANSWER);
	CHECK(strcmp(list(), "ABCD") == 0);
	relayed_end();
	CHECK(was_asked(SECOND "LBS"));
	CHECK(relayed_history_says(" all two+a answered\n") && !relayed_history_says("one"));
}

static void
a_key_of_two_vaults_is_the_first_ones(void)
{
	begin("B", "keys=B", "AB", "keys=AB");
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked(FIRST "LS"));
}

static void
two_signatures_by_keys_of_two_vaults_are_two_calls(void)
{
	begin("A", "keys=A", "B", "keys=B");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked(FIRST "LBS" SECOND "LBS"));
	CHECK(relayed_history_says(" all one answered\n") && relayed_history_says(" all two+a answered\n"));
}

static void
a_later_bind_reaches_each_vault_before_it_signs_again(void)
{
	begin("A", "keys=A", "B", "keys=B");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked(FIRST "LBSBSS" SECOND "LBBS"));
}

static void
a_vault_that_fails_costs_the_other_nothing(void)
{
	begin("A", "exit=126", "B", "keys=B");
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(strcmp(list(), "AB") == 0);
	relayed_end();
	CHECK(was_asked(FIRST SECOND "LS"));
	CHECK(relayed_history_says(" all one dom0 refused the call to one:") &&
	      relayed_history_says(" all two+a answered\n"));
	begin("A", "mute", "B", "keys=B");
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(relayed_history_says(" all one one did not answer in time"));
}

static void
a_refused_replay_fails_the_signatures_of_that_vault(void)
{
	begin("A", "unbound=A", "B", "keys=B");
	CHECK(relayed_bind(40) == AGENTMSG_SUCCESS);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked(FIRST "LB" SECOND "LBS"));
	CHECK(relayed_history_says(" all one one refused to bind the session"));
}

static void
a_key_that_its_vault_lost_fails_and_its_pins_follow(void)
{
	begin("AB", "keys=A", "B", "keys=B");
	CHECK(relayed_sign('B') == AGENTMSG_FAILURE);
	CHECK(strcmp(list(), "AB") == 0);
	CHECK(relayed_sign('B') == AGENTMSG_SIGN_ANSWER);
	relayed_end();
	CHECK(was_asked(FIRST "L" SECOND "LS"));
	CHECK(relayed_history_says("one no longer has the key SHA256:"));
}

static void
a_vault_without_pins_is_left_out(void)
{
	begin(NULL, "keys=A", "B", "keys=B");
	CHECK(strcmp(list(), "B") == 0);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked(""));
	CHECK(relayed_history_says(
	    " all ? the key is pinned for no vault of all, so nobody was asked to sign: qssh pin all"));
}

static void
without_any_pins_the_list_is_empty_and_says_why(void)
{
	begin(NULL, "keys=A", NULL, "keys=B");
	CHECK(strcmp(list(), "") == 0);
	relayed_end();
	CHECK(was_asked(""));
	CHECK(relayed_history_says(" all ? no key is pinned for any vault of all, so none is offered: qssh pin all"));
}

static void
what_is_never_passed_on_is_answered_for_all(void)
{
	static const uint8_t request[] = { AGENTMSG_REMOVE_ALL };

	begin("A", "keys=A", "B", "keys=B");
	CHECK(relayed_ask((struct span){ request, 1 }) == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked(""));
	CHECK(relayed_history_says(" all ? the keys are the vault's"));
}

static void
members_that_cannot_be_read_call_nobody(void)
{
	scratch_put(UNIT, "[X-Split-SSH]\nMembers=one two\n");
	begin("A", "keys=A", "B", "keys=B");
	CHECK(strcmp(list(), "no list") == 0);
	CHECK(relayed_sign('A') == AGENTMSG_FAILURE);
	relayed_end();
	CHECK(was_asked(""));
	CHECK(relayed_history_says(
	    "the members of all can't be read from its socket's unit: they are not a list of vaults"));
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return fakevault_main(argc, argv);
	scratch_make();
	setenv("FAKEVAULT_LOG", scratch_path("log"), 1);
	signal(SIGPIPE, SIG_IGN);
	file_make_parents(scratch_path(UNIT));
	scratch_put(UNIT, "[X-Split-SSH]\nMembers=one,two:a\n");
	TEST(a_list_has_the_keys_of_each_and_calls_nobody);
	TEST(what_does_not_fit_one_answer_is_left_out);
	TEST(a_signature_calls_the_vault_that_has_the_key);
	TEST(a_key_of_two_vaults_is_the_first_ones);
	TEST(two_signatures_by_keys_of_two_vaults_are_two_calls);
	TEST(a_later_bind_reaches_each_vault_before_it_signs_again);
	TEST(a_vault_that_fails_costs_the_other_nothing);
	TEST(a_refused_replay_fails_the_signatures_of_that_vault);
	TEST(a_key_that_its_vault_lost_fails_and_its_pins_follow);
	TEST(a_vault_without_pins_is_left_out);
	TEST(without_any_pins_the_list_is_empty_and_says_why);
	TEST(what_is_never_passed_on_is_answered_for_all);
	TEST(members_that_cannot_be_read_call_nobody);
	return check_done();
}
