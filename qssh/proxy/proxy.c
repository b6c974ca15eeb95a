/* SPDX-License-Identifier: ISC */
#include "proxy/proxy.h"

#include "client/peer.h"
#include "client/target.h"
#include "proxy/connhash.h"
#include "proxy/dial.h"
#include "proxy/duplex.h"
#include "proxy/fdpass.h"
#include "proxy/proxied.h"
#include "proxy/proxyagent.h"
#include "proxy/sockdir.h"
#include "sys/agentsockets.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ssh's own status for whatever goes wrong before the login. */
#define EXIT_SSH 255

const char proxy_help[] =
    "usage: qssh proxy [--vault NAME[:ARG]] HOST PORT [USER] [-- COMMAND [ARGUMENT...]]\n"
    "       qssh proxy --active\n"
    "\n"
    "For ssh_config(5), where no systemd user manager serves the vault's socket:\n"
    "\n"
    "    ProxyCommand qssh proxy %h %p '%r'\n"
    "    ProxyUseFdpass yes\n"
    "    IdentityAgent ~/.ssh/qssh/%C\n"
    "\n"
    "Connects to the host and serves that socket for as long as ssh lives. With COMMAND it does not connect:\n"
    "COMMAND is another ProxyCommand that does. --active succeeds where ssh should use this form. See qssh-proxy(1).\n";

static bool
is_port(const char *s)
{
	size_t len = strspn(s, "0123456789");
	long port = len >= 1 && len <= 5 && s[len] == '\0' ? strtol(s, NULL, 10) : 0;

	return port >= 1 && port <= 65535;
}

int
proxy_parse(struct proxy_words *w, char **argv)
{
	*w = (struct proxy_words){ .vault = "default" };
	argv++;
	if (*argv != NULL && strcmp(*argv, "--vault") == 0) {
		if (argv[1] == NULL)
			return -EINVAL;
		w->vault = argv[1];
		argv += 2;
	}
	if (argv[0] == NULL || argv[0][0] == '-' || argv[0][0] == '\0' || argv[1] == NULL || !is_port(argv[1]))
		return -EINVAL;
	w->host = argv[0];
	w->port = argv[1];
	argv += 2;
	if (*argv != NULL && strcmp(*argv, "--") != 0)
		w->user = *argv++;
	if (*argv == NULL)
		return 0;
	if (strcmp(*argv, "--") != 0 || argv[1] == NULL)
		return -EINVAL;
	w->command = argv + 1;
	return 0;
}

static int
complain(const char *why)
{
	fprintf(stderr, "qssh proxy: %s\n", why);
	return EXIT_SSH;
}

/* Otherwise the next descriptors that we open would be ssh's idea of an input and an output. */
static void
open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

/* ssh wants to be handed a descriptor: our input and output are one socket, and its pair is ssh's (ProxyUseFdpass). */
static bool
is_passing(void)
{
	struct peer p;
	uint64_t in = proxied_connection(STDIN_FILENO);

	if (in == 0 || in != proxied_connection(STDOUT_FILENO) || peer_open(&p, STDOUT_FILENO) < 0)
		return false;
	peer_close(&p);
	return true;
}

/*
 * Who the agent is for.
 * Handed the connection, ssh goes on without us, and who ssh is the kernel says: it made the pair of sockets.
 * Else it is us: we, or the command that we become, end with ssh's pipes, wherever ssh may have gone in the
 * background.
 */
static int
find_ssh(struct proxied *g, bool passing)
{
	struct peer ssh;

	*g = (struct proxied){ .pidfd = -1 };
	if (!passing)
		g->pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	else if (peer_open(&ssh, STDOUT_FILENO) == 0)
		g->pidfd = ssh.pidfd;
	return g->pidfd == -1 ? -ESRCH : 0;
}

/*
 * One byte with the descriptor beside it, as OpenSSH monitor_fdpass.c, mm_receive_fd() reads it.
 * If ssh is gone there is nobody to tell.
 */
static int
pass(int sock)
{
	static const uint8_t byte[1];

	return fdpass_send(STDOUT_FILENO, (struct span){ byte, sizeof(byte) }, sock) == 0 ? 0 : EXIT_SSH;
}

static int
relay(int sock)
{
	static const int on = 1;

	signal(SIGPIPE, SIG_IGN);
	/* ssh sets it on a connection of its own; on this one it can't. */
	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return duplex_run(STDIN_FILENO, STDOUT_FILENO, sock) == 0 ? 0 : EXIT_SSH;
}

