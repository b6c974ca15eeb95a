/* SPDX-License-Identifier: ISC */
#include "proxy/proxyagent.h"

#include "base/limits.h"
#include "client/config.h"
#include "client/peer.h"
#include "client/relay.h"
#include "proxy/place.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The wait for the gate, which dozens may want at once; for a proxy agent's answer; for a proxied ssh's message,
 * which is on its way.
 */
#define GATE_MS (10 * 1000)
#define ANSWER_MS (5 * 1000)
#define MESSAGE_MS 200

/* Without proxied ssh processes, while somebody at the gate may be about to become one. */
#define LEAVE_MS 10

struct proxyagent {
	struct sockdir dir; /* a gate of our own */
	struct place agent, announcements;
	int signals; /* SIGCHLD, SIGTERM */
	sigset_t mask; /* the signal mask before */
	const struct target *target;
	const char *home;
	size_t n_proxied;
	struct proxied proxied[LIMIT_PROXIED];
	size_t served;
	bool told_to_end;
};

/* Closes every descriptor but the n in keep, and 0, 1 and 2. */
static int
close_others(const int *keep, size_t n)
{
	unsigned from = 3;

	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)from && (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next > from && syscall(SYS_close_range, from, next == ~0u ? next : next - 1, 0) == -1)
			return -errno;
		if (next == ~0u)
			return 0;
		from = next + 1;
	}
}

/* Away from the terminal, from ssh's pipes and from its connection: held open here, none of them would end. */
static int
detach(const struct proxyagent *k)
{
	const int keep[] = { k->dir.fd, k->agent.fd, k->announcements.fd, k->proxied[0].pidfd };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || setsid() == -1 || chdir("/") == -1)
		return -errno;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) == -1)
			return -errno;
	return close_others(keep, sizeof(keep) / sizeof(keep[0]));
}

static int
catch_signals(struct proxyagent *k)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	/* ssh may have been started with it ignored, and then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, &k->mask) == -1)
		return -errno;
	k->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->signals == -1 ? -errno : 0;
}

static void
handle_signals(struct proxyagent *k)
{
	struct signalfd_siginfo info;

	while (read(k->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTERM)
			k->told_to_end = true;
	while (k->served > 0 && waitpid(-1, NULL, WNOHANG) > 0)
		k->served--;
}

/* In a child of the proxy agent's: one connection of ssh's. */
static void
serve(struct proxyagent *k, int fd)
{
	static struct connection r;

	place_close(&k->agent);
	place_close(&k->announcements);
	sockdir_close(&k->dir);
	close(k->signals);
	for (size_t i = 0; i < k->n_proxied; i++)
		close(k->proxied[i].pidfd);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, &k->mask, NULL);
	r.fd = fd;
	r.target = *k->target;
	r.program = config_program();
	r.home = k->home;
	r.runtime_dir = config_runtime_dir();
	r.answer_ms = config_answer_ms();
	/*
	 * Here and not in the proxy agent: a process that began after the looker is taken for another one with the same
	 * number (peer.h).
	 */
	if (peer_open(&r.peer, fd) == 0 && frame_prepare(fd) == 0)
		relay_serve(&r);
}

