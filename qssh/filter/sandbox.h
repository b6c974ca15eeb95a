/*
 * Confinement of the filter: from here on the process can open, start and reach nothing new. Sources: seccomp(2), prctl(2), setrlimit(2).
 *
 * A build with -DQSSH_UNCONFINED leaves it out, for sanitizers, valgrind and coverage, which can't live under it. Nothing switches it at
 * run time.
 */
#ifndef QSSH_FILTER_SANDBOX_H
#define QSSH_FILTER_SANDBOX_H

/*
 * Confines this process for good: no_new_privs, not dumpable, no core, no more descriptors than the highest in use, no processes, no more
 * memory than now, and a list of the system calls that the loop needs; any other call ends the process. 0 or -errno: not confined.
 */
int sandbox_enter(void);

#endif