/* Told to our command: the ssh that started it has its keys from us. */
#define SERVED "QSSH_PROXY_SERVED"

static int
become(char **command)
{
	char why[512];

	setenv(SERVED, "1", 1);
	execvp(command[0], command);
	snprintf(why, sizeof(why), "%.200s: %s", command[0], strerror(errno));
	return complain(why);
}

/* What all of it is about. */
struct errand {
	struct proxy_words words;
	struct target target;
	const char *home; /* the user database's */
	struct sockdir dir;
	char name[CONNHASH_SIZE]; /* of the agent socket */
};

/* The connection to the host, or -1 and ssh has been told why. */
static int
dial(const struct proxy_words *w)
{
	char why[DIAL_WHY_SIZE];
	int sock = dial_host(w->host, w->port, why);

	/* In ssh's words, and with its end of line. */
	if (sock < 0)
		fprintf(stderr, "%s\r\n", why);
	return sock < 0 ? -1 : sock;
}

/*
 * ssh -J, and a ProxyCommand that is ssh -W, start a second ssh for the jump host, and only that one has us. The first
 * one then finds no agent, which it does not say.
 */
static void
warn_of_jump(const struct proxy_words *w)
{
	int ssh = getppid();

	if (w->command == NULL && isatty(STDERR_FILENO) && getenv("QSSH_QUIET") == NULL && getenv(SERVED) == NULL &&
	    process_is(ssh, "ssh") && process_is(process_parent(ssh), "ssh"))
		fprintf(stderr,
		    "qssh proxy: %s is a jump host here, and the host behind it gets no keys of the vault: "
		    "see qssh-proxy(1), ProxyJump\r\n",
		    w->host);
}

/*
 * The exit status.
 * First who ssh is, while it surely lives; no agent for a host that is not there; and the agent before ssh can ask
 * for it.
 */
static int
connect_and_serve(struct errand *e)
{
	char why[PROXYAGENT_WHY_SIZE];
	char **command = e->words.command;
	bool passing = is_passing();
	struct proxied g;
	int sock = -1;

	warn_of_jump(&e->words);
	if (find_ssh(&g, passing) < 0)
		return complain("it can't be told which process is ssh");
	if (command == NULL) {
		sock = dial(&e->words);
		if (sock == -1)
			return EXIT_SSH;
		if (passing)
			g.connection = proxied_connection(sock);
	}
	if (proxyagent_join(&e->dir, e->name, &e->target, e->home, &g, why) < 0)
		return complain(why);
	close(g.pidfd);
	sockdir_close(&e->dir);
	if (command != NULL)
		return become(command);
	return passing ? pass(sock) : relay(sock);
}

/* As `qssh active`, for where the unit's socket does not listen. */
static bool
is_wanted(void)
{
	char dir[AGENTSOCKETS_DIR_SIZE], path[AGENTSOCKETS_DIR_SIZE + 16];

	agentsockets_dir(dir);
	snprintf(path, sizeof(path), "%s/qssh/default", dir);
	return agentsockets_is_unchosen(agentsockets_own(), dir) && !agentsockets_is_listening(path);
}

/* 0, or the exit status. */
static int
prepare(struct errand *e)
{
	const struct proxy_words *w = &e->words;
	const struct passwd *pw = getpwuid(getuid());
	char local[256], why[SOCKDIR_WHY_SIZE];

	if (pw == NULL)
		return complain("the user database has no entry for this user");
	if (target_parse(&e->target, span_of(w->vault)) < 0)
		return complain("the vault must be default, QUBE, QUBE:ARGUMENT or default:ARGUMENT");
	if (gethostname(local, sizeof(local)) == -1 ||
	    connhash_of(local, w->host, w->port, w->user != NULL ? w->user : pw->pw_name, e->name) < 0)
		return complain("the host's and the user's names are too long");
	e->home = pw->pw_dir;
	/* Before there is a connection: ssh would ask whoever listens in a directory that is not ours. */
	if (sockdir_open(&e->dir, e->home, why) < 0)
		return complain(why);
	return 0;
}

int
proxy_run(int argc, char **argv)
{
	struct errand e;
	int status;

	if (argc == 2 && strcmp(argv[1], "--active") == 0)
		return is_wanted() ? 0 : 1;
	if (proxy_parse(&e.words, argv) < 0) {
		fputs("qssh proxy: wants HOST, and PORT from 1 to 65535; see 'qssh proxy --help'\n", stderr);
		return 2;
	}
	open_standard();
	status = prepare(&e);
	return status != 0 ? status : connect_and_serve(&e);
}
