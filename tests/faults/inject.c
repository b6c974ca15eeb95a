/* SPDX-License-Identifier: ISC */
/*
 * Runs a program, and makes one of its system calls fail.
 *
 *	inject PLAN REPORT PROGRAM [ARG...]
 *
 * PLAN holds "ROLE CALL N FAULT": of the calls of that name that this role makes, the N-th one fails.
 * An empty file: none does, and REPORT lists every call of both roles instead.
 *
 * ROLE	main: the program itself, and what it forks by vfork(2), until that becomes another program;
 *	asker: what it forks, with all its children until they become other programs.
 * CALL	a system call's name; or all that need descriptors, space on a disk, or memory: from the N-th of these on
 *	every one fails, as they do once there is none left.
 * FAULT	the name of an error: the call is not made (close(2) is) and returns it;
 *	short: a read or write moves a part of its bytes; kill: SIGKILL in the call's place.
 *
 * REPORT gets, a line each:
 *	call ROLE CALL		made (only with an empty plan), and
 *	need ROLE CALL		of these it is one
 *	hit ROLE CALL PID	the fault has been injected
 *	leak PROGRAM FD...	a program was started with more descriptors open than stdin, stdout and stderr
 *	end ROLE STATUS		a process of this role has ended, or become another program (STATUS "exec")
 *	done			there is none left
 *
 * The tracer is nobody's child, holds none of the program's descriptors, and is attached before the program starts:
 * one that confines itself is traced on. Where seccomp(2) allows no other call, one that fails is made as a
 * clock_gettime(2) of a clock that is not there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the registers of this architecture are not known here"
#endif

#define TASKS 64
#define CALLS 512
#define NO_CLOCK 0x7fffffffu
#define OPTIONS \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

enum role { MAIN, ASKER };

enum fault { FAULT_NONE, FAULT_ERROR, FAULT_SHORT, FAULT_KILL };

/* One process that is traced. */
struct task {
	pid_t pid; /* 0: a free entry */
	enum role role;
	bool loaded; /* it has become the program */
	long failing; /* the call that it is in has the fault; or -1 */
	unsigned long first; /* of that call's arguments, as the program gave it */
};

/* What a call may need that there may be no more of. */
struct need {
	const char *name;
	long calls[8]; /* ends in 0 */
};

struct tracer {
	FILE *report;
	struct task tasks[TASKS];
	enum role role; /* of the plan, as all that follow */
	long call; /* or -1 */
	const struct need *need; /* or NULL */
	unsigned nth;
	enum fault fault;
	int error;
	char number[24]; /* a name of call_name()'s */
	unsigned made; /* how often that call has been made */
};

#define CALL(name) \
	{ \
#name, SYS_##name \
	}

/* What there is no name for here is called by its number. */
static const struct {
	const char *name;
	long number;
} CALL_NAMES[] = {
	CALL(accept4),
	CALL(access),
	CALL(arch_prctl),
	CALL(bind),
	CALL(brk),
	CALL(chdir),
	CALL(clock_nanosleep),
	CALL(clone),
	CALL(clone3),
	CALL(close),
	CALL(close_range),
	CALL(connect),
	CALL(dup),
	CALL(dup2),
	CALL(dup3),
	CALL(epoll_wait),
	CALL(execve),
	CALL(exit),
	CALL(exit_group),
	CALL(faccessat),
	CALL(faccessat2),
	CALL(fchmod),
	CALL(fchmodat),
	CALL(fchown),
	CALL(fcntl),
	CALL(fdatasync),
	CALL(flock),
	CALL(fork),
	CALL(fstat),
	CALL(fsync),
	CALL(ftruncate),
	CALL(futex),
	CALL(getcwd),
	CALL(getdents64),
	CALL(getegid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getpeername),
	CALL(getpgrp),
	CALL(getpid),
	CALL(getppid),
	CALL(getrandom),
	CALL(getrlimit),
	CALL(getsid),
	CALL(getsockname),
	CALL(getsockopt),
	CALL(gettid),
	CALL(gettimeofday),
	CALL(getuid),
	CALL(ioctl),
	CALL(kill),
	CALL(link),
	CALL(linkat),
	CALL(listen),
	CALL(lseek),
	CALL(lstat),
	CALL(madvise),
	CALL(mkdir),
	CALL(mkdirat),
	CALL(mmap),
	CALL(mprotect),
	CALL(mremap),
	CALL(munmap),
	CALL(nanosleep),
	CALL(newfstatat),
	CALL(open),
	CALL(openat),
	CALL(pidfd_open),
	CALL(pidfd_send_signal),
	CALL(pipe),
	CALL(pipe2),
	CALL(poll),
	CALL(ppoll),
	CALL(prctl),
	CALL(pread64),
	CALL(prlimit64),
	CALL(pwrite64),
	CALL(read),
	CALL(readlink),
	CALL(readlinkat),
	CALL(readv),
	CALL(recvfrom),
	CALL(recvmsg),
	CALL(rename),
	CALL(renameat),
	CALL(renameat2),
	CALL(restart_syscall),
	CALL(rmdir),
	CALL(rseq),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(rt_sigreturn),
	CALL(sched_yield),
	CALL(seccomp),
	CALL(select),
	CALL(sendmsg),
	CALL(sendto),
	CALL(set_robust_list),
	CALL(set_tid_address),
	CALL(setpgid),
	CALL(setrlimit),
	CALL(setsid),
	CALL(setsockopt),
	CALL(shutdown),
	CALL(socket),
	CALL(socketpair),
	CALL(stat),
	CALL(statx),
	CALL(symlinkat),
	CALL(sysinfo),
	CALL(tgkill),
	CALL(umask),
	CALL(uname),
	CALL(unlink),
	CALL(unlinkat),
	CALL(utimensat),
	CALL(vfork),
	CALL(wait4),
	CALL(waitid),
	CALL(write),
	CALL(writev),
};

