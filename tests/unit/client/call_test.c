/* SPDX-License-Identifier: ISC */
#include "client/call.h"

#include "sys/clock.h"
#include "sys/frame.h"

#include "check.h"
#include "fakevault.h"
#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

static const uint8_t LIST[] = { AGENTMSG_LIST };

static struct target t;
static struct call c;
static char why[CALL_SENTENCE_SIZE];
static uint8_t answer[LIMIT_FRAME];

static int
start(const char *mode)
{
	setenv("FAKEVAULT", mode, 1);
	why[0] = '\0';
	return call_start(&c, "/proc/self/exe", &t, CALL_OWN, why);
}

static int
exchange(int watch, int64_t ms)
{
	c.watch = watch;
	return call_exchange(&c, (struct span){ LIST, 1 }, answer, clock_deadline(ms), why);
}

/* A call that ends with this status is told so. */
static bool
is_told(const char *mode, const char *words)
{
	bool told = start(mode) == 0 && exchange(-1, 3000) < 0 && strstr(why, words) != NULL && c.fd == -1;

	if (!told)
		fprintf(stderr, "%s: %s\n", mode, why);
	return told;
}

static void
an_exchange_is_a_frame_each_way(void)
{
	CHECK(start("keys=A") == 0);
	CHECK(exchange(-1, 3000) > 0 && answer[0] == AGENTMSG_LIST_ANSWER);
	CHECK(exchange(-1, 3000) > 0);
	call_end(&c);
	CHECK(c.fd == -1);
	call_end(&c);
}

static void
each_exit_status_has_its_sentence(void)
{
	target_parse(&t, span_of("vault"));
	CHECK(is_told("exit=126", "dom0 refused the call to vault: its policy has no line for it"));
	CHECK(c.fault == CALL_POLICY);
	CHECK(is_told("exit=127", "vault has no qubes.SshAgent service"));
	CHECK(c.fault == CALL_NO_SERVICE);
	CHECK(is_told("exit=75", "vault takes no more calls of this qube at once"));
	CHECK(c.fault == CALL_NOBODY);
	CHECK(is_told("exit=125", "the file is not executable, or its rpc-config is broken"));
	CHECK(c.fault == CALL_VAULT);
	CHECK(is_told("exit=255", "the call to vault was lost"));
	CHECK(is_told("exit=1", "qrexec-agent"));
	CHECK(c.fault == CALL_HERE);
	CHECK(is_told("exit=2", "does not know --use-stdin-socket"));
	CHECK(is_told("exit=0", "closed the call without an answer"));
	CHECK(is_told("close", "closed the call without an answer"));
	CHECK(is_told("exit=137", "ended by signal 9"));
	CHECK(is_told("exit=42", "ended with status 42"));
	target_parse(&t, span_of("default"));
	CHECK(is_told("exit=126", "qssh enable --vault NAME"));
}

/* dom0's policy refuses at once; a person, or a vault that does not start, takes longer. */
static void
what_refused_the_call_is_told_by_its_time(void)
{
	target_parse(&t, span_of("default"));
	CHECK(is_told("exit=126", "an error in a file, or the answer was no, or there are too many calls at once. If"));
	CHECK(start("exit=126") == 0);
	c.started -= 3000;
	CHECK(exchange(-1, 3000) < 0 && c.fault == CALL_DOM0);
	CHECK(strcmp(why, "dom0 refused the call to the default vault: the answer there was no, or the default vault "
			  "could not start") == 0);
}

static unsigned slow;

static void
count_slow(void *ctx)
{
	CHECK(ctx == &c);
	slow++;
}

static void
a_slow_answer_is_said_to_be_one_once(void)
{
	setenv("FAKEVAULT_DELAY", "400", 1);
	CHECK(start("keys=A") == 0);
	c.slow = count_slow;
	c.slow_ms = 100;
	c.ctx = &c;
	CHECK(exchange(-1, 9000) > 0 && slow == 1);
	unsetenv("FAKEVAULT_DELAY");
	CHECK(exchange(-1, 9000) > 0 && slow == 1);
	call_end(&c);
}

static void
a_missing_program_is_named(void)
{
	int error = call_start(&c, "/nonexistent/program", &t, CALL_OWN, why);

	if (error == 0)
		error = exchange(-1, 3000);
	CHECK(error < 0 && strstr(why, "/nonexistent/program can't be started: No such file") != NULL);
}

static void
a_mute_program_is_ended_by_the_deadline(void)
{
	pid_t pid;

	CHECK(start("mute") == 0);
	pid = c.pid;
	CHECK(exchange(-1, 50) == -ETIMEDOUT && strstr(why, "did not answer in time") != NULL);
	CHECK(c.fault == CALL_NOBODY && c.fd == -1 && kill(pid, 0) == -1 && errno == ESRCH);
}

static void
a_vanished_ssh_leaves_the_call_to_be_ended(void)
{
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	close(pair[1]);
	CHECK(start("mute") == 0);
	CHECK(exchange(pair[0], 3000) == -ECANCELED && why[0] == '\0' && c.fd != -1);
	call_end(&c);
	close(pair[0]);
}

static void
a_program_is_in_the_group_it_was_started_for(void)
{
	CHECK(start("mute") == 0);
	CHECK(getpgid(c.pid) == c.pid);
	call_end(&c);
	CHECK(call_start(&c, "/proc/self/exe", &t, CALL_OURS, why) == 0);
	CHECK(getpgid(c.pid) == getpgid(0));
	call_end(&c);
}

/* Gone, or a zombie that nobody has waited for yet. */
static bool
is_dead(pid_t pid)
{
	char path[64], state[256] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return true;
	if (fgets(state, sizeof(state), f) == NULL)
		state[0] = '\0';
	fclose(f);
	return strstr(state, ") Z ") != NULL;
}

static void
what_the_program_started_ends_with_its_group(void)
{
	time_t begun = time(NULL);
	pid_t pid;

	scratch_put("deaf", "#!/bin/sh\nsleep 60 &\necho $! >${0%deaf}pid\nexec sleep 60\n");
	CHECK(chmod(scratch_path("deaf"), 0700) == 0);
	CHECK(call_start(&c, scratch_path("deaf"), &t, CALL_OWN, why) == 0);
	CHECK(exchange(-1, 500) == -ETIMEDOUT);
	pid = (pid_t)strtol(scratch_get("pid"), NULL, 10);
	CHECK(pid > 0);
	for (int i = 0; i < 100 && !is_dead(pid); i++)
		usleep(10000);
	CHECK(is_dead(pid) && time(NULL) - begun < 5);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return fakevault_main(argc, argv);
	scratch_make();
	signal(SIGPIPE, SIG_IGN);
	target_parse(&t, span_of("default"));
	TEST(an_exchange_is_a_frame_each_way);
	TEST(each_exit_status_has_its_sentence);
	TEST(what_refused_the_call_is_told_by_its_time);
	TEST(a_slow_answer_is_said_to_be_one_once);
	TEST(a_missing_program_is_named);
	TEST(a_mute_program_is_ended_by_the_deadline);
	TEST(a_vanished_ssh_leaves_the_call_to_be_ended);
	TEST(a_program_is_in_the_group_it_was_started_for);
	TEST(what_the_program_started_ends_with_its_group);
	return check_done();
}
