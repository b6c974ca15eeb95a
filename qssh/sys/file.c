/* SPDX-License-Identifier: ISC */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

/* A directory that is there may stand on a file system that can't be written: it says EROFS before EEXIST. */
static int
make_dir(const char *path)
{
	int error = mkdir(path, 0700) == -1 ? -errno : 0;

	return error == -EEXIST || (error < 0 && access(path, F_OK) == 0) ? 0 : error;
}

int
file_make_parents(const char *path)
{
	char dir[FILE_PATH_SIZE];
	size_t len = strlen(path);
	int error = 0;

	if (len >= sizeof(dir))
		return -ENAMETOOLONG;
	memcpy(dir, path, len + 1);
	for (char *slash = strchr(dir + 1, '/'); slash != NULL && error == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		error = make_dir(dir);
		*slash = '/';
	}
	return error;
}

int
file_make_dir(const char *path)
{
	int error = file_make_parents(path);

	return error < 0 ? error : make_dir(path);
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
file_replace_at(int dir, const char *name, struct span content)
{
	char beside[NAME_MAX + 1];
	int fd, error;

	if (snprintf(beside, sizeof(beside), ".%s.new", name) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	if (unlinkat(dir, beside, 0) == -1 && errno != ENOENT)
		return -errno;
	fd = openat(dir, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return -errno;
	error = write_all(fd, content);
	if (error == 0 && fsync(fd) == -1)
		error = -errno;
	close(fd);
	if (error == 0 && renameat(dir, beside, dir, name) == -1)
		error = -errno;
	if (error < 0)
		unlinkat(dir, beside, 0);
	return error;
}

/* Writes content beside path, in a file of a name of its own. 0 or -errno. */
static int
write_beside(const char *path, struct span content, char beside[FILE_PATH_SIZE])
{
	int fd, error;

	error = file_make_parents(path);
	if (error < 0)
		return error;
	if (snprintf(beside, FILE_PATH_SIZE, "%s.XXXXXX", path) >= (int)FILE_PATH_SIZE)
		return -ENAMETOOLONG;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd == -1)
		return -errno;
	error = write_all(fd, content);
	close(fd);
	if (error < 0)
		unlink(beside);
	return error;
}

int
file_make(const char *path, struct span content)
{
	char beside[FILE_PATH_SIZE];
	int error = write_beside(path, content, beside);

	if (error < 0)
		return error;
	/* Unlike rename() it replaces nothing. */
	if (link(beside, path) == -1)
		error = -errno;
	unlink(beside);
	return error;
}

int
file_replace(const char *path, struct span content)
{
	char beside[FILE_PATH_SIZE];
	int error = write_beside(path, content, beside);

	if (error == 0 && rename(beside, path) == -1) {
		error = -errno;
		unlink(beside);
	}
	return error;
}

DIR *
file_entries(int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;
	DIR *entries = copy == -1 ? NULL : fdopendir(copy);

	if (entries == NULL && copy != -1) {
		error = errno;
		close(copy);
		errno = error;
	}
	return entries;
}

int
file_open_dir(DIR **dir, const char *home, const char *name)
{
	char path[FILE_PATH_SIZE];
	int error = file_path(path, home, name);

	*dir = NULL;
	if (error < 0)
		return error;
	*dir = opendir(path);
	return *dir == NULL && errno != ENOENT ? -errno : 0;
}

int
file_remove(const char *path, bool *was)
{
	*was = unlink(path) == 0;
	return *was || errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
}

int
file_open_typed(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && errno == ENXIO && strcmp(path, "/dev/stdin") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

int
file_read_fd(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < size && n != 0) {
		n = read(fd, buf + len, size - len);
		if (n == -1 && errno != EINTR)
			return -errno;
		if (n > 0)
			len += (size_t)n;
	}
	return len == size ? -EFBIG : (int)len;
}

int
file_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), len;
	struct stat st;

	if (fd == -1)
		return -errno;
	len = fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ? -EINVAL : file_read_fd(fd, buf, size);
	close(fd);
	return len;
}

bool
file_each_line(const char *path, bool (*each)(void *ctx, unsigned number, char *line), void *ctx)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (f == NULL)
		return false;
	for (unsigned number = 1; getline(&line, &size, f) > 0; number++) {
		line[strcspn(line, "\n")] = '\0';
		if (!each(ctx, number, line))
			break;
	}
	free(line);
	fclose(f);
	return true;
}
