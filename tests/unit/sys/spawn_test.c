/* SPDX-License-Identifier: ISC */
#include "sys/spawn.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[256];

/* Runs a shell script with its output read, and its errors where they are told to go. Its exit status, or -errno. */
static int
sh(const char *script, struct spawn *s)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	int out[2], error, status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	CHECK(pipe2(out, O_CLOEXEC) == 0);
	s->argv = argv;
	s->out = out[1];
	error = spawn_start(s, &pid);
	close(out[1]);
	while ((n = read(out[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(out[0]);
	if (error < 0)
		return error;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
each_stream_is_what_it_is_told(void)
{
	struct spawn s = { .in = SPAWN_NULL, .errors = SPAWN_NULL };
	int in[2];

	CHECK(sh("cat; echo out; echo error >&2; exit 3", &s) == 3 && strcmp(said, "out\n") == 0);
	CHECK(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "in\n", 3) == 3);
	close(in[1]);
	s.in = in[0];
	CHECK(sh("cat", &s) == 0 && strcmp(said, "in\n") == 0);
	close(in[0]);
}

static void
its_group_is_what_it_is_told(void)
{
	/* Of proc(5)'s stat: the process group and the session, behind `PID (sh) S PARENT`. */
	static const char script[] = "read -r pid name state parent group session rest </proc/$$/stat; "
				     "echo $((pid == group)) $((pid == session))";
	struct spawn s = { .in = SPAWN_NULL, .errors = SPAWN_NULL, .group = SPAWN_OURS };

	CHECK(sh(script, &s) == 0 && strcmp(said, "0 0\n") == 0);
	s.group = SPAWN_GROUP;
	CHECK(sh(script, &s) == 0 && strcmp(said, "1 0\n") == 0);
	s.group = SPAWN_SESSION;
	CHECK(sh(script, &s) == 0 && strcmp(said, "1 1\n") == 0);
}

static void
a_closed_pipe_ends_it_as_it_ends_any_program(void)
{
	struct spawn s = { .in = SPAWN_NULL, .errors = SPAWN_NULL };

	/* SIGPIPE is bit 12 of what is ignored. */
	signal(SIGPIPE, SIG_IGN);
	CHECK(
	    sh("while read -r name mask; do [ $name != SigIgn: ] || echo $((0x$mask >> 12 & 1)); done </proc/$$/status",
		&s) == 0 &&
	    strcmp(said, "0\n") == 0);
	signal(SIGPIPE, SIG_DFL);
}

static void
its_environment_is_ours_or_another(void)
{
	static const char *const environment[] = { "QSSH_TEST=other", "PATH=/usr/bin:/bin", NULL };
	struct spawn s = { .in = SPAWN_NULL, .errors = SPAWN_NULL };

	setenv("QSSH_TEST", "ours", 1);
	CHECK(sh("echo $QSSH_TEST", &s) == 0 && strcmp(said, "ours\n") == 0);
	s.environment = environment;
	CHECK(sh("echo $QSSH_TEST", &s) == 0 && strcmp(said, "other\n") == 0);
}

static void
what_is_missing_is_an_error(void)
{
	const char *const argv[] = { "/nonexistent/program", NULL };
	struct spawn s = { .argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL, .errors = SPAWN_NULL };
	pid_t pid;

	CHECK(spawn_start(&s, &pid) == -ENOENT);
}

int
main(void)
{
	TEST(each_stream_is_what_it_is_told);
	TEST(its_group_is_what_it_is_told);
	TEST(a_closed_pipe_ends_it_as_it_ends_any_program);
	TEST(its_environment_is_ours_or_another);
	TEST(what_is_missing_is_an_error);
	return check_done();
}
