#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static int64_t
clock_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
boottime_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

int64_t
boottime_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int
boottime_id(char out[BOOTTIME_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -errno;
	n = read(fd, out, BOOTTIME_ID - 1);
	close(fd);
	if (n != (ssize_t)(BOOTTIME_ID - 1))
		return -EIO;
	out[BOOTTIME_ID - 1] = '\0';
	return 0;
}
