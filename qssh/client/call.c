/* SPDX-License-Identifier: ISC */
#include "client/call.h"

#include "base/limits.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/journal.h"
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* dom0's policy refuses at once, on a busy machine too; people, and a vault that does not start, take longer. */
#define AT_ONCE_MS 2000

/* How long a program may take to exit once its socket is closed from either side. */
#define EXIT_MS 2000

static int
start(const char *program, const struct target *t, enum call_group group, int socket, pid_t *pid)
{
	char service[TARGET_CALL_SIZE];
	const char *const argv[] = { program, "--use-stdin-socket", "--", t->qube, service, NULL };
	struct spawn s = { .argv = argv, .in = socket, .out = SPAWN_NULL };
	int error;

	s.group = group == CALL_OWN ? SPAWN_GROUP : SPAWN_OURS;
	s.errors = journal_stream("qrexec-client-vm");
	if (s.errors < 0)
		return s.errors;
	target_service(t, service);
	error = spawn_start(&s, pid);
	close(s.errors);
	return error;
}

int
call_start(
    struct call *c, const char *program, const struct target *t, enum call_group group, char why[CALL_SENTENCE_SIZE])
{
	int pair[2], error;

	*c = CALL_NONE;
	c->target = *t;
	c->grouped = group == CALL_OWN;
	c->started = clock_now();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1) {
		error = -errno;
	} else {
		error = frame_prepare(pair[0]);
		if (error == 0)
			error = start(program, t, group, pair[1], &c->pid);
		close(pair[1]);
		if (error < 0)
			close(pair[0]);
	}
	if (error < 0) {
		snprintf(why, CALL_SENTENCE_SIZE, "%.200s can't be started: %s", program, strerror(-error));
		c->pid = -1;
		return error;
	}
	c->fd = pair[0];
	return 0;
}

/* The program's wait status, or -1 where it did not end in time. */
static int
wait_for_exit(pid_t pid, int ms)
{
	struct pollfd f = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int status;

	if (f.fd != -1) {
		while (poll(&f, 1, ms) == -1 && errno == EINTR)
			;
		close(f.fd);
	}
	return waitpid(pid, &status, WNOHANG) == pid ? status : -1;
}

/* Closes, waits, and kills what stays. The wait status, or -1 where it had to be killed. */
static int
end(struct call *c, int ms)
{
	int status;

	close(c->fd);
	c->fd = -1;
	status = wait_for_exit(c->pid, ms);
	if (status == -1) {
		kill(c->grouped ? -c->pid : c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	c->pid = -1;
	return status;
}

void
call_end(struct call *c)
{
	if (c->fd != -1)
		end(c, EXIT_MS);
}

/* qrexec has one status for all refusals, and tells nobody which it was: only how long it took is known. */
static void
say_refusal(const struct target *t, int64_t ms, char why[CALL_SENTENCE_SIZE])
{
	const char *vault = target_shown(t);

	if (ms >= AT_ONCE_MS)
		snprintf(why, CALL_SENTENCE_SIZE,
		    "dom0 refused the call to %s: the answer there was no, or %s could not start", vault, vault);
	else
		snprintf(why, CALL_SENTENCE_SIZE,
		    "dom0 refused the call to %s: its policy has no line for it, or an error in a file, or the answer "
		    "was no, or there are too many calls at once%s",
		    vault,
		    target_is_default(t) ? ". If the policy names the vault, run: qssh enable --vault NAME" : "");
}

static enum call_fault
fault_of(int code, int64_t ms)
{
	switch (code) {
	case 126: return ms >= AT_ONCE_MS ? CALL_DOM0 : CALL_POLICY;
	case 127: return CALL_NO_SERVICE;
	case 75: return CALL_NOBODY;
	case 1:
	case 2: return CALL_HERE;
	default: return CALL_VAULT;
	}
}

/* The exit statuses of qrexec-client-vm(1); what is not its own is the service's. */
static void
say_code(const struct target *t, int code, int64_t ms, char why[CALL_SENTENCE_SIZE])
{
	const char *vault = target_shown(t);

	if (code == 126)
		say_refusal(t, ms, why);
	else if (code == 127)
		snprintf(why, CALL_SENTENCE_SIZE, "%s has no " QUBE_SERVICE " service", vault);
	else if (code == 125)
		snprintf(why, CALL_SENTENCE_SIZE,
		    "%s can't run its " QUBE_SERVICE
		    " service: the file is not executable, or its rpc-config is broken",
		    vault);
	else if (code == 75)
		snprintf(why, CALL_SENTENCE_SIZE, "%s takes no more calls of this qube at once: try again", vault);
	else if (code == 255)
		snprintf(why, CALL_SENTENCE_SIZE, "the call to %s was lost: it went away", vault);
	else if (code == 1)
		snprintf(why, CALL_SENTENCE_SIZE,
		    "the call to %s failed: this qube's qrexec-agent did not take it, or the service failed", vault);
	else if (code == 2)
		snprintf(why, CALL_SENTENCE_SIZE,
		    "the call to %s failed: qrexec-client-vm does not know --use-stdin-socket (Qubes R4.2 has it)",
		    vault);
	else if (code == 0)
		snprintf(why, CALL_SENTENCE_SIZE, "%s closed the call without an answer", vault);
	else if (code > 128)
		snprintf(why, CALL_SENTENCE_SIZE, "the service in %s was ended by signal %d", vault, code - 128);
	else
		snprintf(why, CALL_SENTENCE_SIZE, "the service in %s ended with status %d", vault, code);
}

void
call_garbled(const struct target *t, char why[CALL_SENTENCE_SIZE])
{
	snprintf(why, CALL_SENTENCE_SIZE, "%s answered with something that is not the agent protocol", target_shown(t));
}

/* Ends the call after a failed exchange, and says why it failed. */
static void
fail(struct call *c, int error, char why[CALL_SENTENCE_SIZE])
{
	const char *vault = target_shown(&c->target);
	int64_t ms = clock_now() - c->started;
	int status = end(c, error == -EPIPE ? EXIT_MS : 0), code;

	c->fault = error == -ETIMEDOUT ? CALL_NOBODY : CALL_VAULT;
	if (error == -ETIMEDOUT) {
		snprintf(why, CALL_SENTENCE_SIZE, "%s did not answer in time", vault);
	} else if (error == -EMSGSIZE) {
		call_garbled(&c->target, why);
	} else if (status != -1) {
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		c->fault = fault_of(code, ms);
		say_code(&c->target, code, ms, why);
	} else {
		snprintf(why, CALL_SENTENCE_SIZE, "%s closed the call without an answer", vault);
	}
}

/* Waits for the answer to begin, and says once that it takes long. */
static int
wait_for_answer(struct call *c, int64_t deadline)
{
	int64_t patience = clock_deadline(c->slow_ms);
	int error;

	if (c->slow == NULL || patience >= deadline)
		return 0;
	error = frame_wait(c->fd, c->watch, patience);
	if (error != -ETIMEDOUT)
		return error;
	c->slow(c->ctx);
	c->slow = NULL;
	return 0;
}

int
call_exchange(struct call *c, struct span request, uint8_t *answer, int64_t deadline, char why[CALL_SENTENCE_SIZE])
{
	int n;

	n = frame_write(c->fd, c->watch, request, deadline);
	if (n == 0)
		n = wait_for_answer(c, deadline);
	if (n == 0) {
		n = frame_read(c->fd, c->watch, answer, deadline);
		if (n == 0)
			n = -EPIPE;
	}
	if (n < 0 && n != -ECANCELED)
		fail(c, n, why);
	return n;
}
