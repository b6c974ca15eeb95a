#include "sockdir.h"

#include "frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Between two tries for the gate. It is held for a millisecond, so a queue moves on soon, and waiting costs next to nothing. */
#define RETRY_NS (2 * 1000 * 1000)

/* mkdir where nothing is; what is there already is looked at later. */
static int
make(const char *path)
{
	return mkdir(path, 0700) == -1 && errno != EEXIST ? -errno : 0;
}

/* Ours, and nobody else may look in or write: 0, or -errno with why. */
static int
check(const struct sockdir *d, char why[SOCKDIR_WHY_SIZE])
{
	struct stat st;

	if (fstat(d->fd, &st) == -1) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s: %s", d->path, strerror(errno));
		return -EIO;
	}
	if (st.st_uid != getuid()) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s belongs to user %u: remove it", d->path, (unsigned)st.st_uid);
		return -EPERM;
	}
	if ((st.st_mode & 07777) != 0700) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s has mode %04o: others must not use it, make it 0700", d->path,
		    (unsigned)st.st_mode & 07777);
		return -EPERM;
	}
	return 0;
}

static void
say_open(const struct sockdir *d, int error, char why[SOCKDIR_WHY_SIZE])
{
	struct stat st;

	if (lstat(d->path, &st) == 0 && !S_ISDIR(st.st_mode))
		snprintf(why, SOCKDIR_WHY_SIZE, "%s is %s, not a directory: remove it", d->path,
		    S_ISLNK(st.st_mode) ? "a symbolic link" : "a file");
	else if (error == -EACCES)
		snprintf(why, SOCKDIR_WHY_SIZE, "%s is not ours: %s", d->path, strerror(-error));
	else
		snprintf(why, SOCKDIR_WHY_SIZE, "%s: %s", d->path, strerror(-error));
}

int
sockdir_open(struct sockdir *d, const char *home, char why[SOCKDIR_WHY_SIZE])
{
	char parent[SOCKDIR_PATH_SIZE];
	int error;

	d->fd = -1;
	if (snprintf(d->path, sizeof(d->path), "%s/.ssh/qssh", home) >= (int)sizeof(d->path)) {
		snprintf(why, SOCKDIR_WHY_SIZE, "the path of %.200s/.ssh/qssh is too long for a socket", home);
		return -ENAMETOOLONG;
	}
	snprintf(parent, sizeof(parent), "%s/.ssh", home);
	error = make(parent);
	if (error == 0)
		error = make(d->path);
	if (error == 0) {
		d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		error = d->fd == -1 ? -errno : 0;
	}
	if (error < 0) {
		say_open(d, error, why);
		return error;
	}
	error = check(d, why);
	if (error < 0)
		sockdir_close(d);
	return error;
}

int
sockdir_reopen(const struct sockdir *d, struct sockdir *other)
{
	*other = *d;
	other->fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return other->fd == -1 ? -errno : 0;
}

void
sockdir_close(struct sockdir *d)
{
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
}

int
sockdir_lock(const struct sockdir *d, int64_t deadline)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };

	while (flock(d->fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (frame_deadline(0) >= deadline)
			return -EWOULDBLOCK;
		nanosleep(&pause, NULL);
	}
	return 0;
}

void
sockdir_unlock(const struct sockdir *d)
{
	flock(d->fd, LOCK_UN);
}

int
sockdir_address(const struct sockdir *d, const char *name, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (snprintf(a->sun_path, sizeof(a->sun_path), "%s/%s", d->path, name) >= (int)sizeof(a->sun_path))
		return -ENAMETOOLONG;
	return 0;
}
