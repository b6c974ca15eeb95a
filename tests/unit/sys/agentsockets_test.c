/* SPDX-License-Identifier: ISC */
#include "sys/agentsockets.h"

#include "check.h"
#include "scratch.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static bool
is_unchosen(const char *path)
{
	return agentsockets_is_unchosen((struct agentsockets_named){ path, NULL }, "/run/user/1000");
}

static void
ours_and_none_are_nobodys_choice(void)
{
	CHECK(is_unchosen(NULL));
	CHECK(is_unchosen(""));
	CHECK(is_unchosen("/run/user/1000/qssh/default"));
	CHECK(is_unchosen("/run/user/1000/qssh/work-vault:a"));
}

static void
a_distributions_own_agents_are_nobodys_choice(void)
{
	CHECK(is_unchosen("/run/user/1000/openssh_agent"));
	CHECK(is_unchosen("/run/user/1000/ssh-agent.socket"));
	CHECK(is_unchosen("/run/user/1000/gcr/ssh"));
	CHECK(is_unchosen("/run/user/1000/keyring/ssh"));
	CHECK(is_unchosen("/run/user/1000/gnupg/S.gpg-agent.ssh"));
}

static void
every_other_agent_was_chosen(void)
{
	CHECK(!is_unchosen("/tmp/ssh-XXXXXXabcdef/agent.123"));
	CHECK(!is_unchosen("/home/user/.ssh/agent"));
	CHECK(!is_unchosen("/run/user/1001/gcr/ssh"));
	CHECK(!is_unchosen("/run/user/1000/qssh"));
	CHECK(!is_unchosen("/run/user/1000/qssh2/x"));
	CHECK(!is_unchosen("/run/user/10001/qssh/default"));
	CHECK(!is_unchosen("/run/user/1000/gcr/ssh2"));
	CHECK(!is_unchosen("/run/user/1000/gcr/ss"));
	CHECK(!is_unchosen("qssh/default"));
}

static void
pause_for_good(void)
{
	alarm(10); /* the test may be gone before it could say that it is over */
	for (;;)
		pause();
}

/* A process of this name starts a session, which starts an agent. */
struct family {
	pid_t starter;
	pid_t session;
	pid_t agent;
};

static struct family
family_start(const char *starter_name)
{
	struct family f = { 0 };
	int ends[2];

	CHECK(pipe(ends) == 0);
	f.starter = fork();
	if (f.starter == 0) {
		prctl(PR_SET_NAME, starter_name);
		f.session = fork();
		if (f.session == 0) {
			f.starter = getppid();
			f.session = getpid();
			f.agent = fork();
			if (f.agent != 0)
				(void)!write(ends[1], &f, sizeof(f));
		}
		pause_for_good();
	}
	CHECK(read(ends[0], &f, sizeof(f)) == sizeof(f));
	close(ends[0]);
	close(ends[1]);
	return f;
}

static void
family_end(struct family f)
{
	kill(f.agent, SIGKILL);
	kill(f.session, SIGKILL);
	kill(f.starter, SIGKILL);
	while (wait(NULL) > 0)
		;
}

static bool
is_unchosen_agent_of(const char *starter_name, const char *before, const char *tail)
{
	struct family f = family_start(starter_name);
	char path[64];
	bool result;

	snprintf(path, sizeof(path), "/tmp/ssh-abcdefghijkl/agent.%s%d%s", before, (int)f.session, tail);
	result = is_unchosen(path);
	family_end(f);
	return result;
}

static void
the_x_sessions_agent_is_nobodys_choice(void)
{
	CHECK(is_unchosen_agent_of("xinit", "", ""));
	CHECK(!is_unchosen_agent_of("xinit", "", "x"));
	CHECK(!is_unchosen_agent_of("bash", "", ""));
	CHECK(is_unchosen_agent_of("xinit", "local.", ""));
	CHECK(!is_unchosen_agent_of("bash", "local.", ""));
	CHECK(!is_unchosen_agent_of("xinit", "sshd.", ""));
	CHECK(!is_unchosen("/tmp/ssh-abcdefghijkl/agent.99999999"));
}

/* From OpenSSH 10.1 on: the socket is in the home, and SSH_AGENT_PID says which process it is. */
static bool
is_unchosen_in_home(const char *starter_name, const char *path, bool of_session)
{
	struct family f = family_start(starter_name);
	char pid[32];
	bool result;

	snprintf(pid, sizeof(pid), "%d", (int)(of_session ? f.agent : f.session));
	result = agentsockets_is_unchosen((struct agentsockets_named){ path, pid }, "/run/user/1000");
	family_end(f);
	return result;
}

