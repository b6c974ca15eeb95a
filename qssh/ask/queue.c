/* SPDX-License-Identifier: ISC */
#include "ask/queue.h"

#include "sys/clock.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "lock"

/* Beyond the answers in enum queue_state: nobody has been asked, or somebody is being asked now. */
enum { TICKET_WAITING = 100, TICKET_ASKED };

/* What a ticket's file holds: written whole once, and later its state alone. Read and written by one build of the
 * program. */
struct ticket {
	uint32_t state; /* an enum queue_state that is an answer, or the above */
	char client[LIMIT_QUBE + 1];
	char subject[SUBJECT_HEX];
};

/* What the lock's file holds: who had a turn, and which one since the file was made. Read and written by one build of
 * the program. */
struct turns {
	uint64_t last;
	struct {
		char client[LIMIT_QUBE + 1];
		uint64_t turn;
	} of[QUEUE_CLIENTS];
};

/* What one look at all tickets finds. */
struct look {
	struct turns turns;
	char next[QUEUE_NAME]; /* the ticket whose turn it is, of those without an answer */
	uint64_t next_turn; /* its client's last one */
	unsigned tickets; /* of this client */
	unsigned waiting; /* different subjects of this client that wait, this one's aside; no more than QUEUE_WAITING
			     are kept apart */
	char subjects[QUEUE_WAITING][SUBJECT_HEX];
};

static bool
is_answer(uint32_t state)
{
	return state == QUEUE_NO || state == QUEUE_YES || state == QUEUE_TIMEOUT;
}

/*
 * Opens a ticket of a process that lives; what a dead one left is removed.
 * One that lives and can't be read now is left alone: without it, it would never have its turn.
 * Only under the directory's lock. A descriptor or -1.
 */
static int
open_live(int dir, const char *name, struct ticket *ticket)
{
	int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(dir, name, 0);
	else if (pread(fd, ticket, sizeof(*ticket), 0) == (ssize_t)sizeof(*ticket))
		return fd;
	close(fd);
	return -1;
}

static bool
ticket_is_ours(const struct queue *t, const struct ticket *ticket)
{
	return strncmp(t->client, ticket->client, sizeof(t->client)) == 0;
}

static bool
is_same(const struct queue *t, const struct ticket *ticket)
{
	return ticket_is_ours(t, ticket) && strncmp(t->subject, ticket->subject, SUBJECT_HEX) == 0;
}

static void
count_waiting(struct look *l, const struct ticket *ticket)
{
	for (unsigned i = 0; i < l->waiting; i++)
		if (strncmp(l->subjects[i], ticket->subject, SUBJECT_HEX) == 0)
			return;
	if (l->waiting < QUEUE_WAITING)
		memcpy(l->subjects[l->waiting++], ticket->subject, SUBJECT_HEX);
}

/* The entry of a client, or where there is none the one whose turn is longest ago. */
static unsigned
find_client(const struct turns *turns, const char *client)
{
	unsigned first = 0;

	for (unsigned i = 0; i < QUEUE_CLIENTS; i++) {
		if (strncmp(turns->of[i].client, client, sizeof(turns->of[i].client)) == 0)
			return i;
		if (turns->of[i].turn < turns->of[first].turn)
			first = i;
	}
	return first;
}

static uint64_t
last_turn(const struct turns *turns, const char *client)
{
	unsigned i = find_client(turns, client);

	return strncmp(turns->of[i].client, client, sizeof(turns->of[i].client)) == 0 ? turns->of[i].turn : 0;
}

/* A file of another size is as none. */
static void
read_turns(const struct queue *t, struct turns *turns)
{
	if (pread(t->lock, turns, sizeof(*turns), 0) != (ssize_t)sizeof(*turns))
		memset(turns, 0, sizeof(*turns));
}

static void
note_turn(const struct queue *t, struct turns *turns)
{
	unsigned i = find_client(turns, t->client);

	memcpy(turns->of[i].client, t->client, sizeof(t->client));
	turns->of[i].turn = ++turns->last;
	(void)!pwrite(t->lock, turns, sizeof(*turns), 0);
}

static void
see(const struct queue *t, struct look *l, const char *name, const struct ticket *ticket)
{
	uint64_t turn = last_turn(&l->turns, ticket->client);

	if (!is_answer(ticket->state) &&
	    (l->next[0] == '\0' || turn < l->next_turn || (turn == l->next_turn && strcmp(name, l->next) < 0))) {
		memcpy(l->next, name, strlen(name) + 1);
		l->next_turn = turn;
	}
	if (!ticket_is_ours(t, ticket))
		return;
	l->tickets++;
	if (ticket->state == TICKET_WAITING && !is_same(t, ticket))
		count_waiting(l, ticket);
}

