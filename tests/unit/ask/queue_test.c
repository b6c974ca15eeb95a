/* SPDX-License-Identifier: ISC */
#include "ask/queue.h"

#include "check.h"
#include "tempdir.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* As many waiters as a test has, each with a directory descriptor of its own, as processes have. */
struct waiters {
	struct tempdir d;
	int dirs[80];
	struct queue places[80];
	unsigned count;
};

static void
open_waiters(struct waiters *w)
{
	memset(w, 0, sizeof(*w));
	w->d = tempdir_new();
}

static void
subject_named(char hex[SUBJECT_HEX], const char *name)
{
	memset(hex, '0', SUBJECT_HEX - 1);
	hex[SUBJECT_HEX - 1] = '\0';
	memcpy(hex, name, strlen(name));
}

/* Joins as the next waiter. 0 or queue_join()'s error. */
static int
join(struct waiters *w, const char *client, const char *about)
{
	char hex[SUBJECT_HEX];
	unsigned i = w->count++;

	/* Tickets are told apart by process and millisecond: here they are all of one process. */
	usleep(2000);
	subject_named(hex, about);
	w->dirs[i] = tempdir_again(&w->d);
	return queue_join(&w->places[i], w->dirs[i], client, hex);
}

static int
poll_one(struct waiters *w, unsigned i)
{
	return queue_poll_once(&w->places[i]);
}

static void
close_waiters(struct waiters *w)
{
	for (unsigned i = 0; i < w->count; i++) {
		queue_leave(&w->places[i]);
		close(w->dirs[i]);
	}
	tempdir_drop(&w->d);
}

/* Files in the directory, the lock aside. */
static unsigned
tickets(const struct waiters *w)
{
	DIR *d = opendir(w->d.path);
	struct dirent *e;
	unsigned n = 0;

	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] >= '0' && e->d_name[0] <= '9';
	closedir(d);
	return n;
}

static struct waiters w;

static void
the_oldest_ticket_has_the_first_turn_alone(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0 && join(&w, "dev", "b") == 0 && join(&w, "dev", "c") == 0);
	CHECK(poll_one(&w, 2) == QUEUE_WAIT && poll_one(&w, 1) == QUEUE_WAIT);
	CHECK(poll_one(&w, 0) == QUEUE_MINE);
	CHECK(poll_one(&w, 1) == QUEUE_WAIT);
	queue_leave(&w.places[0]);
	CHECK(poll_one(&w, 2) == QUEUE_WAIT);
	CHECK(poll_one(&w, 1) == QUEUE_MINE);
	queue_leave(&w.places[1]);
	CHECK(poll_one(&w, 2) == QUEUE_MINE);
	queue_leave(&w.places[2]);
	CHECK(tickets(&w) == 0);
	close_waiters(&w);
}

static void
the_same_of_one_client_share_a_question_and_its_answer(void)
{
	static const enum queue_state answers[] = { QUEUE_YES, QUEUE_NO, QUEUE_TIMEOUT };

	for (unsigned i = 0; i < 3; i++) {
		open_waiters(&w);
		for (unsigned k = 0; k < 8; k++)
			CHECK(join(&w, "work", "a") == 0);
		CHECK(join(&w, "work", "b") == 0);
		CHECK(join(&w, "dev", "a") == 0);
		CHECK(poll_one(&w, 0) == QUEUE_MINE);
		CHECK(w.places[0].shared == 7);
		CHECK(poll_one(&w, 1) == QUEUE_WAIT);
		queue_answer(&w.places[0], answers[i]);
		queue_leave(&w.places[0]);
		for (unsigned k = 1; k < 8; k++)
			CHECK(poll_one(&w, k) == (int)answers[i]);
		CHECK(poll_one(&w, 8) == QUEUE_WAIT);
		CHECK(poll_one(&w, 9) == QUEUE_MINE && w.places[9].shared == 0);
		close_waiters(&w);
	}
}

/* Its ticket may be removed by hand: the question is on the screen all the same. */
static void
who_asks_keeps_the_turn_without_a_ticket(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0 && join(&w, "dev", "b") == 0);
	CHECK(poll_one(&w, 0) == QUEUE_MINE);
	CHECK(unlinkat(w.d.fd, w.places[0].name, 0) == 0);
	CHECK(poll_one(&w, 1) == QUEUE_WAIT);
	queue_leave(&w.places[0]);
	CHECK(poll_one(&w, 1) == QUEUE_MINE);
	close_waiters(&w);
}

static void
who_comes_after_the_question_does_not_share_it(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0);
	CHECK(poll_one(&w, 0) == QUEUE_MINE);
	CHECK(join(&w, "work", "a") == 0);
	queue_answer(&w.places[0], QUEUE_YES);
	queue_leave(&w.places[0]);
	CHECK(poll_one(&w, 1) == QUEUE_MINE);
	close_waiters(&w);
}

static void
a_question_that_is_withdrawn_answers_nobody(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0 && join(&w, "work", "a") == 0 && join(&w, "work", "a") == 0);
	CHECK(poll_one(&w, 0) == QUEUE_MINE && w.places[0].shared == 2);
	queue_leave(&w.places[0]);
	CHECK(poll_one(&w, 2) == QUEUE_WAIT);
	CHECK(poll_one(&w, 1) == QUEUE_MINE && w.places[1].shared == 1);
	close_waiters(&w);
}