static void
the_x_sessions_agent_of_openssh_10_1_is_nobodys_choice(void)
{
	static const char PATH[] = "/home/user/.ssh/agent/s.ZnE4kO0ZDW.agent.KFB3PZxOk2";

	CHECK(is_unchosen_in_home("xinit", PATH, true));
	CHECK(!is_unchosen_in_home("bash", PATH, true));
	CHECK(!is_unchosen_in_home("xinit", PATH, false)); /* a child of xinit: nobody's agent, a person's */
	CHECK(!is_unchosen_in_home("xinit", "/home/user/.ssh/agent/s.ZnE4kO0ZDW.sshd.KFB3PZxOk2", true));
	CHECK(!is_unchosen_in_home("xinit", "/home/user/.ssh/agent/own", true));
	CHECK(!is_unchosen(PATH));
	CHECK(!agentsockets_is_unchosen((struct agentsockets_named){ PATH, "0" }, "/run/user/1000"));
	CHECK(!agentsockets_is_unchosen((struct agentsockets_named){ PATH, "x" }, "/run/user/1000"));
}

static bool
is_unchosen_in_home_by_parent(const char *starter_name, const char *before, const char *behind)
{
	struct family f = family_start(starter_name);
	char path[128];
	bool result;

	snprintf(path, sizeof(path), "/home/user/.ssh/agent/s.2N0me1rP8M.%s%d%s", before, (int)f.session, behind);
	result = is_unchosen(path);
	family_end(f);
	return result;
}

static void
the_x_sessions_agent_of_openssh_10_6_is_nobodys_choice(void)
{
	CHECK(is_unchosen_in_home_by_parent("xinit", "local.", ".ez9Fk9IBYD"));
	CHECK(!is_unchosen_in_home_by_parent("bash", "local.", ".ez9Fk9IBYD"));
	CHECK(!is_unchosen_in_home_by_parent("xinit", "sshd.", ".ez9Fk9IBYD"));
	CHECK(!is_unchosen_in_home_by_parent("xinit", "local.", ""));
	CHECK(!is_unchosen_in_home_by_parent("xinit", "local.", "x.ez9Fk9IBYD"));
}

static int
bound(const char *name, int backlog)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", scratch_dir, name);
	CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	CHECK(backlog == 0 || listen(fd, backlog) == 0);
	return fd;
}

static void
a_listening_socket_is_told_from_one_that_does_not(void)
{
	int yes = bound("yes", 1), gone = bound("gone", 1);
	int datagrams = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	close(gone);
	CHECK(agentsockets_is_listening(scratch_path("yes")));
	CHECK(!agentsockets_is_listening(scratch_path("no")));
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", scratch_path("no"));
	CHECK(bind(datagrams, (const struct sockaddr *)&a, sizeof(a)) == 0);
	CHECK(!agentsockets_is_listening(scratch_path("no")));
	CHECK(symlink(scratch_path("yes"), scratch_path("link")) == 0);
	CHECK(agentsockets_is_listening(scratch_path("link")));
	/* Nobody has connected. */
	CHECK(poll(&(struct pollfd){ .fd = yes, .events = POLLIN }, 1, 0) == 0);
	CHECK(!agentsockets_is_listening(scratch_path("gone")));
	CHECK(!agentsockets_is_listening(scratch_path("ye")));
	CHECK(!agentsockets_is_listening(scratch_path("yes2")));
	CHECK(!agentsockets_is_listening(""));
	close(yes);
	close(datagrams);
}

static void
a_name_with_spaces_is_found(void)
{
	int fd = bound("a b", 1);

	CHECK(agentsockets_is_listening(scratch_path("a b")));
	close(fd);
}

static void
another_users_socket_is_known_by_its_path(void)
{
	char own[64];

	snprintf(own, sizeof(own), "/run/user/%u/qssh/default", (unsigned)getuid());
	CHECK(!agentsockets_is_anothers(NULL) && !agentsockets_is_anothers("") && !agentsockets_is_anothers(own));
	CHECK(agentsockets_is_anothers("/run/user/4711/qssh/default"));
	CHECK(!agentsockets_is_anothers("/run/user/4711/openssh_agent"));
	CHECK(!agentsockets_is_anothers("/run/user/x/qssh/default"));
}

int
main(void)
{
	scratch_make();
	TEST(ours_and_none_are_nobodys_choice);
	TEST(a_distributions_own_agents_are_nobodys_choice);
	TEST(the_x_sessions_agent_is_nobodys_choice);
	TEST(the_x_sessions_agent_of_openssh_10_1_is_nobodys_choice);
	TEST(the_x_sessions_agent_of_openssh_10_6_is_nobodys_choice);
	TEST(every_other_agent_was_chosen);
	TEST(a_listening_socket_is_told_from_one_that_does_not);
	TEST(a_name_with_spaces_is_found);
	TEST(another_users_socket_is_known_by_its_path);
	return check_done();
}
