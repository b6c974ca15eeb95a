/* SPDX-License-Identifier: ISC */
/*
 * What stands between the two qubes in the tests' world: dom0's policy, and the vault's qrexec-agent.
 * Runs as root, listens for qrexec-client-vm, and serves each call in a process of its own.
 *
 * A qube is a directory /run/qubes/NAME and a user of that name, whose home and processes are the qube's.
 * The caller is the qube that its uid names, and ssh-client for any other uid.
 *
 * A service is started in one of qrexec's two ways.
 * Where the session's fork-server listens, at /run/qubes/qrexec-server.USER.sock (a file is enough), it inherits
 * the session's environment: KEY=VALUE lines in `session` in the qube's directory.
 * Else it is run by a login shell, in a login's environment, which knows of no session.
 * Further files:
 *
 * 	/run/qubes/calls	every call, one line: TIME SOURCE TARGET SERVICE+ARG
 * 	/run/qubes/answer	what the person at dom0 answers to an ask: yes or no. Until the file is there, the question stands.
 * 	/run/qubes/places	how many calls a vault takes at a time; the rest are refused. Until the file is there, 128: as many ports has a
 * 				vault's qrexec-daemon.
 * 	/run/qubes/fault	what goes wrong, one word a line, for each call that begins while it is there:
 * 		hang		the call is never answered
 * 		delay=MS	it is answered late
 * 		exit=N		it is accepted and at once over, with this exit status
 * 		mute		it is accepted and nothing ever comes back
 * 		lost=N		the vault goes away after N bytes of the service's output
 * 		dribble=N	both directions arrive in pieces of 1 to N bytes
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link.h"
#include "policy.h"

#define QUBES "/run/qubes"
#define ENV_MAX 48
#define PLACES 128

struct fault {
	int hang, mute, delay, exit;
	long lost;
	uint32_t dribble;
};

struct request {
	int conn;
	char source[POLICY_NAME];
	char target[POLICY_NAME];
	char full[2 * POLICY_NAME]; /* SERVICE+ARG, always with the + */
	char service[POLICY_NAME];
	const char *arg; /* in full */
	struct fault fault;
};

struct service {
	pid_t pid;
	int pidfd; /* -1 once it has been waited for */
	int in, out, err; /* -1 once closed at the other end */
	uint32_t status;
	struct link_box to; /* to the client */
	struct link_box from; /* from the client; whole when held is set */
	int held;
};

static void
sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* Serves no purpose any more once the client is gone. */
static _Noreturn void
hang_until_gone(int conn)
{
	char drop[4096];

	while (read(conn, drop, sizeof(drop)) > 0)
		;
	exit(0);
}

static void
send_frame(struct request *q, enum link_type type, const void *body, size_t len)
{
	static struct link_box box;
	int r;

	link_put(&box, type, body, len);
	while ((r = link_send(&box, q->conn)) == 0) {
		struct pollfd p = { .fd = q->conn, .events = POLLOUT };

		poll(&p, 1, -1);
	}
	if (r < 0)
		exit(0);
}

static _Noreturn void
send_last(struct request *q, enum link_type type, uint32_t status)
{
	send_frame(q, type, &status, type == LINK_EXIT ? sizeof(status) : 0);
	exit(0);
}

static void
accept_call(struct request *q)
{
	send_frame(q, LINK_ACCEPTED, &q->fault.dribble, sizeof(q->fault.dribble));
}

static void
fault_read(struct fault *f)
{
	char word[64];
	FILE *file = fopen(QUBES "/fault", "re");

	memset(f, 0, sizeof(*f));
	f->exit = -1;
	f->lost = -1;
	if (!file)
		return;
	while (fscanf(file, "%63s", word) == 1) {
		long n = strchr(word, '=') ? strtol(strchr(word, '=') + 1, NULL, 10) : 0;

		if (strcmp(word, "hang") == 0)
			f->hang = 1;
		else if (strcmp(word, "mute") == 0)
			f->mute = 1;
		else if (strncmp(word, "delay=", 6) == 0)
			f->delay = (int)n;
		else if (strncmp(word, "exit=", 5) == 0)
			f->exit = (int)n;
		else if (strncmp(word, "lost=", 5) == 0)
			f->lost = n;
		else if (strncmp(word, "dribble=", 8) == 0)
			f->dribble = (uint32_t)n;
		else
			fprintf(stderr, "dom0: fault: what is \"%s\"?\n", word);
	}
	fclose(file);
}