static void
accept_connection(struct proxyagent *k)
{
	int fd = accept4(k->agent.fd, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid;

	if (fd == -1)
		return;
	pid = k->served < LIMIT_SERVED ? fork() : -1;
	if (pid == 0) {
		serve(k, fd);
		_exit(0);
	}
	if (pid != -1)
		k->served++;
	close(fd);
}

/* The proxied ssh is kept, or its pidfd closed. */
static enum proxied_answer
take_proxied(struct proxyagent *k, const struct proxied *g, const char *untrusted_socket)
{
	enum proxied_answer answer = PROXIED_TAKEN;

	if (strcmp(untrusted_socket, k->target->socket) != 0)
		answer = PROXIED_OTHER;
	else if (k->n_proxied == LIMIT_PROXIED)
		answer = PROXIED_FULL;
	if (answer == PROXIED_TAKEN)
		k->proxied[k->n_proxied++] = *g;
	else
		close(g->pidfd);
	return answer;
}

static void
accept_announcement(struct proxyagent *k)
{
	int fd = accept4(k->announcements.fd, NULL, NULL, SOCK_CLOEXEC);
	char socket[PROXIED_SOCKET_SIZE];
	struct proxied g;

	if (fd == -1)
		return;
	if (proxied_receive(fd, &g, socket, clock_deadline(MESSAGE_MS)) == 0)
		proxied_answer(fd, take_proxied(k, &g, socket));
	close(fd);
}

/* Guests whose f is readable have ended. Backwards, as the last one takes a place that is given up. */
static void
drop_proxied(struct proxyagent *k, const struct pollfd *f)
{
	for (size_t i = k->n_proxied; i-- > 0;)
		if (f[i].revents != 0 && !proxied_follow(&k->proxied[i])) {
			close(k->proxied[i].pidfd);
			k->proxied[i] = k->proxied[--k->n_proxied];
		}
}

static int
turn(struct proxyagent *k)
{
	struct pollfd f[3 + LIMIT_PROXIED] = {
		{ .fd = k->signals, .events = POLLIN },
		{ .fd = k->agent.fd, .events = POLLIN },
		{ .fd = k->announcements.fd, .events = POLLIN },
	};

	for (size_t i = 0; i < k->n_proxied; i++)
		f[3 + i] = (struct pollfd){ .fd = k->proxied[i].pidfd, .events = POLLIN };
	if (poll(f, 3 + k->n_proxied, k->n_proxied > 0 ? -1 : LEAVE_MS) == -1)
		return errno == EINTR ? 0 : -errno;
	drop_proxied(k, f + 3);
	if (f[0].revents != 0)
		handle_signals(k);
	if (f[1].revents != 0)
		accept_connection(k);
	if (f[2].revents != 0)
		accept_announcement(k);
	return 0;
}

/* With the gate ours nobody is about to join. False: somebody else is at it. */
static bool
leave(struct proxyagent *k, int64_t deadline)
{
	if (sockdir_lock(&k->dir, deadline) < 0)
		return false;
	place_remove(&k->agent, &k->dir);
	place_remove(&k->announcements, &k->dir);
	return true;
}

static void
run(struct proxyagent *k)
{
	if (catch_signals(k) < 0)
		return;
	while (!k->told_to_end && turn(k) == 0)
		if (k->n_proxied == 0 && leave(k, 0))
			return;
	leave(k, clock_deadline(LEAVE_MS));
}

/* Two forks, so that nobody has to wait for the proxy agent, least of all ssh. 0 once it runs, or -errno. */
static int
fork_agent(struct proxyagent *k)
{
	pid_t pid = fork();
	int status;

	if (pid == -1)
		return -errno;
	if (pid == 0) {
		if (detach(k) < 0)
			_exit(1);
		pid = fork();
		if (pid == 0)
			run(k);
		_exit(pid == -1);
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EAGAIN;
}

static int
open_places(struct proxyagent *k, const struct sockdir *d, const char *name, const char *announcements)
{
	int error = sockdir_reopen(d, &k->dir);

	if (error == 0)
		error = place_open(&k->announcements, d, announcements, SOCK_SEQPACKET);
	if (error == 0)
		error = place_open(&k->agent, d, name, SOCK_STREAM);
	return error;
}

static int
start(const struct sockdir *d, const char *name, const char *announcements, const struct target *t, const char *home,
    const struct proxied *g)
{
	static struct proxyagent k;
	int error;

	k = (struct proxyagent){ .dir.fd = -1,
		.agent.fd = -1,
		.announcements.fd = -1,
		.target = t,
		.home = home,
		.n_proxied = 1,
		.proxied = { *g } };
	error = open_places(&k, d, name, announcements);
	if (error == 0)
		error = fork_agent(&k);
	if (error < 0) {
		place_remove(&k.agent, d);
		place_remove(&k.announcements, d);
	}
	place_close(&k.agent);
	place_close(&k.announcements);
	sockdir_close(&k.dir);
	return error;
}

static int
say(int result, const struct sockdir *d, const char *name, char why[PROXYAGENT_WHY_SIZE])
{
	if (result == PROXIED_TAKEN)
		return 0;
	if (result == PROXIED_OTHER)
		snprintf(why, PROXYAGENT_WHY_SIZE,
		    "%s/%s serves another vault, for an ssh to the same host that still runs: end that one first",
		    d->path, name);
	else if (result == PROXIED_FULL)
		snprintf(
		    why, PROXYAGENT_WHY_SIZE, "%s/%s serves %u ssh processes already", d->path, name, LIMIT_PROXIED);
	else if (result == -ENAMETOOLONG)
		snprintf(why, PROXYAGENT_WHY_SIZE, "the path of %s/%s is too long for a socket", d->path, name);
	else if (result == -EBUSY)
		snprintf(why, PROXYAGENT_WHY_SIZE, "%s is locked: another qssh proxy does not get on", d->path);
	else if (result == -ETIMEDOUT)
		snprintf(why, PROXYAGENT_WHY_SIZE, "%s/%s: the process that serves it does not answer", d->path, name);
	else
		snprintf(why, PROXYAGENT_WHY_SIZE, "%s/%s can't be served: %s", d->path, name, strerror(-result));
	return result > 0 ? -EBUSY : result;
}

int
proxyagent_join(const struct sockdir *d, const char *name, const struct target *t, const char *home,
    const struct proxied *g, char why[PROXYAGENT_WHY_SIZE])
{
	char announcements[SOCKDIR_PATH_SIZE];
	struct sockaddr_un a;
	int result;

	/* The longer name of the two: what fits it, fits both. */
	if (snprintf(announcements, sizeof(announcements), "%s.k", name) >= (int)sizeof(announcements))
		return say(-ENAMETOOLONG, d, name, why);
	result = sockdir_address(d, announcements, &a);
	if (result == 0)
		result = sockdir_lock(d, clock_deadline(GATE_MS));
	if (result < 0)
		return say(result, d, name, why);
	result = proxied_send(&a, g, t->socket, clock_deadline(ANSWER_MS));
	if (result == -ECONNREFUSED || (result == PROXIED_TAKEN && !place_is_taken(d, name)))
		result = start(d, name, announcements, t, home, g);
	sockdir_unlock(d);
	return say(result, d, name, why);
}
