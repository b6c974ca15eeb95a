#include "sys/agentsockets.h"

#include "check.h"
#include "scratch.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static bool
is_unchosen(const char *path)
{
	return sockets_is_unchosen(path, "/run/user/1000");
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

/* The pid of a process whose parent has this name. */
static pid_t
child_of(const char *parent_name, pid_t *parent)
{
	int ends[2];
	pid_t pid = 0;

	CHECK(pipe(ends) == 0);
	*parent = fork();
	if (*parent == 0) {
		prctl(PR_SET_NAME, parent_name);
		pid = fork();
		if (pid == 0) {
			alarm(10); /* the parent may be gone before it could be said what that means */
			for (;;)
				pause();
		}
		(void)!write(ends[1], &pid, sizeof(pid));
		alarm(10);
		for (;;)
			pause();
	}
	CHECK(read(ends[0], &pid, sizeof(pid)) == sizeof(pid));
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static bool
is_unchosen_agent_of(const char *parent_name, const char *tail)
{
	char path[64];
	pid_t parent, pid = child_of(parent_name, &parent);
	bool result;

	snprintf(path, sizeof(path), "/tmp/ssh-abcdefghijkl/agent.%d%s", (int)pid, tail);
	result = is_unchosen(path);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	return result;
}

static void
the_x_sessions_agent_is_nobodys_choice(void)
{
	CHECK(is_unchosen_agent_of("xinit", ""));
	CHECK(!is_unchosen_agent_of("xinit", "x"));
	CHECK(!is_unchosen_agent_of("bash", ""));
	CHECK(!is_unchosen("/tmp/ssh-abcdefghijkl/agent.99999999"));
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
	int yes = bound("yes", 1), no = bound("no", 0), gone = bound("gone", 1);

	close(gone);
	CHECK(sockets_is_listening(scratch_path("yes")));
	CHECK(!sockets_is_listening(scratch_path("no")));
	CHECK(!sockets_is_listening(scratch_path("gone")));
	CHECK(!sockets_is_listening(scratch_path("ye")));
	CHECK(!sockets_is_listening(scratch_path("yes2")));
	CHECK(!sockets_is_listening(""));
	close(yes);
	close(no);
}

static void
a_name_with_spaces_is_found(void)
{
	int fd = bound("a b", 1);

	CHECK(sockets_is_listening(scratch_path("a b")));
	close(fd);
}

int
main(void)
{
	scratch_make();
	TEST(ours_and_none_are_nobodys_choice);
	TEST(a_distributions_own_agents_are_nobodys_choice);
	TEST(the_x_sessions_agent_is_nobodys_choice);
	TEST(every_other_agent_was_chosen);
	TEST(a_listening_socket_is_told_from_one_that_does_not);
	TEST(a_name_with_spaces_is_found);
	return check_done();
}
