/* SPDX-License-Identifier: ISC */
/*
 * The known_hosts files, in this order: ~/.config/qssh/known_hosts, ~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts.
 * Each is read whole.
 */
#ifndef QSSH_STORE_HOSTSFILE_H
#define QSSH_STORE_HOSTSFILE_H

#include <stddef.h>
#include <stdint.h>

/* The files, and a path's size with its NUL. */
#define HOSTS_FILES 3u
#define HOSTS_PATH 4096u

/* The path of file i < HOSTS_FILES. 0, -ENAMETOOLONG, or -EINVAL: home is NULL or not absolute. */
int hosts_path(unsigned i, const char *home, char path[HOSTS_PATH]);

/*
 * Reads a whole file into malloc memory; one that is not there is empty.
 * Never waits, whatever lies at path: a FIFO without a writer is empty, one that has nothing yet is -EAGAIN. 0,
 * -E2BIG beyond max bytes, or -errno.
 */
int hosts_read(const char *path, size_t max, uint8_t **text, size_t *len);

/* The same of an open file, from where it stands; waits if fd is one that does. */
int hosts_read_fd(int fd, size_t max, uint8_t **text, size_t *len);

#endif
