/* SPDX-License-Identifier: ISC */
/*
 * What code that has taken over the confined filter could try.
 * Linked with all of qssh-filter but its loop, for which this stands: everything is opened and confined as in the
 * real one, then the call that the environment's ESCAPE names is made.
 *
 * 	ESCAPE=list	prints the names that a confined process may not get through, one a line
 * 	ESCAPE=lie	appends the line LIE_LINE to the record of signatures, then has the asker show that something was
 *			signed, and offer a rule for the line LIE_NAME, LIE_TIMES times; with LIE_ASKS=yes after a
 *			question that a person says yes to. What it lets the person read is of a host called harmless.
 *
 * Exit status 0: the call was made, whether it worked or not; 3: it was not made, since what it needs is not there
 * or no such name is known.
 */
#include "ask/askmsg.h"
#include "filter/serve.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define RECORD "/home/vault/.local/state/qssh/record/ssh-client/signatures"

/* Another's datagram socket, and one byte for it. */
static struct sockaddr_un other = { .sun_family = AF_UNIX, .sun_path = "/run/world/other" };
static char byte[] = "x";
static struct iovec one = { byte, 1 };

/* Sends on fd, to another's address or with a descriptor of ours. */
static long
send_message(int fd, int address, int descriptor)
{
	/* room is what CMSG_DATA() reaches behind the head. */
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = {
			  .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct msghdr m = { .msg_iov = &one, .msg_iovlen = 1 };

	if (address) {
		m.msg_name = &other;
		m.msg_namelen = sizeof(other);
	}
	if (descriptor) {
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	return syscall(SYS_sendmsg, fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static long
send_to(int fd, int flags, const struct sockaddr_un *address)
{
	return syscall(SYS_sendto, fd, byte, 1, flags, address, address == NULL ? 0 : sizeof(*address));
}

#ifdef __x86_64__
/* getpid by the numbers of i386, and of x32. */
static long
call_i386(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
	return result;
}
#define OTHER_TABLES(X) \
	X(call_i386, call_i386()) \
	X(call_x32_read, syscall(0x40000000 | SYS_read, c->in, byte, 1)) \
	X(fork, syscall(SYS_fork)) \
	X(open, syscall(SYS_open, RECORD, O_RDWR)) \
	X(creat, syscall(SYS_creat, RECORD, 0600)) \
	X(unlink, syscall(SYS_unlink, RECORD)) \
	X(rename, syscall(SYS_rename, RECORD, "/home/vault/gone")) \
	X(dup2, syscall(SYS_dup2, c->agent.fd, c->record->signatures.fd)) \
	X(arch_prctl, syscall(SYS_arch_prctl, 0x1003, byte))
#else
#define OTHER_TABLES(X)
#endif

#define ESCAPES(X) \
	/* the record, undone */ \
	X(truncate_signatures, syscall(SYS_ftruncate, c->record->signatures.fd, 0L)) \
	X(truncate_requests, syscall(SYS_ftruncate, c->record->requests.fd, 0L)) \
	X(truncate_rate, syscall(SYS_ftruncate, c->rate, 0L)) \
	X(truncate_by_path, syscall(SYS_truncate, RECORD, 0L)) \
	X(overwrite_signatures, syscall(SYS_pwrite64, c->record->signatures.fd, byte, 1L, 0L)) \
	X(overwrite_requests, syscall(SYS_pwritev, c->record->requests.fd, &one, 1L, 0L, 0L)) \
	X(write_many, syscall(SYS_writev, c->record->signatures.fd, &one, 1L)) \
	X(seek_signatures, syscall(SYS_lseek, c->record->signatures.fd, 0L, SEEK_SET)) \
	X(unappend_signatures, syscall(SYS_fcntl, c->record->signatures.fd, F_SETFL, 0)) \
	X(punch_signatures, \
	    syscall(SYS_fallocate, c->record->signatures.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0L, 4096L)) \
	X(read_signatures, syscall(SYS_read, c->record->signatures.fd, byte, 1L)) \
	X(unlock_share, syscall(SYS_fcntl, c->share->fd, F_OFD_SETLK, &(struct flock){ .l_type = F_UNLCK })) \
	X(lock_signatures, syscall(SYS_flock, c->record->signatures.fd, LOCK_EX)) \
	X(close_signatures, syscall(SYS_close, c->record->signatures.fd)) \
	X(chmod_signatures, syscall(SYS_fchmod, c->record->signatures.fd, 0)) \
	X(date_signatures, syscall(SYS_utimensat, c->record->signatures.fd, NULL, NULL, 0)) \
	X(map_signatures, \
	    syscall(SYS_mmap, NULL, 4096L, PROT_READ | PROT_WRITE, MAP_SHARED, c->record->signatures.fd, 0L)) \
	X(unlinkat, syscall(SYS_unlinkat, AT_FDCWD, RECORD, 0)) \
	X(renameat, syscall(SYS_renameat2, AT_FDCWD, RECORD, AT_FDCWD, "/home/vault/gone", 0)) \
	X(grow_unnamed, syscall(SYS_ftruncate, c->unnamed->fd, 1L << 20)) \
	X(grow_unnamed_much, syscall(SYS_ftruncate, c->unnamed->fd, 1L << 32)) \
	/* another socket, or more of the own ones */ \
	X(send_journal_address, send_to(c->record->journal, MSG_DONTWAIT | MSG_NOSIGNAL, &other)) \
	X(send_journal, send_to(c->record->journal, MSG_DONTWAIT | MSG_NOSIGNAL, NULL)) \
	X(message_journal_address, send_message(c->record->journal, 1, 0)) \
	X(message_journal_descriptor, send_message(c->record->journal, 1, 1)) \
	X(send_asker_address, send_to(c->ask->fd, MSG_DONTWAIT | MSG_NOSIGNAL, &other)) \
	X(send_asker_waiting, send_to(c->ask->fd, 0, NULL)) \
	X(message_asker, send_message(c->ask->fd, 0, 0)) \
	X(message_asker_descriptor, send_message(c->ask->fd, 0, 1)) \
	X(send_agent, send_to(c->agent.fd, MSG_DONTWAIT | MSG_NOSIGNAL, NULL)) \
	X(message_agent_descriptor, send_message(c->agent.fd, 0, 1)) \
	X(message_out_descriptor, send_message(c->out, 0, 1)) \
	X(receive_agent, syscall(SYS_recvfrom, c->agent.fd, byte, 1L, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL)) \
	X(receive_message, syscall(SYS_recvmsg, c->ask->fd, &(struct msghdr){ 0 }, MSG_DONTWAIT)) \
	X(send_many, syscall(SYS_sendmmsg, c->record->journal, NULL, 0, 0)) \
	X(socket, syscall(SYS_socket, AF_UNIX, SOCK_DGRAM, 0)) \
	X(socketpair, syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, byte)) \
	X(connect_journal, syscall(SYS_connect, c->record->journal, &other, sizeof(other))) \
	X(bind_journal, syscall(SYS_bind, c->record->journal, &other, sizeof(other))) \
	X(listen, syscall(SYS_listen, c->agent.fd, 1)) \
	X(accept, syscall(SYS_accept4, c->agent.fd, NULL, NULL, 0)) \
	X(shutdown_agent, syscall(SYS_shutdown, c->agent.fd, SHUT_RDWR)) \
	X(setsockopt, syscall(SYS_setsockopt, c->agent.fd, SOL_SOCKET, SO_PASSCRED, byte, sizeof(byte))) \
	X(write_in, syscall(SYS_writev, c->in, &one, 1L)) \
	X(read_out, syscall(SYS_read, c->out, byte, 1L)) \
	X(write_stderr, syscall(SYS_write, STDERR_FILENO, byte, 1L)) \
	X(close_out, syscall(SYS_close, c->out)) \
	X(splice, syscall(SYS_splice, c->agent.fd, NULL, c->out, NULL, 1L, 0)) \
	X(sendfile, syscall(SYS_sendfile, c->out, c->rate, NULL, 1L)) \
	X(copy_range, syscall(SYS_copy_file_range, c->rate, NULL, c->record->signatures.fd, NULL, 1L, 0)) \
	X(ioctl_tiocsti, syscall(SYS_ioctl, c->in, 0x5412, byte)) \
	X(poll_many, syscall(SYS_ppoll, NULL, 64L, NULL, NULL, 8L)) \
	X(poll_masked, syscall(SYS_ppoll, NULL, 0L, &(struct timespec){ 0 }, byte, 8L)) \
	/* files, descriptors, memory */ \
	X(openat, syscall(SYS_openat, AT_FDCWD, RECORD, O_RDWR)) \
	X(openat2, syscall(SYS_openat2, AT_FDCWD, RECORD, byte, 24L)) \
	X(open_by_handle, syscall(SYS_open_by_handle_at, AT_FDCWD, byte, O_RDWR)) \
	X(memfd, syscall(SYS_memfd_create, byte, 0)) \
	X(dup, syscall(SYS_dup, c->agent.fd)) \
	X(dup3, syscall(SYS_dup3, c->agent.fd, c->record->signatures.fd, O_CLOEXEC)) \
	X(fcntl_dup, syscall(SYS_fcntl, c->agent.fd, F_DUPFD, 0)) \
	X(pidfd_getfd, syscall(SYS_pidfd_getfd, c->agent.fd, 0, 0)) \
	X(linkat, syscall(SYS_linkat, AT_FDCWD, RECORD, AT_FDCWD, "/home/vault/link", 0)) \
	X(mkdirat, syscall(SYS_mkdirat, AT_FDCWD, "/home/vault/made", 0700)) \
	X(chdir, syscall(SYS_chdir, "/")) \
	X(statx, syscall(SYS_statx, AT_FDCWD, RECORD, 0, 0, byte)) \
	X(map_code, syscall(SYS_mmap, NULL, 4096L, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L)) \
	X(protect, syscall(SYS_mprotect, (unsigned long)byte & ~4095UL, 4096L, PROT_READ | PROT_EXEC)) \
	X(brk, syscall(SYS_brk, NULL)) \
	X(io_uring, syscall(SYS_io_uring_setup, 1, byte)) \
	X(userfaultfd, syscall(SYS_userfaultfd, 0)) \
	/* processes, and the confinement itself */ \
	X(clone, syscall(SYS_clone, (long)SIGCHLD, NULL, NULL, NULL, NULL)) \
	X(clone3, syscall(SYS_clone3, byte, 0L)) \
	X(execve, syscall(SYS_execve, "/bin/true", NULL, NULL)) \
	X(execveat, syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0)) \
	X(kill, syscall(SYS_kill, pid, 0)) \
	X(ptrace, syscall(SYS_ptrace, 0L, 0L, 0L, 0L)) \
	X(read_memory, syscall(SYS_process_vm_readv, pid, &one, 1L, &one, 1L, 0L)) \
	X(write_memory, syscall(SYS_process_vm_writev, pid, &one, 1L, &one, 1L, 0L)) \
	X(pidfd_open, syscall(SYS_pidfd_open, pid, 0)) \
	X(prlimit, syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &(struct rlimit){ 9, 9 }, NULL)) \
	X(prctl_dumpable, syscall(SYS_prctl, PR_SET_DUMPABLE, 1L, 0L, 0L, 0L)) \
	X(seccomp, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL)) \
	X(setuid, syscall(SYS_setuid, 0)) \
	X(unshare, syscall(SYS_unshare, CLONE_NEWUSER)) \
	X(setns, syscall(SYS_setns, c->agent.fd, 0)) \
	X(mount, syscall(SYS_mount, byte, byte, byte, 0L, NULL)) \
	X(bpf, syscall(SYS_bpf, 0, byte, 0)) \
	X(keyctl, syscall(SYS_keyctl, 0, 0L)) \
	X(sigaction, syscall(SYS_rt_sigaction, SIGTERM, NULL, NULL, 8L)) \
	X(getpid, syscall(SYS_getpid)) \
	OTHER_TABLES(X)

