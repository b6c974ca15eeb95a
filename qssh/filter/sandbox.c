#include "filter/sandbox.h"

#ifdef QSSH_UNCONFINED

int
sandbox_enter(void)
{
	return 0;
}

#else

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "no list of system calls for this architecture; -DQSSH_UNCONFINED builds without confinement"
#endif

/* The loop needs a small part of it, at its deepest. */
#define STACK_MAX (1024u * 1024u)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define ALLOW_CALL(name) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/*
 * What the loop calls, and why. On x86-64 a number of the x32 table has a high bit set and equals none of these.
 */
static const struct sock_filter PROGRAM[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
	KILL,
	LOAD(nr),
	/* frames, both ways */
	ALLOW_CALL(read),
	ALLOW_CALL(writev),
#ifdef SYS_poll
	ALLOW_CALL(poll),
#endif
	ALLOW_CALL(ppoll), /* what poll(3) is where there is no poll(2) */
	/* the records, and an agent that is given up */
	ALLOW_CALL(write),
	ALLOW_CALL(close),
	/* the rate, and host keys without a name */
	ALLOW_CALL(flock),
	ALLOW_CALL(lseek),
	ALLOW_CALL(pread64),
	ALLOW_CALL(pwrite64),
	ALLOW_CALL(ftruncate),
	/* the journal and the asker */
	ALLOW_CALL(sendmsg),
	ALLOW_CALL(sendto),
	ALLOW_CALL(recvfrom),
	/* where the kernel's own page has no clock */
	ALLOW_CALL(clock_gettime),
	/* a stopped and continued process goes on with its poll */
	ALLOW_CALL(restart_syscall),
	ALLOW_CALL(exit_group),
	KILL,
};

/* The highest descriptor in use, plus one: poll(2) takes no more than that, and nothing can be opened. */
static int
limit_descriptors(void)
{
	struct rlimit most = { 3, 3 };
	struct pollfd all[64];

	for (int i = 0; i < 64; i++)
		all[i] = (struct pollfd){ .fd = i };
	if (poll(all, 64, 0) == -1)
		return -errno;
	for (int i = 3; i < 64; i++)
		if ((all[i].revents & POLLNVAL) == 0)
			most.rlim_cur = most.rlim_max = (rlim_t)i + 1;
	return setrlimit(RLIMIT_NOFILE, &most) == -1 ? -errno : 0;
}

/* No more memory than there is; the stack may still grow, to STACK_MAX. */
static int
limit_memory(void)
{
	const struct rlimit none = { 0, 0 }, stack = { STACK_MAX, STACK_MAX };

	return setrlimit(RLIMIT_DATA, &none) == -1 || setrlimit(RLIMIT_STACK, &stack) == -1 ? -errno : 0;
}

int
sandbox_enter(void)
{
	const struct sock_fprog program = {
		.len = sizeof(PROGRAM) / sizeof(PROGRAM[0]),
		.filter = (struct sock_filter *)(unsigned long)PROGRAM,
	};
	const struct rlimit none = { 0, 0 };
	int error = limit_memory();

	if (error == 0)
		error = limit_descriptors();
	if (error < 0)
		return error;
	if (setrlimit(RLIMIT_CORE, &none) == -1 || setrlimit(RLIMIT_NPROC, &none) == -1)
		return -errno;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -errno;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == -1)
		return -errno;
	return 0;
}

#endif