static int
is_qube(const char *name)
{
	char path[128];
	struct stat st;

	if (name[0] == '\0' || strchr(name, '/') || name[0] == '.')
		return 0;
	snprintf(path, sizeof(path), "%s/%s", QUBES, name);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
source_find(struct request *q)
{
	struct ucred who;
	socklen_t len = sizeof(who);
	struct passwd *pw = NULL;

	if (getsockopt(q->conn, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0)
		pw = getpwuid(who.uid);
	snprintf(q->source, sizeof(q->source), "%s", pw && is_qube(pw->pw_name) ? pw->pw_name : "ssh-client");
}

/* Splits the call's words. A call that is not well formed is refused. */
static void
request_read(struct request *q)
{
	static struct link_box box;
	char text[2 * POLICY_NAME], *space, *plus;
	int r;

	while ((r = link_receive(&box, q->conn)) == 0)
		;
	if (r < 0 || box.frame.type != LINK_CALL || box.frame.len >= sizeof(text))
		exit(0);
	memcpy(text, box.frame.body, box.frame.len);
	text[box.frame.len] = '\0';
	space = strchr(text, ' ');
	if (!space || space - text >= POLICY_NAME || strlen(space + 1) >= POLICY_NAME)
		send_last(q, LINK_REFUSED, 0);
	*space = '\0';
	memcpy(q->target, text, (size_t)(space - text) + 1);
	snprintf(q->full, sizeof(q->full), "%s%s", space + 1, strchr(space + 1, '+') ? "" : "+");
	plus = strchr(q->full, '+');
	snprintf(q->service, sizeof(q->service), "%.*s", (int)(plus - q->full), q->full);
	q->arg = plus + 1;
	if (strchr(q->full, '/') || q->service[0] == '\0' || q->service[0] == '.')
		send_last(q, LINK_REFUSED, 0);
}

static void
call_log(const struct request *q)
{
	struct timespec t;
	struct tm tm;
	char clock[16];
	FILE *f = fopen(QUBES "/calls", "ae");

	clock_gettime(CLOCK_REALTIME, &t);
	localtime_r(&t.tv_sec, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (!f)
		die("dom0: " QUBES "/calls");
	fprintf(f, "%s.%03ld %s %s %s\n", clock, t.tv_nsec / 1000000, q->source, q->target, q->full);
	fclose(f);
}

/* The person at dom0. Waits for the answer as long as the client does. */
static int
answer_wait(int conn)
{
	for (;;) {
		char word[16] = "";
		struct pollfd p = { .fd = conn, .events = POLLRDHUP };
		FILE *f = fopen(QUBES "/answer", "re");

		if (f) {
			int n = fscanf(f, "%15s", word);

			fclose(f);
			if (n == 1)
				return strcmp(word, "yes") == 0;
		}
		if (poll(&p, 1, 20) > 0)
			exit(0);
	}
}

static void
policy_ask(struct request *q, struct policy_verdict *v)
{
	char target[POLICY_NAME];

	/* A qube that does not exist counts as none named. */
	snprintf(target, sizeof(target), "%s", is_qube(q->target) ? q->target : "@default");
	policy_decide(q->service, q->arg, q->source, target, v);
	if (v->action == POLICY_ASK)
		v->action = answer_wait(q->conn) ? POLICY_ALLOW : POLICY_DENY;
	if (v->action != POLICY_ALLOW || !is_qube(v->target) || strcmp(v->target, q->source) == 0)
		send_last(q, LINK_REFUSED, 0);
}

static int
places_count(void)
{
	int n = PLACES;
	FILE *f = fopen(QUBES "/places", "re");

	if (f) {
		if (fscanf(f, "%d", &n) != 1)
			die("dom0: " QUBES "/places");
		fclose(f);
	}
	return n;
}

/*
 * Takes one of the vault's places for as long as this process lives, by a lock on a byte of a file; without one
 * the call is refused.
 * Its service never inherits the place: the descriptor is closed by exec.
 */
static void
place_take(struct request *q, const char *qube)
{
	char path[128];
	int n = places_count(), fd;

	snprintf(path, sizeof(path), "%s/%s/places", QUBES, qube);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		die("dom0: places");
	for (int i = 0; i < n; i++) {
		struct flock byte = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1 };

		if (fcntl(fd, F_SETLK, &byte) == 0)
			return;
	}
	send_last(q, LINK_REFUSED, 0);
}

/*
 * The first of the directories' files named SERVICE+ARG, else of those named SERVICE. Returns 0, or -1 when there
 * is none.
 */
static int
file_find(char path[512], const struct request *q, const char *const dirs[2])
{
	const char *const names[] = { q->full, q->service };

	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++) {
			snprintf(path, 512, "%s/%s", dirs[k], names[i]);
			if (access(path, R_OK) == 0)
				return 0;
		}
	return -1;
}

/* Whether rpc-config wants a session to be there first. A line that is not a KEY=VALUE is a broken configuration. */
static int
config_read(struct request *q)
{
	static const char *const dirs[] = { "/usr/local/etc/qubes/rpc-config", "/etc/qubes/rpc-config" };
	char path[512], line[256];
	int wait = 0, bad = 0;
	FILE *f;

	if (file_find(path, q, dirs) < 0)
		return 0;
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		bad |= !strchr(line, '=');
		if (strncmp(line, "wait-for-session=", 17) == 0)
			wait = line[17] == '1';
	}
	fclose(f);
	if (bad)
		send_last(q, LINK_EXIT, 125);
	return wait;
}

