#include "ask/turn.h"

#include "sys/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "turn"

/* Beyond the answers in enum turn_state: nobody has been asked, or somebody is being asked now. */
enum { TICKET_WAITING = 100, TICKET_ASKED };

/* What a ticket's file holds: written whole once, and later its state alone. Read and written by one build of the program. */
struct ticket {
	uint32_t state; /* an enum turn_state that is an answer, or the above */
	char client[LIMIT_QUBE + 1];
	char subject[SUBJECT_HEX];
};

/* What one look at all tickets finds. */
struct look {
	char oldest[TURN_NAME]; /* that has no answer yet */
	unsigned tickets; /* of this client */
	unsigned
	    waiting; /* different subjects of this client that wait, this one's aside; no more than TURN_WAITING are kept apart */
	char subjects[TURN_WAITING][SUBJECT_HEX];
};

static bool
is_answer(uint32_t state)
{
	return state == TURN_NO || state == TURN_YES || state == TURN_TIMEOUT;
}

/* Opens a ticket of a process that lives; what a dead one left is removed. Only under the directory's lock. A descriptor or -1. */
static int
open_live(int dir, const char *name, struct ticket *ticket)
{
	int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool dead;

	if (fd == -1)
		return -1;
	dead = flock(fd, LOCK_EX | LOCK_NB) == 0 || pread(fd, ticket, sizeof(*ticket), 0) != (ssize_t)sizeof(*ticket);
	if (!dead)
		return fd;
	unlinkat(dir, name, 0);
	close(fd);
	return -1;
}

static bool
is_ours(const struct turn *t, const struct ticket *ticket)
{
	return strncmp(t->client, ticket->client, sizeof(t->client)) == 0;
}

static bool
is_same(const struct turn *t, const struct ticket *ticket)
{
	return is_ours(t, ticket) && strncmp(t->subject, ticket->subject, SUBJECT_HEX) == 0;
}

static void
count_waiting(struct look *l, const struct ticket *ticket)
{
	for (unsigned i = 0; i < l->waiting; i++)
		if (strncmp(l->subjects[i], ticket->subject, SUBJECT_HEX) == 0)
			return;
	if (l->waiting < TURN_WAITING)
		memcpy(l->subjects[l->waiting++], ticket->subject, SUBJECT_HEX);
}

static void
see(const struct turn *t, struct look *l, const char *name, const struct ticket *ticket)
{
	if (!is_answer(ticket->state) && (l->oldest[0] == '\0' || strcmp(name, l->oldest) < 0))
		memcpy(l->oldest, name, strlen(name) + 1);
	if (!is_ours(t, ticket))
		return;
	l->tickets++;
	if (ticket->state == TICKET_WAITING && !is_same(t, ticket))
		count_waiting(l, ticket);
}

/* Every live ticket, whose name fits, to see(), or with share set to those who share this one's question. */
static int
look_at_all(struct turn *t, struct look *l, bool share)
{
	int copy = openat(t->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (d == NULL) {
		if (copy != -1)
			close(copy);
		return -EIO;
	}
	while ((e = readdir(d)) != NULL) {
		struct ticket ticket;
		size_t len = strlen(e->d_name);
		int fd = -1;

		if (e->d_name[0] >= '0' && e->d_name[0] <= '9' && len < TURN_NAME)
			fd = open_live(t->dir, e->d_name, &ticket);
		if (fd == -1)
			continue;
		if (!share)
			see(t, l, e->d_name, &ticket);
		else if (is_same(t, &ticket) && !is_answer(ticket.state)) {
			const uint32_t asked = TICKET_ASKED;

			(void)!pwrite(fd, &asked, sizeof(asked), 0);
			if (strcmp(e->d_name, t->name) != 0 && t->shared < TURN_TICKETS)
				memcpy(t->others[t->shared++], e->d_name, len + 1);
		}
		close(fd);
	}
	closedir(d);
	return 0;
}

static int
make_ticket(struct turn *t)
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
join_locked(struct turn *t)
{
	struct look l = { .tickets = 0 };
	int error = look_at_all(t, &l, false);

	if (error < 0)
		return error;
	if (l.waiting >= TURN_WAITING || l.tickets >= TURN_TICKETS)
		return -EBUSY;
	return make_ticket(t);
}

int
turn_join(struct turn *t, int dir, const char *client, const char subject[SUBJECT_HEX])
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
		turn_leave(t);
	return error;
}

static int
poll_locked(struct turn *t)
{
	struct look l = { .tickets = 0 };
	int error = look_at_all(t, &l, false);

	if (error < 0)
		return error;
	if (strcmp(l.oldest, t->name) != 0)
		return TURN_WAIT;
	if (flock(t->lock, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? TURN_WAIT : -errno;
	t->shared = 0;
	error = look_at_all(t, &l, true);
	return error < 0 ? error : TURN_MINE;
}

int
turn_poll(struct turn *t)
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
turn_answer(struct turn *t, enum turn_state answer)
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
turn_leave(struct turn *t)
{
	if (t->ticket != -1) {
		unlinkat(t->dir, t->name, 0);
		close(t->ticket);
	}
	if (t->lock != -1)
		close(t->lock);
	t->ticket = t->lock = -1;
}
