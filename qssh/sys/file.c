#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_path(char path[FILE_PATH_SIZE], const char *home, const char *name)
{
	int len;

	if (home == NULL || home[0] == '\0')
		return -ENOENT;
	len = snprintf(path, FILE_PATH_SIZE, "%s/%s", home, name);
	return len < 0 || len >= (int)FILE_PATH_SIZE ? -ENAMETOOLONG : 0;
}

int
file_make_parents(const char *path)
{
	char dir[FILE_PATH_SIZE];
	size_t len = strlen(path);

	if (len >= sizeof(dir))
		return -ENAMETOOLONG;
	memcpy(dir, path, len + 1);
	for (char *slash = strchr(dir + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* A directory that is there may stand on a file system that can't be written: it says EROFS before EEXIST. */
		if (mkdir(dir, 0700) == -1 && errno != EEXIST && access(dir, F_OK) == -1)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int
write_all(int fd, struct span content)
{
	while (content.len > 0) {
		ssize_t n = write(fd, content.p, content.len);

		if (n == -1 && errno != EINTR)
			return -errno;
		if (n > 0) {
			content.p += n;
			content.len -= (size_t)n;
		}
	}
	return 0;
}

int
file_replace(const char *path, struct span content)
{
	char beside[FILE_PATH_SIZE];
	int fd, error;

	error = file_make_parents(path);
	if (error < 0)
		return error;
	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd == -1)
		return -errno;
	error = write_all(fd, content);
	close(fd);
	if (error == 0 && rename(beside, path) == -1)
		error = -errno;
	if (error < 0)
		unlink(beside);
	return error;
}

int
file_remove(const char *path, bool *was)
{
	*was = unlink(path) == 0;
	return *was || errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
}

int
file_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	size_t len = 0;
	ssize_t n = 1;

	if (fd == -1)
		return -errno;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	while (len < size && n != 0) {
		n = read(fd, buf + len, size - len);
		if (n == -1 && errno != EINTR) {
			int error = -errno;

			close(fd);
			return error;
		}
		if (n > 0)
			len += (size_t)n;
	}
	close(fd);
	return len == size ? -EFBIG : (int)len;
}