static void
four_questions_of_a_client_wait_and_no_more(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "open") == 0 && poll_one(&w, 0) == QUEUE_MINE);
	CHECK(join(&w, "work", "a") == 0 && join(&w, "work", "b") == 0 && join(&w, "work", "c") == 0);
	CHECK(join(&w, "work", "d") == 0);
	CHECK(join(&w, "work", "e") == -EBUSY);
	CHECK(tickets(&w) == 5);
	/* One more that shares a question, and another client's, are welcome. */
	CHECK(join(&w, "dev", "e") == 0);
	close_waiters(&w);
}

static void
those_that_share_a_question_count_as_one(void)
{
	open_waiters(&w);
	for (unsigned i = 0; i < 6; i++)
		CHECK(join(&w, "work", "a") == 0);
	CHECK(join(&w, "work", "b") == 0 && join(&w, "work", "c") == 0 && join(&w, "work", "d") == 0);
	CHECK(join(&w, "work", "a") == 0);
	CHECK(join(&w, "work", "e") == -EBUSY);
	close_waiters(&w);
}

static void
tickets_of_a_client_are_bounded(void)
{
	open_waiters(&w);
	for (unsigned i = 0; i < QUEUE_TICKETS; i++)
		CHECK(join(&w, "work", "a") == 0);
	CHECK(join(&w, "work", "a") == -EBUSY);
	CHECK(join(&w, "dev", "a") == 0);
	CHECK(poll_one(&w, 0) == QUEUE_MINE && w.places[0].shared == QUEUE_TICKETS - 1);
	close_waiters(&w);
}

static void
the_ticket_of_a_dead_process_counts_for_nothing(void)
{
	pid_t pid;
	int status;

	open_waiters(&w);
	pid = fork();
	if (pid == 0) {
		if (join(&w, "work", "a") != 0 || poll_one(&w, 0) != QUEUE_MINE)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	CHECK(tickets(&w) == 1);
	CHECK(join(&w, "work", "b") == 0);
	CHECK(poll_one(&w, 0) == QUEUE_MINE);
	CHECK(tickets(&w) == 1);
	close_waiters(&w);
}

/* One that asks and takes back, again and again, has one turn for each of the other's. */
static void
clients_take_turns(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0 && poll_one(&w, 0) == QUEUE_MINE);
	CHECK(join(&w, "work", "b") == 0 && join(&w, "work", "c") == 0);
	CHECK(join(&w, "dev", "d") == 0 && join(&w, "dev", "e") == 0);
	queue_leave(&w.places[0]);
	CHECK(poll_one(&w, 1) == QUEUE_WAIT && poll_one(&w, 4) == QUEUE_WAIT);
	CHECK(poll_one(&w, 3) == QUEUE_MINE);
	queue_leave(&w.places[3]);
	CHECK(poll_one(&w, 4) == QUEUE_WAIT && poll_one(&w, 2) == QUEUE_WAIT);
	CHECK(poll_one(&w, 1) == QUEUE_MINE);
	queue_leave(&w.places[1]);
	/* A third that has had no turn yet comes before both. */
	CHECK(join(&w, "new", "f") == 0);
	CHECK(poll_one(&w, 4) == QUEUE_WAIT && poll_one(&w, 2) == QUEUE_WAIT);
	CHECK(poll_one(&w, 5) == QUEUE_MINE);
	queue_leave(&w.places[5]);
	CHECK(poll_one(&w, 2) == QUEUE_WAIT && poll_one(&w, 4) == QUEUE_MINE);
	queue_leave(&w.places[4]);
	CHECK(poll_one(&w, 2) == QUEUE_MINE);
	close_waiters(&w);
}

static void
more_clients_than_are_remembered_get_their_turns(void)
{
	char name[16];

	open_waiters(&w);
	for (unsigned i = 0; i < QUEUE_CLIENTS + 8; i++) {
		snprintf(name, sizeof(name), "disp%u", i);
		CHECK(join(&w, name, "a") == 0);
	}
	for (unsigned i = 0; i < QUEUE_CLIENTS + 8; i++) {
		CHECK(poll_one(&w, i) == QUEUE_MINE);
		queue_leave(&w.places[i]);
	}
	close_waiters(&w);
}

/* As where a read fails. */
static void
a_ticket_that_lives_stays_where_it_cannot_be_read(void)
{
	open_waiters(&w);
	CHECK(join(&w, "work", "a") == 0 && join(&w, "dev", "b") == 0);
	CHECK(ftruncate(w.places[0].ticket, 4) == 0);
	CHECK(poll_one(&w, 1) == QUEUE_MINE);
	CHECK(tickets(&w) == 2);
	close_waiters(&w);
}

int
main(void)
{
	TEST(clients_take_turns);
	TEST(more_clients_than_are_remembered_get_their_turns);
	TEST(the_oldest_ticket_has_the_first_turn_alone);
	TEST(the_same_of_one_client_share_a_question_and_its_answer);
	TEST(who_asks_keeps_the_turn_without_a_ticket);
	TEST(who_comes_after_the_question_does_not_share_it);
	TEST(a_question_that_is_withdrawn_answers_nobody);
	TEST(four_questions_of_a_client_wait_and_no_more);
	TEST(those_that_share_a_question_count_as_one);
	TEST(tickets_of_a_client_are_bounded);
	TEST(the_ticket_of_a_dead_process_counts_for_nothing);
	TEST(a_ticket_that_lives_stays_where_it_cannot_be_read);
	return check_done();
}