/* The session's fork-server listens. */
static int
session_is_there(const struct passwd *pw)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/qrexec-server.%s.sock", QUBES, pw->pw_name);
	return access(path, F_OK) == 0;
}

static void
session_wait(const struct request *q, const struct passwd *pw)
{
	struct pollfd p = { .fd = q->conn, .events = POLLRDHUP };

	while (!session_is_there(pw))
		if (poll(&p, 1, 20) > 0)
			exit(0);
}

static char *
text_make(const char *key, const char *value)
{
	char *text;

	if (asprintf(&text, "%s=%s", key, value) < 0)
		die("dom0");
	return text;
}

/* Adds NAME=VALUE, in place of what has that name already. */
static void
environment_put(char *env[ENV_MAX], char *pair)
{
	size_t name = strcspn(pair, "=") + 1;
	int i = 0;

	while (env[i] != NULL && strncmp(env[i], pair, name) != 0)
		i++;
	if (i < ENV_MAX - 1)
		env[i] = pair;
}

/* A login's environment, and what qrexec adds. */
static void
environment_make(char *env[ENV_MAX], const struct request *q, const struct passwd *pw)
{
	char runtime[64];

	memset(env, 0, ENV_MAX * sizeof(env[0]));
	snprintf(runtime, sizeof(runtime), "/run/user/%u", pw->pw_uid);
	environment_put(env, text_make("HOME", pw->pw_dir));
	environment_put(env, text_make("USER", pw->pw_name));
	environment_put(env, text_make("LOGNAME", pw->pw_name));
	environment_put(env, text_make("SHELL", pw->pw_shell));
	environment_put(env, text_make("PATH", "/usr/local/bin:/usr/bin:/bin"));
	environment_put(env, text_make("XDG_RUNTIME_DIR", runtime));
	environment_put(env, text_make("QREXEC_REMOTE_DOMAIN", q->source));
	environment_put(env, text_make("QREXEC_SERVICE_FULL_NAME", q->full));
	environment_put(env, text_make("QREXEC_SERVICE_ARGUMENT", q->arg));
}

