/* SPDX-License-Identifier: ISC */
#include "store/hostsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int
hosts_path(unsigned i, const char *home, char path[HOSTS_PATH])
{
	static const char *const files[HOSTS_FILES] = { "/.config/qssh/known_hosts", "/.ssh/known_hosts",
		"/etc/ssh/ssh_known_hosts" };
	bool ours = i + 1 < HOSTS_FILES;
	int n;

	if (ours && (home == NULL || home[0] != '/'))
		return -EINVAL;
	n = snprintf(path, HOSTS_PATH, "%s%s", ours ? home : "", files[i]);
	return n < 0 || (unsigned)n >= HOSTS_PATH ? -ENAMETOOLONG : 0;
}

/* Reads fd to its end into a buffer that starts at guess bytes. */
static int
fd_read_all(int fd, size_t guess, size_t max, uint8_t **text, size_t *len)
{
	size_t size = guess < max ? guess + 1 : max + 1; /* one more shows the end, or that there is too much */
	uint8_t *buf = malloc(size);

	*len = 0;
	while (buf != NULL) {
		ssize_t n = read(fd, buf + *len, size - *len);
		uint8_t *more;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || *len + (size_t)n > max) {
			int r = n < 0 ? -errno : -E2BIG;

			free(buf);
			return r;
		}
		*len += (size_t)n;
		if (n == 0) {
			*text = buf;
			return 0;
		}
		if (*len < size)
			continue;
		size = size > max / 2 ? max + 1 : size * 2;
		more = realloc(buf, size);
		if (more == NULL)
			free(buf);
		buf = more;
	}
	return -ENOMEM;
}

int
hosts_read_fd(int fd, size_t max, uint8_t **text, size_t *len)
{
	struct stat st;

	*text = NULL;
	*len = 0;
	if (fstat(fd, &st) != 0)
		return -errno;
	/* not only regular files: /dev/null is a usual known_hosts, for none */
	return fd_read_all(fd, S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, max, text, len);
}

int
hosts_read(const char *path, size_t max, uint8_t **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	r = hosts_read_fd(fd, max, text, len);
	close(fd);
	return r;
}
