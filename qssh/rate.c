#include "rate.h"

#include "wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Removes the client that signed longest ago when there are too many. Best effort: a file too many harms nobody. */
static void
prune(int dir)
{
	char oldest[256] = "";
	unsigned count = 0;
	struct timespec least = { 0 };
	struct dirent *e;
	int copy = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	DIR *d = copy == -1 ? NULL : fdopendir(copy);

	if (d == NULL) {
		if (copy != -1)
			close(copy);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (count++ == 0 || st.st_mtim.tv_sec < least.tv_sec) {
			least = st.st_mtim;
			snprintf(oldest, sizeof(oldest), "%s", e->d_name);
		}
	}
	closedir(d);
	if (count > RATE_CLIENTS)
		unlinkat(dir, oldest, 0);
}

int
rate_open(const char *state_dir, const char *client)
{
	char path[4096];
	int dir, fd;

	if (snprintf(path, sizeof(path), "%s/rates", state_dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return -errno;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir == -1)
		return -errno;
	fd = openat(dir, client, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		fd = -errno;
	else
		prune(dir);
	close(dir);
	return fd;
}

static uint64_t
get_time(const uint8_t *p)
{
	return (uint64_t)wire_get32(p) << 32 | wire_get32(p + 4);
}

static int
take_locked(int fd, uint32_t count, uint32_t seconds, uint64_t now)
{
	uint8_t times[RATE_MAX * 8];
	ssize_t n = pread(fd, times, sizeof(times), 0);
	size_t kept, drop;
	uint32_t recent = 0;

	if (n < 0)
		return -errno;
	kept = (size_t)n / 8;
	for (size_t i = 0; i < kept; i++)
		recent += get_time(times + i * 8) + seconds > now;
	if (recent >= count)
		return 0;
	drop = kept == RATE_MAX ? 1 : 0;
	if (drop > 0)
		memmove(times, times + 8, (RATE_MAX - 1) * 8);
	kept -= drop;
	wire_set32(times + kept * 8, (uint32_t)(now >> 32));
	wire_set32(times + kept * 8 + 4, (uint32_t)now);
	kept++;
	if (pwrite(fd, times, kept * 8, 0) != (ssize_t)(kept * 8))
		return -EIO;
	return 1;
}

int
rate_take(int fd, uint32_t count, uint32_t seconds, uint64_t now)
{
	int taken;

	if (flock(fd, LOCK_EX) == -1)
		return -errno;
	taken = take_locked(fd, count, seconds, now);
	flock(fd, LOCK_UN);
	return taken;
}