static void
environment_add_session(char *env[ENV_MAX], const char *qube)
{
	char path[128], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/session", QUBES, qube);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		char *pair;

		line[strcspn(line, "\n")] = '\0';
		pair = strdup(line);
		if (!pair)
			die("dom0");
		environment_put(env, pair);
	}
	if (f)
		fclose(f);
}

static _Noreturn void
service_exec(const struct request *q, const char *qube, const struct passwd *pw, char *path)
{
	char *env[ENV_MAX];
	char *arg = q->arg[0] ? (char *)q->arg : NULL;
	int inside = session_is_there(pw);

	environment_make(env, q, pw);
	if (inside)
		environment_add_session(env, qube);
	if (initgroups(pw->pw_name, pw->pw_gid) < 0 || setgid(pw->pw_gid) < 0 || setuid(pw->pw_uid) < 0 ||
	    chdir(pw->pw_dir) < 0)
		_exit(125);
	setsid();
	signal(SIGPIPE, SIG_DFL);
	if (!inside)
		execve("/bin/sh",
		    (char *[]){ (char *)"sh", (char *)"-lc", (char *)"exec \"$0\" \"$@\"", path, arg, NULL }, env);
	execve(path, (char *[]){ path, arg, NULL }, env);
	_exit(126);
}

/* stdin and stdout are two stream sockets, stderr is a pipe. */
static void
service_start(struct service *s, const struct request *q, const char *qube, const struct passwd *pw, char *path)
{
	int in[2], out[2], err[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) < 0 || pipe2(err, O_CLOEXEC) < 0)
		die("dom0: service");
	s->pid = fork();
	if (s->pid < 0)
		die("dom0: fork");
	if (s->pid == 0) {
		dup2(in[1], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		service_exec(q, qube, pw, path);
	}
	close(in[1]);
	close(out[1]);
	close(err[1]);
	s->in = in[0];
	s->out = out[0];
	s->err = err[0];
	s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	if (s->pidfd < 0)
		die("dom0: pidfd_open");
	link_nonblock(s->in);
	link_nonblock(s->out);
	link_nonblock(s->err);
}