/* Every live ticket, whose name fits, to see(), or with share set to those who share this one's question. */
static int
look_at_all(struct queue *t, struct look *l, bool share)
{
	DIR *d = file_entries(t->dir);
	struct dirent *e;

	if (d == NULL)
		return -EIO;
	while ((e = readdir(d)) != NULL) {
		struct ticket ticket;
		size_t len = strlen(e->d_name);
		int fd = -1;

		if (e->d_name[0] >= '0' && e->d_name[0] <= '9' && len < QUEUE_NAME)
			fd = open_live(t->dir, e->d_name, &ticket);
		if (fd == -1)
			continue;
		if (!share)
			see(t, l, e->d_name, &ticket);
		else if (is_same(t, &ticket) && !is_answer(ticket.state)) {
			const uint32_t asked = TICKET_ASKED;

			(void)!pwrite(fd, &asked, sizeof(asked), 0);
			if (strcmp(e->d_name, t->name) != 0 && t->shared < QUEUE_TICKETS)
				memcpy(t->others[t->shared++], e->d_name, len + 1);
		}
		close(fd);
	}
	closedir(d);
	return 0;
}

static int
make_ticket(struct queue *t)
{
	struct ticket ticket = { .state = TICKET_WAITING };

	memcpy(ticket.client, t->client, sizeof(ticket.client));
	memcpy(ticket.subject, t->subject, sizeof(ticket.subject));
	snprintf(t->name, sizeof(t->name), "%020lld.%010ld", (long long)clock_boot(), (long)getpid());
	t->ticket = openat(t->dir, t->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->ticket == -1)
		return -errno;
	if (flock(t->ticket, LOCK_EX | LOCK_NB) == -1)
		return -errno;
	return pwrite(t->ticket, &ticket, sizeof(ticket), 0) == (ssize_t)sizeof(ticket) ? 0 : -EIO;
}

static int
join_locked(struct queue *t)
{
	struct look l = { .tickets = 0 };
	int error = look_at_all(t, &l, false);

	if (error < 0)
		return error;
	if (l.waiting >= QUEUE_WAITING || l.tickets >= QUEUE_TICKETS)
		return -EBUSY;
	return make_ticket(t);
}

int
queue_join(struct queue *t, int dir, const char *client, const char subject[SUBJECT_HEX])
{
	int error;

	memset(t, 0, sizeof(*t));
	t->dir = dir;
	t->ticket = -1;
	snprintf(t->client, sizeof(t->client), "%s", client);
	snprintf(t->subject, sizeof(t->subject), "%s", subject);
	t->lock = openat(dir, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->lock == -1)
		return -errno;
	error = flock(dir, LOCK_EX) == -1 ? -errno : join_locked(t);
	flock(dir, LOCK_UN);
	if (error < 0)
		queue_leave(t);
	return error;
}

static int
poll_locked(struct queue *t)
{
	struct look l = { .tickets = 0 };
	int error;

	read_turns(t, &l.turns);
	error = look_at_all(t, &l, false);
	if (error < 0)
		return error;
	if (strcmp(l.next, t->name) != 0)
		return QUEUE_WAIT;
	if (flock(t->lock, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? QUEUE_WAIT : -errno;
	note_turn(t, &l.turns);
	t->shared = 0;
	error = look_at_all(t, &l, true);
	return error < 0 ? error : QUEUE_MINE;
}

int
queue_poll_once(struct queue *t)
{
	uint32_t state;
	int result;

	if (pread(t->ticket, &state, sizeof(state), 0) != (ssize_t)sizeof(state))
		return -EIO;
	if (is_answer(state))
		return (int)state;
	if (flock(t->dir, LOCK_EX) == -1)
		return -errno;
	result = poll_locked(t);
	flock(t->dir, LOCK_UN);
	return result;
}

void
queue_answer(struct queue *t, enum queue_state answer)
{
	const uint32_t state = (uint32_t)answer;

	for (unsigned i = 0; i < t->shared; i++) {
		int fd = openat(t->dir, t->others[i], O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

		if (fd == -1)
			continue;
		(void)!pwrite(fd, &state, sizeof(state), 0);
		close(fd);
	}
}

void
queue_leave(struct queue *t)
{
	if (t->ticket != -1) {
		unlinkat(t->dir, t->name, 0);
		close(t->ticket);
	}
	if (t->lock != -1)
		close(t->lock);
	t->ticket = t->lock = -1;
}