static const struct {
	const char *name;
	int error;
} ERROR_NAMES[] = { { "EINTR", EINTR }, { "ENOSPC", ENOSPC }, { "EMFILE", EMFILE }, { "ENOMEM", ENOMEM },
	{ "EPIPE", EPIPE }, { "EIO", EIO }, { "EAGAIN", EAGAIN } };

static const struct need NEEDS[] = {
	{ "descriptors", { SYS_openat, SYS_open, SYS_socket, SYS_socketpair, SYS_pipe2, SYS_pidfd_open, SYS_accept4 } },
	{ "space", { SYS_write, SYS_pwrite64, SYS_mkdirat, SYS_mkdir, SYS_openat, SYS_open } },
	{ "memory", { SYS_brk, SYS_mmap, SYS_clone, SYS_clone3, SYS_fork, SYS_vfork } },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static const char *
role_name(enum role role)
{
	return role == MAIN ? "main" : "asker";
}

static const char *
call_name(struct tracer *t, long number)
{
	for (size_t i = 0; i < COUNT(CALL_NAMES); i++)
		if (CALL_NAMES[i].number == number)
			return CALL_NAMES[i].name;
	snprintf(t->number, sizeof(t->number), "%ld", number);
	return t->number;
}

/* Space is needed where a file is made. */
static bool
needs(const struct need *need, const struct user_regs_struct *r)
{
	unsigned long flags = r->orig_rax == SYS_openat ? r->rdx : r->orig_rax == SYS_open ? r->rsi : O_CREAT;

	if (strcmp(need->name, "space") == 0 && (flags & O_CREAT) == 0)
		return false;
	for (size_t i = 0; i < COUNT(need->calls) && need->calls[i] != 0; i++)
		if (need->calls[i] == (long)r->orig_rax)
			return true;
	return false;
}

static void
plan_fault(struct tracer *t, const char *word)
{
	t->fault = strcmp(word, "short") == 0 ? FAULT_SHORT : strcmp(word, "kill") == 0 ? FAULT_KILL : FAULT_ERROR;
	for (size_t i = 0; i < COUNT(ERROR_NAMES); i++)
		if (strcmp(word, ERROR_NAMES[i].name) == 0)
			t->error = ERROR_NAMES[i].error;
	if (t->fault == FAULT_ERROR && t->error == 0) {
		errno = EINVAL;
		die(word);
	}
}

/* -1 for a need's name. */
static long
plan_call(const char *word)
{
	for (size_t i = 0; i < COUNT(CALL_NAMES); i++)
		if (strcmp(word, CALL_NAMES[i].name) == 0)
			return CALL_NAMES[i].number;
	return word[0] >= '0' && word[0] <= '9' ? strtol(word, NULL, 10) : -1;
}

static void
plan_read(struct tracer *t, const char *path)
{
	char role[16], call[32], word[16];
	FILE *file = fopen(path, "re");

	if (file == NULL)
		die(path);
	t->call = -1;
	t->need = NULL;
	if (fscanf(file, "%15s %31s %u %15s", role, call, &t->nth, word) == 4) {
		t->role = strcmp(role, "main") == 0 ? MAIN : ASKER;
		t->call = plan_call(call);
		for (size_t i = 0; i < COUNT(NEEDS); i++)
			if (strcmp(call, NEEDS[i].name) == 0)
				t->need = &NEEDS[i];
		plan_fault(t, word);
	}
	fclose(file);
}

static struct task *
task_find(struct tracer *t, pid_t pid)
{
	for (size_t i = 0; i < TASKS; i++)
		if (t->tasks[i].pid == pid)
			return &t->tasks[i];
	return NULL;
}

static struct task *
task_add(struct tracer *t, pid_t pid, enum role role, bool loaded)
{
	struct task *task = task_find(t, pid);

	if (task == NULL)
		task = task_find(t, 0);
	if (task != NULL)
		*task = (struct task){ .pid = pid, .role = role, .loaded = loaded, .failing = -1 };
	return task;
}

static void
registers_get(pid_t pid, struct user_regs_struct *r)
{
	if (ptrace(PTRACE_GETREGS, pid, NULL, r) == -1)
		memset(r, 0, sizeof(*r));
}

static void
make_short(struct user_regs_struct *r)
{
	switch (r->orig_rax) {
	case SYS_readv:
	case SYS_writev: r->rdx = 1; break;
	case SYS_read:
	case SYS_pread64: r->rdx = r->rdx > 1 ? 1 : r->rdx; break;
	default: r->rdx = r->rdx > 1 ? r->rdx / 2 : r->rdx; break;
	}
}

static void
fail_entry(struct tracer *t, struct task *task, struct user_regs_struct *r)
{
	fprintf(t->report, "hit %s %s %d\n", role_name(task->role), call_name(t, (long)r->orig_rax), (int)task->pid);
	fflush(t->report);
	switch (t->fault) {
	case FAULT_KILL: kill(task->pid, SIGKILL); return;
	case FAULT_SHORT: make_short(r); break;
	default:
		task->failing = (long)r->orig_rax;
		task->first = r->rdi;
		if (r->orig_rax == SYS_close)
			return;
		if (r->orig_rax != SYS_brk)
			r->orig_rax = SYS_clock_gettime;
		r->rdi = r->orig_rax == SYS_brk ? 0 : NO_CLOCK;
		break;
	}
	ptrace(PTRACE_SETREGS, task->pid, NULL, r);
}

static void
report_call(struct tracer *t, const struct task *task, const struct user_regs_struct *r)
{
	fprintf(t->report, "call %s %s\n", role_name(task->role), call_name(t, (long)r->orig_rax));
	for (size_t i = 0; i < COUNT(NEEDS); i++)
		if (needs(&NEEDS[i], r))
			fprintf(t->report, "need %s %s\n", role_name(task->role), NEEDS[i].name);
}

/* Counts the call, where the plan means it. */
static bool
is_planned(struct tracer *t, const struct user_regs_struct *r)
{
	if (t->need != NULL)
		return needs(t->need, r) && ++t->made >= t->nth;
	return (long)r->orig_rax == t->call && ++t->made == t->nth;
}

static void
on_call_start(struct tracer *t, struct task *task)
{
	struct user_regs_struct r;

	registers_get(task->pid, &r);
	if (t->fault == FAULT_NONE)
		report_call(t, task, &r);
	else if (task->role != t->role)
		return;
	else if (is_planned(t, &r))
		fail_entry(t, task, &r);
}

static void
on_call_end(const struct tracer *t, struct task *task)
{
	struct user_regs_struct r;

	if (task->failing == -1)
		return;
	registers_get(task->pid, &r);
	/* A brk(2) that fails returns no error, but the old break. */
	if (task->failing != SYS_brk)
		r.rax = (unsigned long)-(long)t->error;
	r.rdi = task->first;
	task->failing = -1;
	ptrace(PTRACE_SETREGS, task->pid, NULL, &r);
}

static void
on_call(struct tracer *t, struct task *task)
{
	struct __ptrace_syscall_info info;

	if (!task->loaded || ptrace(PTRACE_GET_SYSCALL_INFO, task->pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		on_call_start(t, task);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		on_call_end(t, task);
}

/* What the new program has beside the three that each has. */
static void
report_leaks(const struct tracer *t, pid_t pid)
{
	char path[64], program[256] = "";
	const struct dirent *e;
	bool any = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (readlink(path, program, sizeof(program) - 1) == -1)
		return;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.' || strtol(e->d_name, NULL, 10) <= STDERR_FILENO)
			continue;
		fprintf(t->report, "%s %s", any ? "" : "leak", any ? e->d_name : program);
		if (!any)
			fprintf(t->report, " %s", e->d_name);
		any = true;
	}
	if (any)
		fputc('\n', t->report);
	if (dir != NULL)
		closedir(dir);
}

static void
task_end(const struct tracer *t, struct task *task, const char *how, int status)
{
	fprintf(t->report, "end %s %s", role_name(task->role), how);
	fprintf(t->report, how[0] == 'e' && how[2] == 'e' ? "\n" : " %d\n", status);
	fflush(t->report);
	task->pid = 0;
}

/* Another program is of no interest any more; it goes on by itself. False: it is not traced on. */
static bool
on_exec(const struct tracer *t, struct task *task)
{
	if (!task->loaded) {
		task->loaded = true;
		return true;
	}
	report_leaks(t, task->pid);
	ptrace(PTRACE_DETACH, task->pid, NULL, NULL);
	task_end(t, task, "exec", 0);
	return false;
}

static void
on_child(struct tracer *t, const struct task *task, int event)
{
	unsigned long child = 0;

	ptrace(PTRACE_GETEVENTMSG, task->pid, NULL, &child);
	task_add(t, (pid_t)child, event == PTRACE_EVENT_VFORK ? task->role : ASKER, task->loaded);
}

/* A process has stopped. Its events are dealt with, and its signals are its own. */
static void
on_stop(struct tracer *t, struct task *task, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (signal == (SIGTRAP | 0x80)) {
		on_call(t, task);
		signal = 0;
	} else if (event == PTRACE_EVENT_EXEC) {
		if (!on_exec(t, task))
			return;
		signal = 0;
	} else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
		on_child(t, task, event);
		signal = 0;
	} else if (event == PTRACE_EVENT_STOP) {
		signal = 0;
	}
	ptrace(PTRACE_SYSCALL, task->pid, NULL, (void *)(intptr_t)signal);
}

static _Noreturn void
trace(struct tracer *t)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		struct task *task = task_find(t, pid);

		/* A child can stop before its parent's fork is told. */
		if (task == NULL)
			task = task_add(t, pid, ASKER, true);
		if (task == NULL)
			die("too many processes");
		if (WIFEXITED(status))
			task_end(t, task, "exit", WEXITSTATUS(status));
		else if (WIFSIGNALED(status))
			task_end(t, task, "signal", WTERMSIG(status));
		else
			on_stop(t, task, status);
	}
	fputs("done\n", t->report);
	fclose(t->report);
	_exit(0);
}

/* Attaches to the program to be, and lets it start. */
static _Noreturn void
tracer_run(const char *plan, const char *report, pid_t program, int go)
{
	static struct tracer t;

	setsid();
	plan_read(&t, plan);
	t.report = fopen(report, "we");
	if (t.report == NULL)
		die(report);
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	if (ptrace(PTRACE_SEIZE, program, NULL, OPTIONS) == -1)
		_exit(99);
	task_add(&t, program, MAIN, false);
	/* The program is let go by the pipe's end. */
	close(go);
	trace(&t);
}

int
main(int argc, char **argv)
{
	int go[2];
	pid_t program = getpid(), child;
	char byte;

	if (argc < 4 || pipe2(go, O_CLOEXEC) == -1)
		return 99;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	child = fork();
	if (child == -1)
		return 99;
	if (child == 0) {
		close(go[0]);
		if (fork() == 0)
			tracer_run(argv[1], argv[2], program, go[1]);
		_exit(0);
	}
	close(go[1]);
	waitpid(child, NULL, 0);
	if (read(go[0], &byte, 1) != 0)
		return 99;
	close(go[0]);
	execv(argv[3], argv + 3);
	return 127;
}