static void
service_reap(struct service *s)
{
	int status;

	if (waitpid(s->pid, &status, WNOHANG) != s->pid)
		return;
	s->status = (uint32_t)(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	close(s->pidfd);
	s->pidfd = -1;
}

static _Noreturn void
vault_lost(struct service *s)
{
	kill(-s->pid, SIGKILL);
	exit(0);
}

/* Moves what the service wrote into the empty box. */
static void
output_take(struct service *s, struct request *q, int *fd, enum link_type type)
{
	size_t max = LINK_CHUNK;
	long n;

	if (type == LINK_OUT && q->fault.lost >= 0) {
		if (q->fault.lost == 0)
			vault_lost(s);
		max = (size_t)q->fault.lost;
	}
	n = link_fill(&s->to, type, *fd, max);
	if (n == -EAGAIN || n == -EINTR)
		return;
	if (n > 0) {
		if (type == LINK_OUT && q->fault.lost >= 0)
			q->fault.lost -= n;
		return;
	}
	if (type == LINK_OUT)
		link_put(&s->to, LINK_OUT, NULL, 0);
	else
		s->to.used = 0;
	close(*fd);
	*fd = -1;
}

/*
 * A whole frame from the client: bytes for stdin, or their end.
 * Leaves held set while bytes are still to be handed over.
 */
static void
input_take(struct service *s)
{
	if (s->from.frame.type != LINK_IN)
		exit(0);
	if (s->in >= 0 && s->from.frame.len > 0) {
		s->held = 1;
		return;
	}
	if (s->in >= 0)
		shutdown(s->in, SHUT_WR);
	s->from.used = 0;
}

static void
input_give(struct service *s, struct request *q)
{
	int r = link_deliver(&s->from, s->in, q->fault.dribble);

	if (r == 0)
		return;
	s->held = 0;
	s->from.used = 0;
}

static void
relay_step(struct service *s, struct request *q)
{
	int sending = s->to.used > 0;
	struct pollfd p[5] = {
		{ .fd = q->conn, .events = (short)((s->held ? 0 : POLLIN) | (sending ? POLLOUT : 0)) },
		{ .fd = s->in, .events = (short)(s->held ? POLLOUT : 0) },
		{ .fd = sending ? -1 : s->out, .events = POLLIN },
		{ .fd = sending ? -1 : s->err, .events = POLLIN },
		{ .fd = s->pidfd, .events = POLLIN },
	};

	if (poll(p, 5, -1) < 0)
		return;
	if (p[4].revents)
		service_reap(s);
	if (s->held && p[1].revents)
		input_give(s, q);
	if (p[1].revents & (POLLHUP | POLLERR)) {
		close(s->in);
		s->in = -1;
		s->from.used = s->held ? 0 : s->from.used;
		s->held = 0;
	}
	if (p[2].revents)
		output_take(s, q, &s->out, LINK_OUT);
	else if (p[3].revents)
		output_take(s, q, &s->err, LINK_ERR);
	if (sending && (p[0].revents & POLLOUT) && link_send(&s->to, q->conn) < 0)
		exit(0);
	if (!s->held && (p[0].revents & (POLLIN | POLLHUP | POLLERR))) {
		int r = link_receive(&s->from, q->conn);

		if (r < 0)
			exit(0);
		if (r > 0)
			input_take(s);
	}
}

/*
 * The call is open for as long as anything holds stdin, stdout or stderr, be it a child that the service left
 * behind.
 */
static void
relay(struct service *s, struct request *q)
{
	link_nonblock(q->conn);
	while (s->pidfd >= 0 || s->in >= 0 || s->out >= 0 || s->err >= 0 || s->to.used > 0)
		relay_step(s, q);
	if (q->fault.lost == 0)
		vault_lost(s);
	send_last(q, LINK_EXIT, s->status);
}

static void
fault_before(struct request *q)
{
	if (q->fault.delay > 0)
		sleep_ms(q->fault.delay);
	if (q->fault.hang)
		hang_until_gone(q->conn);
}

static void
fault_after(struct request *q)
{
	if (q->fault.exit >= 0)
		send_last(q, LINK_EXIT, (uint32_t)q->fault.exit);
	if (q->fault.mute)
		hang_until_gone(q->conn);
}

static _Noreturn void
call_serve(int conn)
{
	static const char *const dirs[] = { "/usr/local/etc/qubes-rpc", "/etc/qubes-rpc" };
	static struct request q;
	static struct service s;
	struct policy_verdict v;
	struct passwd *pw;
	char path[512];

	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	q.conn = conn;
	fault_read(&q.fault);
	source_find(&q);
	request_read(&q);
	call_log(&q);
	fault_before(&q);
	policy_ask(&q, &v);
	place_take(&q, v.target);
	accept_call(&q);
	fault_after(&q);
	pw = getpwnam(v.user[0] ? v.user : v.target);
	if (!pw)
		send_last(&q, LINK_EXIT, 125);
	if (file_find(path, &q, dirs) < 0)
		send_last(&q, LINK_EXIT, 127);
	/* As the real one ends for it, seen with 4.3. */
	if (access(path, X_OK) < 0)
		send_last(&q, LINK_EXIT, 125);
	if (config_read(&q))
		session_wait(&q, pw);
	service_start(&s, &q, v.target, pw, path);
	relay(&s, &q);
	exit(0);
}

int
main(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = LINK_PATH };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || chmod(LINK_PATH, 0666) < 0 ||
	    listen(fd, SOMAXCONN) < 0)
		die("dom0: " LINK_PATH);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		pid_t pid;

		if (conn < 0)
			continue;
		pid = fork();
		if (pid == 0) {
			close(fd);
			call_serve(conn);
		}
		close(conn);
	}
}