/* What the loop does with its descriptors, to see that the escapes die of what is different in them. */
#define ALLOWED(X) \
	X(allowed_append, syscall(SYS_write, c->record->requests.fd, byte, 0L)) \
	X(allowed_journal, syscall(SYS_writev, c->record->journal, &one, 1L)) \
	X(allowed_asker, send_to(c->ask->fd, MSG_DONTWAIT | MSG_NOSIGNAL, NULL)) \
	X(allowed_unnamed, syscall(SYS_ftruncate, c->unnamed->fd, 0L)) \
	X(allowed_share, syscall(SYS_fcntl, c->share->fd, F_OFD_GETLK, byte)) \
	X(allowed_rate, syscall(SYS_flock, c->rate, LOCK_EX)) \
	X(allowed_close, syscall(SYS_close, c->agent.fd))

#define NAME(name, call) puts(#name);
#define MAKE(name, call) \
	if (strcmp(escape, #name) == 0) { \
		(void)(call); \
		return 0; \
	}

static int
make(const struct connection *c, const char *escape, int pid)
{
	/* clang-format off */
	ESCAPES(MAKE)
	ALLOWED(MAKE)
	/* clang-format on */
	return 3;
}

/* 0 after a yes. */
static int
lie_asking(const struct connection *c)
{
	struct askmsg m = { .kind = ASKMSG_QUESTION, .number = 1, .timeout_ms = 20000, .title = "log in to harmless" };
	struct subject *about = &m.subject;
	struct askmsg_reply answer = { .answer = ASK_NO };
	struct pollfd p = { .fd = c->ask->fd, .events = POLLIN };

	m.deadline = clock_deadline(20000);
	for (size_t i = 0; i < offsetof(struct subject, rememberable); i += SUBJECT_FIELD)
		strcpy((char *)about + i, "-");
	strcpy(about->purpose, "login");
	if (askmsg_send(c->ask->fd, &m) < 0 || poll(&p, 1, 20000) != 1)
		return 3;
	return askmsg_receive_reply(c->ask->fd, &answer) == 1 && answer.answer == ASK_YES ? 0 : 3;
}

static int
lie(const struct connection *c)
{
	struct askmsg m = {
		.kind = ASKMSG_SIGNED, .title = "ssh-client → me@harmless: signed", .words = "me@harmless"
	};
	const char *line = getenv("LIE_LINE"), *name = getenv("LIE_NAME"), *times = getenv("LIE_TIMES");

	if (line == NULL || name == NULL || times == NULL)
		return 3;
	if (getenv("LIE_ASKS") != NULL && lie_asking(c) != 0)
		return 3;
	if (recordfile_append(&c->record->signatures, span_of(line)) < 0)
		return 3;
	snprintf(m.offer, sizeof(m.offer), "%s", name);
	for (int i = 0; i < atoi(times); i++)
		if (askmsg_send(c->ask->fd, &m) < 0)
			return 3;
	return 0;
}

static int
is_whole(const struct connection *c)
{
	return c->agent.fd >= 0 && c->witness.fd >= 0 && c->rate >= 0 && c->share->fd >= 0 && c->unnamed->fd >= 0 &&
	       c->ask->fd >= 0 && c->record->signatures.fd >= 0 && c->record->requests.fd >= 0 &&
	       c->record->journal >= 0;
}

void
serve_run(struct connection *c)
{
	const char *escape = getenv("ESCAPE");

	if (escape != NULL && strcmp(escape, "lie") == 0)
		_exit(lie(c));
	if (!is_whole(c))
		_exit(4);
	_exit(make(c, escape == NULL ? "" : escape, 1));
}

/* Before anything is confined: stdout is then not yet the client's. */
static void __attribute__((constructor)) list(void)
{
	const char *escape = getenv("ESCAPE");

	if (escape == NULL || strcmp(escape, "list") != 0)
		return;
	/* clang-format off */
	ESCAPES(NAME)
	/* clang-format on */
	exit(0);
}
