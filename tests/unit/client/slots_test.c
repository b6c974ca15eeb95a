/* SPDX-License-Identifier: ISC */
#include "client/slots.h"

#include "sys/clock.h"

#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int held[SLOTS_MAX];

static int
take(const char *qube, int watch, int64_t ms, int *slot)
{
	return slots_take(scratch_dir, qube, watch, clock_deadline(ms), slot);
}

static void
take_all(void)
{
	for (int i = 0; i < SLOTS_MAX; i++)
		CHECK(take("vault", -1, 0, &held[i]) == 0 && held[i] != -1);
}

static void
give_all(void)
{
	for (int i = 0; i < SLOTS_MAX; i++)
		close(held[i]);
}

static void
a_vault_has_so_many_slots_and_no_more(void)
{
	int more = 7;

	take_all();
	CHECK(take("vault", -1, 30, &more) == -ETIMEDOUT && more == -1);
	CHECK(take("work", -1, 0, &more) == 0);
	close(more);
	give_all();
	CHECK(take("vault", -1, 0, &more) == 0);
	close(more);
}

static void
a_slot_that_is_given_back_is_taken(void)
{
	int64_t begun = clock_now();
	int more = -1, status;
	pid_t pid;

	take_all();
	pid = fork();
	/* Its copy of the descriptor would hold the slot too. */
	if (pid == 0) {
		close(held[42]);
		_exit(take("vault", -1, 5000, &more) == 0 ? 0 : 1);
	}
	usleep(100 * 1000);
	CHECK(waitpid(pid, &status, WNOHANG) == 0);
	close(held[42]);
	held[42] = -1;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(clock_now() - begun < 4000);
	give_all();
}

static void
who_hangs_up_waits_no_longer(void)
{
	int pair[2], more;

	take_all();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	CHECK(take("vault", pair[0], 30, &more) == -ETIMEDOUT);
	close(pair[1]);
	CHECK(take("vault", pair[0], 5000, &more) == -ECANCELED && more == -1);
	close(pair[0]);
	give_all();
}

/* How often this process went to sleep. */
static long
pauses(void)
{
	struct rusage u;

	CHECK(getrusage(RUSAGE_SELF, &u) == 0);
	return u.ru_nvcsw;
}

static void
who_waits_long_looks_seldom(void)
{
	long before;
	int more;

	take_all();
	before = pauses();
	CHECK(take("vault", -1, 1000, &more) == -ETIMEDOUT);
	CHECK(pauses() - before < 50);
	give_all();
}

/* The one whose turn it is looks for a slot, and the others for the turn: each soon enough. */
static void
all_that_wait_have_their_turn(void)
{
	int64_t begun = clock_now();
	pid_t pids[20];
	int status;

	take_all();
	for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		int more;

		pids[i] = fork();
		if (pids[i] == 0) {
			close(held[42]);
			_exit(take("vault", -1, 5000, &more) == 0 ? 0 : 1);
		}
	}
	usleep(500 * 1000);
	close(held[42]);
	held[42] = -1;
	for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++)
		CHECK(waitpid(pids[i], &status, 0) == pids[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(clock_now() - begun < 4000);
	give_all();
}

static void
without_a_directory_nothing_is_limited(void)
{
	int slot = 7;

	CHECK(slots_take(NULL, "vault", -1, clock_deadline(0), &slot) == 0 && slot == -1);
	CHECK(slots_take("/nonexistent", "vault", -1, clock_deadline(0), &slot) == 0 && slot == -1);
}

int
main(void)
{
	scratch_make();
	TEST(a_vault_has_so_many_slots_and_no_more);
	TEST(a_slot_that_is_given_back_is_taken);
	TEST(who_hangs_up_waits_no_longer);
	TEST(who_waits_long_looks_seldom);
	TEST(all_that_wait_have_their_turn);
	TEST(without_a_directory_nothing_is_limited);
	return check_done();
}
